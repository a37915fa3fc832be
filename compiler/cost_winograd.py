"""
What Winograd's convolutions take.

The steps of the runtime, shared by all layers (4 KiB), are not counted as flash of any.

Cycles are those of the stm32u5 profile (docs/simulator.md). What a product takes, and the transform
of filters, is counted from instructions (runtime/approx_winograd*.h), the rest fitted to `python
bench/kernels.py --kernels winograd2 winograd4 winograd4-packed`, within 3 %.
"""

from __future__ import annotations

from math import ceil

import numpy as np
from numpy.typing import NDArray

from .cost import Cost
from .winograd import F2, F4, TILES, bands, group_grid, group_shape
from .winograd_filters import BYTES
from .winograd_taps import stream_counts

_PAIR_CYCLES = 16
"""Two output channels and four tiles by a pair of input channels."""
_LINE_BYTES = 16
_LINE_CYCLES = 4.9
"""What the core waits for a line of filters."""
_CACHED_BYTES = 5500
"""Filters of two output channels that stay in the cache of 8 KiB, beside the code."""

_STEP_CYCLES = 440
"""Calls, pointers and the loop over tiles of two output channels of a group."""
_INPUT4_CYCLES = 378
"""The transform of a tile of a pair of channels."""
_OUTPUT4_CYCLES = 282
"""The transform, requantization and stores of a tile of a channel."""
_CODE4_BYTES, _PAIR_BYTES = 170, 52
_FILTERS_CYCLES, _FILTERS_STEP = 262, 20
"""The filters of a pair of channels and two outputs, and the call."""
_PACKED_CODE_BYTES = 80
"""More than that of a layer with transformed filters: the call, and offsets too far for 16 bits."""
_WRITTEN_OUT = 32
"""Channel pairs of a position that are written out; more are a loop."""

_BOTH_CYCLES, _BOTH_BYTES = 19, 12
"""A pair of input channels in a stream of taps, of both of two outputs."""
_SINGLE_CYCLES, _SINGLE_BYTES = 14, 8
"""Of one of them."""
_HEADER_CYCLES, _HEADER_BYTES = 5, 4
"""A segment of a stream."""
_POSITION_CYCLES = 13
"""The end of a position, and the beginning of the next one."""

_INPUT2_CYCLES = 341
"""The transform of a group of a pair of channels."""
_OUTPUT2_CYCLES = 262
"""The transform, requantization and stores of a group of a channel."""
_BLOCK2_CYCLES = 278
"""What the 16 positions take for each block of eight pairs of channels."""
_LINE2_CYCLES = 2.6
_CODE2_BYTES = 90


def winograd2_cost(outputs: int, channels: int, plane: tuple[int, ...]) -> Cost:
    """
    F(2x2, 3x3) for a layer of `outputs` and `channels` on an output plane.
    """
    pairs, filters = ceil(channels / 2), ceil(outputs / 2)
    count = ceil(plane[0] / 2) * ceil(plane[1] / (2 * TILES))
    size = F2.positions * pairs * 8
    passes = count if size * filters > _CACHED_BYTES else 1
    blocks = ceil((pairs - 1) / 8)
    step = F2.positions * _PAIR_CYCLES * pairs + _STEP_CYCLES + _BLOCK2_CYCLES * blocks
    group = _INPUT2_CYCLES * pairs + filters * step + _OUTPUT2_CYCLES * outputs
    cycles = count * group + passes * filters * size / _LINE_BYTES * _LINE2_CYCLES
    return Cost(filters * size + 8 * outputs + _CODE2_BYTES, cycles)


def winograd4_cost(outputs: int, channels: int, plane: tuple[int, ...]) -> Cost:
    """
    F(4x4, 3x3) for a layer of `outputs` and `channels` on an output plane.
    """
    pairs, filters = ceil(channels / 2), ceil(outputs / 2)
    height, width = plane
    rows, columns = group_grid(height, width, group_shape(height, width))
    tiles = rows * columns * TILES
    size = F4.positions * pairs * 8
    passes = rows * (columns if size > _CACHED_BYTES else 1)
    waiting = passes * filters * size / _LINE_BYTES * _LINE_CYCLES
    step = F4.positions * _position_cycles(pairs) + _STEP_CYCLES
    transforms = tiles * (_INPUT4_CYCLES * pairs + _OUTPUT4_CYCLES * outputs)
    cycles = rows * columns * filters * step + transforms + waiting
    return Cost(filters * size + 8 * outputs + _code4_bytes(pairs), cycles)


def winograd4_packed_cost(outputs: int, channels: int, plane: tuple[int, ...]) -> Cost:
    """
    F(4x4, 3x3) with filters that are transformed while the network runs.
    """
    pairs, filters = ceil(channels / 2), ceil(outputs / 2)
    times, groups = bands(*plane)
    size = BYTES * pairs
    transformed = _FILTERS_CYCLES * pairs + _FILTERS_STEP + size / _LINE_BYTES * _LINE_CYCLES
    step = F4.positions * _position_cycles(pairs, packed=True) + _STEP_CYCLES
    tiles = TILES * (_INPUT4_CYCLES * pairs + _OUTPUT4_CYCLES * outputs)
    cycles = times * (groups * (filters * step + tiles) + filters * transformed)
    code = _code4_bytes(pairs) + _PACKED_CODE_BYTES
    return Cost(filters * size + 8 * outputs + code, cycles)


def winograd4_taps_cost(mask: NDArray[np.bool_], channels: int, plane: tuple[int, ...]) -> Cost:
    """
    F(4x4, 3x3) for the taps in `mask` (bool [O, 36 C]) as streams.
    """
    taps = stream_counts(mask)
    outputs, filters = len(mask), ceil(len(mask) / 2)
    height, width = plane
    rows, columns = group_grid(height, width, group_shape(height, width))
    size = _BOTH_BYTES * (taps.both + filters) + _SINGLE_BYTES * taps.single
    size += _HEADER_BYTES * taps.headers
    passes = rows * (columns if size / filters > _CACHED_BYTES else 1)
    products = _BOTH_CYCLES * taps.both + _SINGLE_CYCLES * taps.single
    products += _HEADER_CYCLES * taps.headers + _POSITION_CYCLES * filters * F4.positions
    transforms = _INPUT4_CYCLES * ceil(channels / 2) + _OUTPUT4_CYCLES * outputs
    step = filters * _STEP_CYCLES + TILES * transforms
    cycles = rows * columns * (products + step) + passes * size / _LINE_BYTES * _LINE_CYCLES
    return Cost(size + 16 * outputs + _CODE4_BYTES, cycles)


def _code4_bytes(pairs: int) -> int:
    """
    Code of a layer: the pairs that are written out, or a first block and one for all others.
    """
    return _CODE4_BYTES + _PAIR_BYTES * (pairs if pairs <= _WRITTEN_OUT else 9 + (pairs - 1) % 8)


def _position_cycles(pairs: int, packed: bool = False) -> int:
    """
    The product of a position: its pairs in blocks of eight, pointers, stores; and the way back in
    filters of which the positions of a pair lie together.
    """
    blocks = (pairs - 1) // 8
    if blocks == 0:
        return _PAIR_CYCLES * pairs + 19
    loop = 0 if pairs <= _WRITTEN_OUT else 2 + 6 * blocks
    return _PAIR_CYCLES * pairs + 21 + packed + 2 * blocks + loop
