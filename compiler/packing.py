"""
The order in which streamed weights lie in flash.

A kernel reads the weights of two inputs at a time, those of all its rows (output channels) one
after the other.

`WORDS`: int16, a word a row. `BYTES`: int8, a word for two rows; its half words hold the weights of
the two inputs, the low byte that of the even row a and the high byte that of the odd row b.
`SUMS`: as BYTES, but the high byte is one less where a is negative. Then a half word, as a number,
is a + 256 b: one multiplication gives the sum for a plus 256 times the sum for b, and widening the
low bytes (SXTB16) is only needed once to tell them apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SPLIT_BITS = 24
"""What is left of int32 for the sum of an odd row, behind eight bits."""

_FEW_INPUTS = 8
"""Up to so many, WORDS are faster than SUMS, which take five cycles more for a tile."""


@dataclass(frozen=True)
class WeightOrder:
    """
    How rows of weights lie in memory: `pack` makes int [rows, n] (n even) int8 or int16 [rows * n],
    `unpack` is its inverse, given rows and n; bytes of an element.

    Errors: ValueError for another shape or size.
    """

    name: str
    pack: Callable[[NDArray[Any]], NDArray[Any]]
    unpack: Callable[[NDArray[Any], int, int], NDArray[Any]]
    itemsize: int


def _checked(weights: NDArray[Any], multiple: int) -> NDArray[Any]:
    if weights.ndim != 2 or weights.shape[0] % multiple or weights.shape[1] % 2:
        raise ValueError(
            f"expected a multiple of {multiple} rows of even length, got shape {weights.shape}"
        )
    return weights


def _filled(packed: NDArray[Any], rows: int, length: int) -> NDArray[Any]:
    if packed.size != rows * length:
        raise ValueError(f"{packed.size} elements do not hold {rows} rows of {length} weights")
    return packed


def _pack_words(weights: NDArray[Any]) -> NDArray[np.int16]:
    rows, length = _checked(weights, 1).shape
    pairs = weights.astype(np.int16).reshape(rows, length // 2, 2)
    return np.ascontiguousarray(pairs.transpose(1, 0, 2)).reshape(-1)


def _unpack_words(packed: NDArray[Any], rows: int, length: int) -> NDArray[np.int16]:
    pairs = _filled(packed, rows, length).reshape(length // 2, rows, 2)
    return pairs.transpose(1, 0, 2).reshape(rows, length)


def _pack_bytes(weights: NDArray[Any]) -> NDArray[np.int8]:
    rows, length = _checked(weights, 2).shape
    quads = weights.astype(np.int8).reshape(rows // 2, 2, length // 2, 2)
    return np.ascontiguousarray(quads.transpose(2, 0, 3, 1)).reshape(-1)


def _unpack_bytes(packed: NDArray[Any], rows: int, length: int) -> NDArray[np.int8]:
    quads = _filled(packed, rows, length).reshape(length // 2, rows // 2, 2, 2)
    return quads.transpose(1, 3, 0, 2).reshape(rows, length)


def _pack_sums(weights: NDArray[Any]) -> NDArray[np.int8]:
    borrowed = _checked(weights, 2).astype(np.int16)
    borrowed[1::2] -= borrowed[0::2] < 0
    return _pack_bytes(borrowed)


def _unpack_sums(packed: NDArray[Any], rows: int, length: int) -> NDArray[np.int8]:
    weights = _unpack_bytes(packed, rows, length).copy()
    weights[1::2] += (weights[0::2] < 0).astype(np.int8)
    return weights


WORDS = WeightOrder("words", _pack_words, _unpack_words, 2)
BYTES = WeightOrder("bytes", _pack_bytes, _unpack_bytes, 1)
SUMS = WeightOrder("sums", _pack_sums, _unpack_sums, 1)


def weight_order(weights: NDArray[Any], bias: NDArray[Any]) -> WeightOrder:
    """
    The fastest order for weights int [O, K] and bias int32 [O]: WORDS for few or wide weights, else
    SUMS where that is exact for all inputs int8, else BYTES.
    """
    limits = np.iinfo(np.int8)
    low, high = weights.min(initial=0), weights.max(initial=0)
    if low < limits.min or high > limits.max or weights.shape[1] <= _FEW_INPUTS:
        return WORDS
    return SUMS if low > limits.min and _fits_split(weights, bias) else BYTES


def _fits_split(weights: NDArray[Any], bias: NDArray[Any]) -> bool:
    """
    True where the sum of every row is within 24 bits.
    """
    w, b = weights.astype(np.int64), bias.astype(np.int64)
    most = b + np.maximum(127 * w, -128 * w).sum(axis=1)
    least = b + np.minimum(127 * w, -128 * w).sum(axis=1)
    limit = 1 << (_SPLIT_BITS - 1)
    return bool((most < limit).all() and (least >= -limit).all())
