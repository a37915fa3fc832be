"""
From the bytes of an ONNX file to IR: check, quantize where asked to, import.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import onnx
from onnx import numpy_helper
from xdsl.dialects.builtin import ModuleOp, StringAttr

from .calibration import load_calibration
from .errors import UserError
from .names import c_identifier
from .onnx_import import check_supported, import_model, input_shape, parse_model
from .onnx_load import model_sha256
from .onnx_quantize import is_quantized, quantize
from .plan import MODEL_SHA256

_DAMAGED = "the model is damaged: it has names that are not text"


def read_onnx(data: bytes, args: argparse.Namespace) -> ModuleOp:
    """
    The network in ONNX ops.

    A float model is quantized first when there is calibration data (`args.calibration`); without,
    it stays float, and `fuse-qdq` will say so. The module notes the file's name ("model.onnx" for
    standard input) and its hash. Errors: UserError.
    """
    path = Path(args.input_file) if args.input_file else Path("model.onnx")
    model = parse_model(data, path.parent)
    check_model(model)
    if args.calibration is not None and not is_quantized(model):
        calibration = load_calibration(
            args.calibration, input_shape(model), samples=args.calibration_samples
        )
        model = quantize(model, calibration)
    module = import_model(model, args.name or c_identifier(path.stem))
    module.attributes["approx.model"] = StringAttr(path.name)
    module.attributes[MODEL_SHA256] = StringAttr(model_sha256(data, path.parent))
    return module


def check_model(model: onnx.ModelProto) -> None:
    """
    As `check_supported`; and damage that ONNX's own checker does not see, or stumbles over.

    Errors: UserError.
    """
    for tensor in model.graph.initializer:
        try:
            numpy_helper.to_array(tensor)
        except (KeyError, TypeError, ValueError) as error:
            raise UserError(
                f"the data of tensor {tensor.name!r} do not fit its type and shape: {error}"
            ) from error
    # Protobuf hands out what is not UTF-8 as bytes, whatever the declared type.
    names: list[object] = [
        name
        for node in model.graph.node
        for name in (node.name, node.op_type, node.domain, *node.input, *node.output)
    ]
    try:
        if any(isinstance(name, bytes) for name in names):
            raise UserError(_DAMAGED)
        check_supported(model)
    except UnicodeDecodeError as error:
        raise UserError(_DAMAGED) from error
