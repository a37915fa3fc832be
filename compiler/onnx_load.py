"""
Reading ONNX files.
"""

from __future__ import annotations

from pathlib import Path

import onnx
from google.protobuf.message import DecodeError
from onnx import external_data_helper

from .errors import UserError

_LARGEST = 1 << 30
"""Bytes of external data: a hundred times the flash of the largest Cortex-M."""


def load_model(path: Path) -> onnx.ModelProto:
    """
    The model in a file, external data included.

    Errors: UserError when the file cannot be read, is not ONNX, or lacks its external data.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from error
    return parse_model(data, path.parent)


def parse_model(data: bytes, directory: Path | None = None) -> onnx.ModelProto:
    """
    The model in the bytes of a file; `directory` is where its external data lie.

    Errors: UserError when the bytes are not ONNX, or external data are missing.
    """
    try:
        model = onnx.load_model_from_string(data)
    except DecodeError as error:
        raise UserError("the input is not an ONNX model") from error
    if not model.graph.node or not model.opset_import:
        # Any field of the format may be absent: an empty file is a model without nodes.
        raise UserError("the input is not an ONNX model, or one without nodes")
    _load_external_data(model, directory or Path())
    return model


def _load_external_data(model: onnx.ModelProto, directory: Path) -> None:
    _check_size(model, directory)
    try:
        external_data_helper.load_external_data_for_model(model, str(directory))
    except (OSError, ValueError, onnx.checker.ValidationError) as error:
        raise UserError(f"cannot read the external data of the model: {error}") from error


def _check_size(model: onnx.ModelProto, directory: Path) -> None:
    """
    Refuse data that no microcontroller holds before they are read into memory.
    """
    total = 0
    for tensor in model.graph.initializer:
        if external_data_helper.uses_external_data(tensor):
            total += _external_bytes(tensor, directory)
    if total > _LARGEST:
        raise UserError(
            f"the external data of the model are {total} bytes; more than {_LARGEST} are not read"
        )


def _external_bytes(tensor: onnx.TensorProto, directory: Path) -> int:
    """
    What will be read: the length that is given, or else the rest of the file.
    """
    try:
        info = external_data_helper.ExternalDataInfo(tensor)
        if info.length:
            return int(info.length)
        return (directory / str(info.location)).stat().st_size - int(info.offset or 0)
    except (OSError, ValueError):
        # What is wrong with it is said when it is read.
        return 0
