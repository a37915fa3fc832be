"""
Winograd's convolutions F(2x2, 3x3) and F(4x4, 3x3) in exact integers (Lavin and Gray,
arXiv 1509.09308).

A tile of m x m outputs takes (m + 2)^2 products instead of 9 m^2: A^T ((B^T d B) * (G g G^T)) A.
The rows of G are multiplied by what makes them integers, each by its own factor, and the rows of
A^T by what is missing to a common one; so everything stays in int16, and sums in int32 are exact
multiples of the convolution:

          transformed input   transformed filter   output (i, j) is the sum times
    m = 2     4 * 128               9 * 255         4
    m = 4   100 * 128              49 * 255         9 * 2^(k_i + k_j), k = 3, 2, 1, 1

Sums may wrap. The multiple is divided exactly: by 9 as a product with its inverse modulo 2^32, by
the power of two as a shift, which needs the multiple without the 9 to be within int32.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

TILES = 4
"""Tiles of a group: what one product works on."""
_PLANE_GROUPS = 9
"""Groups whose transformed inputs the kernel that transforms filters keeps all at once."""


@dataclass(frozen=True, eq=False)
class Winograd:
    """
    The transforms for tiles of `size` x `size` outputs: B^T, G and A^T. Output (i, j) is the sum of
    the convolution times odd * 2^(shifts[i] + shifts[j]).
    """

    size: int
    input: Array
    filter: Array
    output: Array
    shifts: tuple[int, ...]
    odd: int

    @property
    def side(self) -> int:
        """
        Of the input of a tile.
        """
        return self.size + 2

    @property
    def positions(self) -> int:
        """
        Elements of a transformed tile.
        """
        return self.side**2


F2 = Winograd(
    size=2,
    input=np.array([[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]]),
    filter=np.array([[2, 0, 0], [1, 1, 1], [1, -1, 1], [0, 0, 2]]),
    output=np.array([[1, 1, 1, 0], [0, 1, -1, -1]]),
    shifts=(1, 1),
    odd=1,
)

F4 = Winograd(
    size=4,
    input=np.array(
        [
            [4, 0, -5, 0, 1, 0],
            [0, -4, -4, 1, 1, 0],
            [0, 4, -4, -1, 1, 0],
            [0, -2, -1, 2, 1, 0],
            [0, 2, -1, -2, 1, 0],
            [0, 4, 0, -5, 0, 1],
        ]
    ),
    filter=np.array([[1, 0, 0], [1, 1, 1], [1, -1, 1], [1, 2, 4], [1, -2, 4], [0, 0, 1]]),
    output=np.array(
        [[6, -4, -4, 1, 1, 0], [0, -2, 2, 1, -1, 0], [0, -1, -1, 1, 1, 0], [0, -1, 1, 2, -2, 6]]
    ),
    shifts=(3, 2, 1, 1),
    odd=9,
)


def domain_filters(weights: Array, form: Winograd) -> NDArray[np.int16]:
    """
    U = G g G^T of filters int [O, 3, 3, C]: int16 [O, positions * C].
    """
    wide = np.einsum("ia,oabc,jb->oijc", form.filter, weights.astype(np.int64), form.filter)
    return wide.astype(np.int16).reshape(len(weights), -1)


def paired_filters(u: Array, form: Winograd) -> Array:
    """
    [O, positions * C] in the order of the kernels, [O / 2, positions, C / 2, 2 (output of the
    pair), 2]; an odd last output and an odd last channel are followed by zeros.
    """
    outputs = len(u)
    by_position = u.reshape(outputs, form.positions, -1)
    channels = by_position.shape[2]
    padded = np.pad(by_position, ((0, outputs % 2), (0, 0), (0, channels % 2)))
    pairs = padded.reshape(-(-outputs // 2), 2, form.positions, -1, 2)
    return np.ascontiguousarray(pairs.transpose(0, 2, 3, 1, 4))


def transformed_filters(weights: Array, form: Winograd) -> Array:
    """
    U of filters int [O, 3, 3, C] in the order of the kernels, int16.
    """
    return paired_filters(domain_filters(weights, form), form)


def transformed_input(tiles: Array, form: Winograd) -> Array:
    """
    B^T d B of tiles [T, side, side, C], C even: [positions, C / 2, T, 2].
    """
    v = np.einsum("ia,tabc,jb->ijct", form.input, tiles.astype(np.int64), form.input)
    count, channels = len(tiles), tiles.shape[3]
    return v.reshape(form.positions, channels // 2, 2, count).transpose(0, 1, 3, 2)


def products(v: Array, u: Array) -> Array:
    """
    Sums over channels of transformed inputs [positions, P, T, 2] and filters [positions, P, 2, 2]:
    [positions, 2, T].
    """
    return np.einsum("pctk,pcrk->prt", v.astype(np.int64), u.astype(np.int64))


def transformed_output(m: Array, form: Winograd) -> Array:
    """
    A^T M A of [positions, 2, T]: multiples of the sums of the convolution,
    [2 (channel), T, size, size].
    """
    blocks = m.reshape(form.side, form.side, *m.shape[1:])
    return np.einsum("ia,abrt,jb->rtij", form.output, blocks, form.output)


def divided(multiples: Array, form: Winograd) -> Array:
    """
    The sums of the convolution, int64 within int32, from their multiples [..., size, size], which
    may have wrapped at 2^32.
    """
    inverse = pow(form.odd, -1, 2**32)
    wrapped = (multiples.astype(np.uint64) * np.uint64(inverse)).astype(np.uint32)
    shifts = np.add.outer(form.shifts, form.shifts)
    return wrapped.astype(np.int32).astype(np.int64) >> shifts


def largest_sum(form: Winograd) -> int:
    """
    Sums of the convolution that are smaller in magnitude can be divided exactly.
    """
    return 2 ** (31 - 2 * max(form.shifts))


def group_shape(height: int, width: int) -> tuple[int, int]:
    """
    How the four tiles of a group of F(4x4, 3x3) lie, down and across: so that a plane of outputs
    takes the fewest groups.
    """
    return min(((2, 2), (1, TILES), (TILES, 1)), key=lambda shape: groups(height, width, shape))


def groups(height: int, width: int, shape: tuple[int, int]) -> int:
    """
    Groups of F(4x4, 3x3) that cover a plane.
    """
    rows, columns = group_grid(height, width, shape)
    return rows * columns


def bands(height: int, width: int) -> tuple[int, int]:
    """
    How often the filters of F(4x4, 3x3) are transformed for a plane, if that is done while the
    network runs, and the groups of tiles that share them: all, or, of a large plane, those of a
    row, which are enough to make up for it.
    """
    rows, columns = group_grid(height, width, group_shape(height, width))
    return (1, rows * columns) if rows * columns <= _PLANE_GROUPS else (rows, columns)


def group_grid(height: int, width: int, shape: tuple[int, int]) -> tuple[int, int]:
    """
    Rows and columns of those groups.
    """
    down, across = shape
    return -(-height // (F4.size * down)), -(-width // (F4.size * across))
