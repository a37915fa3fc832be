"""
Depthwise 3x3 convolution as its kernel has it: the table of a channel, and what it computes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

_PAIRS = {
    1: ((0, 1), (1, 2), (3, 4), (4, 5), (6, 7), (7, 8)),
    2: ((0, 1), (3, 4), (6, 7), (2, 5), (8, None)),
}
"""For each stride the weights of a window, numbered row by row, that share a word."""


def table_words(stride: int) -> int:
    """
    Entries of the table of a channel: bias, multiplier, words of weights.
    """
    return len(_PAIRS[stride]) + 2


def packed_table(weights: Array, bias: Array, multipliers: Array, stride: int) -> Array:
    """
    int32 [C, words] of int32 biases and multipliers [C] and int16 weights [3, 3, C], the second one
    of a pair in the upper half.
    """
    rows = np.append(weights.reshape(9, -1), np.zeros((1, weights.shape[2]), np.int16), axis=0)
    wide = rows.astype(np.int64)
    words = [
        (wide[low] & 0xFFFF) | (wide[-1 if high is None else high] << 16)
        for low, high in _PAIRS[stride]
    ]
    return np.stack([bias, multipliers, *words], axis=1).astype(np.int32)


def unpacked_table(table: Array, stride: int) -> tuple[Array, int, int]:
    """
    Weights int64 [3, 3], bias and multiplier of one channel.
    """
    weights = np.zeros(9, np.int64)
    for word, (low, high) in zip(table[2:], _PAIRS[stride], strict=False):
        weights[low] = np.int64(word).astype(np.int16)
        if high is not None:
            weights[high] = int(word) >> 16
    return weights.reshape(3, 3), int(table[0]), int(table[1])


def convolved(x: Array, weights: Array, stride: int) -> Array:
    """
    Sums int64 of all windows of a plane [H, W].
    """
    windows = np.lib.stride_tricks.sliding_window_view(x.astype(np.int64), (3, 3))
    return np.einsum("ijab,ab->ij", windows[::stride, ::stride], weights)
