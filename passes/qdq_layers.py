"""
The integer op for each ONNX op of a quantized model (helper of `fuse-qdq`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from xdsl.dialects.builtin import IntegerAttr, i32
from xdsl.ir import Attribute, Block, Operation, SSAValue

from ..dialects import network_ops as approx
from ..dialects import onnx_ops as onnx
from ..dialects.dense import dense, ints, tuple_of
from ..dialects.quant import quant_tensor, shape_of
from .qdq_builder import ONE_PIXEL, TO_CHW, TO_HWC, Clamp, Quant, quantization
from .qdq_constants import Unfusable, Weights, bias_values, weights_of
from .qdq_functions import FunctionBuilder


class LayerBuilder(FunctionBuilder):
    """
    `layer` takes an ONNX op, its converted inputs, and scale, zero point and clamp of the result.
    """

    def __init__(self, block: Block, rounding: str):
        super().__init__(block, rounding)
        self._layers: dict[type[Operation], Callable[..., SSAValue]] = {
            onnx.AddOp: self.add,
            onnx.AveragePoolOp: self._average_pool,
            onnx.ConcatOp: self.concat,
            onnx.ConvOp: self._conv,
            onnx.ConvTransposeOp: self._conv_transpose,
            onnx.GemmOp: self._gemm,
            onnx.GlobalAveragePoolOp: self._global_average_pool,
            onnx.LrnOp: self.local_response_norm,
            onnx.MatMulOp: self._matmul,
            onnx.MulOp: self.mul,
            onnx.SoftmaxOp: self.softmax,
            onnx.SubOp: self.add,
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
        group, inputs_per_group = op.group.value.data, weights.values.shape[1]
        channels = len(weights.values)
        if group > 1 and inputs_per_group == 1:
            properties["weights"] = dense(weights.values[:, 0].transpose(1, 2, 0))
            return self.spatial(
                approx.DepthwiseConv2dOp, op, x, channels, quant, properties, kernel
            )
        properties["weights"] = dense(weights.values.transpose(0, 2, 3, 1))
        if group > 1:
            properties["group"] = IntegerAttr(group, i32)
        return self.spatial(approx.Conv2dOp, op, x, channels, quant, properties, kernel)

    def _conv_transpose(
        self, op: onnx.ConvTransposeOp, inputs: list[SSAValue], quant: Quant, clamp: Clamp
    ) -> SSAValue:
        """
        Windows that do not overlap: for each row of the kernel a convolution of one pixel, whose
        channels are the outputs side by side, and their rows in turn.
        """
        stored = weights_of(op, op.weight, axis=1)
        depth, outputs, rows, columns = stored.values.shape
        name, x = op.node.data, self.transpose(inputs[0], TO_HWC, op.node.data)
        height, width, _ = shape_of(x)
        scales = np.tile(stored.scales, columns)
        bias = bias_values(op, op.bias, quantization(x)[0] * stored.scales)
        lines: list[SSAValue] = []
        for row in range(rows):
            block = stored.values[:, :, row].transpose(2, 1, 0).reshape(-1, 1, 1, depth)
            properties = {
                "weights": dense(block),
                "bias": dense(np.tile(bias, columns)),
                **self.requantization(quantization(x)[0] * scales / quant[0], clamp),
                **ONE_PIXEL,
            }
            result = quant_tensor((height, width, columns * outputs), *quant)
            y = self.emit(approx.Conv2dOp, f"{name}/row{row}", [x], result, properties)
            lines.append(self.reshape(y, (height, 1, width * columns * outputs), name))
        tall = quant_tensor((height, rows, width * columns * outputs), *quant)
        joined = self.emit(approx.ConcatOp, name, [lines], tall, {"axis": IntegerAttr(1, i32)})
        image = self.reshape(joined, (height * rows, width * columns, outputs), name)
        return self.transpose(image, TO_CHW, name)

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
