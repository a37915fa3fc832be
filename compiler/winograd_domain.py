"""
Convolutions whose taps lie in the domain of Winograd's F(4x4, 3x3): what is left of the weights
U = G g G^T after some were skipped (compiler/winograd.py has the transforms).

Column p * C + c of such a weight matrix is position p = 6 i + j of the transformed tile and input
channel c. A tile is 4 x 4 outputs, and the 6 x 6 inputs d = x - z_x that they see:

    t   = A^T ((B^T d B) * U) A                  the sum over the taps that are left
    q   = floor((t * 477218588 + 2^31) / 2^32)   t / 9 where 9 divides t: round to the nearest
    acc = bias + (q >> (k_i + k_j))              k = 3, 2, 1, 1

G has 6 where that of the whole kernel has 1, in its first and last row, and A^T 1 for 6: what is
left of the weights is rounded on a finer grid (`F4_TAPS`).

With all taps t is 9 2^(k_i + k_j) times the convolution, and acc is what it is without the
transform. Tiles begin at rows min(4 i, H - 4) and columns min(4 j, W - 4); where they overlap, the
later one counts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .patches import Moments, Window, centred, exact_moments, padded
from .winograd import F4, domain_filters

Array = NDArray[Any]
Floats = NDArray[np.float64]

_ENDS = np.array([6, 1, 1, 1, 1, 6])
F4_TAPS = replace(F4, filter=F4.filter * _ENDS[:, np.newaxis], output=F4.output // _ENDS)
"""The transforms of a domain that loses taps."""
NINTH = 477218588
"""2^32 / 9, rounded: exact for multiples of 9 within int32, as 4/9 2^31 / 2^32 is below 1/2."""
CONSTANT_POSITION = 7
"""The only one that a constant input reaches, as 36 times its value: (1, 1)."""

_INPUT = np.kron(F4.input, F4.input).astype(np.float32)
_OUTPUT = np.kron(F4_TAPS.output, F4_TAPS.output).astype(np.float64)
_KERNELS = (_OUTPUT[:, np.newaxis, :] * _INPUT.T).reshape(-1, F4.positions)
"""What a tap makes of the 36 inputs for each of the 16 outputs: [16 * 36, 36]."""
_SIX_FILTERS = np.array([[1, 0, 0, 0, 0, 0], [-1, 6, 0, 0, 0, -1], [0, 0, 0, 0, 0, 1]])
"""Times G: 6 times the identity."""
_SHIFTS = np.add.outer(F4.shifts, F4.shifts).reshape(-1)


def domain_weights(weights: Array) -> NDArray[np.int16]:
    """
    U = G g G^T of filters int [O, 3, 3, C]: int16 [O, 36 C].
    """
    return domain_filters(weights, F4_TAPS)


def completed_filters(u: Array) -> NDArray[np.int16] | None:
    """
    The filters int16 [O, 3, 3, C] of which u [O, 36 C] is the transform; None if it is of none, as
    when taps were skipped.
    """
    wide = u.astype(np.int64).reshape(len(u), F4.side, F4.side, -1)
    multiples = np.einsum("ia,oabc,jb->oijc", _SIX_FILTERS, wide, _SIX_FILTERS)
    weights = (multiples // 36).astype(np.int16)
    return weights if np.array_equal(domain_weights(weights), u) else None


def tile_starts(size: int) -> list[int]:
    """
    Where the tiles along a side of `size` outputs, at least four, begin.
    """
    return [min(start, size - F4.size) for start in range(0, size, F4.size)]


def transformed_tiles(x: NDArray[np.int8], window: Window, zero_point: int) -> Floats:
    """
    B^T d B of every tile, d = x - z_x: int8 [N, H, W, C] -> float64 [N, rows, columns, 36, C] of
    integers. `window` is that of the convolution, whose padding holds z_x.

    In memory a position's tiles lie together: each step is a few large matrix products. They are
    exact in float32, where |B^T d B| <= 25500.
    """
    around = padded(centred(x, zero_point, np.float32), window, 0)
    rows, columns = (tile_starts(size - F4.side + F4.size) for size in around.shape[1:3])
    tiles = around[:, _seen(rows)][:, :, _seen(columns)]
    shape = len(x), len(rows), F4.side, len(columns), F4.side, x.shape[3]
    d = tiles.reshape(shape).transpose(2, 4, 0, 1, 3, 5).reshape(F4.positions, -1)
    v = (_INPUT @ d).astype(np.float64)
    return np.moveaxis(v.reshape(F4.positions, len(x), len(rows), len(columns), -1), 0, 3)


def _seen(starts: list[int]) -> Array:
    """
    The inputs along a side that the tiles see, tile after tile.
    """
    return np.add.outer(starts, range(F4.side)).reshape(-1)


def position_filters(u: Array) -> Floats:
    """
    u int [O, 36 C] as a matrix for each position: float64 [36, C, O].
    """
    filters = u.reshape(len(u), F4.positions, -1).transpose(1, 2, 0)
    return np.ascontiguousarray(filters, np.float64)


def tile_accumulators(v: Floats, filters: Floats, bias: Array) -> Array:
    """
    acc of the outputs of every tile: v as `transformed_tiles` gives it, `filters` as
    `position_filters`, bias int [O] -> int64 [4, 4, N, rows, columns, O].

    Matrix products are exact in float64: every partial sum is an integer below 2^53.
    """
    count, rows, columns, positions, channels = v.shape
    by_position = np.moveaxis(v, 3, 0).reshape(positions, -1, channels)
    sums = (_OUTPUT @ (by_position @ filters).reshape(positions, -1)).astype(np.int64)
    acc = ninths(sums)
    acc >>= _SHIFTS[:, np.newaxis]
    tiles = acc.reshape(F4.size, F4.size, count, rows, columns, len(bias))
    tiles += bias
    return tiles


def joined_tiles(tiles: Array, plane: tuple[int, int]) -> Array:
    """
    Tiles [4, 4, N, rows, columns, O] put together: [N, H, W, O], `plane` being H, W.
    """
    size, _, count, rows, columns, outputs = tiles.shape
    shape = count, rows * size, columns * size, outputs
    side_by_side = tiles.transpose(2, 3, 0, 4, 1, 5).reshape(shape)
    if shape[1:3] == plane:
        return side_by_side
    return side_by_side[:, _places(plane[0])][:, :, _places(plane[1])]


def _places(size: int) -> Array:
    """
    Where each of `size` outputs is along a side of tiles without overlap: in the last that has it.
    """
    places = np.zeros(size, np.intp)
    for tile, start in enumerate(tile_starts(size)):
        places[start : start + F4.size] = np.arange(F4.size) + F4.size * tile
    return places


def ninths(sums: Array) -> Array:
    """
    q of int64 sums within int32: the nearest integer to a ninth, exact for multiples of 9.
    """
    scaled = sums * NINTH
    scaled += 2**31
    scaled >>= 32
    return scaled


def effects() -> Floats:
    """
    What one unit at each position adds to each output of a tile, before rounding, in units of the
    accumulator: float64 [16, 36].
    """
    return _OUTPUT / (F4.odd * 2.0**_SHIFTS)[:, np.newaxis]


def rms_effects() -> Floats:
    """
    The root of the mean square over the outputs of a tile: float64 [36].
    """
    return np.sqrt(np.square(effects()).mean(axis=0))


def mean_effects() -> Floats:
    """
    The mean over the outputs of a tile: float64 [36].
    """
    return effects().mean(axis=0)


def sum_bounds(u: Array, lowest: int, highest: int) -> Array:
    """
    The largest |t| of each output of a tile for inputs d from `lowest` (<= 0) to `highest` (>= 0):
    int64 [O, 16], for u int [O, 36 C].

    t is linear in the inputs: its coefficients are the kernel of 6 x 6 x C that the taps make.
    """
    bounds = [_row_bounds(row.reshape(F4.positions, -1), lowest, highest) for row in u]
    return np.array(bounds, np.int64).reshape(len(u), F4.size**2)


def _row_bounds(u: Array, lowest: int, highest: int) -> Array:
    kernels = (_KERNELS @ u.astype(np.float64)).reshape(F4.size**2, -1)
    positive = np.maximum(kernels, 0).sum(axis=1)
    negative = np.minimum(kernels, 0).sum(axis=1)
    up = positive * highest + negative * lowest
    down = positive * lowest + negative * highest
    return np.maximum(up, -down)


class TransformedMoments:
    """
    Exact moments of the transformed inputs of a stream of batches, over all tiles.

    Integer sums (int64 [36 C]) do not depend on how the images are cut into batches.
    """

    def __init__(self, window: Window, channels: int, zero_point: int):
        self.window = window
        self.zero_point = zero_point
        self.count = 0
        self.sums = np.zeros(F4.positions * channels, np.int64)
        self.squares = np.zeros(F4.positions * channels, np.int64)

    def add(self, x: NDArray[np.int8]) -> None:
        """
        Take in a batch, int8 [N, H, W, C].
        """
        v = transformed_tiles(x, self.window, self.zero_point).reshape(-1, self.sums.size)
        self.count += len(v)
        # Exact in float64: |v| is at most 25500, and a batch has fewer than 2^23 tiles.
        self.sums += v.sum(axis=0).astype(np.int64)
        self.squares += np.square(v).sum(axis=0).astype(np.int64)

    def moments(self) -> Moments:
        """
        Of the columns. Errors: ValueError when nothing was added.
        """
        return exact_moments(self.sums.tolist(), self.squares.tolist(), self.count)
