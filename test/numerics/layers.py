"""
Random integer networks, layer by layer (helper of tests).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from approx_opt.compiler.fixedpoint import (
    add_terms,
    multipliers_for,
    norm_table,
    softmax_table,
)
from approx_opt.dialects import network_ops as approx
from approx_opt.dialects.dense import dense, i32_properties, ints
from approx_opt.dialects.quant import quant_tensor, shape_of
from xdsl.dialects.builtin import IntegerAttr, ModuleOp, StringAttr, i32
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import SSAValue

Pads = tuple[int, int, int, int]
Pair = tuple[int, int]
FULL = (-128, 127)
NO_PADS = (0, 0, 0, 0)


class Layers:
    """
    A function @name of one int8 argument, and methods that append a layer with random numbers to
    it. Each takes and returns a value; scales are such that results spread over int8.
    """

    def __init__(self, name: str, shape: Sequence[int], seed: int, zero_point: int = -3):
        self.rng = np.random.default_rng(seed)
        tensor = quant_tensor(shape, 0.5, zero_point)
        self.function = FuncOp(name, ([tensor], []))
        self.input: SSAValue = self.function.args[0]
        self.block = self.function.body.block
        self.count = 0

    def finish(self, result: SSAValue) -> ModuleOp:
        """
        The module that returns `result`.
        """
        self.block.add_op(ReturnOp(result))
        self.function.update_function_type()
        module = ModuleOp([self.function])
        module.verify()
        return module

    def conv(self, x: SSAValue, outputs: int, kernel: Pair, **options: Any) -> SSAValue:
        """
        Convolution; options as in `_window` and `_weighted`, `dilations` and `group`.
        """
        window, plane = self._window(x, kernel, options)
        group = options.get("group", 1)
        weights = self._weights((outputs, *kernel, shape_of(x)[2] // group), options)
        depth = math.prod(weights.shape[1:])
        properties = self._weighted(weights, outputs, depth, options) | window
        if group != 1:
            properties["group"] = IntegerAttr(group, i32)
        return self._add(approx.Conv2dOp, x, (*plane, outputs), properties, options)

    def depthwise(self, x: SSAValue, kernel: Pair, **options: Any) -> SSAValue:
        """
        Depthwise convolution; options as `conv`, and `multiplier`.
        """
        window, plane = self._window(x, kernel, options)
        channels = shape_of(x)[2] * options.get("multiplier", 1)
        weights = self._weights((*kernel, channels), options)
        properties = self._weighted(weights, channels, math.prod(kernel), options) | window
        return self._add(approx.DepthwiseConv2dOp, x, (*plane, channels), properties, options)

    def dense(self, x: SSAValue, outputs: int, **options: Any) -> SSAValue:
        """
        Fully connected layer.
        """
        weights = self._weights((outputs, *shape_of(x)), options)
        properties = self._weighted(weights, outputs, weights.shape[1], options)
        return self._add(approx.FullyConnectedOp, x, (outputs,), properties, options)

    def max_pool(self, x: SSAValue, kernel: Pair, **options: Any) -> SSAValue:
        """
        Maximum over windows.
        """
        window, plane = self._window(x, kernel, options)
        del window["dilations"]
        shape = (*plane, shape_of(x)[2])
        return self._add(approx.MaxPool2dOp, x, shape, window, options, keep=True)

    def avg_pool(self, x: SSAValue, kernel: Pair, inside: bool = False, **options: Any) -> SSAValue:
        """
        Mean over windows; `inside`: only of what is no padding.
        """
        window, plane = self._window(x, kernel, options)
        del window["dilations"]
        counts = np.full(plane if inside else (1,), math.prod(kernel), np.float64)
        if inside:
            counts = self.rng.integers(1, math.prod(kernel) + 1, plane).astype(np.float64)
        scaling = multipliers_for(1 / counts.reshape(-1), options.get("rounding", "nearest"))
        properties = window | _requantization(scaling, options)
        properties["multipliers"] = dense(scaling.values.reshape(counts.shape))
        return self._add(approx.AvgPool2dOp, x, (*plane, shape_of(x)[2]), properties, options)

    def requantize(self, x: SSAValue, ratio: float, **options: Any) -> SSAValue:
        """
        Another scale: x * ratio.
        """
        scaling = multipliers_for([ratio], options.get("rounding", "nearest"))
        properties = _requantization(scaling, options)
        return self._add(approx.RequantizeOp, x, shape_of(x), properties, options)

    def add(
        self, lhs: SSAValue, rhs: SSAValue, clamp: Pair = FULL, negate: bool = False
    ) -> SSAValue:
        """
        Addition, or subtraction.
        """
        zero_points = tuple(_zero_point(v) for v in (lhs, rhs))
        scale = -0.3 if negate else 0.3
        terms = add_terms((0.5, scale, 0.7), (*zero_points, 4))
        properties = i32_properties(
            lhs_multiplier=terms.lhs,
            rhs_multiplier=terms.rhs,
            constant=terms.constant,
            shift=terms.shift,
        )
        properties["clamp"] = ints(clamp)
        return self._join(approx.AddOp, [lhs, rhs], _broadcast(lhs, rhs), properties, 0.7, 4)

    def mul(self, lhs: SSAValue, rhs: SSAValue, **options: Any) -> SSAValue:
        """
        Product.
        """
        scaling = multipliers_for([0.02], options.get("rounding", "nearest"))
        properties = _requantization(scaling, options)
        return self._join(approx.MulOp, [lhs, rhs], _broadcast(lhs, rhs), properties, 0.7, 4)

    def lookup(self, x: SSAValue, per_channel: bool = False) -> SSAValue:
        """
        A random function.
        """
        shape = (shape_of(x)[-1], 256) if per_channel else (256,)
        table = self.rng.integers(-128, 128, shape).astype(np.int8)
        return self._add(approx.LookupOp, x, shape_of(x), {"table": dense(table)}, {})

    def concat(self, *values: SSAValue, axis: int) -> SSAValue:
        """
        Tensors of one scale, joined.
        """
        shape = list(shape_of(values[0]))
        shape[axis] = sum(shape_of(value)[axis] for value in values)
        quant = values[0].type.encoding
        scale, zero_point = quant.scale.value.data, quant.zero_point.value.data
        properties = {"axis": IntegerAttr(axis, i32)}
        return self._join(approx.ConcatOp, [values], shape, properties, scale, zero_point)

    def pad(
        self, x: SSAValue, before: Sequence[int], after: Sequence[int], value: int = 7
    ) -> SSAValue:
        """
        A value all around.
        """
        shape = [sum(sizes) for sizes in zip(before, shape_of(x), after, strict=True)]
        properties = {"before": ints(before), "after": ints(after)}
        properties["value"] = IntegerAttr(value, i32)
        return self._add(approx.PadOp, x, shape, properties, {}, keep=True)

    def resize(self, x: SSAValue, rows: Sequence[int], columns: Sequence[int]) -> SSAValue:
        """
        Rows and columns picked.
        """
        shape = (len(rows), len(columns), shape_of(x)[2])
        properties = {"rows": ints(rows), "columns": ints(columns)}
        return self._add(approx.ResizeNearest2dOp, x, shape, properties, {}, keep=True)

    def local_response_norm(self, x: SSAValue, size: int, **options: Any) -> SSAValue:
        """
        Normalization by neighbouring channels. Option `beta`.
        """
        table = norm_table(size, 1.5, 1e-4 / size, 1.0, options.get("beta", 0.75), approx.LRN_NODES)
        numbers = i32_properties(size=size, step=table.step, fraction=table.fraction)
        properties = {**numbers, "table": dense(table.values)}
        return self._add(approx.LocalResponseNormOp, x, shape_of(x), properties, {})

    def argmax(self, x: SSAValue) -> SSAValue:
        """
        Places of the largest values.
        """
        shape = (*shape_of(x)[:-1], 1)
        return self._add(approx.ArgMaxOp, x, shape, {}, {"scale": 1.0, "zero_point": -128})

    def softmax(self, x: SSAValue) -> SSAValue:
        """
        Softmax over the last dimension.
        """
        table = dense(softmax_table(0.05, shape_of(x)[-1]).astype(np.int32))
        properties = {"table": table, "multiplier": IntegerAttr(2**24, i32)}
        return self._add(
            approx.SoftmaxOp, x, shape_of(x), properties, {"scale": 2.0**-8, "zero_point": -128}
        )

    def reshape(self, x: SSAValue, shape: Sequence[int]) -> SSAValue:
        """
        The same values.
        """
        return self._add(approx.ReshapeOp, x, shape, {}, {}, keep=True)

    def flatten(self, x: SSAValue) -> SSAValue:
        """
        A vector.
        """
        return self.reshape(x, (math.prod(shape_of(x)),))

    def transpose(self, x: SSAValue, perm: Sequence[int]) -> SSAValue:
        """
        Another order of dimensions.
        """
        shape = [shape_of(x)[p] for p in perm]
        return self._add(approx.TransposeOp, x, shape, {"perm": ints(perm)}, {}, keep=True)

    def _join(
        self,
        kind: Any,
        operands: Sequence[Any],
        shape: Sequence[int],
        properties: dict[str, Any],
        scale: float,
        zero_point: int,
    ) -> SSAValue:
        """
        Append an op of several operands.
        """
        op = kind(
            operands=operands,
            properties={**properties, "layer": self._name(kind.name.removeprefix("approx."))},
            result_types=[quant_tensor(shape, scale, zero_point)],
        )
        self.block.add_op(op)
        return op.output

    def _name(self, kind: str) -> StringAttr:
        self.count += 1
        return StringAttr(f"{kind}{self.count}")

    def _add(
        self,
        kind: Any,
        x: SSAValue,
        shape: Sequence[int],
        properties: dict[str, Any],
        options: dict[str, Any],
        keep: bool = False,
    ) -> SSAValue:
        """
        Append an op; `keep`: the result has the scale of the operand.
        """
        tensor = quant_tensor(shape, options.get("scale", 0.25), options.get("zero_point", 5))
        if keep:
            tensor = quant_tensor(shape, 0.5, _zero_point(x))
            tensor = type(tensor)(tensor.element_type, shape, x.type.encoding)
        op = kind(
            operands=[x],
            properties={**properties, "layer": self._name(kind.name.removeprefix("approx."))},
            result_types=[tensor],
        )
        self.block.add_op(op)
        return op.output

    def _window(
        self, x: SSAValue, kernel: Pair, options: dict[str, Any]
    ) -> tuple[dict[str, Any], Pair]:
        """
        The properties of a window, and the plane it makes. Options: `strides`, `pads` (top, left,
        bottom, right), `dilations`.
        """
        strides, pads = options.get("strides", (1, 1)), options.get("pads", NO_PADS)
        dilations = options.get("dilations", (1, 1))
        height, width, _ = shape_of(x)
        reach = [d * (k - 1) + 1 for k, d in zip(kernel, dilations, strict=True)]
        plane = (
            (height + pads[0] + pads[2] - reach[0]) // strides[0] + 1,
            (width + pads[1] + pads[3] - reach[1]) // strides[1] + 1,
        )
        window = {
            "kernel_shape": ints(kernel),
            "strides": ints(strides),
            "pads": ints(pads),
            "dilations": ints(dilations),
        }
        return window, plane

    def _weights(self, shape: Sequence[int], options: dict[str, Any]) -> Any:
        """
        Random int8. Options: `density`, the share that is not zero; `widest` (127), and int16 where
        that is more.
        """
        widest = options.get("widest", 127)
        weights = self.rng.integers(-widest, widest + 1, shape)
        weights *= self.rng.random(shape) < options.get("density", 0.9)
        return weights.astype(np.int8 if widest <= 127 else np.int16)

    def _weighted(
        self, weights: Any, outputs: int, depth: int, options: dict[str, Any]
    ) -> dict[str, Any]:
        """
        Weights, bias and requantization. Options: `ratio` (else such that results spread),
        `clamp`, `rounding`.
        """
        ratio = options.get("ratio", 50 / (math.sqrt(depth) * 74 * 73))
        ratios = ratio * self.rng.uniform(0.5, 1.0, outputs)
        scaling = multipliers_for(ratios, options.get("rounding", "nearest"))
        limit = 40 / ratio
        bias = self.rng.integers(-limit, limit + 1, outputs).astype(np.int32)
        return {
            "weights": dense(weights),
            "bias": dense(bias),
            **_requantization(scaling, options),
        }


def _requantization(scaling: Any, options: dict[str, Any]) -> dict[str, Any]:
    rounding = options.get("rounding", "nearest")
    return {
        "multipliers": dense(scaling.values),
        "shift": IntegerAttr(scaling.shift, i32),
        "clamp": ints(options.get("clamp", FULL)),
        "rounding": None if rounding == "nearest" else StringAttr(rounding),
    }


def _broadcast(lhs: SSAValue, rhs: SSAValue) -> tuple[int, ...]:
    return tuple(max(sizes) for sizes in zip(shape_of(lhs), shape_of(rhs), strict=True))


def _zero_point(value: SSAValue) -> int:
    return value.type.encoding.zero_point.value.data
