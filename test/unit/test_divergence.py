"""
The distance between networks by their class probabilities, on random scores.
"""

from __future__ import annotations

import numpy as np
import pytest
from approx_opt.compiler.divergence import (
    are_right,
    divergence,
    log_probabilities,
    standard_error,
)
from approx_opt.dialects.dense import Array
from hypothesis import given
from hypothesis import strategies as st

seeds = st.integers(0, 2**32 - 1)
scales = st.floats(1e-3, 1.0)


def scores(seed: int, largest: int = 127) -> Array:
    """
    Of 20 samples and 5 classes, as a network gives them.
    """
    rng = np.random.default_rng(seed)
    return rng.integers(-largest, largest + 1, (20, 1, 1, 5)).astype(np.int8)


@given(seeds, scales)
def test_log_probabilities_are_those_of_softmax(seed: int, scale: float):
    """
    They sum to 1, and the differences of scores are theirs.
    """
    found = log_probabilities(scores(seed), scale)
    assert np.exp(found).sum(axis=1) == pytest.approx(np.ones(20))
    wide = scores(seed).reshape(20, 5) * scale
    assert found - found[:, :1] == pytest.approx(wide - wide[:, :1], abs=1e-9)


@given(seeds, seeds, scales)
def test_divergence_is_a_distance_of_sorts(one: int, other: int, scale: float):
    """
    Nothing from itself, and else more.
    """
    reference = log_probabilities(scores(one), scale)
    changed = log_probabilities(scores(other), scale)
    assert divergence(reference, reference) == 0
    assert divergence(reference, changed) >= -1e-12
    assert (divergence(reference, changed) > 1e-12) == (one != other)


@given(seeds, seeds, scales, st.integers(-27, 27))
def test_a_shift_of_all_scores_changes_nothing(one: int, other: int, scale: float, shift: int):
    """
    So zero points need not be known.
    """
    reference = log_probabilities(scores(one), scale)
    before = log_probabilities(scores(other, 100), scale)
    after = log_probabilities((scores(other, 100) + shift).astype(np.int8), scale)
    assert divergence(reference, after) == pytest.approx(divergence(reference, before))


def test_divergence_by_hand():
    """
    Two classes at even odds against three to one: (ln(2/3) + ln 2) / 2.
    """
    even, odds = np.log([[0.5, 0.5]]), np.log([[0.75, 0.25]])
    assert divergence(even, odds) == pytest.approx((np.log(2 / 3) + np.log(2)) / 2)


def test_of_equal_scores_the_first_counts():
    """
    As firmware that looks for the maximum finds it.
    """
    outputs = np.array([[3, 3, 1], [0, 5, 5], [1, 2, 3]], np.int8)
    assert are_right(outputs, np.array([0, 2, 2])).tolist() == [True, False, True]


answers = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60)


@given(answers)
def test_the_standard_error_is_that_of_a_mean(pairs: list[tuple[bool, bool]]):
    """
    Of the differences, question by question.
    """
    right, other = np.array(pairs).T
    differences = other.astype(float) - right
    expected = differences.std() / np.sqrt(len(pairs))
    assert standard_error(right, other) == pytest.approx(expected, abs=1e-12)
    assert standard_error(right, right) == 0
