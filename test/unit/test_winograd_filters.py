"""
Filters of F(4x4, 3x3) of a byte a weight.
"""

from __future__ import annotations

import numpy as np
from approx_opt.compiler.winograd import F4, transformed_filters
from approx_opt.compiler.winograd_filters import packed_filters, transformed_pairs
from hypothesis import given
from hypothesis import strategies as st


@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(1, 3))
def test_transformed_later_they_are_the_same(seed: int, outputs: int, pairs: int):
    """
    Position by position, pair by pair; an odd last filter is followed by zeros.
    """
    weights = np.random.default_rng(seed).integers(-128, 128, (outputs, 3, 3, 2 * pairs))
    packed = packed_filters(weights)
    assert packed.dtype == np.int8
    assert packed.shape == ((outputs + 1) // 2, pairs, 36)
    found = np.stack([transformed_pairs(one) for one in packed]).swapaxes(1, 2)
    np.testing.assert_array_equal(found, transformed_filters(weights, F4))


def test_no_byte_is_lost():
    """
    36 weights, 36 bytes.
    """
    weights = np.arange(36).reshape(2, 3, 3, 2)
    assert sorted(packed_filters(weights).ravel().tolist()) == list(range(36))
