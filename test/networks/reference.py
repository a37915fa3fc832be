"""
ONNX Runtime on a model of any input form (helper of tests).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from approx_opt.compiler import ort_reference
from numpy.typing import NDArray
from onnx import TensorProto, numpy_helper

Array = NDArray[Any]

_QUANTIZED_ONLY_MOVED = ("Transpose", "Reshape", "Flatten")


def input_shape(model: onnx.ModelProto) -> tuple[int, ...]:
    """
    The shape of the input without the batch.
    """
    dims = model.graph.input[0].type.tensor_type.shape.dim
    return tuple(dim.dim_value for dim in dims[1:])


def in_layout_of(model: onnx.ModelProto, x: Array) -> Array:
    """
    Samples [N, ...] of a network in the layout of a form of it: that of the network, or NHWC.
    """
    if x.shape[1:] == input_shape(model):
        return x
    moved = x.transpose(0, 2, 3, 1)
    assert moved.shape[1:] == input_shape(model)
    return np.ascontiguousarray(moved)


def run_form(model: onnx.ModelProto, x: NDArray[np.float32]) -> NDArray[np.float32]:
    """
    Real results [N, ...] for samples float32 [N, ...], one by one, without graph optimizations.

    Integer inputs and outputs are converted here, with the scale that their first DequantizeLinear
    and their QuantizeLinear have.
    """
    fed = _model_input(model, in_layout_of(model, x))
    return _real_output(model, np.concatenate(list(ort_reference.run(model, fed)[0])))


def _model_input(model: onnx.ModelProto, x: Array) -> Array:
    source = model.graph.input[0]
    element = source.type.tensor_type.elem_type
    if element == TensorProto.FLOAT:
        return x
    name = source.name
    while (user := _user(model, name)).op_type in _QUANTIZED_ONLY_MOVED:
        name = user.output[0]
    scale, zero_point = _parameters(model, user)
    limits = np.iinfo(zero_point.dtype)
    return np.clip(np.rint(x / scale) + zero_point, limits.min, limits.max).astype(limits.dtype)


def _real_output(model: onnx.ModelProto, y: Array) -> NDArray[np.float32]:
    if y.dtype == np.float32:
        return y
    (result,) = model.graph.output
    (node,) = (n for n in model.graph.node if result.name in n.output)
    scale, zero_point = _parameters(model, node)
    return scale * (y.astype(np.float32) - zero_point.astype(np.float32))


def _user(model: onnx.ModelProto, name: str) -> onnx.NodeProto:
    return next(node for node in model.graph.node if name in node.input)


def _parameters(model: onnx.ModelProto, node: onnx.NodeProto) -> tuple[Array, Array]:
    """
    Scale and zero point of QuantizeLinear or DequantizeLinear.
    """
    assert node.op_type in ("QuantizeLinear", "DequantizeLinear")
    constants = {t.name: t for t in model.graph.initializer}
    scale, zero_point = (numpy_helper.to_array(constants[name]) for name in node.input[1:])
    return scale, zero_point
