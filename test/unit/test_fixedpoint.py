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
    Never beyond int32, and within one of the real sum.
    """
    try:
        terms = add_terms(scales, zero_points)
    except ValueError:
        assert max(scales[:2]) / scales[2] > 1000
        return
    total = a * terms.lhs + b * terms.rhs + terms.constant
    assert -(2**31) <= total < 2**31
    real = scales[0] * (a - zero_points[0]) + scales[1] * (b - zero_points[1])
    exact = real / scales[2] + zero_points[2]
    if terms.shift >= 12:
        assert abs((total >> terms.shift) - exact) <= 0.5 + 0.2


@given(st.lists(INT8, min_size=1, max_size=40), st.floats(0.002, 0.4))
def test_softmax(values: list[int], scale: float):
    """
    Within one of the real softmax, at 1/256.
    """
    x = np.array([values], np.int8)
    table = softmax_table(scale, len(values))
    got = softmax(x, table, 2**24, -128)[0].astype(float)
    real = np.exp(scale * (np.array(values) - max(values)))
    np.testing.assert_allclose(got, np.minimum(real / real.sum() * 256 - 128, 127), atol=1.0)


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
