"""
Winograd's convolution F(2x2, 3x3) in exact integers (Lavin and Gray, arXiv 1509.09308).

Four outputs of a 3x3 convolution take 16 products instead of 36. With G doubled, all numbers are
integers: 2G of a filter of int8 weights is at most 9 * 127, the transform of int8 inputs at most
4 * 128, both int16; the sum of their products is four times the convolution.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

TILES = 4
"""Tiles of a group: 2 x 8 outputs from 4 x 10 inputs."""
POSITIONS = 16

_INPUT = np.array([[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]])
_FILTER = np.array([[2, 0, 0], [1, 1, 1], [1, -1, 1], [0, 0, 2]])
_OUTPUT = np.array([[1, 1, 1, 0], [0, 1, -1, -1]])


def transformed_filters(weights: Array) -> Array:
    """
    U = (2G) g (2G)^T of filters [O, 3, 3, C], C even, in the order of the kernel: int16
    [O / 2, 16, C / 2, 2 (channel of the pair), 2]; an odd last filter is followed by zeros.
    """
    wide = np.einsum("ia,oabc,jb->oijc", _FILTER, weights.astype(np.int64), _FILTER)
    outputs, depth = len(weights) + len(weights) % 2, weights.shape[3]
    padded = np.zeros((outputs, POSITIONS, depth), np.int16)
    padded[: len(weights)] = wide.reshape(len(weights), POSITIONS, depth)
    pairs = padded.reshape(outputs // 2, 2, POSITIONS, depth // 2, 2)
    return np.ascontiguousarray(pairs.transpose(0, 2, 3, 1, 4))


def transformed_input(patch: Array) -> Array:
    """
    B^T d B of the four tiles of a patch [4, 10, C], C even: [16, C / 2, 4, 2].
    """
    tiles = np.stack([patch[:, 2 * t : 2 * t + TILES] for t in range(TILES)])
    v = np.einsum("ia,tabc,jb->ijct", _INPUT, tiles.astype(np.int64), _INPUT)
    channels = patch.shape[2]
    return v.reshape(POSITIONS, channels // 2, 2, TILES).transpose(0, 1, 3, 2)


def products(v: Array, u: Array) -> Array:
    """
    Sums over channels of transformed inputs [16, P, 4, 2] and filters [16, P, 2, 2]: [16, 2, 4].
    """
    return np.einsum("pctk,pcrk->prt", v.astype(np.int64), u.astype(np.int64))


def transformed_output(m: Array) -> Array:
    """
    A^T M A of [16, 2, 4]: four times the sums of the convolution, [2 (channel), 2, 8].
    """
    blocks = m.reshape(4, 4, 2, TILES)
    y = np.einsum("ia,abrt,jb->ritj", _OUTPUT, blocks, _OUTPUT)
    return y.reshape(2, 2, 2 * TILES)
