"""
Windows of a batch of images: the rows of the im2col matrix, and their moments.

Column (a * KW + b) * C + c of the matrix is input (a, b, c) of the window; its rows are the output
pixels of all images. Values are x - z_x, so that padding, which holds z_x, counts as 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


@dataclass(frozen=True)
class Window:
    """
    A sliding window: vertical before horizontal; `pads` are top, left, bottom, right.
    """

    kernel: tuple[int, int]
    strides: tuple[int, int] = (1, 1)
    pads: tuple[int, int, int, int] = (0, 0, 0, 0)
    dilations: tuple[int, int] = (1, 1)


@dataclass(frozen=True)
class Moments:
    """
    Mean and variance of each im2col column: float32 [KH * KW * C], units of x and of x squared.
    """

    mean: NDArray[np.float32]
    variance: NDArray[np.float32]


def exact_moments(sums: Sequence[int], squares: Sequence[int], count: int) -> Moments:
    """
    From the sum of each column, and of its squares, over `count` rows. Errors: ValueError for none.
    """
    if not count:
        raise ValueError("no image, no moments")
    mean = [total / count for total in sums]
    # Python integers: the difference of the two products is exact whatever their size.
    variance = [
        (count * square - total * total) / count**2
        for total, square in zip(sums, squares, strict=True)
    ]
    return Moments(np.array(mean, np.float32), np.array(variance, np.float32))


def windows(x: NDArray[Any], window: Window, fill: int) -> NDArray[Any]:
    """
    [N, H, W, C] -> [N, OH, OW, KH, KW, C], a view into a copy padded with `fill`.
    """
    around = padded(x, window, fill)
    reach = [d * (k - 1) + 1 for k, d in zip(window.kernel, window.dilations, strict=True)]
    view = np.lib.stride_tricks.sliding_window_view(around, reach, axis=(1, 2))
    (down, across), (below, beside) = window.strides, window.dilations
    return view[:, ::down, ::across, :, ::below, ::beside].transpose(0, 1, 2, 4, 5, 3)


def padded(x: NDArray[Any], window: Window, fill: int) -> NDArray[Any]:
    """
    [N, H, W, C] with `fill` around each plane, as far as the window reaches beyond it.
    """
    top, left, bottom, right = window.pads
    return np.pad(x, ((0, 0), (top, bottom), (left, right), (0, 0)), constant_values=fill)


def im2col(
    x: NDArray[np.int8], window: Window, zero_point: int, dtype: DTypeLike = np.int16
) -> NDArray[Any]:
    """
    x - z_x of every window: int8 [N, H, W, C] -> `dtype` [N * OH * OW, KH * KW * C].
    """
    patches = windows(centred(x, zero_point, dtype), window, 0)
    return patches.reshape(-1, patches.shape[-3] * patches.shape[-2] * patches.shape[-1])


def centred(x: NDArray[np.int8], zero_point: int, dtype: DTypeLike) -> NDArray[Any]:
    """
    x - z_x, in a type that holds -255 to 255.
    """
    difference = x.astype(dtype)
    difference -= zero_point
    return difference


class InputMoments:
    """
    Exact moments of the im2col columns of a stream of batches, without the im2col matrix.

    A column of the matrix takes the same pixels from every image. So the sums over the images,
    one for every element of the input, say it all, and they are small (two int64 [H, W, C]).
    Integer sums do not depend on how the images are cut into batches.
    """

    def __init__(self, shape: tuple[int, ...], zero_point: int):
        self.images = 0
        self.zero_point = zero_point
        self.sums = np.zeros(shape, np.int64)
        self.squares = np.zeros(shape, np.int64)

    def add(self, x: NDArray[np.int8]) -> None:
        """
        Take in a batch, int8 [N, H, W, C].
        """
        centered = x.astype(np.int32) - self.zero_point
        self.images += len(x)
        self.sums += centered.sum(axis=0, dtype=np.int64)
        self.squares += np.square(centered).sum(axis=0, dtype=np.int64)

    def of(self, window: Window) -> Moments:
        """
        The moments of the columns that `window` makes. Errors: ValueError when nothing was added.
        """
        first, count = _column_sums(self.sums, window)
        second, _ = _column_sums(self.squares, window)
        return exact_moments(first, second, self.images * count)


def _column_sums(plane: NDArray[np.int64], window: Window) -> tuple[list[int], int]:
    """
    Sum of each column over the output pixels of one image, and how many pixels there are.
    """
    patches = windows(plane[np.newaxis], window, 0)[0]
    sums: list[int] = patches.sum(axis=(0, 1)).reshape(-1).tolist()
    return sums, patches.shape[0] * patches.shape[1]
