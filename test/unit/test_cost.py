"""
The costs that kernel selection compares.
"""

from __future__ import annotations

import numpy as np
import pytest
from approx_opt.compiler.cost import loop_cost
from approx_opt.compiler.cost_streaming import Streamed
from approx_opt.compiler.cost_unrolled import operand_counts, unrolled_cost
from approx_opt.compiler.packing import BYTES, SUMS, WORDS, WeightOrder
from approx_opt.compiler.streaming import Step, Window
from hypothesis import given
from hypothesis import strategies as st


@given(st.integers(1, 5), st.integers(1, 4), st.integers(1, 5), st.integers(0, 99))
def test_pairs_are_counted_one_by_one(outputs: int, positions: int, channels: int, seed: int):
    """
    A pair is two input channels of one position; two output channels share it, or one has it.
    """
    mask = np.random.default_rng(seed).random((outputs, positions * channels)) < 0.5
    found = []
    for first in range(0, outputs, 2):
        loads = weights = highs = 0
        for position in range(positions):
            for channel in range(0, channels, 2):
                start = position * channels + channel
                stop = position * channels + min(channel + 2, channels)
                taps = mask[first : first + 2, start:stop]
                loads += taps.any()
                weights += taps.any(axis=1).sum()
                highs += taps[:, 1].sum() if stop - start == 2 else 0
        found.append((loads, weights, highs))
    np.testing.assert_array_equal(np.transpose(operand_counts(mask, channels)), found)


@given(st.integers(0, 99), st.sampled_from([1, 2, 4]))
def test_skipping_never_costs(seed: int, pixels: int):
    """
    Fewer taps, no more bytes and no more cycles.
    """
    rng = np.random.default_rng(seed)
    mask = rng.random((6, 18)) < 0.8
    fewer = mask & (rng.random(mask.shape) < 0.5)
    full, less = (unrolled_cost(m, 6, (5, 7), pixels) for m in (mask, fewer))
    assert less.flash <= full.flash
    assert less.cycles <= full.cycles


def test_a_loop_is_small_and_unrolled_code_is_not():
    """
    A byte of weights a tap, and code, against 16; every weight costs cycles at every output.
    """
    mask = np.ones((16, 144), np.bool_)
    window = Window(3, 24)
    loop, larger = (loop_cost(Streamed(window, 16, lines, 32, 2, SUMS)) for lines in (32, 64))
    unrolled = unrolled_cost(mask, 16, (32, 32), 4)
    assert loop.flash < 4500 < 36000 < unrolled.flash
    assert larger.cycles == pytest.approx(2 * loop.cycles, rel=0.01)


@pytest.mark.parametrize(
    ("order", "rows", "pixels", "cycles"),
    [
        *((SUMS, 4, 2, 15), (SUMS, 8, 1, 19), (SUMS, 2, 2, 9), (SUMS, 4, 1, 10), (SUMS, 2, 1, 6)),
        *((BYTES, 4, 2, 18), (BYTES, 8, 1, 25), (WORDS, 4, 2, 16), (WORDS, 8, 1, 21)),
    ],
)
def test_steps_are_those_of_the_runtime(order: WeightOrder, rows: int, pixels: int, cycles: int):
    """
    Counted in approx_dense.h.
    """
    assert Step(order, rows, pixels).cycles == cycles


MEASURED = {
    "64 to 64 on 12 x 12": (Streamed(Window(1, 32), 64, 1, 144, 2, SUMS), 615_034),
    "128 to 128 on 6 x 6": (Streamed(Window(1, 64), 128, 1, 36, 2, SUMS), 590_425),
    "32 to 32 on 24 x 24": (Streamed(Window(1, 16), 32, 24, 24, 2, SUMS), 662_180),
    "8 to 16 on 48 x 48": (Streamed(Window(1, 4), 16, 48, 48, 2, WORDS, far=True), 504_985),
    "3 x 3, 16 to 32 on 16 x 16": (Streamed(Window(3, 24), 32, 16, 16, 2, SUMS), 1_185_187),
    "3 x 3, 3 to 8 on 48 x 48": (Streamed(Window(3, 5), 8, 48, 48, 2, SUMS, far=True), 635_193),
    "640 to 128": (Streamed(Window(1, 320), 128, 1, 1, 1, SUMS), 126_656),
    "128 to 640": (Streamed(Window(1, 64), 640, 1, 1, 1, SUMS), 135_164),
    "128 to 256 on 3 lines of 3": (Streamed(Window(1, 64), 256, 3, 3, 2, SUMS), 341_914),
    "256 to 256 on 9": (Streamed(Window(1, 128), 256, 1, 9, 2, SUMS), 617_488),
    "64 to 12": (Streamed(Window(1, 32), 12, 1, 1, 1, SUMS), 1_437),
}
"""Layers on approx-sim, stm32u5."""


def test_a_small_loop():
    """
    Two outputs, within 5 %.
    """
    streamed = Streamed(Window(1, 128), 2, 1, 1, 1, SUMS)
    assert streamed.cycles == pytest.approx(1_016, rel=0.05)


@pytest.mark.parametrize("name", MEASURED)
def test_loops_take_what_was_measured(name: str):
    """
    Within 2 %.
    """
    streamed, cycles = MEASURED[name]
    assert streamed.cycles == pytest.approx(cycles, rel=0.02)
