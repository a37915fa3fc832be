"""
A user's firmware with two networks (examples/two_models), built with nothing but the wheel.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from approx_opt.compiler.calibration_input import quantized_inputs
from approx_opt.compiler.interpreter import entry_function, run_samples
from approx_opt.compiler.qemu import run_vectors
from approx_opt.dialects.quant import quant_of
from cmake_projects import ROOT
from harness import integer_network
from numpy.typing import NDArray
from pictures import load_pictures
from wheels import build_wheel
from workload import Variant, Workload

PROJECT = ROOT / "examples" / "two_models"
MODELS = {"gate": PROJECT / "gate.onnx", "digits": ROOT / "examples" / "digits" / "digits.onnx"}
PICTURES = 40


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A virtual environment with the wheel installed. It sees the other packages that are installed
    here, but does nothing with their .pth files, one of which may lead to the sources.
    """
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    (site,) = folder.glob("lib/python*/site-packages")
    installed = [path for path in sys.path if Path(path).name == "site-packages"]
    (site / "installed_here.pth").write_text("\n".join(installed))
    wheel = build_wheel(tmp_path_factory.mktemp("wheel"))
    pip = (sys.executable, "-m", "pip", "--python", folder / "bin" / "python")
    options = ("--no-index", "--no-deps", "--no-compile")
    subprocess.run([*pip, "install", *options, wheel], check=True, capture_output=True)
    return folder


def run_in(environment: Path, *command: str | Path) -> str:
    """
    What a command prints in the activated environment.
    """
    path = f"{environment / 'bin'}{os.pathsep}{os.environ['PATH']}"
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "CMAKE"))}
    variables |= {"PATH": path, "VIRTUAL_ENV": str(environment)}
    done = subprocess.run(command, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@dataclass(frozen=True)
class Case:
    """
    What the firmware reads, and what it is to answer: 11 bytes a picture.
    """

    pixels: bytes
    answers: bytes

    def check(self, elf: Path) -> None:
        """
        On the emulated board.
        """
        size = len(self.answers) // PICTURES
        run = run_vectors(elf, "mps2-an505", self.pixels, 64, size, timeout=60)
        assert run.outputs == self.answers


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """
    By the interpreter: where the gate sees a digit, the scores of the other network.
    """
    training, test = load_pictures()
    x = test.x[:PICTURES]
    calibration = {"gate": training.x, "digits": training.x[training.is_digit]}
    outputs: dict[str, NDArray[np.int8]] = {}
    zero_points: dict[str, int] = {}
    for name, samples in calibration.items():
        workload = Workload(name, MODELS[name], samples, x, test.is_digit[:PICTURES])
        network = integer_network(workload, Variant(), tmp_path_factory.mktemp(name))
        function = entry_function(network)
        outputs[name] = run_samples(network, quantized_inputs(function, x)).reshape(PICTURES, -1)
        (output,) = function.function_type.outputs
        zero_points[name] = quant_of(output).zero_point.value.data
    seen = outputs["gate"] > zero_points["gate"]
    assert seen.any()
    assert not seen.all()
    answers = np.hstack((outputs["gate"], np.where(seen, outputs["digits"], 0)))
    return Case((x * 16).astype(np.uint8).tobytes(), answers.tobytes())


def test_two_networks(tmp_path: Path, environment: Path, case: Case):
    """
    For a Cortex-M33, by the toolchain file of a code generator, whose debug builds are -O0: no
    warning, all that is read and run is the wheel's, and every byte that the firmware answers is
    the interpreter's. A change of the compiler compiles again.
    """
    configure = ("cmake", "--preset", "mps2-an505", "-S", PROJECT, "-B", tmp_path)
    toolchain = ROOT / "test" / "firmware" / "gcc-arm-none-eabi.cmake"
    settings = (f"-DCMAKE_TOOLCHAIN_FILE={toolchain}", "-DCMAKE_BUILD_TYPE=Debug")
    run_in(environment, *configure, *settings)
    build = ("cmake", "--build", tmp_path)
    assert "warning" not in run_in(environment, *build)
    case.check(tmp_path / "two_models.elf")
    read = (tmp_path / "gate" / "gate.d").read_text()
    (source,) = environment.glob("lib/python*/site-packages/approx_opt/compiler/names.py")
    assert str(source) in read
    assert str(ROOT / "compiler") not in read
    source.touch()
    assert "Compiling the network gate" in run_in(environment, *build, "--target", "gate")
    assert "Compiling" not in run_in(environment, *build, "--target", "gate")
