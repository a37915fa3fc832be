"""
Significance metrics, compensation, and the choice of taps.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from approx_opt.compiler.fixedpoint import multipliers_for
from approx_opt.compiler.significance import (
    METRICS,
    Taps,
    compensation,
    mean_significance,
    output_gains,
    second_moment_significance,
    variance_significance,
)
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray


@st.composite
def layers(draw: st.DrawFn) -> Taps:
    """
    A layer of up to 5 output channels and 24 columns with zero weights and silent inputs among
    them.
    """
    outputs, columns = draw(st.integers(1, 5)), draw(st.integers(1, 24))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    weights = rng.integers(-127, 128, (outputs, columns)) * (rng.random((outputs, columns)) < 0.8)
    silent = rng.random(columns) < draw(st.sampled_from([0.0, 0.2, 1.0]))
    mean = np.where(silent, 0, rng.normal(0, 40, columns)).astype(np.float32)
    variance = rng.uniform(0, 5000, columns).astype(np.float32)
    return Taps(weights, mean, variance, rng.uniform(1e-4, 1e-2, outputs))


@given(layers())
def test_mean_shares_sum_to_one(taps: Taps):
    """
    In every channel that has a weight, also where all inputs are 0 on average.
    """
    sums = mean_significance(taps).sum(axis=1)
    expected = np.any(taps.weights != 0, axis=1).astype(float)
    np.testing.assert_allclose(sums, expected, rtol=1e-12)


def test_mean_is_the_share_of_the_expected_product():
    """
    |10 * 4|, |-2 * -8| and |0 * 100| of their sum 56.
    """
    taps = Taps(np.array([[4, -8, 100]]), np.array([10, -2, 0]), np.ones(3), np.ones(1))
    assert mean_significance(taps).tolist() == [[40 / 56, 16 / 56, 0]]


def test_mean_of_silent_inputs_ranks_no_weight_above_another():
    """
    0 / 0 is not a reason to skip everything, and zero weights stay worthless.
    """
    taps = Taps(np.array([[4, 0, -100], [0, 0, 0]]), np.zeros(3), np.ones(3), np.ones(2))
    assert mean_significance(taps).tolist() == [[0.5, 0, 0.5], [0, 0, 0]]


@given(layers(), st.sampled_from(sorted(METRICS)))
def test_significance_is_never_negative_and_zero_weights_are_worth_nothing(taps: Taps, name: str):
    """
    For every metric.
    """
    significance = METRICS[name](taps)
    assert significance.shape == taps.weights.shape
    assert np.all(significance >= 0)
    assert np.all(significance[taps.weights == 0] == 0)


def sampled_errors(rng: np.random.Generator, taps: Taps, compensated: bool) -> NDArray[np.float64]:
    """
    Mean squared error of the output when each tap alone is skipped, on samples of its input.
    """
    noise = rng.choice([-1.0, 1.0], (20000, taps.weights.shape[1]))
    x = taps.mean + noise * np.sqrt(taps.variance)
    x += taps.mean - x.mean(axis=0)
    lost = taps.gains[:, None, None] * taps.weights[:, None, :] * x
    if compensated:
        lost = lost - lost.mean(axis=1, keepdims=True)
    return np.square(lost).mean(axis=1)


@pytest.mark.parametrize(
    ("metric", "compensated"),
    [(variance_significance, True), (second_moment_significance, False)],
)
def test_squared_metrics_are_the_error_of_a_skip(metric: object, compensated: bool):
    """
    In squared output steps: with the mean in the bias, and without.
    """
    rng = np.random.default_rng(1)
    weights = rng.integers(-127, 128, (3, 5))
    taps = Taps(weights, rng.normal(0, 30, 5), rng.uniform(1, 2000, 5), rng.uniform(0.001, 0.1, 3))
    assert callable(metric)
    expected = sampled_errors(rng, taps, compensated)
    np.testing.assert_allclose(metric(taps), expected, rtol=0.02)


@given(
    st.lists(st.floats(1e-5, 8.0), min_size=1, max_size=6),
    st.sampled_from(["nearest", "tflite"]),
)
def test_gains_are_the_ratios_that_requantization_stands_for(ratios: list[float], rounding: str):
    """
    To one unit in the last place of the multiplier, for both roundings and any shift.
    """
    multipliers = multipliers_for(ratios, rounding)
    gains = output_gains(multipliers.values, multipliers.shift, rounding)
    np.testing.assert_allclose(gains, ratios, rtol=1e-12, atol=2.0 ** (multipliers.shift - 32))


@given(layers(), st.integers(0, 2**32 - 1))
def test_compensation_leaves_a_mean_error_of_half_a_unit(taps: Taps, seed: int):
    """
    The expected accumulator of every channel stays within rounding: exact rational arithmetic.
    """
    skipped = np.random.default_rng(seed).random(taps.weights.shape) < 0.5
    added = compensation(taps.weights, skipped, taps.mean)
    for row, mask, bias in zip(taps.weights, skipped, added, strict=True):
        lost = sum(
            int(w) * Fraction(float(m))
            for w, m, gone in zip(row, taps.mean, mask, strict=True)
            if gone
        )
        assert abs(lost - int(bias)) <= Fraction(1, 2) + Fraction(1, 10**6)


def test_compensation_of_nothing_is_nothing():
    """
    An exact layer keeps its bias.
    """
    weights = np.array([[3, -4]])
    skipped = np.zeros((1, 2), np.bool_)
    assert compensation(weights, skipped, np.array([9.0, 9.0])).tolist() == [0]
