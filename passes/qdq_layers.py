"""
The integer op for each ONNX op of a quantized model (helper of `fuse-qdq`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray
from xdsl.dialects.builtin import IntegerAttr, StringAttr, i32
from xdsl.ir import Attribute, Block, Operation, SSAValue

from ..compiler.fixedpoint import add_terms, multipliers_for, softmax_table
from ..dialects import network_ops as approx
from ..dialects import onnx_ops as onnx
from ..dialects.dense import dense, ints, numpy_of, tuple_of
from ..dialects.quant import quant_of, quant_tensor, shape_of
from .qdq_constants import Unfusable, Weights, bias_values, weights_of

Quant: TypeAlias = tuple[float, int]
"""Scale and zero point."""
Clamp: TypeAlias = tuple[int, int]

_TO_HWC = (1, 2, 0)
_TO_CHW = (2, 0, 1)
_FULL: Clamp = (-128, 127)


def _quant(value: SSAValue) -> Quant:
    quant = quant_of(value.type)
    return quant.scale.value.data, quant.zero_point.value.data


class LayerBuilder:
    """
    Appends integer ops to a block. Values are channels-first without the batch; `layer` takes the
    ONNX op, its converted inputs, and scale, zero point and clamp of the result.
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
        self.block = block
        self.rounding = rounding
        self._layers: dict[type[Operation], Callable[..., SSAValue]] = {
            onnx.ConvOp: self._conv,
            onnx.GemmOp: self._gemm,
            onnx.MatMulOp: self._matmul,
            onnx.AddOp: self._add,
            onnx.AveragePoolOp: self._average_pool,
            onnx.GlobalAveragePoolOp: self._global_average_pool,
            onnx.SoftmaxOp: self._softmax,
        }

    # What the fusion asks for.

    def shape(self, value: SSAValue) -> tuple[int, ...]:
        """
        ONNX shape without the batch.
        """
        shape = shape_of(value)
        if not shape or shape[0] != 1:
            raise Unfusable(None, f"a tensor of shape {shape} has no batch of 1 in front")
        return shape[1:]

    def activation_quant(self, op: onnx.QuantizeOp) -> Quant:
        """
        Scale and zero point of a per-tensor QuantizeLinear.
        """
        if op.scale.get_shape() not in ((), (1,)):
            raise Unfusable(op, "activations need one scale for the whole tensor")
        return float(numpy_of(op.scale).reshape(-1)[0]), int(numpy_of(op.zero_point).reshape(-1)[0])

    def clamp(self, quant: Quant, ops: Sequence[Operation]) -> Clamp:
        """
        The int8 bounds that Relu and Clip nodes leave.
        """
        scale, zero_point = quant
        lo, hi = _FULL
        for op in ops:
            low, high = _real_bounds(op)
            lo = max(lo, _to_int8(low / scale + zero_point))
            hi = min(hi, _to_int8(high / scale + zero_point))
        return min(lo, hi), hi

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
        return method(op, inputs, quant, clamp)

    def requantize(self, name: str, x: SSAValue, quant: Quant, clamp: Clamp) -> SSAValue:
        """
        The same values on another scale; nothing where scale and range stay.
        """
        if _quant(x) == quant and clamp == _FULL:
            return x
        ratio = _quant(x)[0] / quant[0]
        return self._emit(
            approx.RequantizeOp,
            name,
            [x],
            quant_tensor(shape_of(x), *quant),
            self._requantization([ratio], clamp),
        )

    def scale_keeping(self, op: onnx.OnnxOp, x: SSAValue) -> SSAValue:
        """
        Ops that move, select or clamp values.
        """
        if isinstance(op, onnx.MaxPoolOp):
            return self._spatial(approx.MaxPool2dOp, op, x, shape_of(x)[0], _quant(x), {})
        if isinstance(op, onnx.TransposeOp):
            perm = tuple_of(op.perm)
            if perm[0] != 0:
                raise Unfusable(op, "moves the batch dimension")
            return self._transpose(x, [p - 1 for p in perm[1:]], op.node.data)
        if isinstance(op, onnx.ReluOp | onnx.ClipOp):
            return self.requantize(op.node.data, x, _quant(x), self.clamp(_quant(x), [op]))
        return self._reshape(x, self.shape(op.result), op.node.data)

    # Layers.

    def _conv(
        self, op: onnx.ConvOp, inputs: list[SSAValue], quant: Quant, clamp: Clamp
    ) -> SSAValue:
        weights = weights_of(op, op.weight, axis=0)
        (x,) = inputs
        properties = {
            **self._weighted(op, weights, op.bias, _quant(x), quant, clamp),
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
        return self._spatial(cls, op, x, channels, quant, properties, kernel)

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
        self,
        op: onnx.MatMulOp,
        inputs: list[SSAValue],
        quant: Quant,
        clamp: Clamp,
        bias: SSAValue | None = None,
    ) -> SSAValue:
        weights = weights_of(op, op.rhs, axis=1).transposed()
        return self._fully_connected(op, inputs[0], weights, bias, quant, clamp)

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
        properties = self._weighted(op, weights, bias, _quant(x), quant, clamp)
        result = quant_tensor((len(weights.values),), *quant)
        return self._emit(approx.FullyConnectedOp, op.node.data, [x], result, properties)

    def _add(self, op: onnx.AddOp, inputs: list[SSAValue], quant: Quant, clamp: Clamp) -> SSAValue:
        if len(inputs) != 2 or shape_of(inputs[0]) != shape_of(inputs[1]):
            raise Unfusable(op, "adds a constant or tensors of different shapes")
        (ls, lz), (rs, rz) = map(_quant, inputs)
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
        return self._emit(approx.AddOp, op.node.data, inputs, result, properties)

    def _average_pool(
        self, op: onnx.AveragePoolOp, inputs: list[SSAValue], quant: Quant, clamp: Clamp
    ) -> SSAValue:
        (x,) = inputs
        kernel = tuple_of(op.kernel_shape)
        counts = np.array([kernel[0] * kernel[1]])
        if any(tuple_of(op.pads)) and not op.count_include_pad.value.data:
            counts = _window_counts(op, shape_of(x)[1:], shape_of(op.result)[2:])
        properties = self._averaging(counts, _quant(x), quant, clamp)
        return self._spatial(approx.AvgPool2dOp, op, x, shape_of(x)[0], quant, properties)

    def _global_average_pool(
        self, op: onnx.GlobalAveragePoolOp, inputs: list[SSAValue], quant: Quant, clamp: Clamp
    ) -> SSAValue:
        (x,) = inputs
        channels, height, width = shape_of(x)
        properties = self._averaging(np.array([height * width]), _quant(x), quant, clamp)
        properties |= {"strides": ints((1, 1)), "pads": ints((0, 0, 0, 0))}
        return self._spatial(
            approx.AvgPool2dOp, op, x, channels, quant, properties, (height, width)
        )

    def _averaging(
        self, counts: NDArray[Any], before: Quant, after: Quant, clamp: Clamp
    ) -> dict[str, Attribute]:
        ratios = before[0] / (after[0] * counts)
        return self._requantization(ratios, clamp)

    def _softmax(
        self, op: onnx.SoftmaxOp, inputs: list[SSAValue], quant: Quant, clamp: Clamp
    ) -> SSAValue:
        (x,) = inputs
        if len(shape_of(x)) != 1 or quant[0] >= 0.5 or clamp != _FULL:
            raise Unfusable(op, "softmax works on vectors, with a result scale below 0.5")
        table = softmax_table(_quant(x)[0], shape_of(x)[0])
        properties: dict[str, Attribute] = {
            "table": dense(table),
            "multiplier": IntegerAttr(round(math.ldexp(quant[0], 32)), i32),
        }
        result = quant_tensor(shape_of(x), *quant)
        return self._emit(approx.SoftmaxOp, op.node.data, [x], result, properties)

    # Pieces.

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
            **self._requantization(ratios, clamp),
        }

    def _requantization(
        self, ratios: Sequence[float] | NDArray[np.float64], clamp: Clamp
    ) -> dict[str, Attribute]:
        multipliers = multipliers_for(ratios, self.rounding)
        properties: dict[str, Attribute] = {
            "multipliers": dense(multipliers.values),
            "shift": IntegerAttr(multipliers.shift, i32),
            "clamp": ints(clamp),
        }
        if self.rounding != "nearest":
            properties["rounding"] = StringAttr(self.rounding)
        return properties

    def _spatial(
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
        hwc = self._transpose(x, _TO_HWC, name)
        window = {
            "kernel_shape": op.kernel_shape if kernel is None else ints(kernel),
            **{k: v for k, v in op.properties.items() if k in ("strides", "pads")},
            **properties,
        }
        result = quant_tensor((*shape_of(op.result)[2:], channels), *quant)
        return self._transpose(self._emit(cls, name, [hwc], result, window), _TO_CHW, name)

    def _transpose(self, x: SSAValue, perm: Sequence[int], name: str) -> SSAValue:
        result = quant_tensor([shape_of(x)[p] for p in perm], *_quant(x))
        return self._emit(approx.TransposeOp, name, [x], result, {"perm": ints(perm)})

    def _reshape(self, x: SSAValue, shape: Sequence[int], name: str) -> SSAValue:
        return self._emit(approx.ReshapeOp, name, [x], quant_tensor(shape, *_quant(x)), {})

    def _emit(
        self,
        cls: type[approx.NetworkOp],
        name: str,
        operands: Sequence[SSAValue],
        result: Attribute,
        properties: dict[str, Attribute],
    ) -> SSAValue:
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
