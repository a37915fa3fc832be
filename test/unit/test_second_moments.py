"""
Second moments of columns and targets against the definition.
"""

from __future__ import annotations

import numpy as np
import pytest
from approx_opt.compiler.second_moments import (
    WINDOW_EFFECTS,
    ColumnSums,
    Floats,
    TargetSums,
    feature_moments,
)
from approx_opt.compiler.winograd_domain import effects
from hypothesis import given
from hypothesis import strategies as st

DOMAINS = {"window": WINDOW_EFFECTS, "winograd4": effects()}


def features(x: Floats, each: Floats) -> Floats:
    """
    What a unit of every tap adds to every output of every sample: [N * E, P * C].
    """
    return np.einsum("ep,npc->nepc", each, x).reshape(len(x) * len(each), -1)


def samples(seed: int, positions: int, channels: int) -> Floats:
    """
    Integers, float64 [50, P, C].
    """
    rng = np.random.default_rng(seed)
    return rng.integers(-255, 256, (50, positions, channels)).astype(np.float64)


@given(st.integers(0, 2**32 - 1), st.integers(1, 49))
def test_sums_do_not_depend_on_batches(seed: int, cut: int):
    """
    To the bit: they are integers.
    """
    x = samples(seed, 1, 7)[:, 0]
    whole, parts = ColumnSums(7), ColumnSums(7)
    whole.add(x)
    parts.add(x[:cut])
    parts.add(x[cut:])
    assert np.array_equal(whole.covariance(), parts.covariance())
    np.testing.assert_allclose(whole.covariance(), np.cov(x.T, bias=True), atol=1e-8)


def test_nothing_has_no_moments():
    """
    An error, not a division by zero.
    """
    with pytest.raises(ValueError, match="no image, no moments"):
        ColumnSums(3).mean()


@pytest.mark.parametrize("domain", DOMAINS)
def test_moments_of_what_taps_do(domain: str):
    """
    Of all outputs of all samples as one.
    """
    each = DOMAINS[domain]
    x = samples(1, each.shape[1], 3)
    sums = ColumnSums(x[0].size)
    sums.add(x.reshape(len(x), -1))
    moments = feature_moments(sums.mean(), sums.covariance(), each)
    f = features(x, each)
    np.testing.assert_allclose(moments.mean, f.mean(axis=0), atol=1e-9)
    scale = np.abs(moments.covariance).max()
    np.testing.assert_allclose(moments.covariance, np.cov(f.T, bias=True), atol=1e-9 * scale)


@pytest.mark.parametrize("domain", DOMAINS)
def test_targets_are_what_the_original_gives(domain: str):
    """
    On its own inputs, with the features of others.
    """
    each = DOMAINS[domain]
    x, original = samples(2, each.shape[1], 3), samples(3, each.shape[1], 3)
    original += x
    rng = np.random.default_rng(4)
    weights = rng.integers(-999, 999, (2, x[0].size)).astype(np.int16)
    sums = TargetSums(weights, each)
    sums.add(x[:20], original[:20])
    sums.add(x[20:], original[20:])
    f, y = features(x, each), features(original, each) @ weights.T
    moments = sums.features()
    np.testing.assert_allclose(sums.target_mean(), y.mean(axis=0), rtol=1e-9)
    expected = (y - y.mean(axis=0)).T @ (f - f.mean(axis=0)) / len(f)
    cross = sums.cross(moments.mean)
    np.testing.assert_allclose(cross, expected, atol=1e-9 * np.abs(expected).max())
