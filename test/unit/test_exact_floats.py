"""
Integers in floating point: exact up to a bound, which decides on the type.
"""

from __future__ import annotations

import numpy as np
import pytest
from approx_opt.compiler import integer_kernels
from approx_opt.compiler.exact_floats import (
    exact_type,
    largest_sum,
    requantize_floats,
)
from approx_opt.compiler.fixedpoint import requantize
from approx_opt.compiler.interpreter import run_network
from approx_opt.dialects.dense import dense
from convolution_networks import convolutions, network, samples
from hypothesis import given
from hypothesis import strategies as st

INT8 = st.integers(-128, 127)
MULTIPLIERS = st.integers(1, 2**31 - 1) | st.integers(0, 30).map(lambda k: 2**k)
"""Powers of two make ties."""


@given(
    st.lists(st.tuples(st.integers(-300, 300), st.integers(-1, 1)), min_size=1, max_size=20),
    MULTIPLIERS,
    st.integers(0, 8),
    st.integers(-20, 20),
    st.sampled_from([(-128, 127), (-128, 90), (-11, 127)]),
    st.sampled_from(["nearest", "even"]),
)
def test_requantization_is_that_of_integers(
    steps: list[tuple[int, int]],
    m: int,
    shift: int,
    zero: int,
    bounds: tuple[int, int],
    rounding: str,
):
    """
    At and beside the accumulators between two results, and where the product is inexact in float64:
    that is clamped. Shifted accumulators are within int32, as for any network that is compiled.
    """
    halves = [(2 * step + 1) * 2 ** (31 - shift) // m + beside for step, beside in steps]
    limit = 2**31 >> shift
    acc = np.array([-limit, *halves, limit - 1]).clip(-limit, limit - 1)
    options = shift, zero, bounds, rounding
    expected = requantize(acc, m, *options)
    for given_as in (np.int64, np.float64):
        found = requantize_floats(acc.astype(given_as), np.array(m, np.int32), *options)
        np.testing.assert_array_equal(found, expected)


@given(
    st.integers(-64, 64), st.integers(1, 200), st.integers(1, 9), st.integers(0, 2**32 - 1), INT8
)
def test_products_are_exact_in_the_type_of_their_bound(
    beyond: int, depth: int, rows: int, seed: int, zero_point: int
):
    """
    Sums that reach about 2^24: the first of the first row is the bound itself.
    """
    rng = np.random.default_rng(seed)
    furthest = max((127 - zero_point, -128 - zero_point), key=abs)
    weights = rng.integers(-127, 128, (rows, depth))
    weights[0] = np.abs(weights[0])
    bias = rng.integers(-999, 1000, rows)
    bias[0] = np.sign(furthest) * (2**24 + beyond - abs(furthest) * weights[0].sum())
    x = rng.integers(-128, 128, (3, depth)) - zero_point
    x[0] = furthest
    exact = exact_type(largest_sum(weights, bias, zero_point))
    assert exact is (np.float32 if beyond <= 0 else np.float64)
    expected = x @ weights.T + bias
    assert abs(expected[0, 0]) == 2**24 + beyond
    found = x.astype(exact) @ weights.T.astype(exact) + bias.astype(exact)
    np.testing.assert_array_equal(found.astype(np.int64), expected)


def test_the_bound_is_the_last_sum_that_float32_holds():
    """
    2^24 is one; the next integer is none.
    """
    weights, bias = np.array([[127, -3]]), np.array([-(2**24) + 255 * 130])
    bound = largest_sum(weights, bias, -128)
    assert bound == 2**24
    assert exact_type(bound) is np.float32
    assert exact_type(bound + 1) is np.float64
    assert int(np.float32(bound)) == bound
    assert int(np.float32(bound + 1)) != bound + 1


@pytest.mark.parametrize(("beyond", "expected"), [(0, np.float32), (1, np.float64)])
def test_a_convolution_takes_the_type_of_its_bound(
    beyond: int, expected: type, monkeypatch: pytest.MonkeyPatch
):
    """
    One more in a bias makes all the difference.
    """
    module = network(1)
    op = convolutions(module)[0]
    weights = op.full_weights().reshape(op.output_shape[2], -1)
    own = [largest_sum(row[np.newaxis], np.zeros(1, int), op.input_zero_point) for row in weights]
    op.bias = dense((2**24 + beyond - np.array(own)).astype(np.int32))
    types: list[type] = []
    im2col = integer_kernels.im2col

    def spy(*args: object) -> object:
        types.append(args[-1])
        return im2col(*args)

    monkeypatch.setattr(integer_kernels, "im2col", spy)
    run_network(module, samples(1))
    assert types[0] is expected
