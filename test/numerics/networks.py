"""
A whole network (helper of tests).
"""

from __future__ import annotations

from pathlib import Path

from approx_opt.compiler.calibration import Calibration
from approx_opt.compiler.onnx_import import import_model, parse_model
from approx_opt.compiler.onnx_quantize import quantize
from approx_opt.passes.fold_transposes import FoldTransposesPass
from approx_opt.passes.fuse_qdq import FuseQdqPass
from approx_opt.passes.unpack_operands import UnpackOperandsPass
from dataset import load_split
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp

DIGITS = Path(__file__).resolve().parents[2] / "examples" / "digits" / "digits.onnx"


def digits() -> ModuleOp:
    """
    The network of the demo, quantized, on integers, unpacked.
    """
    training, _ = load_split()
    model = quantize(parse_model(DIGITS.read_bytes(), DIGITS.parent), Calibration(training.x))
    module = import_model(model, "digits")
    for step in (FuseQdqPass(), FoldTransposesPass(), UnpackOperandsPass()):
        step.apply(Context(), module)
    return module
