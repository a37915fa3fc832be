"""
Windows and their moments, against loops that follow the definition.
"""

from __future__ import annotations

import numpy as np
import pytest
from approx_opt.compiler.patches import InputMoments, Window, im2col, windows
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray


@st.composite
def window_cases(draw: st.DrawFn) -> tuple[NDArray[np.int8], Window, int]:
    """
    A batch of images, a window that fits, and a zero point.
    """
    small = st.integers(1, 3)
    pads = tuple(draw(st.integers(0, 2)) for _ in range(4))
    window = Window(
        kernel=(draw(small), draw(small)),
        strides=(draw(small), draw(small)),
        pads=(pads[0], pads[1], pads[2], pads[3]),
        dilations=(draw(st.integers(1, 2)), draw(st.integers(1, 2))),
    )
    reach = [d * (k - 1) + 1 for k, d in zip(window.kernel, window.dilations, strict=True)]
    height = draw(st.integers(max(1, reach[0] - pads[0] - pads[2]), 7))
    width = draw(st.integers(max(1, reach[1] - pads[1] - pads[3]), 7))
    shape = (draw(st.integers(1, 4)), height, width, draw(small))
    seed = draw(st.integers(0, 2**32 - 1))
    x = np.random.default_rng(seed).integers(-128, 128, shape).astype(np.int8)
    return x, window, draw(st.integers(-128, 127))


def columns_by_loops(x: NDArray[np.int8], window: Window, zero_point: int) -> NDArray[np.int64]:
    """
    The im2col matrix of x - z_x, element by element.
    """
    (kh, kw), (sh, sw), (dh, dw) = window.kernel, window.strides, window.dilations
    top, left, bottom, right = window.pads
    count, height, width, channels = x.shape
    rows = (height + top + bottom - dh * (kh - 1) - 1) // sh + 1
    columns = (width + left + right - dw * (kw - 1) - 1) // sw + 1
    matrix = np.zeros((count, rows, columns, kh, kw, channels), np.int64)
    for n, i, j, a, b, c in np.ndindex(matrix.shape):
        row, column = i * sh + a * dh - top, j * sw + b * dw - left
        if 0 <= row < height and 0 <= column < width:
            matrix[n, i, j, a, b, c] = int(x[n, row, column, c]) - zero_point
    return matrix.reshape(-1, kh * kw * channels)


@given(window_cases())
def test_im2col_follows_the_definition(case: tuple[NDArray[np.int8], Window, int]):
    """
    Padding is 0 once the zero point is taken off.
    """
    x, window, zero_point = case
    assert np.array_equal(im2col(x, window, zero_point), columns_by_loops(x, window, zero_point))


def test_im2col_columns_are_row_column_channel():
    """
    Column (a * KW + b) * C + c; the first row is the window at the top left.
    """
    x = np.arange(12, dtype=np.int8).reshape(1, 2, 3, 2)
    rows = im2col(x, Window(kernel=(2, 2)), 0)
    assert rows.shape == (2, 8)
    assert rows[0].tolist() == [0, 1, 2, 3, 6, 7, 8, 9]
    assert rows[1].tolist() == [2, 3, 4, 5, 8, 9, 10, 11]


def test_im2col_holds_the_largest_difference():
    """
    127 - -128 = 255 leaves int8.
    """
    x = np.array([127, -128], np.int8).reshape(1, 1, 2, 1)
    assert im2col(x, Window(kernel=(1, 1)), -128).ravel().tolist() == [255, 0]


def test_windows_pad_with_fill():
    """
    What padding holds is the caller's choice.
    """
    x = np.zeros((1, 1, 1, 1), np.int8)
    view = windows(x, Window(kernel=(1, 2), pads=(0, 1, 0, 0)), -128)
    assert view.ravel().tolist() == [-128, 0]


@given(window_cases(), st.integers(1, 4))
def test_moments_are_those_of_the_im2col_matrix(
    case: tuple[NDArray[np.int8], Window, int], chunk: int
):
    """
    Whatever the cut into batches, to the last bit of float32.
    """
    x, window, zero_point = case
    moments = InputMoments(x.shape[1:], zero_point)
    for start in range(0, len(x), chunk):
        moments.add(x[start : start + chunk])
    matrix = columns_by_loops(x, window, zero_point).astype(np.float64)
    found = moments.of(window)
    assert np.array_equal(found.mean, matrix.mean(axis=0).astype(np.float32))
    np.testing.assert_allclose(found.variance, matrix.var(axis=0), rtol=1e-6, atol=1e-9)


def test_moments_stay_exact_where_float_would_cancel():
    """
    A column that never changes has variance 0, not a rest of 250 squared.
    """
    moments = InputMoments((1, 1, 1), -128)
    for _ in range(3):
        moments.add(np.full((333, 1, 1, 1), 122, np.int8))
    found = moments.of(Window(kernel=(1, 1)))
    assert (found.mean.item(), found.variance.item()) == (250.0, 0.0)


def test_moments_need_an_image():
    """
    No samples is the caller's error, not NaN.
    """
    with pytest.raises(ValueError, match="no image"):
        InputMoments((2, 2, 1), 0).of(Window(kernel=(1, 1)))
