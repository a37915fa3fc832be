"""
Semantics of the integer network, batched and exact.

Convolutions are matrix products in floating point, in a type in which every partial sum is exact
(compiler/exact_floats.py): BLAS gives the int32 accumulator however it orders the sum.
"""

from __future__ import annotations

from functools import reduce
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from xdsl.interpreter import (
    Interpreter,
    InterpreterFunctions,
    PythonValues,
    impl,
    register_impls,
)

from ..dialects import network_ops as approx
from ..dialects.dense import numpy_of, tuple_of
from ..dialects.tap_ops import UnpackedConv2dOp
from .batches import in_cache
from .exact_floats import exact_type, largest_sum, requantize_floats
from .fixedpoint import NormTable, local_response_norm, requantize, softmax
from .patches import Window, centred, im2col, windows
from .winograd_domain import (
    joined_tiles,
    position_filters,
    tile_accumulators,
    tile_starts,
    transformed_tiles,
)

Int8 = NDArray[np.int8]


def window_of(op: approx.WindowedOp) -> Window:
    """
    The window of a layer.
    """
    return Window(op.window, op.stride, op.padding, op.dilation)


def _requantized(
    acc: NDArray[Any], op: approx.RequantizedOp, zero_point: int, multipliers: NDArray[Any]
) -> Int8:
    options = op.left_shift, zero_point, op.bounds, op.rounding_mode
    if op.rounding_mode == "tflite":
        return requantize(acc.astype(np.int64), multipliers, *options).astype(np.int8)
    return requantize_floats(acc, multipliers, *options)


def _convolution(x: Int8, op: Any, weights: NDArray[Any], bias: NDArray[Any]) -> Int8:
    """
    weights [O, K], bias [O] -> int8 [N, OH, OW, O].
    """
    exact = exact_type(largest_sum(weights, bias, op.input_zero_point))
    filters, start = np.ascontiguousarray(weights.T, exact), bias.astype(exact)
    multipliers = numpy_of(op.multipliers)

    def run(part: Int8) -> Int8:
        acc = im2col(part, window_of(op), op.input_zero_point, exact) @ filters
        acc += start
        y = _requantized(acc, op, op.output_zero_point, multipliers)
        return y.reshape(len(part), *op.output_shape)

    pixels = prod(op.output_shape[:2])
    return in_cache(run, [x], pixels * filters.itemsize * sum(weights.shape))


def _domain_convolution(x: Int8, op: UnpackedConv2dOp, bias: NDArray[Any]) -> Int8:
    """
    Of taps in Winograd's domain.
    """
    filters = position_filters(op.tap_matrix())
    multipliers = numpy_of(op.multipliers)
    height, width, _ = op.output_shape

    def run(part: Int8) -> Int8:
        v = transformed_tiles(part, window_of(op), op.input_zero_point)
        acc = tile_accumulators(v, filters, bias)
        tiles = _requantized(acc, op, op.output_zero_point, multipliers)
        return joined_tiles(tiles, (height, width))

    positions = prod(len(tile_starts(size)) for size in (height, width)) * len(filters)
    return in_cache(run, [x], positions * filters.itemsize * sum(filters.shape[1:]))


@register_impls
class NetworkFunctions(InterpreterFunctions):
    """
    `approx.*` on int8 arrays with the batch in front.
    """

    @impl(approx.Conv2dOp)
    def run_conv2d(self, _: Interpreter, op: approx.Conv2dOp, args: PythonValues) -> PythonValues:
        """
        Convolution of OHWI weights.
        """
        weights = op.full_weights()
        return (_convolution(args[0], op, weights.reshape(len(weights), -1), numpy_of(op.bias)),)

    @impl(UnpackedConv2dOp)
    def run_unpacked_conv2d(
        self, _: Interpreter, op: UnpackedConv2dOp, args: PythonValues
    ) -> PythonValues:
        """
        Convolution of the taps that are left.
        """
        bias = np.array([channel.bias.value.data for channel in op.channels])
        if op.domain is not None:
            return (_domain_convolution(args[0], op, bias),)
        return (_convolution(args[0], op, op.tap_matrix(), bias),)

    @impl(approx.DepthwiseConv2dOp)
    def run_depthwise(
        self, _: Interpreter, op: approx.DepthwiseConv2dOp, args: PythonValues
    ) -> PythonValues:
        """
        Windows of one channel.
        """
        zero_point = op.input_zero_point
        patches = windows(args[0], window_of(op), zero_point).astype(np.int64) - zero_point
        patches = np.repeat(patches, op.multiplier, axis=-1)
        acc = np.einsum("nhwabc,abc->nhwc", patches, numpy_of(op.weights).astype(np.int64))
        acc = acc + numpy_of(op.bias)
        return (_requantized(acc, op, op.output_zero_point, numpy_of(op.multipliers)),)

    @impl(approx.FullyConnectedOp)
    def run_fully_connected(
        self, _: Interpreter, op: approx.FullyConnectedOp, args: PythonValues
    ) -> PythonValues:
        """
        Matrix times vector.
        """
        weights, bias = numpy_of(op.weights), numpy_of(op.bias)
        exact = exact_type(largest_sum(weights, bias, op.input_zero_point))
        x = centred(args[0], op.input_zero_point, exact)
        acc = x @ weights.T.astype(exact) + bias.astype(exact)
        return (_requantized(acc, op, op.output_zero_point, numpy_of(op.multipliers)),)

    @impl(approx.MaxPool2dOp)
    def run_max_pool(
        self, _: Interpreter, op: approx.MaxPool2dOp, args: PythonValues
    ) -> PythonValues:
        """
        Maximum of each window.
        """
        by_place = windows(args[0], window_of(op), -128).transpose(3, 4, 0, 1, 2, 5)
        return (reduce(np.maximum, (place for row in by_place for place in row)),)

    @impl(approx.AvgPool2dOp)
    def run_avg_pool(
        self, _: Interpreter, op: approx.AvgPool2dOp, args: PythonValues
    ) -> PythonValues:
        """
        Requantized sum of each window.
        """
        zero_point = op.input_zero_point
        acc = (windows(args[0], window_of(op), zero_point).astype(np.int64) - zero_point).sum(
            axis=(3, 4)
        )
        multipliers = numpy_of(op.multipliers)
        if multipliers.ndim == 2:
            multipliers = multipliers[..., None]
        return (_requantized(acc, op, op.output_zero_point, multipliers),)

    @impl(approx.AddOp)
    def run_add(self, _: Interpreter, op: approx.AddOp, args: PythonValues) -> PythonValues:
        """
        Two multiplications, one shift.
        """
        lhs, rhs = (arg.astype(np.int32) for arg in args)
        lhs *= op.lhs_multiplier.value.data
        rhs *= op.rhs_multiplier.value.data
        total = lhs + rhs
        total += op.constant.value.data
        total >>= op.shift.value.data
        return (np.clip(total, *op.bounds).astype(np.int8),)

    @impl(approx.MulOp)
    def run_mul(self, _: Interpreter, op: approx.MulOp, args: PythonValues) -> PythonValues:
        """
        Requantized product.
        """
        lhs, rhs = (a.astype(np.int64) - z for a, z in zip(args, op.zero_points, strict=True))
        return (_requantized(lhs * rhs, op, op.output_zero_point, numpy_of(op.multipliers)),)

    @impl(approx.LookupOp)
    def run_lookup(self, _: Interpreter, op: approx.LookupOp, args: PythonValues) -> PythonValues:
        """
        One entry a value.
        """
        table, index = numpy_of(op.table), args[0].astype(np.int64) + 128
        if op.is_per_channel:
            return (table[np.arange(len(table)), index],)
        return (table[index],)

    @impl(approx.RequantizeOp)
    def run_requantize(
        self, _: Interpreter, op: approx.RequantizeOp, args: PythonValues
    ) -> PythonValues:
        """
        Another scale, or a clamp.
        """
        acc = args[0].astype(np.int64) - op.input_zero_point
        return (_requantized(acc, op, op.output_zero_point, numpy_of(op.multipliers)),)

    @impl(approx.SoftmaxOp)
    def run_softmax(self, _: Interpreter, op: approx.SoftmaxOp, args: PythonValues) -> PythonValues:
        """
        By table.
        """
        table = numpy_of(op.table).view(np.uint32)
        multiplier = op.multiplier.value.data & 0xFFFFFFFF
        return (softmax(args[0], table, multiplier, op.output_zero_point),)

    @impl(approx.LocalResponseNormOp)
    def run_norm(
        self, _: Interpreter, op: approx.LocalResponseNormOp, args: PythonValues
    ) -> PythonValues:
        """
        By table.
        """
        table = NormTable(numpy_of(op.table), op.step.value.data, op.fraction.value.data)
        zero_points = op.input_zero_point, op.output_zero_point
        return (local_response_norm(args[0], table, op.size.value.data, zero_points),)

    @impl(approx.ArgMaxOp)
    def run_argmax(self, _: Interpreter, op: approx.ArgMaxOp, args: PythonValues) -> PythonValues:
        """
        The first of the largest.
        """
        return ((args[0].argmax(axis=-1, keepdims=True) - 128).astype(np.int8),)

    @impl(approx.ConcatOp)
    def run_concat(self, _: Interpreter, op: approx.ConcatOp, args: PythonValues) -> PythonValues:
        """
        Joined behind the batch.
        """
        return (np.concatenate(args, axis=op.axis.value.data + 1),)

    @impl(approx.PadOp)
    def run_pad(self, _: Interpreter, op: approx.PadOp, args: PythonValues) -> PythonValues:
        """
        One value all around.
        """
        widths = [(0, 0), *zip(tuple_of(op.before), tuple_of(op.after), strict=True)]
        return (np.pad(args[0], widths, constant_values=op.value.value.data),)

    @impl(approx.ResizeNearest2dOp)
    def run_resize(
        self, _: Interpreter, op: approx.ResizeNearest2dOp, args: PythonValues
    ) -> PythonValues:
        """
        Rows and columns picked.
        """
        return (args[0][:, tuple_of(op.rows)][:, :, tuple_of(op.columns)],)

    @impl(approx.ReshapeOp)
    def run_reshape(self, _: Interpreter, op: approx.ReshapeOp, args: PythonValues) -> PythonValues:
        """
        The same values.
        """
        return (args[0].reshape(args[0].shape[0], *op.output_shape),)

    @impl(approx.TransposeOp)
    def run_transpose(
        self, _: Interpreter, op: approx.TransposeOp, args: PythonValues
    ) -> PythonValues:
        """
        Dimensions permuted, the batch left in front.
        """
        return (args[0].transpose(0, *(p + 1 for p in op.permutation)),)

    @impl(approx.RepackOp)
    def run_repack(self, _: Interpreter, op: approx.RepackOp, args: PythonValues) -> PythonValues:
        """
        The same values.
        """
        return args
