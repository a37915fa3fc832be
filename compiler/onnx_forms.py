"""
What each ONNX operator becomes, or why it cannot.

Works on simplified graphs (onnx_simplify.py): no Identity, Dropout or Constant nodes, no shapes
computed at run time.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto
from xdsl.ir import Attribute

from ..dialects import onnx_ops as ops
from ..dialects.dense import dense, ints
from .float_kernels import Window
from .onnx_graph import ONNX_DOMAINS, Array, Graph
from .onnx_image_forms import IMAGE_FORMS
from .onnx_node import (
    Form,
    FormBuilder,
    NodeView,
    Unsupported,
    float_tensors,
    integer,
    plain_form,
    real,
)
from .onnx_pointwise_forms import POINTWISE_FORMS
from .onnx_qoperator import is_qoperator, why_not
from .onnx_windows import conv_window, pool_window

_INT8_TYPES = (TensorProto.INT8, TensorProto.UINT8)
_SOFTMAX_OPSET = 13
"""From here on Softmax works along one axis; before, over all axes from it on."""

_INTEGER_OPERATORS = ("ConvInteger", "DynamicQuantizeLinear", "MatMulInteger")


def form_of(graph: Graph, node: onnx.NodeProto) -> Form:
    """
    The op for a node.

    Errors: Unsupported.
    """
    if is_qoperator(node) and (reason := why_not(graph, node)):
        raise Unsupported(reason)
    if is_qoperator(node) or node.op_type in _INTEGER_OPERATORS:
        raise Unsupported(
            "this integer operator is not supported; the QDQ form of quantized models is "
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
    float_tensors(view, operands)
    window = conv_window(view)
    group = view.integer("group", 1)
    properties = _window_properties(window, "strides", "pads", "dilations")
    return Form(ops.ConvOp, operands, {**properties, "group": integer(group)})


def _conv_transpose(view: NodeView) -> Form:
    operands = (view.input(0), view.input(1), view.input(2))
    view.require_weight(1, "weights")
    float_tensors(view, operands)
    weight = view.shape(1)
    if len(weight) != 4:
        raise Unsupported(f"a convolution in {len(weight) - 2} dimensions; only 2 are supported")
    shape = view.shape(0)
    tiled = (1, weight[1], shape[2] * weight[2], shape[3] * weight[3])
    if view.integer("group", 1) != 1 or view.integers("strides", (1, 1)) != weight[2:]:
        raise Unsupported(
            "transposed convolution needs one group, and strides of the kernel's size "
            f"(kernel {list(weight[2:])}, strides {list(view.integers('strides', (1, 1)))})"
        )
    if view.result_shape != tiled:
        raise Unsupported(f"its result {list(view.result_shape)} is padded or cropped")
    return Form(ops.ConvTransposeOp, operands)


def _gemm(view: NodeView) -> Form:
    operands = (view.input(0), view.input(1), view.input(2))
    view.require_weight(1, "second matrix")
    float_tensors(view, operands)
    return Form(
        ops.GemmOp,
        operands,
        {
            "alpha": real(view.real("alpha", 1.0)),
            "beta": real(view.real("beta", 1.0)),
            "trans_a": integer(view.integer("transA", 0)),
            "trans_b": integer(view.integer("transB", 0)),
        },
    )


def _matmul(view: NodeView) -> Form:
    view.require_weight(1, "second matrix")
    return plain_form(ops.MatMulOp)(view)


def _max_pool(view: NodeView) -> Form:
    float_tensors(view, [view.input(0)])
    if any(view.graph.users(o) or view.graph.is_output(o) for o in view.node.output[1:]):
        raise Unsupported("its indices are used")
    properties = _window_properties(pool_window(view), "kernel_shape", "strides", "pads")
    return Form(ops.MaxPoolOp, (view.input(0),), properties)


def _average_pool(view: NodeView) -> Form:
    float_tensors(view, [view.input(0)])
    properties = _window_properties(pool_window(view), "kernel_shape", "strides", "pads")
    properties["count_include_pad"] = integer(view.integer("count_include_pad", 0))
    return Form(ops.AveragePoolOp, (view.input(0),), properties)


def _global_average_pool(view: NodeView) -> Form:
    if len(view.shape(0)) != 4:
        raise Unsupported(f"a pool in {len(view.shape(0)) - 2} dimensions; only 2 are supported")
    return plain_form(ops.GlobalAveragePoolOp)(view)


def _flatten(view: NodeView) -> Form:
    float_tensors(view, [view.input(0)])
    _batch_stays(view)
    return Form(ops.FlattenOp, (view.input(0),))


def _reshape(view: NodeView) -> Form:
    view.constant_input(1, "shape")
    float_tensors(view, [view.input(0)])
    _batch_stays(view)
    return Form(ops.ReshapeOp, (view.input(0),))


def _transpose(view: NodeView) -> Form:
    float_tensors(view, [view.input(0)])
    perm = view.integers("perm", tuple(range(len(view.shape(0))))[::-1])
    if perm[0] != 0:
        raise Unsupported("it moves the batch dimension")
    return Form(ops.TransposeOp, (view.input(0),), {"perm": ints(perm)})


def _softmax(view: NodeView) -> Form:
    float_tensors(view, [view.input(0)])
    rank = len(view.shape(0))
    old = view.graph.opset < _SOFTMAX_OPSET
    axis = view.integer("axis", 1 if old else -1)
    if not -rank <= axis < rank:
        raise Unsupported(f"its axis {axis} is none of the {rank} dimensions of its input")
    axis %= rank
    if axis == 0 or (old and axis != rank - 1):
        raise Unsupported("it works over more than one dimension, or over the batch")
    return Form(ops.SoftmaxOp, (view.input(0),), {"axis": integer(axis)})


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
        "axis": integer(axis),
    }


_FORMS: dict[str, FormBuilder] = {
    **POINTWISE_FORMS,
    **IMAGE_FORMS,
    "AveragePool": _average_pool,
    "Conv": _conv,
    "ConvTranspose": _conv_transpose,
    "DequantizeLinear": _dequantize,
    "Flatten": _flatten,
    "Gemm": _gemm,
    "GlobalAveragePool": _global_average_pool,
    "MatMul": _matmul,
    "MaxPool": _max_pool,
    "QuantizeLinear": _quantize,
    "Reshape": _reshape,
    "Softmax": _softmax,
    "Transpose": _transpose,
}
