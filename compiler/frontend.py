"""
From the bytes of an ONNX file to IR: check, quantize where asked to, import.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from xdsl.dialects.builtin import ModuleOp, StringAttr

from .calibration import load_calibration
from .names import c_identifier
from .onnx_import import check_supported, import_model, input_shape, parse_model
from .onnx_quantize import is_quantized, quantize


def read_onnx(data: bytes, args: argparse.Namespace) -> ModuleOp:
    """
    The network in ONNX ops.

    A float model is quantized first when there is calibration data (`args.calibration`); without,
    it stays float, and `fuse-qdq` will say so. Errors: UserError.
    """
    path = Path(args.input_file) if args.input_file else Path("model.onnx")
    model = parse_model(data, path.parent)
    check_supported(model)
    if args.calibration is not None and not is_quantized(model):
        calibration = load_calibration(
            args.calibration, input_shape(model), samples=args.calibration_samples
        )
        model = quantize(model, calibration)
    module = import_model(model, args.name or c_identifier(path.stem))
    module.attributes["approx.model"] = StringAttr(path.name)
    return module
