"""
Reading ONNX files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import onnx
from google.protobuf.message import DecodeError
from onnx import external_data_helper

from .errors import UserError

_LARGEST = 1 << 30
"""Bytes of external data: a hundred times the flash of the largest Cortex-M."""
_BLOCK = 1 << 20
"""Bytes that are read at once."""


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


def model_sha256(data: bytes, directory: Path) -> str:
    """
    What identifies a model: SHA-256 (hexadecimal) of the bytes of its file, as `sha256sum` prints
    it, followed by its external data, file by file in the order of their names.

    `parse_model` must have found the same model sound. Errors: OSError.
    """
    digest = hashlib.sha256(data)
    for path in external_files(onnx.load_model_from_string(data), directory):
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    return digest.hexdigest()


def external_files(model: onnx.ModelProto, directory: Path) -> list[Path]:
    """
    The files in `directory` that hold tensors of a model whose external data are not loaded yet, by
    name.
    """
    names = {
        str(entry.value)
        for tensor in _external_tensors(model)
        for entry in tensor.external_data
        if entry.key == "location"
    }
    return [directory / name for name in sorted(names)]


def _external_tensors(model: onnx.ModelProto) -> Iterator[onnx.TensorProto]:
    return filter(external_data_helper.uses_external_data, _tensors(model))


def _tensors(model: onnx.ModelProto) -> Iterator[onnx.TensorProto]:
    """
    Initializers, and the values of Constant nodes, in the graph and in functions.
    """
    yield from model.graph.initializer
    for nodes in (model.graph.node, *(function.node for function in model.functions)):
        for node in nodes:
            for attribute in node.attribute:
                if attribute.HasField("t"):
                    yield attribute.t


def _load_external_data(model: onnx.ModelProto, directory: Path) -> None:
    _check_size(model, directory)
    try:
        external_data_helper.load_external_data_for_model(model, str(directory))
    except (OSError, ValueError, onnx.checker.ValidationError) as error:
        raise UserError(f"cannot read the external data of the model: {error}") from error


def _check_size(model: onnx.ModelProto, directory: Path) -> None:
    """
    Refuse data that no microcontroller holds, in tensors (which may share some) or in files (which
    may have more), before they are read.
    """
    total = max(
        sum(_external_bytes(tensor, directory) for tensor in _external_tensors(model)),
        sum(_file_bytes(path) for path in external_files(model, directory)),
    )
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
        return _file_bytes(directory / str(info.location)) - int(info.offset or 0)
    except ValueError:
        # What is wrong with it is said when it is read.
        return 0


def _file_bytes(path: Path) -> int:
    """
    0 for one that cannot be read, as will be said when it is.
    """
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0
