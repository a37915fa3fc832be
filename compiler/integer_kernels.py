"""
Layers of the integer network on int8 arrays, batch in front, exact: what takes most of the time.

Convolutions are matrix products in floating point, in a type in which every partial sum is exact
(compiler/exact_floats.py): BLAS gives the int32 accumulator however it orders the sum. Samples go
through a layer a few at a time, so that what is in between stays in the caches.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..dialects import network_ops as approx
from ..dialects.dense import numpy_of
from ..dialects.tap_ops import UnpackedConv2dOp
from .batches import in_cache
from .exact_floats import exact_type, largest_sum, requantize_floats
from .fixedpoint import requantize
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


def requantized(
    acc: NDArray[Any], op: approx.RequantizedOp, zero_point: int, multipliers: NDArray[Any]
) -> Int8:
    """
    int8 values of integers within int32, of any type, against which `multipliers` broadcast.
    """
    options = op.left_shift, zero_point, op.bounds, op.rounding_mode
    if op.rounding_mode == "tflite":
        return requantize(acc.astype(np.int64), multipliers, *options).astype(np.int8)
    return requantize_floats(acc, multipliers, *options)


def convolution(x: Int8, op: Any, weights: NDArray[Any], bias: NDArray[Any]) -> Int8:
    """
    int8 [N, H, W, C], weights [O, K], bias [O] -> int8 [N, OH, OW, O].
    """
    exact = exact_type(largest_sum(weights, bias, op.input_zero_point))
    filters, start = np.ascontiguousarray(weights.T, exact), bias.astype(exact)
    multipliers = numpy_of(op.multipliers)

    def run(part: Int8) -> Int8:
        acc = im2col(part, window_of(op), op.input_zero_point, exact) @ filters
        acc += start
        y = requantized(acc, op, op.output_zero_point, multipliers)
        return y.reshape(len(part), *op.output_shape)

    pixels = prod(op.output_shape[:2])
    return in_cache(run, [x], pixels * filters.itemsize * sum(weights.shape))


def domain_convolution(x: Int8, op: UnpackedConv2dOp, bias: NDArray[Any]) -> Int8:
    """
    Of taps in Winograd's domain: int8 [N, H, W, C] -> [N, OH, OW, O], bias [O].
    """
    filters = position_filters(op.tap_matrix())
    multipliers = numpy_of(op.multipliers)
    height, width, _ = op.output_shape

    def run(part: Int8) -> Int8:
        v = transformed_tiles(part, window_of(op), op.input_zero_point)
        acc = tile_accumulators(v, filters, bias)
        tiles = requantized(acc, op, op.output_zero_point, multipliers)
        return joined_tiles(tiles, (height, width))

    positions = prod(len(tile_starts(size)) for size in (height, width)) * len(filters)
    return in_cache(run, [x], positions * filters.itemsize * sum(filters.shape[1:]))


def weighted_sum(op: approx.AddOp, lhs: Int8, rhs: Int8) -> Int8:
    """
    `approx.add` of int8 [N, ...], which the op verifies to be within int32.
    """
    left, right = lhs.astype(np.int32), rhs.astype(np.int32)
    left *= op.lhs_multiplier.value.data
    right *= op.rhs_multiplier.value.data
    total = left + right
    total += op.constant.value.data
    total >>= op.shift.value.data
    return np.clip(total, *op.bounds).astype(np.int8)


def depthwise_convolution(op: approx.DepthwiseConv2dOp, x: Int8) -> Int8:
    """
    Of windows of one channel, place after place: int8 [N, H, W, C] -> [N, OH, OW, O].
    """
    weights, bias = numpy_of(op.weights), numpy_of(op.bias)
    rows = weights.reshape(-1, len(bias)).T
    exact = exact_type(largest_sum(rows, bias, op.input_zero_point))
    by_place = windows(centred(x, op.input_zero_point, exact), window_of(op), 0)
    acc = np.zeros((len(x), *op.output_shape), exact)
    acc += bias.astype(exact)
    for row, column in np.ndindex(*op.window):
        values = np.repeat(by_place[:, :, :, row, column], op.multiplier, axis=-1)
        acc += values * weights[row, column].astype(exact)
    return requantized(acc, op, op.output_zero_point, numpy_of(op.multipliers))
