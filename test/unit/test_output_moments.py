"""
Outputs that get back their mean and spread.
"""

from __future__ import annotations

import numpy as np
from approx_opt.compiler.output_moments import correction
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

ZERO_POINT = -20
CHANNELS = 3


def clamped(values: NDArray[np.float64], lowest: int) -> NDArray[np.int8]:
    """
    As the layer gives them.
    """
    return np.clip(np.rint(values), lowest, 127).astype(np.int8)


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([-128, ZERO_POINT]),
    st.floats(0.6, 1.4),
    st.floats(-6, 6),
)
def test_mean_and_spread_come_near_the_original(
    seed: int, lowest: int, factor: float, offset: float
):
    """
    With and without a ReLU; a step takes most of what is wrong.
    """
    rng = np.random.default_rng(seed)
    v = rng.normal(ZERO_POINT + 2, 25, size=(20, 20, 20, CHANNELS))
    original = clamped(v, lowest)
    shrunk = ZERO_POINT + factor * (v - ZERO_POINT) + offset
    outputs = clamped(shrunk, lowest)
    by = correction(outputs, original, ZERO_POINT, (lowest, 127))
    corrected = clamped(ZERO_POINT + by.scale * (shrunk - ZERO_POINT) + by.shift, lowest)
    wanted, before, after = (moments(part) for part in (original, outputs, corrected))
    wrong = np.abs(before - wanted).max(axis=0)
    assert np.all(np.abs(after - wanted) <= 0.35 * wrong + 0.6)


def moments(y: NDArray[np.int8]) -> NDArray[np.float64]:
    """
    Mean and standard deviation of each channel: [2, O].
    """
    wide = y.astype(np.float64).reshape(-1, CHANNELS)
    return np.array([wide.mean(axis=0), wide.std(axis=0)])


def test_what_is_right_already_stays():
    """
    Equal outputs: scale 1, shift 0.
    """
    y = clamped(np.random.default_rng(0).normal(0, 40, size=(9, 4, 4, CHANNELS)), -128)
    by = correction(y, y, ZERO_POINT, (-128, 127))
    np.testing.assert_array_equal(by.scale, 1)
    np.testing.assert_array_equal(by.shift, 0)


def test_channels_without_spread():
    """
    One that died comes back as far as its own outputs tell; one that never varied keeps its scale.
    """
    original = np.array([[-20, 5], [-10, 5], [0, 5]], np.int8)
    outputs = np.array([[-20, 3], [-20, 3], [-20, 3]], np.int8)
    by = correction(outputs, original, ZERO_POINT, (-20, 127))
    np.testing.assert_array_equal(by.scale, 1)
    np.testing.assert_array_equal(by.shift, [15, 2])
