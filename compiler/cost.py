"""
What a kernel takes: flash bytes, and cycles rough enough to rank kernels by.

Cycles are those measured for the kernels of the design study on a model of the STM32U5 (160 MHz, 4
wait states, 8 KiB instruction cache): a streamed loop 1.3 cycles per multiply-accumulate of the
dense layer; straight-line code is bound by instruction fetch, 0.34 cycles per byte of code and four
pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .winograd import group_shape, groups

LOAD_BYTES = 4
"""LDR.W with a 12-bit offset."""
WEIGHT_BYTES = 8
"""MOVW and MOVT."""
SMLAD_BYTES = 4
FUNCTION_BYTES = 160
"""Loops, start values, requantization and stores of one unrolled channel pair."""
LOOP_BYTES = 700
"""Code of a looped convolution."""
SIMPLE_LAYER_BYTES = 250
"""Code of pooling, addition and the like."""
FETCH_CYCLES_PER_BYTE = 0.34
LOOP_CYCLES_PER_MAC = 1.3
EPILOGUE_CYCLES = 40
"""Start values, requantization and stores of one tile."""
WINOGRAD_BYTES = 900
"""Code of a convolution by Winograd's algorithm, its share of the transforms."""
WINOGRAD_POSITION_CYCLES = 20
"""Pointers and stores of the products of one position."""
WINOGRAD_INPUT_CYCLES = 220
"""Transforms of four tiles of a channel pair."""
WINOGRAD_OUTPUT_CYCLES = 260
"""Sums, requantization and stores of 2 x 8 outputs of a channel."""


@dataclass(frozen=True)
class Cost:
    """
    Bytes of flash and cycles of one inference.
    """

    flash: int
    cycles: float


def pair_counts(mask: NDArray[np.bool_], channels: int) -> tuple[int, int]:
    """
    How many operand pairs of two output channels are kept by both, and by one of them.

    `mask` is bool [O, K] over im2col columns, `channels` the input channels: a pair is two adjacent
    channels of one kernel position.
    """
    outputs, depth = mask.shape
    positions = mask.reshape(outputs, depth // channels, channels)
    padded = np.pad(positions, ((0, outputs % 2), (0, 0), (0, channels % 2)))
    pairs = padded.reshape(padded.shape[0] // 2, 2, padded.shape[1], -1, 2).any(axis=-1)
    kept = pairs.sum(axis=1)
    return int((kept == 2).sum()), int((kept == 1).sum())


def unrolled_cost(
    mask: NDArray[np.bool_], channels: int, plane: tuple[int, ...], pixels: int
) -> Cost:
    """
    Straight-line code for the taps in `mask` on an output plane, `pixels` at a time.
    """
    both, single = pair_counts(mask, channels)
    row_bytes = WEIGHT_BYTES + pixels * SMLAD_BYTES
    code = both * (pixels * LOAD_BYTES + 2 * row_bytes) + single * (pixels * LOAD_BYTES + row_bytes)
    functions = -(-mask.shape[0] // 2)
    tiles = plane[0] * -(-plane[1] // pixels)
    cycles = tiles * (code * FETCH_CYCLES_PER_BYTE + functions * EPILOGUE_CYCLES)
    return Cost(code + functions * FUNCTION_BYTES, cycles)


def loop_cost(
    outputs: int, packed: int, plane: tuple[int, ...], pixels: int, itemsize: int = 1
) -> Cost:
    """
    A loop over `packed` weights, each of `itemsize` bytes, for a layer of `outputs` channels on an
    output plane, `pixels` at a time. Weights that only fill a group of four cost as much as the
    others.
    """
    tiles = plane[0] * -(-plane[1] // pixels)
    macs = packed * int(np.prod(plane))
    cycles = macs * LOOP_CYCLES_PER_MAC + tiles * -(-outputs // 2) * EPILOGUE_CYCLES
    return Cost(packed * itemsize + 8 * outputs + LOOP_BYTES, cycles)


def winograd_cost(outputs: int, channels: int, plane: tuple[int, ...]) -> Cost:
    """
    Winograd's convolution with transformed filters streamed from flash: 17 cycles for the products
    of a channel pair, two output channels and four tiles at each of 16 positions.
    """
    pairs, filters = -(-channels // 2), -(-outputs // 2)
    groups = -(-plane[0] // 2) * -(-plane[1] // 8)
    products = filters * 16 * (17 * pairs + WINOGRAD_POSITION_CYCLES)
    cycles = groups * (WINOGRAD_INPUT_CYCLES * pairs + products + WINOGRAD_OUTPUT_CYCLES * outputs)
    return Cost(filters * 16 * pairs * 8 + 8 * outputs + WINOGRAD_BYTES, float(cycles))


def winograd4_cost(outputs: int, channels: int, plane: tuple[int, ...]) -> Cost:
    """
    The same for tiles of 4 x 4 outputs and 36 positions.
    """
    pairs, filters = -(-channels // 2), -(-outputs // 2)
    height, width = plane
    count = groups(height, width, group_shape(height, width))
    products = filters * 36 * (16 * pairs + 18)
    cycles = count * (4 * 375 * pairs + products + 4 * 285 * outputs)
    return Cost(filters * 36 * pairs * 8 + 8 * outputs + 3000, float(cycles))


def table_bytes(*tables: NDArray[Any]) -> int:
    """
    Bytes of constant tables.
    """
    return sum(int(table.nbytes) for table in tables)
