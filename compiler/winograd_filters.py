"""
Filters of Winograd's F(4x4, 3x3) as they lie in flash if they are transformed while the network
runs: a byte a weight (runtime/approx_winograd4_filters.h).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .winograd import F4, transformed_filters

Array = NDArray[Any]

BYTES = 36
"""Of the filters of two output channels and a pair of input channels."""


_ORDER = ((0, 0), (0, 2), (1, 0), (1, 2), (2, 0), (2, 2), (0, 1), (1, 1))
"""Taps of an output, two by two in a word; (2, 1) of both outputs shares the last one."""


def _places() -> NDArray[np.int64]:
    """
    Where the taps lie in these bytes: [output, row, column, input].
    """
    places = np.zeros((2, 3, 3, 2), np.int64)
    for output in range(2):
        for at, (row, column) in enumerate(_ORDER):
            places[output, row, column] = 16 * output + 4 * (at // 2) + at % 2
        places[output, 2, 1] = 32 + output
    places[..., 1] += 2
    return places


_PLACES = _places()


def packed_filters(weights: Array) -> NDArray[np.int8]:
    """
    Filters [O, 3, 3, C] within int8, C even, in the order of the kernel: [O / 2, C / 2, 36]; an
    odd last filter is followed by zeros.
    """
    outputs, _, _, depth = weights.shape
    padded = np.pad(weights, ((0, outputs % 2), (0, 0), (0, 0), (0, 0)))
    pairs = padded.reshape(-1, 2, 3, 3, depth // 2, 2).transpose(0, 4, 1, 2, 3, 5)
    packed = np.zeros((*pairs.shape[:2], BYTES), np.int8)
    packed[..., _PLACES] = pairs
    return packed


def transformed_pairs(packed: Array) -> Array:
    """
    U = G g G^T of the filters [P, 36] of two output channels: int16 [P, positions, 2 (output), 2].
    """
    filters = packed[:, _PLACES].transpose(1, 2, 3, 0, 4).reshape(2, 3, 3, -1)
    return transformed_filters(filters, F4)[0].swapaxes(0, 1)
