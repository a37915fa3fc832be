"""
What each integer operator of ONNX computes, in real numbers: rules for onnx_qoperator.py.

A rule changes nothing. It names the float operator, how its inputs are dequantized and how its
result is quantized, or raises Unsupported.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import onnx
from onnx import helper

from .onnx_graph import Array
from .onnx_node import Unsupported
from .onnx_qlinear_view import Linear, QLinearView, Quantized

Input: TypeAlias = str | Array | Quantized
"""
A tensor as it is ("" for an absent one), a new constant, or a tensor to dequantize.
"""


@dataclass(frozen=True)
class FloatNode:
    """
    A float operator in the place of an integer one; `result` is None where it gives a result that
    needs no quantization.
    """

    operator: str
    inputs: Sequence[Input]
    attributes: Sequence[onnx.AttributeProto]
    result: Linear | None


Rule: TypeAlias = Callable[[QLinearView], FloatNode]

_NEW_SOFTMAX = 13
"""From this opset on Softmax works along one axis; before, over all axes from it on."""

_AXES_AS_INPUT = 18
"""From this opset on ReduceMean has its axes as an input."""


def _conv(view: QLinearView) -> FloatNode:
    """
    x, w and y with scale and zero point each, and an int32 bias in steps of both scales.
    """
    _channels_first(view)
    x, w = view.activation(0), view.weight(3, axis=0)
    inputs: list[Input] = [x, w]
    if view.input(8):
        inputs.append(_bias(view, 8, x, w))
    return FloatNode("Conv", inputs, view.attributes_without("channels_last"), view.result(6, x))


def _matmul(view: QLinearView) -> FloatNode:
    a, b = view.activation(0), view.weight(3, axis=-1)
    return FloatNode("MatMul", [a, b], view.attributes_without(), view.result(6, a))


def _gemm(view: QLinearView) -> FloatNode:
    """
    A and B with scale and zero point each, C in steps of alpha and both scales; without a scale for
    Y the result is real.
    """
    a, b = view.activation(0), view.weight(3, axis=0 if view.integer("transB", 0) else 1)
    inputs: list[Input] = [a, b]
    if view.input(6):
        inputs.append(_bias(view, 6, a, b, view.real("alpha", 1.0)))
    result = view.result(7, a) if view.input(7) else None
    return FloatNode("Gemm", inputs, view.attributes_without(), result)


def _bias(
    view: QLinearView, index: int, x: Quantized, w: Quantized, factor: float = 1.0
) -> Quantized:
    """
    An int32 constant in steps of both scales; its last dimension is theirs, if there are several.
    """
    with np.errstate(all="ignore"):
        # A product out of range is for the importer to refuse, as any scale that is not positive.
        scale = np.asarray(np.float32(factor) * x.linear.scale * w.linear.scale)
    value = view.constant_input(index, "bias")
    if value.dtype != np.int32:
        raise Unsupported(f"its bias is {value.dtype.name}")
    if scale.ndim and value.shape[-1:] != scale.shape:
        raise Unsupported(f"its bias is {value.shape}, its scales are {scale.shape}")
    linear = Linear(scale, np.zeros(scale.shape, np.int32), max(value.ndim - 1, 0))
    return Quantized(view.input(index), linear)


def _binary(operator: str) -> Rule:
    def rule(view: QLinearView) -> FloatNode:
        a, b = view.activation(0), view.activation(3)
        return FloatNode(operator, [a, b], (), view.result(6, a))

    return rule


def _unary(operator: str) -> Rule:
    def rule(view: QLinearView) -> FloatNode:
        _channels_first(view)
        x = view.activation(0)
        kept = view.attributes_without("channels_last")
        return FloatNode(operator, [x], kept, view.result(3, x))

    return rule


def _channels_first(view: QLinearView) -> None:
    if view.integer("channels_last", 0):
        raise Unsupported("its channels come last")


def _concat(view: QLinearView) -> FloatNode:
    """
    Scale and zero point of the result, then triples of tensor, scale and zero point.
    """
    inputs = [view.activation(index) for index in range(2, len(view.node.input), 3)]
    if not inputs:
        raise Unsupported("it has no inputs")
    return FloatNode("Concat", inputs, view.attributes_without(), view.result(0, inputs[0]))


def _softmax(view: QLinearView) -> FloatNode:
    """
    Attribute `opset` tells which of ONNX's two definitions of Softmax is meant. Along the last axis
    they are the same.
    """
    x = view.activation(0)
    new = view.integer("opset", view.graph.opset) >= _NEW_SOFTMAX
    axis = view.integer("axis", -1 if new else 1)
    if new != (view.graph.opset >= _NEW_SOFTMAX):
        if axis not in (-1, len(view.info(view.input(0)).shape) - 1):
            raise Unsupported("it is the Softmax of another opset, and not along the last axis")
    kept = [helper.make_attribute("axis", axis)]
    return FloatNode("Softmax", [x], kept, view.result(3, x))


def _reduce_mean(view: QLinearView) -> FloatNode:
    x = view.activation(0)
    inputs: list[Input] = [x]
    kept = view.attributes_without()
    if view.graph.opset >= _AXES_AS_INPUT and view.has("axes"):
        inputs.append(np.array(view.integers("axes", ()), np.int64))
        kept = view.attributes_without("axes")
    return FloatNode("ReduceMean", inputs, kept, view.result(3, x))


def _same_scale(view: QLinearView) -> FloatNode:
    """
    An operator that moves or compares integers: the result is quantized as the input is.
    """
    x = view.produced(0)
    inputs: list[Input] = [x, *view.node.input[1:]]
    return FloatNode(view.operator, inputs, view.attributes_without(), x.linear)


def _resize(view: QLinearView) -> FloatNode:
    if view.text("mode", "nearest") != "nearest":
        raise Unsupported("it interpolates integers")
    if view.text("coordinate_transformation_mode", "") == "tf_crop_and_resize":
        raise Unsupported("it extrapolates integers")
    return _same_scale(view)


def _pad(view: QLinearView) -> FloatNode:
    """
    The integer that is filled in, 0 if none is given, becomes the real value it stands for.
    """
    x = view.produced(0)
    inputs: list[Input] = [x, view.input(1), *view.node.input[2:]]
    if view.text("mode", "constant") == "constant":
        inputs[2:3] = [_fill(view, x.linear)]
    return FloatNode("Pad", inputs, view.attributes_without(), x.linear)


def _fill(view: QLinearView, linear: Linear) -> Array:
    """
    What Pad fills in, as a real value.
    """
    zero_point = linear.zero_point
    given = view.constant_input(2, "value") if view.input(2) else np.zeros_like(zero_point)
    if given.size != 1 or given.dtype != zero_point.dtype:
        raise Unsupported(f"it pads with {given.size} values of type {given.dtype}")
    return np.array(np.float32(int(given.item()) - int(zero_point)) * linear.scale, np.float32)


def _joined(view: QLinearView) -> FloatNode:
    """
    Concat of integers that all mean the same.
    """
    inputs = [view.produced(index) for index in range(len(view.node.input))]
    if not inputs or not all(x.linear.same_as(inputs[0].linear) for x in inputs):
        raise Unsupported("its inputs differ in scale or zero point")
    return FloatNode("Concat", inputs, view.attributes_without(), inputs[0].linear)


def _arg_max(view: QLinearView) -> FloatNode:
    return FloatNode("ArgMax", [view.produced(0)], view.attributes_without(), None)


ONNX, CONTRIB = "", "com.microsoft"

QLINEAR_RULES: dict[tuple[str, str], Rule] = {
    (ONNX, "QLinearConv"): _conv,
    (ONNX, "QLinearMatMul"): _matmul,
    (CONTRIB, "QGemm"): _gemm,
    (CONTRIB, "QLinearAdd"): _binary("Add"),
    (CONTRIB, "QLinearAveragePool"): _unary("AveragePool"),
    (CONTRIB, "QLinearConcat"): _concat,
    (CONTRIB, "QLinearConv"): _conv,
    (CONTRIB, "QLinearGlobalAveragePool"): _unary("GlobalAveragePool"),
    (CONTRIB, "QLinearLeakyRelu"): _unary("LeakyRelu"),
    (CONTRIB, "QLinearMul"): _binary("Mul"),
    (CONTRIB, "QLinearReduceMean"): _reduce_mean,
    (CONTRIB, "QLinearSigmoid"): _unary("Sigmoid"),
    (CONTRIB, "QLinearSoftmax"): _softmax,
}
"""
Operators that have scales and zero points as inputs, by domain and type.
"""

DIRECT_RULES: dict[str, Rule] = {
    "ArgMax": _arg_max,
    "Concat": _joined,
    "Flatten": _same_scale,
    "MaxPool": _same_scale,
    "Pad": _pad,
    "Reshape": _same_scale,
    "Resize": _resize,
    "Squeeze": _same_scale,
    "Transpose": _same_scale,
    "Unsqueeze": _same_scale,
}
"""
ONNX's own operators, where they work on integers whose scale is that of a QuantizeLinear above.
"""
