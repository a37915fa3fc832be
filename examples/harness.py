"""
What the examples share: build a network for a board, run it there, check every byte, print a table.

Each variant of a network is compiled to firmware and to a program for this machine (both are
examples/vector_runner, a CMake project), and to the IR of its integer arithmetic. The firmware runs
in QEMU, the IR in the reference interpreter, and all outputs have to agree byte for byte.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from approx_opt.compiler.calibration_input import quantized_inputs
from approx_opt.compiler.divergence import are_right
from approx_opt.compiler.interpreter import entry_function, run_samples
from approx_opt.compiler.qemu import run_vectors
from approx_opt.dialects.approx import Approx
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from workload import Variant, Workload
from xdsl.context import Context
from xdsl.dialects.builtin import Builtin, ModuleOp
from xdsl.dialects.func import Func
from xdsl.parser import Parser

VECTOR_RUNNER = Path(__file__).resolve().parent / "vector_runner"

HOST = "host"
"""The board that is this machine."""

SECONDS_PER_IMAGE = 5
"""After which QEMU is taken to hang."""


@dataclass(frozen=True)
class Result:
    """
    What one variant came to.
    """

    variant: Variant
    top1: float
    macs: int
    macs_skipped: int
    flash: int
    """Bytes of the whole firmware: code, constants and initial values."""
    ram: int
    """Bytes of all variables, the workspace among them; without the stack."""
    instructions: float | None
    """Executed in one inference, where QEMU can count them."""


def run_command(command: Sequence[str | Path]) -> str:
    """
    Standard output of a command; where it fails, its output and the end of this program.
    """
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def build_runner(
    workload: Workload, pipeline: str, board: str, calibration: Path, folder: Path
) -> Path:
    """
    The program that runs the network on vectors, and below it all that was generated; firmware for
    a board, or for this machine ("host").
    """
    settings = {
        "MODEL": workload.model.resolve(),
        "CALIBRATION": calibration.resolve(),
        "PIPELINE": pipeline,
        "NAME": workload.name,
        "BOARD": board,
        "Python3_EXECUTABLE": sys.executable,
    }
    defines = [f"-D{key}={value}" for key, value in settings.items()]
    run_command(["cmake", "-S", VECTOR_RUNNER, "-B", folder, "-G", "Ninja", *defines])
    run_command(["cmake", "--build", folder])
    return folder / ("vector_runner" if board == HOST else "vector_runner.elf")


def run_host(program: Path, inputs: bytes) -> bytes:
    """
    The outputs of the program for this machine.
    """
    with tempfile.TemporaryDirectory() as name:
        source, target = Path(name, "inputs"), Path(name, "outputs")
        source.write_bytes(inputs)
        run_command([program.resolve(), source, target])
        return target.read_bytes()


def calibration_file(workload: Workload, folder: Path) -> Path:
    """
    The calibration data as a file, for the compiler.

    A file that is right already is left alone: CMake rebuilds what depends on a newer one.
    """
    path = folder / f"{workload.name}_calibration.npz"
    content = BytesIO()
    np.savez(content, x=workload.calibration)
    if not path.exists() or path.read_bytes() != content.getvalue():
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.getvalue())
    return path


def integer_network(workload: Workload, variant: Variant, folder: Path) -> ModuleOp:
    """
    The IR whose arithmetic is that of the firmware.
    """
    path = folder / "network.mlir"
    run_command(
        [
            *(sys.executable, "-m", "approx_opt.compiler", workload.model),
            *("--calibration", calibration_file(workload, folder.parent)),
            *("-p", variant.network_pipeline, "-o", path),
        ]
    )
    context = Context()
    for dialect in (Approx, Builtin, Func):
        context.load_dialect(dialect)
    return Parser(context, path.read_text()).parse_module()


def memory_use(elf: Path) -> tuple[int, int]:
    """
    Bytes of flash and of RAM, by `arm-none-eabi-size`.
    """
    text, data, bss = run_command(["arm-none-eabi-size", elf]).splitlines()[1].split()[:3]
    return int(text) + int(data), int(data) + int(bss)


def totals(folder: Path, name: str) -> dict[str, Any]:
    """
    The sums over all layers in the compiler's report.
    """
    (path,) = folder.rglob(f"{name}_report.json")
    return json.loads(path.read_text())["totals"]


def check_bytes(expected: bytes, found: bytes, title: str) -> None:
    """
    End the program unless the firmware computed what the interpreter did.
    """
    if expected == found:
        return
    pairs = enumerate(zip(expected, found, strict=False))
    first = next((i for i, (a, b) in pairs if a != b), min(len(expected), len(found)))
    sys.exit(
        f"{title}: the outputs ({len(found)} bytes) differ from the interpreter's "
        f"({len(expected)} bytes), first at byte {first}"
    )


def top1(outputs: NDArray[np.int8], labels: NDArray[np.int64]) -> float:
    """
    Share of outputs [N, classes] whose highest value is at the label.
    """
    return float(are_right(outputs, labels).mean())


def measure(workload: Workload, variant: Variant, board: str, folder: Path) -> Result:
    """
    Build, run, compare and weigh one variant.
    """
    pipeline, calibration = variant.pipeline(board), calibration_file(workload, folder.parent)
    elf = build_runner(workload, pipeline, board, calibration, folder / board)
    host = build_runner(workload, pipeline, HOST, calibration, folder / HOST)
    network = integer_network(workload, variant, folder)
    inputs = quantized_inputs(entry_function(network), workload.images)
    expected = run_samples(network, inputs)
    run = run_vectors(
        elf,
        board,
        inputs.tobytes(),
        input_size=inputs[0].size,
        output_size=expected[0].size,
        timeout=60 + SECONDS_PER_IMAGE * len(inputs),
    )
    check_bytes(expected.tobytes(), run.outputs, f"{variant.title}, {board}")
    check_bytes(expected.tobytes(), run_host(host, inputs.tobytes()), f"{variant.title}, host")
    outputs = np.frombuffer(run.outputs, np.int8).reshape(expected.shape)
    report = totals(folder / board, workload.name)
    return Result(
        variant,
        top1(outputs, workload.labels),
        report["macs"],
        report["macs_skipped"],
        *memory_use(elf),
        run.instructions,
    )


def results_table(title: str, results: Sequence[Result]) -> Table:
    """
    One row a variant.
    """
    table = Table(title=title)
    table.add_column("variant")
    for heading in ("top-1", "MACs skipped", "flash", "RAM", "instructions per inference"):
        table.add_column(heading, justify="right")
    for result in results:
        counted = result.instructions
        table.add_row(
            result.variant.title,
            f"{result.top1:.1%}",
            f"{result.macs_skipped / result.macs:.1%}",
            f"{result.flash:,} B",
            f"{result.ram:,} B",
            "not counted" if counted is None else f"{counted:,.0f}",
        )
    return table


def compare(workload: Workload, variants: Sequence[Variant], board: str, build: Path) -> None:
    """
    Measure every variant and print the table.
    """
    console = Console()
    results: list[Result] = []
    for variant in variants:
        with console.status(f"{workload.name}, {variant.title}: compile, build, run"):
            results.append(measure(workload, variant, board, build / variant.folder))
    title = f"{workload.name}: {len(workload.images)} test images on {board} (QEMU)"
    console.print(results_table(title, results))
    console.print("Every output byte, here and there, equals the reference interpreter's.")


def score(
    workload: Workload,
    variants: Sequence[Variant],
    build: Path,
    images: NDArray[np.float32],
    labels: NDArray[np.int64],
) -> None:
    """
    Print the top-1 of every variant on many images, by the interpreter alone.
    """
    console = Console()
    for variant in variants:
        with console.status(f"{workload.name}, {variant.title}: {len(images)} images"):
            network = integer_network(workload, variant, build / variant.folder)
            outputs = run_samples(network, quantized_inputs(entry_function(network), images))
        console.print(f"{variant.title}: top-1 {top1(outputs, labels):.2%} of {len(images)} images")
