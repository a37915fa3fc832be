"""
Firmware of a network: built by CMake as a user would, weighed, and what it has to compute.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np
from approx_opt.compiler.calibration_input import quantized_inputs
from approx_opt.compiler.interpreter import entry_function, run_network
from approx_opt.compiler.onnx_import import import_model
from approx_opt.compiler.sim_elf import load_firmware
from approx_opt.passes.approx_to_c import ApproxToCPass
from approx_opt.passes.select_kernels import SelectKernelsPass
from approx_opt.passes.unpack_operands import UnpackOperandsPass
from models import Quantized
from numpy.typing import NDArray
from processes import run, run_measured
from results import Effort
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp

ROOT = Path(__file__).resolve().parents[1]
VECTOR_RUNNER = ROOT / "examples" / "vector_runner"
BOARDS = {"stm32u5": "mps2-an505", "stm32l4": "mps2-an386"}
"""The emulated board with the core of a target."""
JOBS = "2"
_NOTHING_TO_DO = "ninja: no work to do"


@dataclass(frozen=True)
class Variant:
    """
    A way to compile: for a target, with a flash budget or a plan, and other options of approx-to-c.
    """

    name: str
    target: str = "stm32u5"
    flash_budget: int | None = None
    plan: Path | None = None
    options: str = ""

    @property
    def folder(self) -> str:
        """
        For the file system.
        """
        return re.sub(r"[^A-Za-z0-9.]+", "_", f"{self.target}_{self.name}")

    @property
    def pipeline(self) -> str:
        """
        The passes.
        """
        options = [f"target={self.target}"]
        if self.flash_budget is not None:
            options.append(f"flash-budget={self.flash_budget}")
        if self.plan is not None:
            options.append(f'plan="{self.plan.resolve()}"')
        return f"approx-to-c{{{' '.join([*options, *self.options.split()])}}}"


@dataclass(frozen=True)
class Build:
    """
    Firmware, the compiler's report, and what the build took, by step.
    """

    elf: Path
    report: dict[str, Any]
    efforts: dict[str, Effort]


def build(quantized: Quantized, variant: Variant, folder: Path) -> Build:
    """
    Build the vector runner with a network, or what of it is not up to date.

    Errors: UserError with the output of what failed.
    """
    name = quantized.network.name
    model, calibration = inputs_of(quantized, folder.parent)
    settings = {
        "MODEL": model.resolve(),
        "CALIBRATION": calibration.resolve(),
        "PIPELINE": variant.pipeline,
        "NAME": name,
        "BOARD": BOARDS[variant.target],
        "Python3_EXECUTABLE": sys.executable,
    }
    defines = [f"-D{key}={value}" for key, value in settings.items()]
    run(["cmake", "-S", VECTOR_RUNNER, "-B", folder, "-G", "Ninja", *defines])
    steps = {"approx_opt": [f"network/{name}.h"], "gcc": ["all"]}
    efforts = {
        step: _step(
            ["cmake", "--build", folder, "-j", JOBS, "--target", *targets], folder / f"{step}.json"
        )
        for step, targets in steps.items()
    }
    report = json.loads((folder / "network" / f"{name}_report.json").read_text())
    return Build(folder / "vector_runner.elf", report, efforts)


def inputs_of(quantized: Quantized, folder: Path) -> tuple[Path, Path]:
    """
    The model and its calibration data as files.
    """
    name = quantized.network.name
    model, calibration = folder / f"{name}.onnx", folder / f"{name}.npz"
    write_if_new(model, quantized.model.SerializeToString(deterministic=True))
    arrays = BytesIO()
    np.savez(arrays, x=quantized.data.calibration)
    write_if_new(calibration, arrays.getvalue())
    return model, calibration


def write_if_new(path: Path, content: bytes) -> None:
    """
    Write a file, or leave it alone where it is right already, so that nothing is built again.
    """
    if not path.exists() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _step(command: Sequence[str | Path], record: Path) -> Effort:
    """
    Run one step of a build; what it took is that of the last time there was something to do.
    """
    start = time.monotonic()
    output, largest = run_measured(command)
    if _NOTHING_TO_DO in output and record.exists():
        return Effort(**json.loads(record.read_text()))
    effort = Effort(round(time.monotonic() - start, 2), largest)
    record.write_text(json.dumps({"seconds": effort.seconds, "bytes": effort.bytes}))
    return effort


@dataclass(frozen=True)
class Vector:
    """
    An input of the integer network, and what the reference interpreter makes of it: int8, flat.
    """

    input: NDArray[np.int8]
    output: NDArray[np.int8]


def integer_network(quantized: Quantized, variant: Variant, calibration: Path) -> ModuleOp:
    """
    The network that the interpreter takes: with a plan, what it skips is gone.
    """
    module = import_model(quantized.model, quantized.network.name)
    plan = None if variant.plan is None else str(variant.plan)
    flow = ApproxToCPass(plan=plan, calibration=str(calibration))
    last = UnpackOperandsPass if plan is None else SelectKernelsPass
    for step in takewhile(lambda step: not isinstance(step, last), flow.passes()):
        step.apply(Context(), module)
        module.verify()
    return module


def vector(quantized: Quantized, network: ModuleOp) -> Vector:
    """
    The sample as input, and the output.
    """
    x = quantized_inputs(entry_function(network), quantized.data.sample)
    return Vector(x.reshape(-1), run_network(network, x).astype(np.int8).reshape(-1))


def code_bytes(elf: Path, name: str, layers: int) -> list[int]:
    """
    Bytes of code of each layer: of the functions NAME_<number>_...
    """
    numbered = numbered_function(name)
    sizes = [0] * layers
    for function in load_firmware(elf).functions:
        found = numbered.match(function.name)
        if found is not None and int(found.group(1)) < layers:
            sizes[int(found.group(1))] += function.end - function.start
    return sizes


def numbered_function(name: str) -> re.Pattern[str]:
    """
    Matches the functions of a network's layers; the first group is the number.
    """
    return re.compile(rf"{re.escape(name)}_(\d+)(?:_|$)")


def memory_use(elf: Path) -> tuple[int, int]:
    """
    Bytes of flash and of RAM, without the stack, by `arm-none-eabi-size`.
    """
    text, data, bss = run(["arm-none-eabi-size", elf]).splitlines()[1].split()[:3]
    return int(text) + int(data), int(data) + int(bss)
