"""
Builds integer ops that treat every value alike (helper of `fuse-qdq`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from xdsl.dialects.builtin import IntegerAttr, i32
from xdsl.ir import Attribute, Operation, SSAValue

from ..compiler.fixedpoint import add_terms, norm_table, softmax_table
from ..compiler.float_kernels import quantize_linear
from ..dialects import network_ops as approx
from ..dialects import onnx_ops as onnx
from ..dialects.dense import dense, i32_properties, ints
from ..dialects.quant import quant_tensor, shape_of
from .qdq_builder import ONE_PIXEL, TO_CHW, TO_HWC, Clamp, Quant, quantization
from .qdq_constants import Unfusable
from .qdq_moves import MoveBuilder
from .qdq_pointwise import Line, evaluate, line_through

_LARGEST_WEIGHT = 2047
"""Of a channel's line: its offset is rounded to so many parts of a step of the input, and what is
left for its multiplier has still bits enough."""
_LARGEST_BIAS = 2.0**26
"""Of a channel's line, in steps of its accumulator: it keeps the accumulator far from int32."""


class FunctionBuilder(MoveBuilder):
    """
    Functions of one tensor by table, sums and products of two, softmax.
    """

    def function(
        self,
        op: onnx.OnnxOp,
        leaf: SSAValue,
        x: SSAValue,
        quant: Quant,
        clamps: Sequence[Operation],
    ) -> SSAValue:
        """
        What pointwise nodes, the last of which is `op`, make of one tensor: a table, or where each
        channel has a straight line of its own, a depthwise convolution of one pixel.
        """
        scale, zero_point = quantization(x)
        steps = np.arange(-128, 128, dtype=np.float32) - np.float32(zero_point)
        real = steps * np.float32(scale)
        y = evaluate(op, leaf, real)
        if np.isnan(y).any():
            raise Unfusable(op, "has no value for some of its inputs")
        clamp = self.clamp(quant, clamps)
        if y.shape[1] not in (1, shape_of(x)[0]):
            raise Unfusable(op, f"makes {y.shape[1]} channels of {shape_of(x)[0]}")
        if y.shape[1] > 1 and (line := line_through(real, y)) is not None:
            return self._lines(op, x, line, quant, clamp)
        table = quantize_linear(y, np.array(quant[0], np.float32), np.array(quant[1], np.int8), 0)
        return self._lookup(op.node.data, x, np.clip(table, *clamp).T, quant)

    def _lookup(self, name: str, x: SSAValue, table: NDArray[np.int8], quant: Quant) -> SSAValue:
        """
        `table` is int8 [C, 256], or [1, 256] for all channels.
        """
        if len(table) == 1:
            tables: dict[str, Attribute] = {"table": dense(table[0])}
            return self.emit(approx.LookupOp, name, [x], quant_tensor(shape_of(x), *quant), tables)
        last = self.axis_last(x, 0, name)
        result = quant_tensor(shape_of(last), *quant)
        y = self.emit(approx.LookupOp, name, [last], result, {"table": dense(table)})
        return self.axis_back(y, 0, name)

    def _lines(
        self, op: onnx.OnnxOp, x: SSAValue, line: Line, quant: Quant, clamp: Clamp
    ) -> SSAValue:
        """
        y = slope x + offset as acc = w (x - z_x) + bias, one weight a channel.
        """
        shape, name = shape_of(x), op.node.data
        scale, _ = quantization(x)
        step = np.maximum(
            np.abs(line.slope) / _LARGEST_WEIGHT, np.abs(line.offset) / (scale * _LARGEST_BIAS)
        )
        step = np.where(step > 0, step, quant[0] / scale)
        try:
            requantization = self.requantization(step * scale / quant[0], clamp)
        except ValueError as error:
            raise Unfusable(op, str(error)) from error
        properties: dict[str, Attribute] = {
            "weights": dense(np.rint(line.slope / step).astype(np.int16)[None, None]),
            "bias": dense(np.rint(line.offset / (step * scale)).astype(np.int32)),
            **requantization,
            **ONE_PIXEL,
        }
        height, width = math.prod(shape[1:-1]), math.prod(shape[1:][-1:])
        planes = self.reshape(x, (shape[0], height, width), name)
        image = self.transpose(planes, TO_HWC, name)
        result = quant_tensor(shape_of(image), *quant)
        y = self.emit(approx.DepthwiseConv2dOp, name, [image], result, properties)
        return self.reshape(self.transpose(y, TO_CHW, name), shape, name)

    def add(
        self,
        op: onnx.AddOp | onnx.SubOp,
        inputs: list[SSAValue],
        quant: Quant,
        clamp: Clamp,
    ) -> SSAValue:
        """
        A sum or difference.
        """
        shape = _broadcast(op, inputs)
        (ls, lz), (rs, rz) = map(quantization, inputs)
        sign = -1.0 if isinstance(op, onnx.SubOp) else 1.0
        terms = add_terms((ls, sign * rs, quant[0]), (lz, rz, quant[1]))
        properties = i32_properties(
            lhs_multiplier=terms.lhs,
            rhs_multiplier=terms.rhs,
            constant=terms.constant,
            shift=terms.shift,
        )
        properties["clamp"] = ints(clamp)
        return self.emit(
            approx.AddOp, op.node.data, inputs, quant_tensor(shape, *quant), properties
        )

    def mul(self, op: onnx.MulOp, inputs: list[SSAValue], quant: Quant, clamp: Clamp) -> SSAValue:
        """
        A product.
        """
        shape = _broadcast(op, inputs)
        (ls, _), (rs, _) = map(quantization, inputs)
        properties = self.requantization([ls * rs / quant[0]], clamp, ties="even")
        return self.emit(
            approx.MulOp, op.node.data, inputs, quant_tensor(shape, *quant), properties
        )

    def softmax(
        self, op: onnx.SoftmaxOp, inputs: list[SSAValue], quant: Quant, clamp: Clamp
    ) -> SSAValue:
        """
        Softmax along the last dimension, to which its own is moved.
        """
        (x,) = inputs
        if quant[0] >= 0.5:
            raise Unfusable(op, f"softmax needs a result scale below 0.5, not {quant[0]}")
        axis, name = op.axis.value.data - 1, op.node.data
        last = self.axis_last(x, axis, name)
        table = softmax_table(quantization(x)[0], shape_of(last)[-1])
        properties: dict[str, Attribute] = {
            "table": dense(table),
            "multiplier": IntegerAttr(round(math.ldexp(quant[0], 32)), i32),
        }
        result = quant_tensor(shape_of(last), *quant)
        y = self.emit(approx.SoftmaxOp, name, [last], result, properties)
        return self.requantize(name, self.axis_back(y, axis, name), quant, clamp)

    def local_response_norm(
        self, op: onnx.LrnOp, inputs: list[SSAValue], quant: Quant, clamp: Clamp
    ) -> SSAValue:
        """
        Normalization by neighbouring channels.
        """
        (x,) = inputs
        name, size = op.node.data, op.size.value.data
        (scale, _), (alpha, beta, bias) = (
            quantization(x),
            (a.value.data for a in (op.alpha, op.beta, op.bias)),
        )
        weight = alpha / size * scale * scale
        table = norm_table(size, scale / quant[0], weight, bias, beta, approx.LRN_NODES)
        properties = {
            **i32_properties(size=size, step=table.step, fraction=table.fraction),
            "table": dense(table.values),
        }
        image = self.transpose(x, TO_HWC, name)
        result = quant_tensor(shape_of(image), *quant)
        y = self.emit(approx.LocalResponseNormOp, name, [image], result, properties)
        return self.requantize(name, self.transpose(y, TO_CHW, name), quant, clamp)


def _broadcast(op: onnx.BinaryOp, inputs: list[SSAValue]) -> tuple[int, ...]:
    """
    The shape of the result, without the batch.
    """
    shapes = [shape_of(x) for x in inputs]
    if len(shapes) != 2 or len(shapes[0]) != len(shapes[1]):
        raise Unfusable(op, f"needs two tensors of one rank, not {shapes}")
    return tuple(max(sizes) for sizes in zip(*shapes, strict=True))
