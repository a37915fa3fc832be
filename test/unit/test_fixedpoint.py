"""
The integer arithmetic against exact rational numbers and against floating point.
"""

from __future__ import annotations

from fractions import Fraction
from math import floor

import numpy as np
import pytest
from approx_opt.compiler.fixedpoint import (
    accumulator_bound,
    add_terms,
    multipliers_for,
    nearest_multipliers,
    requantize,
    softmax,
    softmax_table,
    tflite_multipliers,
)
from hypothesis import given
from hypothesis import strategies as st

INT8 = st.integers(-128, 127)
INT32 = st.integers(-(2**31), 2**31 - 1)
RATIOS = st.floats(1e-6, 1000, allow_nan=False)
FULL = (-128, 127)
WIDE = (-(2**40), 2**40)


def clamp(value: int) -> int:
    """
    To int8.
    """
    return max(-128, min(127, value))


@given(INT32, st.integers(1, 2**31 - 1), st.integers(0, 8), INT8)
def test_nearest_is_one_rounding_of_the_exact_product(acc: int, m: int, shift: int, zero: int):
    """
    floor(x + 1/2) of acc 2^shift M / 2^32.
    """
    exact = Fraction(acc * 2**shift * m, 2**32)
    expected = clamp(zero + floor(exact + Fraction(1, 2)))
    assert requantize(acc, m, shift, zero, FULL) == expected


@given(
    st.integers(-(2**20), 2**20),
    st.integers(1, 2**31 - 1) | st.sampled_from([2**31 >> k for k in range(1, 12)]),
    st.integers(0, 8),
    INT8,
)
def test_even_rounds_halves_to_even(acc: int, m: int, shift: int, zero: int):
    """
    As Python rounds fractions.
    """
    expected = clamp(zero + round(Fraction(acc * 2**shift * m, 2**32)))
    assert requantize(acc, m, shift, zero, FULL, "even") == expected


def tflite(acc: int, m: int, exponent: int) -> int:
    """
    gemmlowp in Python integers: the high half of twice the product, rounded to the nearest, then a
    division by a power of two, rounded to the nearest, ties away from zero.
    """
    product = (acc << max(exponent, 0)) * m
    nudged = product + (2**30 if product >= 0 else 1 - 2**30)
    high = int(Fraction(nudged, 2**31).__trunc__())
    right = max(-exponent, 0)
    half = Fraction(abs(high), 2**right) + Fraction(1, 2)
    return floor(half) if high >= 0 else -floor(half)


@given(st.integers(-(2**24), 2**24), st.integers(2**30, 2**31 - 1), st.integers(-20, 6), INT8)
def test_tflite_is_gemmlowp(acc: int, m: int, exponent: int, zero: int):
    """
    Both roundings.
    """
    expected = clamp(zero + tflite(acc, m, exponent))
    assert requantize(acc, m, exponent, zero, FULL, "tflite") == expected


@given(st.lists(RATIOS, min_size=1, max_size=4))
def test_multipliers_are_close(ratios: list[float]):
    """
    Within half a unit of the last place of the largest; at least 30 bits of it are used.
    """
    nearest, double = nearest_multipliers(ratios), tflite_multipliers(ratios)
    for got, unit in ((nearest, 2.0 ** (nearest.shift - 32)), (double, 2.0 ** (double.shift - 31))):
        assert got.values.dtype == np.int32
        np.testing.assert_allclose(got.values * unit, ratios, rtol=0, atol=unit * 0.500001)
    assert double.values.max() >= 2**30
    assert nearest.shift == 0 or nearest.values.max() >= 2**30 - 1


@pytest.mark.parametrize("ratio", [0.0, -1.0, float("nan"), float("inf"), 2.0**30])
def test_ratios_that_are_none(ratio: float):
    """
    Refused by both.
    """
    for multipliers in (nearest_multipliers, tflite_multipliers):
        with pytest.raises(ValueError, match="ratio"):
            multipliers([0.5, ratio])


@given(
    st.tuples(*[st.floats(1e-3, 10)] * 3),
    st.tuples(INT8, INT8, INT8),
    INT8,
    INT8,
)
def test_addition(
    scales: tuple[float, float, float], zero_points: tuple[int, int, int], a: int, b: int
):
    """
    Never beyond int32, and within half a step of the real sum, and a little.
    """
    terms = add_terms(scales, zero_points)
    total = a * terms.lhs + b * terms.rhs + terms.constant
    assert -(2**31) <= total < 2**31
    real = scales[0] * (a - zero_points[0]) + scales[1] * (b - zero_points[1])
    exact = min(127, max(-128, real / scales[2] + zero_points[2]))
    assert abs(clamp(total >> terms.shift) - exact) <= 0.51


@given(st.lists(INT8, min_size=1, max_size=40), st.floats(0.002, 0.4))
def test_softmax(values: list[int], scale: float):
    """
    Within half a step of the real softmax, and a little, at 1/256.
    """
    x = np.array([values], np.int8)
    table = softmax_table(scale, len(values))
    got = softmax(x, table, 2**24, -128)[0].astype(float)
    real = np.exp(scale * (np.array(values) - max(values)))
    np.testing.assert_allclose(got, np.minimum(real / real.sum() * 256 - 128, 127), atol=0.51)


@given(
    st.lists(st.lists(st.integers(-127, 127), min_size=3, max_size=3), min_size=1, max_size=4),
    st.integers(-(2**20), 2**20),
    INT8,
    st.lists(INT8, min_size=3, max_size=3),
    st.permutations(range(3)),
)
def test_accumulator_bound(
    weights: list[list[int]], bias: int, zero: int, x: list[int], order: list[int]
):
    """
    Holds for every partial sum, with the zero point in the sum or folded into the bias.
    """
    matrix = np.array(weights)
    bounds = accumulator_bound(matrix, np.full(len(matrix), bias))
    for row, bound in zip(weights, bounds, strict=True):
        folded = bias - zero * sum(row)
        plain = bias
        for k in order:
            folded += x[k] * row[k]
            plain += (x[k] - zero) * row[k]
            assert abs(folded) <= bound
            assert abs(plain) <= bound


@pytest.mark.parametrize("acc", [-5, -3, -1, 1, 3, 5])
def test_nearest_rounds_ties_upward(acc: int):
    """
    Random products hardly ever end in exactly one half.
    """
    exact = Fraction(acc * 2**30, 2**31)
    assert requantize(acc, 2**30, 1, 0, WIDE) == floor(exact + Fraction(1, 2))


@pytest.mark.parametrize(("acc", "expected"), [(-6, -2), (-2, -1), (2, 1), (6, 2), (-5, -1)])
def test_tflite_rounds_the_second_ties_away_from_zero(acc: int, expected: int):
    """
    acc / 2 is exact, half of that is a tie; the first rounding, of -5/2, goes upward, to -2.
    """
    assert requantize(acc, 2**30, -1, 0, WIDE, "tflite") == expected


def test_a_ratio_just_below_a_power_of_two():
    """
    Rounds up to 2^31, which is no int32: the exponent has to give.
    """
    got = tflite_multipliers([1 - 2.0**-40])
    assert (got.values.tolist(), got.shift) == ([2**30], 1)


@pytest.mark.parametrize("count", [1, 40, 256, 257, 1000, 4097])
def test_softmax_entries_sum_to_an_uint32(count: int):
    """
    All inputs equal is the worst case.
    """
    assert int(softmax_table(0.1, count)[0]) * count < 2**32


def test_accumulator_bound_at_the_extremes():
    """
    The farthest input from the farthest zero point contributes 255 times its weight.
    """
    bound = accumulator_bound(np.array([[127, 127]]), np.array([9]))
    assert bound[0] >= 9 + 255 * (127 + 127)


def test_addition_of_scales_too_far_apart():
    """
    128 times the ratio leaves int32 even without a shift.
    """
    with pytest.raises(ValueError, match="too far apart"):
        add_terms((2.0**25, 1.0, 1.0), (0, 0, 0))


def test_multipliers_follow_the_rounding_mode():
    """
    0.25 is 2^30 without a shift, or one half in Q31 at exponent -1.
    """
    assert multipliers_for([0.25], "nearest") == nearest_multipliers([0.25])
    assert multipliers_for([0.25], "tflite").shift == -1
