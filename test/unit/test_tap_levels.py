"""
Significance in a byte for each tap, as the report has it.
"""

from __future__ import annotations

import numpy as np
from approx_opt.compiler.tap_levels import (
    LARGEST,
    OCTAVES,
    STEPS,
    decoded,
    encoded,
    histogram,
    tap_levels,
)
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

significances = arrays(np.float32, (2, 3, 4), elements=st.floats(0, 2**20, width=32))
masks = arrays(np.bool_, (2, 3, 4))


@given(significances, masks)
def test_a_level_says_what_a_tap_is_worth(significance: np.ndarray, kept: np.ndarray):
    """
    Within an eighth of an octave down to 31 octaves below the largest; its sign, what became of it.
    """
    levels = tap_levels(significance, kept)
    np.testing.assert_array_equal(levels > 0, kept)
    np.testing.assert_array_equal(levels < 0, ~kept & (significance > 0))
    largest = float(significance.max())
    clear = significance > largest * 2.0**-31
    exponents = (np.abs(levels[clear].astype(int)) - LARGEST) / STEPS
    off = np.log2(significance[clear].astype(float)) - np.log2(largest or 1) - exponents
    assert np.all(np.abs(off) <= 1 / (2 * STEPS) + 1e-6)


@given(arrays(np.int8, (3, 2, 5), elements=st.integers(-LARGEST, LARGEST)))
def test_text_and_histogram_have_every_tap(levels: np.ndarray):
    """
    Nothing is lost in the text; the histogram counts by octaves below the largest level.
    """
    np.testing.assert_array_equal(decoded(encoded(levels), levels.shape), levels)
    octaves = (LARGEST - np.abs(levels.astype(int))) // STEPS
    counted = histogram(levels)
    for key, chosen in (("kept", levels > 0), ("skipped", levels < 0)):
        expected = np.bincount(octaves[chosen], minlength=OCTAVES)
        assert counted[key] == expected[: len(counted[key])].tolist()
        assert expected[len(counted[key]) :].sum() == 0
