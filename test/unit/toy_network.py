"""
A network small enough to be explored in a test, and its samples (helper of tests).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from approx_opt.compiler.explore_bench import Device
from approx_opt.compiler.explore_problem import Problem
from approx_opt.compiler.onnx_quantize import quantize
from builders import ModelBuilder, calibration, run_onnx
from onnx import numpy_helper

CALIBRATION, VALIDATION, CONFIRMATION = 16, 48, 24
TRIALS = 3
"""As many as there are networks put together from single layers, which do not depend on chance."""


def write_toy(folder: Path) -> None:
    """
    toy.onnx, two convolutions and what leads around the second one; toy.npz, samples and the
    classes that the float network gives.
    """
    b = ModelBuilder((8, 8, 8), seed=1)
    x = b.node("Relu", b.conv("x", 8, 16, pads=[1, 1, 1, 1], name="conv1"))
    y = b.node("Relu", b.conv(x, 16, 16, pads=[1, 1, 1, 1], name="conv2"))
    y = b.node("MaxPool", b.node("Add", x, y), kernel_shape=[4, 4], strides=[4, 4])
    model = b.model(b.gemm(b.node("Flatten", y), 64, 10))
    samples = b.samples(CALIBRATION + VALIDATION + CONFIRMATION)
    scores = run_onnx(model, samples)
    # Scores are centred, so that there are many classes.
    bias = model.graph.initializer[-1]
    centred = numpy_helper.to_array(bias) - scores.mean(axis=0)
    bias.CopyFrom(numpy_helper.from_array(centred, bias.name))
    labels = (scores - scores.mean(axis=0)).argmax(axis=1)
    np.savez(folder / "toy.npz", x=samples, y=labels)
    onnx.save(quantize(model, calibration(b, CALIBRATION)), str(folder / "toy.onnx"))


def toy_problem(folder: Path, method: str, device: Device | None = None) -> Problem:
    """
    To explore what `write_toy` has written.
    """
    device = device or Device("stm32u5")
    model, data = folder / "toy.onnx", folder / "toy.npz"
    return Problem(model, data, device, method, CALIBRATION, VALIDATION)


def toy_arguments(toy: Path, *more: object) -> list[str]:
    """
    Of a small exploration by the paper's method.
    """
    numbers = ["--samples", CALIBRATION, "--validation", VALIDATION, "--trials", TRIALS]
    fixed = ["--data", toy / "toy.npz", "--method", "paper", "--jobs", 1, "--grace", 2]
    return list(map(str, [toy / "toy.onnx", *fixed, *numbers, *more]))
