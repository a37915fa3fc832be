"""
Builds integer ops: what the layers of `fuse-qdq` share.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from xdsl.dialects.builtin import IntegerAttr, StringAttr, i32
from xdsl.ir import Attribute, Block, Operation, SSAValue

from ..compiler.fixedpoint import multipliers_for
from ..dialects import network_ops as approx
from ..dialects import onnx_ops as onnx
from ..dialects.dense import dense, ints, numpy_of
from ..dialects.quant import quant_of, quant_tensor, shape_of
from .qdq_constants import Unfusable

Quant: TypeAlias = tuple[float, int]
"""Scale and zero point."""
Clamp: TypeAlias = tuple[int, int]

FULL_RANGE: Clamp = (-128, 127)
TO_HWC = (1, 2, 0)
TO_CHW = (2, 0, 1)
ONE_PIXEL: dict[str, Attribute] = {
    "kernel_shape": ints((1, 1)),
    "strides": ints((1, 1)),
    "pads": ints((0, 0, 0, 0)),
    "dilations": ints((1, 1)),
}
"""The window of a convolution of single pixels."""


def quantization(value: SSAValue) -> Quant:
    """
    Scale and zero point of a tensor.
    """
    quant = quant_of(value.type)
    return quant.scale.value.data, quant.zero_point.value.data


class NetworkBuilder:
    """
    Appends integer ops to a block. Values are channels-first without the batch.
    """

    def __init__(self, block: Block, rounding: str):
        self.block = block
        self.rounding = rounding

    def shape(self, value: SSAValue) -> tuple[int, ...]:
        """
        ONNX shape without the batch.
        """
        shape = shape_of(value)
        if not shape or shape[0] != 1:
            raise Unfusable(None, f"a tensor of shape {shape} has no batch of 1 in front")
        return shape[1:]

    def activation_quant(self, op: onnx.QuantizeOp | onnx.DequantizeOp) -> Quant:
        """
        Scale and zero point of a per-tensor QuantizeLinear or DequantizeLinear.
        """
        if op.scale.get_shape() not in ((), (1,)):
            raise Unfusable(op, "activations need one scale for the whole tensor")
        scale, zero_point = (numpy_of(a).reshape(-1)[0] for a in (op.scale, op.zero_point))
        if not 0 < scale < math.inf:
            raise Unfusable(op, f"its scale {scale} is not positive and finite")
        return float(scale), int(zero_point)

    def clamp(self, quant: Quant, ops: Sequence[Operation]) -> Clamp:
        """
        The int8 bounds that Relu and Clip nodes, the last one first, leave.
        """
        scale, zero_point = quant
        lo, hi = FULL_RANGE
        for op in reversed(ops):
            low, high = (_to_int8(b / scale + zero_point) for b in _real_bounds(op))
            lo, hi = min(max(lo, low), high), min(max(hi, low), high)
        return lo, hi

    def requantize(self, name: str, x: SSAValue, quant: Quant, clamp: Clamp) -> SSAValue:
        """
        The same values on another scale; nothing where scale and range stay.
        """
        if quantization(x) == quant and clamp == FULL_RANGE:
            return x
        ratio = quantization(x)[0] / quant[0]
        try:
            properties = self.requantization([ratio], clamp, ties="even")
        except ValueError as error:
            raise Unfusable(None, f"{name}: {error}") from error
        return self.emit(
            approx.RequantizeOp, name, [x], quant_tensor(shape_of(x), *quant), properties
        )

    def requantization(
        self, ratios: Sequence[float] | NDArray[np.float64], clamp: Clamp, ties: str = "nearest"
    ) -> dict[str, Attribute]:
        """
        The properties of `requantize` for real ratios, one or one a channel. `ties` is how halves
        are rounded where the rounding is to the nearest: "nearest" (upward) or "even".
        """
        rounding = ties if self.rounding == "nearest" else self.rounding
        multipliers = multipliers_for(ratios, rounding)
        properties: dict[str, Attribute] = {
            "multipliers": dense(multipliers.values),
            "shift": IntegerAttr(multipliers.shift, i32),
            "clamp": ints(clamp),
        }
        if rounding != "nearest":
            properties["rounding"] = StringAttr(rounding)
        return properties

    def spatial(
        self,
        cls: type[approx.WindowedOp],
        op: Any,
        x: SSAValue,
        channels: int,
        quant: Quant,
        properties: dict[str, Attribute],
        kernel: Sequence[int] | None = None,
    ) -> SSAValue:
        """
        A windowed op on HWC between two transposes.
        """
        if len(shape_of(x)) != 3:
            raise Unfusable(op, f"works on channels x height x width, not on {shape_of(x)}")
        name = op.node.data
        hwc = self.transpose(x, TO_HWC, name)
        window = {
            "kernel_shape": op.kernel_shape if kernel is None else ints(kernel),
            **{k: v for k, v in op.properties.items() if k in ("strides", "pads")},
            **properties,
        }
        result = quant_tensor((*shape_of(op.result)[2:], channels), *quant)
        return self.transpose(self.emit(cls, name, [hwc], result, window), TO_CHW, name)

    def transpose(self, x: SSAValue, perm: Sequence[int], name: str) -> SSAValue:
        """
        A transpose; nothing where all stays in place.
        """
        if list(perm) == list(range(len(perm))):
            return x
        result = quant_tensor([shape_of(x)[p] for p in perm], *quantization(x))
        return self.emit(approx.TransposeOp, name, [x], result, {"perm": ints(perm)})

    def axis_last(self, x: SSAValue, axis: int, name: str) -> SSAValue:
        """
        A transpose that moves one dimension to the end.
        """
        rest = [d for d in range(len(shape_of(x))) if d != axis]
        return self.transpose(x, [*rest, axis], name)

    def axis_back(self, x: SSAValue, axis: int, name: str) -> SSAValue:
        """
        A transpose that moves the last dimension to where it was before `axis_last`.
        """
        last = len(shape_of(x)) - 1
        return self.transpose(x, [*range(axis), last, *range(axis, last)], name)

    def reshape(self, x: SSAValue, shape: Sequence[int], name: str) -> SSAValue:
        """
        A reshape; nothing to the shape it has.
        """
        if shape_of(x) == tuple(shape):
            return x
        return self.emit(approx.ReshapeOp, name, [x], quant_tensor(shape, *quantization(x)), {})

    def emit(
        self,
        cls: type[approx.NetworkOp],
        name: str,
        operands: Sequence[SSAValue | Sequence[SSAValue]],
        result: Attribute,
        properties: Mapping[str, Attribute],
    ) -> SSAValue:
        """
        Append an op; `name` is its layer.
        """
        op = cls(
            operands=operands,
            properties={"layer": StringAttr(name), **properties},
            result_types=[result],
        )
        self.block.add_op(op)
        return op.output


def _real_bounds(op: Operation) -> tuple[float, float]:
    if isinstance(op, onnx.ClipOp):
        low = -math.inf if op.min is None else op.min.value.data
        high = math.inf if op.max is None else op.max.value.data
        return low, high
    return 0.0, math.inf


def _to_int8(value: float) -> int:
    return int(np.clip(np.rint(value), -128, 127))
