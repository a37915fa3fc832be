"""
The costs that kernel selection compares.
"""

from __future__ import annotations

import numpy as np
from approx_opt.compiler.cost import loop_cost
from approx_opt.compiler.cost_unrolled import operand_counts, unrolled_cost
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
    Two bytes of weights a pair against 32; every weight costs cycles at every output.
    """
    mask = np.ones((16, 144), np.bool_)
    loop, unrolled = loop_cost(16, mask.size, (32, 32), 4), unrolled_cost(mask, 16, (32, 32), 4)
    assert loop.flash < 4000 < 36000 < unrolled.flash
    assert loop_cost(16, mask.size, (32, 64), 4).cycles == 2 * loop.cycles
