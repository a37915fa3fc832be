"""
The order of streamed weights.
"""

from __future__ import annotations

import numpy as np
import pytest
from approx_opt.compiler.packing import BYTES, SUMS, WORDS, WeightOrder, weight_order
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

SHAPES = st.tuples(st.sampled_from([2, 4, 8]), st.integers(0, 9).map(lambda half: 2 * half))
NO_BIAS = np.zeros(4, np.int32)


def test_words_hold_two_inputs_of_a_row():
    """
    Rows one after the other, then the next two inputs.
    """
    weights = np.array([[1, 2, 3, 4], [-1, -2, -3, -400]])
    assert WORDS.pack(weights).tolist() == [1, 2, -1, -2, 3, 4, -3, -400]


def test_bytes_hold_two_inputs_of_two_rows():
    """
    SXTB16 takes bytes 0 and 2, the even row, then 1 and 3, the odd one.
    """
    weights = np.array([[1, 2, 3, 4], [-1, -2, -3, -4], [5, 6, 7, 8], [-5, -6, -7, -8]])
    words = [[1, -1, 2, -2], [5, -5, 6, -6], [3, -3, 4, -4], [7, -7, 8, -8]]
    assert BYTES.pack(weights).tolist() == [byte for word in words for byte in word]


@given(hnp.arrays(np.int8, SHAPES, elements=st.integers(-127, 127)))
def test_half_words_of_sums_are_sums(weights: np.ndarray):
    """
    a + 256 b, whatever the signs, and the low byte is a.
    """
    packed = SUMS.pack(weights)
    rows, length = weights.shape
    halves = packed.view("<i2").reshape(length // 2, rows // 2, 2)
    wide = weights.astype(int)
    expected = wide[0::2] + 256 * wide[1::2]
    assert np.array_equal(halves.transpose(1, 0, 2).reshape(expected.shape), expected)
    assert np.array_equal(packed[0::2], BYTES.pack(weights)[0::2])


@pytest.mark.parametrize("order", [WORDS, BYTES, SUMS], ids=lambda order: order.name)
@given(hnp.arrays(np.int8, SHAPES, elements=st.integers(-127, 127)))
def test_unpacking_is_the_inverse(order: WeightOrder, weights: np.ndarray):
    """
    Whatever the number of rows and inputs; all weights to the left of a place come before it.
    """
    packed = order.pack(weights)
    assert (packed.size, packed.itemsize) == (weights.size, order.itemsize)
    assert np.array_equal(order.unpack(packed, *weights.shape), weights)
    shorter = weights[:, :-2]
    assert np.array_equal(order.pack(shorter), packed[: shorter.size])


@pytest.mark.parametrize("order", [BYTES, SUMS], ids=lambda order: order.name)
@pytest.mark.parametrize("shape", [(2, 3), (3, 4), (4,)])
def test_other_shapes_are_refused(order: WeightOrder, shape: tuple[int, ...]):
    """
    Odd lengths, odd rows, no rows.
    """
    with pytest.raises(ValueError, match="a multiple of 2 rows of even length"):
        order.pack(np.zeros(shape, np.int8))


def test_sizes_must_match():
    """
    Eight bytes are no two rows of two.
    """
    with pytest.raises(ValueError, match="8 elements do not hold 2 rows of 2 weights"):
        BYTES.unpack(np.zeros(8, np.int8), 2, 2)


def test_many_weights_are_sums():
    """
    Few are words, and so are those beyond int8.
    """
    weights = np.full((4, 10), 127)
    assert weight_order(weights, NO_BIAS) is SUMS
    assert weight_order(weights[:, :8], NO_BIAS) is WORDS
    assert weight_order(weights + 1, NO_BIAS) is WORDS


def test_sums_must_be_exact():
    """
    The lowest int8 leaves no room for a borrow; what is split off must fit 24 bits.
    """
    lowest = np.full((4, 18), -127)
    lowest[3, 7] = -128
    assert weight_order(lowest, NO_BIAS) is BYTES
    weights = np.full((1, 20), 127)
    most, least = 2**23 - 1 - 20 * 127 * 127, -(2**23) + 20 * 127 * 128
    for bias, order in ((most, SUMS), (most + 1, BYTES), (least, SUMS), (least - 1, BYTES)):
        assert weight_order(weights, np.array([bias], np.int32)) is order
