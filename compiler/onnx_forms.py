"""
What each ONNX operator becomes, or why it cannot.

Works on simplified graphs (onnx_simplify.py): no Identity, Dropout or Constant nodes, no shapes
computed at run time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import onnx
from onnx import TensorProto
from xdsl.dialects.builtin import FloatAttr, IntegerAttr, f32, i64
from xdsl.ir import Attribute

from ..dialects import onnx_ops as ops
from ..dialects.dense import dense, ints
from .float_kernels import Window
from .onnx_graph import ONNX_DOMAINS, Array, Graph
from .onnx_node import Form, NodeView, Unsupported
from .onnx_windows import conv_window, pool_window

_INT8_TYPES = (TensorProto.INT8, TensorProto.UINT8)
_FLOAT32_LIMIT = float(np.finfo(np.float32).max)
_SOFTMAX_OPSET = 13
"""From here on Softmax works along one axis; before, over all axes from it on."""

_INTEGER_OPERATORS = ("QLinear", "ConvInteger", "MatMulInteger", "DynamicQuantize", "QGemm")


def form_of(graph: Graph, node: onnx.NodeProto) -> Form:
    """
    The op for a node.

    Errors: Unsupported.
    """
    if node.op_type.startswith(_INTEGER_OPERATORS):
        raise Unsupported(
            "integer operators are not supported; the QDQ form of quantized models is "
            "(float operators between QuantizeLinear and DequantizeLinear)"
        )
    build = _FORMS.get(node.op_type) if node.domain in ONNX_DOMAINS else None
    if build is None:
        domain = "" if node.domain in ONNX_DOMAINS else f" of domain {node.domain}"
        raise Unsupported(f"there is no such operator{domain} here")
    return build(NodeView(graph, node))


_QUANTIZED_TYPES = ("int8", "uint8", "int32")


def centred(values: Array) -> Array:
    """
    uint8 as int8 with the same distance to its zero point, which is centred too: both minus 128.
    """
    return (values.astype(np.int16) - 128).astype(np.int8) if values.dtype == np.uint8 else values


def _integer(value: int) -> Attribute:
    return IntegerAttr(value, i64)


def _real(value: float) -> Attribute:
    return FloatAttr(value, f32)


def _float_tensors(view: NodeView, operands: Sequence[str]) -> None:
    view.require_elements([n for n in operands if n], TensorProto.FLOAT)


def _batch_stays(view: NodeView) -> None:
    if view.result_shape[:1] != (1,):
        raise Unsupported("it mixes the batch with other dimensions")


def _window_properties(window: Window, *names: str) -> dict[str, Attribute]:
    values = {
        "kernel_shape": window.kernel,
        "strides": window.strides,
        "pads": window.pads,
        "dilations": window.dilations,
    }
    return {name: ints(values[name]) for name in names}


def _conv(view: NodeView) -> Form:
    operands = (view.input(0), view.input(1), view.input(2))
    view.require_weight(1, "weights")
    _float_tensors(view, operands)
    window = conv_window(view)
    group, filters = view.integer("group", 1), view.shape(1)[0]
    channels = view.shape(1)[1] * group
    if group != 1 and not group == channels == filters:
        raise Unsupported(
            f"grouped convolution ({group} groups, {channels} channels, {filters} filters); only 1 "
            "group, or one channel and one filter a group, is supported"
        )
    properties = _window_properties(window, "strides", "pads", "dilations")
    return Form(ops.ConvOp, operands, {**properties, "group": _integer(group)})


def _gemm(view: NodeView) -> Form:
    operands = (view.input(0), view.input(1), view.input(2))
    view.require_weight(1, "second matrix")
    _float_tensors(view, operands)
    return Form(
        ops.GemmOp,
        operands,
        {
            "alpha": _real(view.real("alpha", 1.0)),
            "beta": _real(view.real("beta", 1.0)),
            "trans_a": _integer(view.integer("transA", 0)),
            "trans_b": _integer(view.integer("transB", 0)),
        },
    )


def _matmul(view: NodeView) -> Form:
    view.require_weight(1, "second matrix")
    return _elementwise(ops.MatMulOp)(view)


def _elementwise(op: type[ops.OnnxOp]) -> Callable[[NodeView], Form]:
    """
    Float tensors in, float tensor out, no attributes.
    """

    def build(view: NodeView) -> Form:
        _float_tensors(view, view.node.input)
        return Form(op, tuple(view.node.input))

    return build


def _clip(view: NodeView) -> Form:
    _float_tensors(view, [view.input(0)])
    properties: dict[str, Attribute] = {}
    for index, name in enumerate(("min", "max"), start=1):
        bound = _clip_bound(view, index, name)
        if bound is not None and abs(bound) < _FLOAT32_LIMIT:
            properties[name] = _real(bound)
    return Form(ops.ClipOp, (view.input(0),), properties)


def _clip_bound(view: NodeView, index: int, name: str) -> float | None:
    """
    An attribute up to opset 6, an input from 11 on.
    """
    if view.has(name):
        return view.real(name, 0.0)
    return float(view.constant_input(index, name).item()) if view.input(index) else None


def _max_pool(view: NodeView) -> Form:
    _float_tensors(view, [view.input(0)])
    if any(view.graph.users(o) or view.graph.is_output(o) for o in view.node.output[1:]):
        raise Unsupported("its indices are used")
    properties = _window_properties(pool_window(view), "kernel_shape", "strides", "pads")
    return Form(ops.MaxPoolOp, (view.input(0),), properties)


def _average_pool(view: NodeView) -> Form:
    _float_tensors(view, [view.input(0)])
    properties = _window_properties(pool_window(view), "kernel_shape", "strides", "pads")
    properties["count_include_pad"] = _integer(view.integer("count_include_pad", 0))
    return Form(ops.AveragePoolOp, (view.input(0),), properties)


def _global_average_pool(view: NodeView) -> Form:
    if len(view.shape(0)) != 4:
        raise Unsupported(f"a pool in {len(view.shape(0)) - 2} dimensions; only 2 are supported")
    return _elementwise(ops.GlobalAveragePoolOp)(view)


def _flatten(view: NodeView) -> Form:
    _float_tensors(view, [view.input(0)])
    _batch_stays(view)
    return Form(ops.FlattenOp, (view.input(0),))


def _reshape(view: NodeView) -> Form:
    view.constant_input(1, "shape")
    _float_tensors(view, [view.input(0)])
    _batch_stays(view)
    return Form(ops.ReshapeOp, (view.input(0),))


def _transpose(view: NodeView) -> Form:
    _float_tensors(view, [view.input(0)])
    perm = view.integers("perm", tuple(range(len(view.shape(0))))[::-1])
    if perm[0] != 0:
        raise Unsupported("it moves the batch dimension")
    return Form(ops.TransposeOp, (view.input(0),), {"perm": ints(perm)})


def _softmax(view: NodeView) -> Form:
    _float_tensors(view, [view.input(0)])
    rank = len(view.shape(0))
    old = view.graph.opset < _SOFTMAX_OPSET
    axis = view.integer("axis", 1 if old else -1)
    if not -rank <= axis < rank:
        raise Unsupported(f"its axis {axis} is none of the {rank} dimensions of its input")
    axis %= rank
    if axis == 0 or (old and axis != rank - 1):
        raise Unsupported("it works over more than one dimension, or over the batch")
    return Form(ops.SoftmaxOp, (view.input(0),), {"axis": _integer(axis)})


def _batch_normalization(view: NodeView) -> Form:
    _float_tensors(view, [view.input(0)])
    if view.integer("training_mode", 0):
        raise Unsupported("it is in training mode")
    names = ("scale", "bias", "mean", "variance")
    properties: dict[str, Attribute] = {
        name: dense(view.constant_input(index, name).astype(np.float32))
        for index, name in enumerate(names, start=1)
    }
    properties["epsilon"] = _real(view.real("epsilon", 1e-5))
    return Form(ops.BatchNormalizationOp, (view.input(0),), properties)


def _quantize(view: NodeView) -> Form:
    view.require_elements([view.input(0)], TensorProto.FLOAT)
    view.require_elements(view.node.output, *_INT8_TYPES)
    return Form(ops.QuantizeOp, (view.input(0),), _linear(view, view.node.output[0]))


def _dequantize(view: NodeView) -> Form:
    allowed = (*_INT8_TYPES, TensorProto.INT32)
    view.require_elements([view.input(0)], *allowed)
    view.require_elements(view.node.output, TensorProto.FLOAT)
    return Form(ops.DequantizeOp, (view.input(0),), _linear(view, view.input(0)))


def _linear(view: NodeView, quantized: str) -> dict[str, Attribute]:
    """
    Scale, zero point and axis; those of one element are scalars whatever their rank.
    """
    if view.integer("block_size", 0):
        raise Unsupported("it is quantized in blocks")
    scale = view.constant_input(1, "scale")
    dtype = onnx.helper.tensor_dtype_to_np_dtype(view.info(quantized).element)
    zero_point = np.zeros(scale.shape, dtype)
    if view.input(2):
        zero_point = view.constant_input(2, "zero point")
    if scale.size == zero_point.size == 1:
        scale, zero_point = scale.reshape(()), zero_point.reshape(())
    if zero_point.dtype.name not in _QUANTIZED_TYPES:
        raise Unsupported(f"its zero point is {zero_point.dtype.name}")
    if scale.dtype != np.float32 or scale.shape != zero_point.shape:
        raise Unsupported("scale (float32) and zero point must have the same shape")
    rank = len(view.shape(0))
    axis = view.integer("axis", 1) % rank if scale.ndim else 0
    return {
        "scale": dense(scale),
        "zero_point": dense(centred(zero_point)),
        "axis": _integer(axis),
    }


_Builder: TypeAlias = Callable[[NodeView], Form]

_FORMS: dict[str, _Builder] = {
    "Add": _elementwise(ops.AddOp),
    "AveragePool": _average_pool,
    "BatchNormalization": _batch_normalization,
    "Clip": _clip,
    "Conv": _conv,
    "DequantizeLinear": _dequantize,
    "Flatten": _flatten,
    "Gemm": _gemm,
    "GlobalAveragePool": _global_average_pool,
    "MatMul": _matmul,
    "MaxPool": _max_pool,
    "QuantizeLinear": _quantize,
    "Relu": _elementwise(ops.ReluOp),
    "Reshape": _reshape,
    "Softmax": _softmax,
    "Transpose": _transpose,
}
