"""
The order of streamed weights.
"""

from __future__ import annotations

import numpy as np
import pytest
from approx_opt.compiler.packing import pack_rows, packed_size, unpack_rows
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

ROWS = st.tuples(st.integers(1, 2), st.integers(0, 9).map(lambda half: 2 * half))
WEIGHTS = hnp.arrays(np.int8, ROWS)


def test_one_row_of_four_is_interleaved():
    """
    SXTB16 takes bytes 0 and 2, then 1 and 3.
    """
    assert pack_rows(np.array([[10, 11, 12, 13]], np.int8)).tolist() == [10, 12, 11, 13]


def test_two_rows_alternate_word_by_word():
    """
    Row 0's word, row 1's word; a last group of two is padded.
    """
    weights = np.array([[1, 2, 3, 4, 5, 6], [-1, -2, -3, -4, -5, -6]], np.int8)
    words = [[1, 3, 2, 4], [-1, -3, -2, -4], [5, 0, 6, 0], [-5, 0, -6, 0]]
    assert pack_rows(weights).tolist() == [byte for word in words for byte in word]


@given(WEIGHTS)
def test_unpacking_is_the_inverse(weights: np.ndarray):
    """
    Whatever the number of rows and groups.
    """
    packed = pack_rows(weights)
    assert packed.dtype == np.int8
    assert packed.size == packed_size(*weights.shape)
    assert np.array_equal(unpack_rows(packed, *weights.shape), weights)


@pytest.mark.parametrize("shape", [(1, 3), (3, 4), (4,)])
def test_other_shapes_are_refused(shape: tuple[int, ...]):
    """
    Odd rows, three rows, no rows.
    """
    with pytest.raises(ValueError, match="one or two rows of even length"):
        pack_rows(np.zeros(shape, np.int8))


def test_sizes_must_match():
    """
    Eight bytes are no row of two.
    """
    with pytest.raises(ValueError, match="8 bytes do not hold 1 rows of 2 weights"):
        unpack_rows(np.zeros(8, np.int8), 1, 2)
