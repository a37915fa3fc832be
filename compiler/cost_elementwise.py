"""
What addition and pooling, softmax, copies and conversions take, measured with approx-sim (stm32u5).
"""

from __future__ import annotations

from math import prod

from .cost import Cost

ADD_BYTES = 170
"""Code of a loop over four sums, and of those that are left."""
ADD_CYCLES = 7.5
"""Of a sum."""
POOL_BYTES = 135
"""Code of a loop over four channels, and of those over pixels."""
POOL_CYCLES = {2: 5.3, 3: 9.0}
"""Of an output to int16, for each window."""
PIXEL_CYCLES = 12


def add_cost(shape: tuple[int, ...]) -> Cost:
    """
    Operands of the shape of the result.
    """
    return Cost(ADD_BYTES, ADD_CYCLES * prod(shape))


def max_pool_cost(shape: tuple[int, ...], window: int) -> Cost:
    """
    Outputs (height, width, channels) of 2x2 or 3x3 windows, channels a multiple of four.
    """
    pixels = shape[0] * shape[1]
    return Cost(POOL_BYTES, POOL_CYCLES[window] * prod(shape) + PIXEL_CYCLES * pixels)


SUM_BYTES = 250
"""Code of a tile of four sums, requantized to the nearest."""
SUM_PLAIN_BYTES = 80
"""Code of a sum, and of those over a window that is a loop."""
TILE_CYCLES = 32.0
"""Of four channels, but for their windows and roundings."""
ROW_CYCLES = 8.5
"""Of a row of a window that has several."""
PLAIN_CYCLES = 11.0
"""Of one channel at a time."""
ROUNDING_CYCLES = {"nearest": 0.0, "even": 12.25, "tflite": 29.0}
"""Of a value, beyond what rounding to the nearest takes."""
UNROLLED_TAPS = 25
"""Of a window that is written out, if it is of one channel."""


def sum_pool_cost(shape: tuple[int, ...], window: tuple[int, int], rounding: str) -> Cost:
    """
    Averages (height, width, channels) of windows of int8, four channels at a time; a window whose
    rows follow each other has one row.
    """
    height, width = window
    pixels = 18 * (width // 4) + 3 * (width % 4) + (width % 4 > 0)
    rows = height * (pixels + (ROW_CYCLES if height > 1 else 0))
    tile = TILE_CYCLES + rows + 4 * ROUNDING_CYCLES[rounding]
    flash = SUM_BYTES + (0 if rounding == "nearest" else 60)
    return Cost(flash, tile * prod(shape) / 4)


def plain_pool_cost(shape: tuple[int, ...], window: tuple[int, int], rounding: str) -> Cost:
    """
    Averages of windows, one by one.
    """
    taps = prod(window)
    written_out = taps <= UNROLLED_TAPS
    one = PLAIN_CYCLES + (2 if written_out else 8) * taps + 2 / 3 * ROUNDING_CYCLES[rounding]
    return Cost(SUM_PLAIN_BYTES + (4 * taps if written_out else 30), one * prod(shape))


COPY_ROUNDS = {
    (1, 1): ((16, 13), (4, 7)),
    (1, 2): ((16, 34), (4, 13)),
    (2, 1): ((8, 22), (4, 14)),
    (2, 2): ((8, 13), (2, 7)),
}
"""
By the bytes of a value here and there: values and cycles of the two rounds of a run, the longer
one first.
"""
SINGLE_CYCLES = 8
"""Of a value that no round takes."""
CALL_CYCLES = 45
"""Of a run, but for its values."""
CALL_BYTES = 34
MOVE_CYCLES = 3.6
"""Of a value that is written out."""
MOVE_BYTES = 8
RUN_CYCLES = 1.5
"""Of a run that is written out."""
RUN_BYTES = 50


def copy_cost(runs: int, run: int, element_bytes: tuple[int, int], before: int) -> Cost:
    """
    `runs` runs of `run` values by a function of the runtime, `before` of which come before the
    first aligned word of a run.
    """
    cycles, left = CALL_CYCLES + before * SINGLE_CYCLES, run - before
    for values, round_cycles in COPY_ROUNDS[element_bytes]:
        cycles += left // values * round_cycles
        left %= values
    return Cost(CALL_BYTES, float(runs * (cycles + left * SINGLE_CYCLES)))


def short_copy_cost(runs: int, run: int) -> Cost:
    """
    `runs` runs of a few values written out.
    """
    return Cost(RUN_BYTES + MOVE_BYTES * run, runs * (RUN_CYCLES + MOVE_CYCLES * run))


LINE_BYTES = 60
"""Of a loop over lines of an input that are converted."""
LINE_CYCLES = 23
"""Of such a line, but for its values."""
SIGNED_ROUND = 4, 19
"""Values and cycles of a round that makes unsigned bytes signed."""
SIGNED_CYCLES = 7
"""Of a value that no round takes."""
QUANTIZE_CYCLES = 42
"""Of a float within the range of int8; a third of it is the division."""


def signed_cost(lines: int, count: int) -> Cost:
    """
    `lines` lines of `count` unsigned bytes as int8 or int16.
    """
    values, cycles = SIGNED_ROUND
    one = LINE_CYCLES + count // values * cycles + count % values * SIGNED_CYCLES
    return Cost(LINE_BYTES, float(lines * one))


def quantize_cost(lines: int, count: int) -> Cost:
    """
    `lines` lines of `count` floats as int8 or int16, by an FPU.
    """
    return Cost(LINE_BYTES, float(lines * (LINE_CYCLES + QUANTIZE_CYCLES * count)))


SOFTMAX_BYTES = 126
"""Beside the table."""


def softmax_cost(vectors: int, size: int) -> Cost:
    """
    Vectors of `size` values, two divisions of which each takes some.
    """
    return Cost(SOFTMAX_BYTES + 1024, vectors * (50.5 * size - 16))
