"""
Optimal brain surgeon against brute force, on small layers.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from approx_opt.compiler import operation
from approx_opt.compiler.operation import Operation, operate
from approx_opt.compiler.skipping import Mask, SkipRule
from approx_opt.compiler.surgeon import (
    Floats,
    Normal,
    Survivors,
    eliminated,
    normal_equations,
    rounded,
    saliency,
)
from hypothesis import given
from hypothesis import strategies as st

seeds = st.integers(0, 2**32 - 1)


def inputs(rng: np.random.Generator, columns: int, count: int = 200) -> Floats:
    """
    Correlated, centred samples [N, K].
    """
    x = rng.normal(size=(count, columns)) @ rng.normal(size=(columns, columns)) * 20
    return x - x.mean(axis=0)


def layer(seed: int, outputs: int = 3, columns: int = 6) -> tuple[Normal, Mask, np.ndarray]:
    """
    A layer that is to give what it gives: its equations, taps present, original weights.
    """
    rng = np.random.default_rng(seed)
    x = inputs(rng, columns)
    weights = rng.integers(-127, 128, (outputs, columns)).astype(np.int16)
    covariance = x.T @ x / len(x)
    present = rng.random(weights.shape) < 0.9
    weights[~present] = 0
    return normal_equations(covariance, weights @ covariance, weights, 0.01), present, weights


def solve_rows(normal: Normal, kept: Mask) -> Floats:
    """
    The best weights of every row on the taps it keeps (bool [O, K]): float64 [O, K].
    """
    rows = [eliminated(normal, i, mask).solve(normal.free[[i]]) for i, mask in enumerate(kept)]
    return np.concatenate(rows)


def survivors(normal: Normal, kept: Mask) -> Survivors:
    """
    Those taps at their best, and what each would cost.
    """
    costs = saliency(normal, kept, 2, "mac").astype(np.float32)
    return Survivors(kept, solve_rows(normal, kept), costs)


def excess(normal: Normal, row: int, weights: Floats) -> float:
    """
    The damped mean squared error of a row, less what does not depend on its weights [K].
    """
    return float(weights @ normal.h @ weights - 2 * normal.b[row] @ weights)


@given(seeds)
def test_solved_rows_are_the_best(seed: int):
    """
    No change to a kept weight helps; taps that are gone stay gone.
    """
    normal, present, _ = layer(seed)
    weights = solve_rows(normal, present)
    assert not weights[~present].any()
    slope = weights @ normal.h - normal.b
    np.testing.assert_allclose(slope[present], 0, atol=1e-6 * np.abs(normal.b).max())


@given(seeds, st.sampled_from(["mac", "pair", "block"]))
def test_saliency_is_the_error_that_a_removal_leaves(seed: int, granularity: str):
    """
    Brute force: the unit left out, the rest of its rows solved again.
    """
    normal, present, _ = layer(seed, outputs=2)
    weights = solve_rows(normal, present)
    costs = saliency(normal, present, 2, granularity)
    assert not costs[~present].any()
    width, height = (1 if granularity == "mac" else 2), (2 if granularity == "block" else 1)
    for top in range(0, 2, height):
        for start in range(0, 6, width):
            unit = np.zeros_like(present)
            unit[top : top + height, start : start + width] = True
            less = solve_rows(normal, present & ~unit)
            increase = sum(
                excess(normal, row, less[row]) - excess(normal, row, weights[row])
                for row in range(2)
            )
            scale = abs(excess(normal, 0, weights[0])) + 1
            assert costs[unit].sum() == pytest.approx(increase, rel=1e-6, abs=1e-9 * scale)


@given(seeds)
def test_solving_again_never_costs(seed: int):
    """
    Without the damping: the error of the outputs is at most that of the survivors as they were,
    also where the inputs are not those of the original network.
    """
    rng = np.random.default_rng(seed)
    original = inputs(rng, 6)
    x = original + rng.normal(size=original.shape) * 10
    x -= x.mean(axis=0)
    weights = rng.integers(-127, 128, (3, 6)).astype(np.int16)
    target = original @ weights.T
    normal = normal_equations(x.T @ x / len(x), target.T @ x / len(x), weights, 0.01)
    kept = rng.random(weights.shape) < 0.6
    before = np.square(x @ np.where(kept, weights, 0).T - target).mean(axis=0)
    after = np.square(x @ solve_rows(normal, kept).T - target).mean(axis=0)
    assert np.all(after <= before * (1 + 1e-9) + 1e-9)


def test_with_the_original_inputs_all_taps_stay_as_they_are():
    """
    The damping draws towards them, too.
    """
    normal, present, weights = layer(3)
    np.testing.assert_allclose(solve_rows(normal, present), weights, atol=1e-8)


def test_one_tap_a_round_finds_the_best_sets():
    """
    On most layers: greedy one by one, against all sets of three out of six. One round is worse.
    The first three of six rounds take one each.
    """
    found = {1: 0, 6: 0}
    for seed in range(40):
        normal, _, weights = layer(seed, outputs=1)
        present = np.ones_like(weights, np.bool_)
        best = min(
            excess(normal, 0, solve_rows(normal, kept[np.newaxis])[0])
            for gone in combinations(range(6), 3)
            for kept in [~np.isin(np.arange(6), gone)]
        )
        for rounds in found:
            operation = Operation(SkipRule("mac", fraction=0.5), rounds, np.ones(1), 6)
            left = operate(normal, present, operation)
            assert left.kept.sum() == 3
            found[rounds] += excess(normal, 0, left.weights[0]) <= best + 1e-6 * abs(best)
    assert found[6] > 25
    assert found[6] > found[1]


@given(seeds, st.floats(0, 1), st.integers(1, 5))
def test_the_share_that_was_asked_for_is_gone(seed: int, fraction: float, rounds: int):
    """
    To one unit, and of what is gone from the start nothing comes back.
    """
    normal, present, _ = layer(seed)
    operation = Operation(SkipRule("pair", fraction=fraction), rounds, np.ones(3), 2)
    left = operate(normal, present, operation)
    assert not np.any(left.kept & ~present)
    gone = 18 - int(left.kept.sum())
    missing = 18 - int(present.sum())
    assert gone == missing or fraction * 18 - 1e-6 <= gone < fraction * 18 + 2


@pytest.mark.parametrize("slab", [0, 2**28])
@pytest.mark.parametrize("granularity", ["mac", "pair", "block"])
def test_survivors_are_solved_to_the_last_digit(
    granularity: str, slab: int, monkeypatch: pytest.MonkeyPatch
):
    """
    Though found with few digits; rows at once or two by two, which lose what they would at once.
    """
    monkeypatch.setattr(operation, "_SLAB", slab)
    normal, _, _ = layer(8, 6, 40)
    present = np.ones((6, 40), np.bool_)
    rule = SkipRule(granularity, fraction=0.6)
    left = operate(normal, present, Operation(rule, 4, np.array([1.0, 1, 2, 2, 3, 3]), 4))
    assert 0.6 <= 1 - left.kept.mean() < 0.65
    expected = solve_rows(normal, left.kept)
    np.testing.assert_allclose(left.weights, expected, atol=1e-6 * np.abs(expected).max())


def test_equations_that_need_more_digits_get_them():
    """
    Columns that differ by less than a float32 shows.
    """
    x = inputs(np.random.default_rng(9), 3)
    x = np.concatenate([x, x + 1e-4 * inputs(np.random.default_rng(10), 3)], axis=1)
    covariance, weights = x.T @ x / len(x), np.arange(1, 7, dtype=np.int16)[np.newaxis]
    normal = normal_equations(covariance, weights @ covariance, weights, 1e-12)
    rule = Operation(SkipRule("mac", fraction=0.5), 2, np.ones(1), 2)
    left = operate(normal, np.ones((1, 6), np.bool_), rule)
    expected = solve_rows(normal, left.kept)
    np.testing.assert_allclose(left.weights, expected, rtol=1e-4)


def test_a_threshold_bounds_what_each_tap_costs():
    """
    What stays is worth at least that much; gains count squared. What all were worth is noted.
    """
    normal, present, _ = layer(11)
    gains = np.array([1.0, 0.5, 2.0])
    worth = saliency(normal, present, 2, "mac") * gains[:, np.newaxis] ** 2
    threshold = float(np.median(worth[present]))
    operation = Operation(SkipRule("mac", threshold=threshold), 1, gains, 2)
    left = operate(normal, present, operation)
    np.testing.assert_array_equal(left.kept, present & (worth >= threshold))
    np.testing.assert_allclose(left.significance, worth, rtol=1e-3)


@given(seeds, st.sampled_from([1.0, 3.0, 20.0]))
def test_feedback_never_does_worse_than_rounding(seed: int, step: float):
    """
    Row by row; what is gone stays zero, and weights stay within the largest.
    """
    normal, present, _ = layer(seed)
    left = survivors(normal, present)
    q = rounded(normal, left, np.full(3, step), 100)
    plain = np.clip(np.rint(left.weights / step), -100, 100)
    assert not q[~present].any()
    assert np.abs(q).max() <= 100
    for row in range(3):
        error = excess(normal, row, q[row] * step)
        worst = excess(normal, row, plain[row] * step)
        assert error <= worst + 1e-9 * abs(worst)


def test_feedback_beats_rounding_on_average():
    """
    On a coarse grid by more than a third.
    """
    plain, fed = 0.0, 0.0
    for seed in range(30):
        normal, present, _ = layer(seed, 4, 20)
        left = survivors(normal, present)
        q = rounded(normal, left, np.full(4, 16.0), 127)
        for row in range(4):
            least = excess(normal, row, left.weights[row])
            fed += excess(normal, row, q[row] * 16.0) - least
            plain += excess(normal, row, np.rint(left.weights[row] / 16) * 16.0) - least
    assert 0 < fed < plain * 2 / 3


def test_layers_without_anything():
    """
    Inputs that never vary, rows without taps.
    """
    weights = np.array([[3, 4], [0, 0]], np.int16)
    normal = normal_equations(np.zeros((2, 2)), np.zeros((2, 2)), weights, 0.01)
    operation = Operation(SkipRule("mac", fraction=0.75), 4, np.ones(2), 2)
    left = operate(normal, weights != 0, operation)
    np.testing.assert_array_equal(left.weights, [[0, 4], [0, 0]])
