"""
The integer op for each ONNX op of a quantized model (helper of `fuse-qdq`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from xdsl.dialects.builtin import IntegerAttr, i32
from xdsl.ir import Attribute, Block, Operation, SSAValue

from ..compiler.fixedpoint import add_terms, softmax_table
from ..dialects import network_ops as approx
from ..dialects import onnx_ops as onnx
from ..dialects.dense import dense, ints, tuple_of
from ..dialects.quant import quant_tensor, shape_of
from .qdq_builder import FULL_RANGE, Clamp, NetworkBuilder, Quant, quantization
from .qdq_constants import Unfusable, Weights, bias_values, weights_of


class LayerBuilder(NetworkBuilder):
    """
    `layer` takes an ONNX op, its converted inputs, and scale, zero point and clamp of the result.
    """

    SCALE_KEEPING: ClassVar = (
        onnx.ReluOp,
        onnx.ClipOp,
        onnx.MaxPoolOp,
        onnx.FlattenOp,
        onnx.ReshapeOp,
        onnx.TransposeOp,
    )

    def __init__(self, block: Block, rounding: str):
        super().__init__(block, rounding)
        self._layers: dict[type[Operation], Callable[..., SSAValue]] = {
            onnx.ConvOp: self._conv,
            onnx.GemmOp: self._gemm,
            onnx.MatMulOp: self._matmul,
            onnx.AddOp: self._add,
            onnx.AveragePoolOp: self._average_pool,
            onnx.GlobalAveragePoolOp: self._global_average_pool,
            onnx.SoftmaxOp: self._softmax,
        }

    def layer(
        self, op: onnx.OnnxOp, inputs: list[SSAValue], quant: Quant, clamp: Clamp
    ) -> SSAValue:
        """
        The integer op for one ONNX op.
        """
        if isinstance(op, self.SCALE_KEEPING):
            kept = self.scale_keeping(op, inputs[0])
            return self.requantize(op.node.data, kept, quant, clamp)
        method = self._layers.get(type(op))
        if method is None:
            raise Unfusable(op, "has no integer form")
        try:
            return method(op, inputs, quant, clamp)
        except ValueError as error:
            raise Unfusable(op, str(error)) from error

    def scale_keeping(self, op: onnx.OnnxOp, x: SSAValue) -> SSAValue:
        """
        Ops that move, select or clamp values.
        """
        if isinstance(op, onnx.MaxPoolOp):
            return self.spatial(approx.MaxPool2dOp, op, x, shape_of(x)[0], quantization(x), {})
        if isinstance(op, onnx.TransposeOp):
            perm = tuple_of(op.perm)
            if perm[0] != 0:
                raise Unfusable(op, "moves the batch dimension")
            return self.transpose(x, [p - 1 for p in perm[1:]], op.node.data)
        if isinstance(op, onnx.ReluOp | onnx.ClipOp):
            return self.requantize(
                op.node.data, x, quantization(x), self.clamp(quantization(x), [op])
            )
        return self.reshape(x, self.shape(op.result), op.node.data)

    def _conv(
        self, op: onnx.ConvOp, inputs: list[SSAValue], quant: Quant, clamp: Clamp
    ) -> SSAValue:
        weights = weights_of(op, op.weight, axis=0)
        (x,) = inputs
        properties = {
            **self._weighted(op, weights, op.bias, quantization(x), quant, clamp),
            "dilations": op.dilations,
        }
        kernel = weights.values.shape[2:]
        group = op.group.value.data
        channels = len(weights.values)
        if group == 1:
            properties["weights"] = dense(weights.values.transpose(0, 2, 3, 1))
            cls: type[approx.WindowedOp] = approx.Conv2dOp
        elif group == channels == shape_of(x)[0]:
            properties["weights"] = dense(weights.values[:, 0].transpose(1, 2, 0))
            cls = approx.DepthwiseConv2dOp
        else:
            raise Unfusable(op, f"group {group} is neither 1 nor depthwise")
        return self.spatial(cls, op, x, channels, quant, properties, kernel)

    def _gemm(
        self, op: onnx.GemmOp, inputs: list[SSAValue], quant: Quant, clamp: Clamp
    ) -> SSAValue:
        if (op.alpha.value.data, op.beta.value.data, op.trans_a.value.data) != (1.0, 1.0, 0):
            raise Unfusable(op, "needs alpha = beta = 1 and transA = 0")
        transposed = bool(op.trans_b.value.data)
        weights = weights_of(op, op.weight, axis=0 if transposed else 1)
        rows = weights if transposed else weights.transposed()
        return self._fully_connected(op, inputs[0], rows, op.bias, quant, clamp)

    def _matmul(
        self, op: onnx.MatMulOp, inputs: list[SSAValue], quant: Quant, clamp: Clamp
    ) -> SSAValue:
        weights = weights_of(op, op.rhs, axis=1).transposed()
        return self._fully_connected(op, inputs[0], weights, None, quant, clamp)

    def _fully_connected(
        self,
        op: onnx.OnnxOp,
        x: SSAValue,
        weights: Weights,
        bias: SSAValue | None,
        quant: Quant,
        clamp: Clamp,
    ) -> SSAValue:
        if len(shape_of(x)) != 1:
            raise Unfusable(op, f"works on vectors, not on {shape_of(x)}")
        properties = self._weighted(op, weights, bias, quantization(x), quant, clamp)
        result = quant_tensor((len(weights.values),), *quant)
        return self.emit(approx.FullyConnectedOp, op.node.data, [x], result, properties)

    def _add(self, op: onnx.AddOp, inputs: list[SSAValue], quant: Quant, clamp: Clamp) -> SSAValue:
        if len(inputs) != 2 or shape_of(inputs[0]) != shape_of(inputs[1]):
            raise Unfusable(op, "adds a constant or tensors of different shapes")
        (ls, lz), (rs, rz) = map(quantization, inputs)
        terms = add_terms((ls, rs, quant[0]), (lz, rz, quant[1]))
        numbers = {
            "lhs_multiplier": terms.lhs,
            "rhs_multiplier": terms.rhs,
            "constant": terms.constant,
            "shift": terms.shift,
        }
        properties: dict[str, Attribute] = {k: IntegerAttr(v, i32) for k, v in numbers.items()}
        properties["clamp"] = ints(clamp)
        result = quant_tensor(shape_of(inputs[0]), *quant)
        return self.emit(approx.AddOp, op.node.data, inputs, result, properties)

    def _average_pool(
        self, op: onnx.AveragePoolOp, inputs: list[SSAValue], quant: Quant, clamp: Clamp
    ) -> SSAValue:
        (x,) = inputs
        kernel = tuple_of(op.kernel_shape)
        counts = np.array([kernel[0] * kernel[1]])
        if any(tuple_of(op.pads)) and not op.count_include_pad.value.data:
            counts = _window_counts(op, shape_of(x)[1:], shape_of(op.result)[2:])
        properties = self._averaging(counts, quantization(x), quant, clamp)
        return self.spatial(approx.AvgPool2dOp, op, x, shape_of(x)[0], quant, properties)

    def _global_average_pool(
        self, op: onnx.GlobalAveragePoolOp, inputs: list[SSAValue], quant: Quant, clamp: Clamp
    ) -> SSAValue:
        (x,) = inputs
        channels, height, width = shape_of(x)
        properties = self._averaging(np.array([height * width]), quantization(x), quant, clamp)
        properties |= {"strides": ints((1, 1)), "pads": ints((0, 0, 0, 0))}
        return self.spatial(approx.AvgPool2dOp, op, x, channels, quant, properties, (height, width))

    def _averaging(
        self, counts: NDArray[Any], before: Quant, after: Quant, clamp: Clamp
    ) -> dict[str, Attribute]:
        ratios = before[0] / (after[0] * counts)
        return self.requantization(ratios, clamp, ties="even")

    def _softmax(
        self, op: onnx.SoftmaxOp, inputs: list[SSAValue], quant: Quant, clamp: Clamp
    ) -> SSAValue:
        (x,) = inputs
        if len(shape_of(x)) != 1 or quant[0] >= 0.5 or clamp != FULL_RANGE:
            raise Unfusable(op, "softmax works on vectors, with a result scale below 0.5")
        table = softmax_table(quantization(x)[0], shape_of(x)[0])
        properties: dict[str, Attribute] = {
            "table": dense(table),
            "multiplier": IntegerAttr(round(math.ldexp(quant[0], 32)), i32),
        }
        result = quant_tensor(shape_of(x), *quant)
        return self.emit(approx.SoftmaxOp, op.node.data, [x], result, properties)

    def _weighted(
        self,
        op: onnx.OnnxOp,
        weights: Weights,
        bias: SSAValue | None,
        before: Quant,
        after: Quant,
        clamp: Clamp,
    ) -> dict[str, Attribute]:
        ratios = before[0] * weights.scales / after[0]
        values = bias_values(op, bias, before[0] * weights.scales)
        return {
            "weights": dense(weights.values),
            "bias": dense(values),
            **self.requantization(ratios, clamp),
        }


def _window_counts(
    op: onnx.AveragePoolOp, plane: tuple[int, ...], result: tuple[int, ...]
) -> NDArray[np.int64]:
    """
    How many inputs (not padding) each window covers: [OH, OW].
    """
    pads = tuple_of(op.pads)
    sides: list[NDArray[np.int64]] = []
    for axis in (0, 1):
        start = np.arange(result[axis]) * tuple_of(op.strides)[axis] - pads[axis]
        end = np.minimum(start + tuple_of(op.kernel_shape)[axis], plane[axis])
        sides.append(end - np.maximum(start, 0))
    return np.outer(sides[0], sides[1])
