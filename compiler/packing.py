"""
The order in which streamed weights lie in flash.

SXTB16 widens bytes 0 and 2 of a word to one pair of int16, and, rotated by 8, bytes 1 and 3 to the
next. Four weights w0..w3 of a row are therefore stored as w0 w2 w1 w3: the two pairs come out as
(w0, w1) and (w2, w3), in the order of the inputs. A kernel of two rows reads the word of row 0,
then that of row 1.

Weights beyond int8 (those of ONNX uint8 weights may be) are int16, row after row as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

GROUP = 4
"""Weights in a word."""

_ORDER = (0, 2, 1, 3)
"""Its own inverse."""


def packed_size(rows: int, length: int) -> int:
    """
    Bytes that `pack_rows` makes of `rows` rows of `length` weights.
    """
    return rows * GROUP * -(-length // GROUP)


def pack_rows(weights: NDArray[np.int8]) -> NDArray[np.int8]:
    """
    Weights int8 [rows, n] of one or two output channels -> int8 [packed_size(rows, n)].

    A last group of two is padded with zeros. Errors: ValueError for other shapes and for odd n.
    """
    if weights.ndim != 2 or weights.shape[0] not in (1, 2) or weights.shape[1] % 2:
        raise ValueError(f"expected one or two rows of even length, got shape {weights.shape}")
    rows, length = weights.shape
    padded = np.pad(weights.astype(np.int8), ((0, 0), (0, -length % GROUP)))
    words = padded.reshape(rows, -1, GROUP)[..., _ORDER]
    return np.ascontiguousarray(words.transpose(1, 0, 2)).reshape(-1)


def unpack_rows(packed: NDArray[np.int8], rows: int, length: int) -> NDArray[np.int8]:
    """
    The inverse of `pack_rows`: int8 [packed_size(rows, length)] -> int8 [rows, length].

    Errors: ValueError when the size does not match.
    """
    if packed.size != packed_size(rows, length):
        raise ValueError(f"{packed.size} bytes do not hold {rows} rows of {length} weights")
    words = packed.reshape(-1, rows, GROUP)[..., _ORDER]
    return words.transpose(1, 0, 2).reshape(rows, -1)[:, :length]


@dataclass(frozen=True)
class WeightOrder:
    """
    How rows of weights lie in memory: `pack` and `unpack` them, elements that (rows, length) take
    (`size`), and bytes of an element.
    """

    pack: Callable[[NDArray[Any]], NDArray[Any]]
    unpack: Callable[[NDArray[Any], int, int], NDArray[Any]]
    size: Callable[[int, int], int]
    itemsize: int


def _plain_rows(weights: NDArray[Any]) -> NDArray[np.int16]:
    return weights.astype(np.int16).reshape(-1)


def _plain_unpacked(packed: NDArray[Any], rows: int, length: int) -> NDArray[np.int16]:
    return packed.reshape(rows, length)


def _plain_size(rows: int, length: int) -> int:
    return rows * length


PACKED = WeightOrder(pack_rows, unpack_rows, packed_size, 1)
PLAIN = WeightOrder(_plain_rows, _plain_unpacked, _plain_size, 2)


def weight_order(weights: NDArray[Any]) -> WeightOrder:
    """
    Packed int8 where weights are int8, else plain int16.
    """
    limits = np.iinfo(np.int8)
    fits = weights.min(initial=0) >= limits.min and weights.max(initial=0) <= limits.max
    return PACKED if fits else PLAIN
