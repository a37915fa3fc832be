"""
Neighbouring channels, as a normalization adds them up.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def sums_of_squares(x: Array, size: int, axis: int) -> Array:
    """
    The sum of the squares of `size` neighbours along `axis`, (size - 1) // 2 of them before; zeros
    are beyond the ends. Shape of `x`.
    """
    before = (size - 1) // 2
    padding = [(0, 0)] * x.ndim
    padding[axis] = (before, size - 1 - before)
    squares = np.pad(x * x, padding)
    return np.lib.stride_tricks.sliding_window_view(squares, size, axis=axis).sum(axis=-1)
