"""
Builds of examples/stm32 (helper of tests).
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import onnx
from approx_opt.compiler.compare_board import main as compare_board
from quantized_builder import QuantizedBuilder

PROJECT = Path(__file__).resolve().parents[2] / "examples" / "stm32"
PRESETS = json.loads((PROJECT / "CMakePresets.json").read_text())
EMULATED = "netduinoplus2"
LINKED = ("nucleo-u575zi", "nucleo-l4r5zi", "nucleo-f446re", "nucleo-h743zi")
LAYER = 'conv "3x3", first'
"""A name that needs quotation marks in CSV."""


def run(*command: object, check: bool = True) -> str:
    """
    What a command prints.
    """
    done = subprocess.run(
        [str(word) for word in command], cwd=PROJECT, capture_output=True, text=True
    )
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def configure(board: str, folder: Path, check: bool = True, **settings: object) -> str:
    """
    By the preset of the board.
    """
    settings = {"Python3_EXECUTABLE": sys.executable, **settings}
    defines = [f"-D{key}={value}" for key, value in settings.items()]
    return run("cmake", "--preset", board, "-B", folder, *defines, check=check)


def tiny_model(path: Path) -> Path:
    """
    A convolution and a max-pool, quantized.
    """
    b = QuantizedBuilder((2, 6, 6), batch=1)
    weights = b.quantized_weights(3, 2, 3, 3, axis=0)
    x = b.quantized(b.node("Conv", b.quantized("x"), weights, name=LAYER))
    y = b.quantized(b.node("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2], name="pool"))
    onnx.save(b.model(y, rank=4, result_batch=1), path)
    return path


def report_of(folder: Path, name: str) -> Path:
    """
    The compiler's.
    """
    return folder / "network" / f"{name}_report.json"


def compare(log: Path, folder: Path, name: str, *more: str) -> None:
    """
    `approx-compare-board` with report and firmware of a build.
    """
    report, elf = str(report_of(folder, name)), str(folder / "firmware.elf")
    compare_board([str(log), "--report", report, "--firmware", elf, *more])
