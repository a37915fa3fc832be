"""
Uses of the products of runtime/approx_runtime.h, and what they give by Python integers.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from approx_opt.dialects.cortexm_types import STREAMED_TILES
from runtime_vectors import ORDERS, TILES, Case, Vector, new_tile, read_tile, wrap


def sums(v: Vector, offset: int, stride: int, pixels: int, rows: list[np.ndarray]) -> list[int]:
    """
    The tile b[r] + the dot product of row r with the run of inputs at each pixel.
    """
    tile: list[int] = []
    for (r, row), p in itertools.product(enumerate(rows), range(pixels)):
        run = v.x[offset + p * stride :][: len(row)]
        tile.append(wrap(int(v.b[r]) + sum(int(a) * int(w) for a, w in zip(run, row, strict=True))))
    return tile


def mac_cases() -> Iterator[Case]:
    """
    Dual multiply-accumulates: all tiles, all rows, weights to the ends of int16.
    """
    weights = [(5, -3, 7, 0), (0, 9, -1, -128), (-32768, -32768, 32767, 1), (127, -127, 0, -1)]
    for (channels, pixels), quad in itertools.product(TILES, weights):
        rows = [np.array(quad[:2]), np.array(quad[2:])][:channels]
        literals = ", ".join(map(str, quad[: 2 * channels]))
        start, read = new_tile(channels, pixels), read_tile(channels, pixels)
        macro = f"APPROX_MAC_{channels}X{pixels}(acc, in->x, 6, 34, {literals});"
        expected = partial(sums, offset=6, stride=34, pixels=pixels, rows=rows)
        yield Case(f"{start} {macro} {read}", channels * pixels, expected)
        for r in range(channels):
            lo, hi = quad[:2]
            macro = f"APPROX_MAC_ROW_X{pixels}(acc, {r}, in->x + 1, 0, 682, {lo}, {hi});"
            kept = [rows[0] if i == r else rows[0][:0] for i in range(channels)]
            expected = partial(sums, offset=1, stride=682, pixels=pixels, rows=kept)
            yield Case(f"{start} {macro} {read}", channels * pixels, expected)


@dataclass(frozen=True)
class Streamed:
    """
    The shape of a streamed dot product.
    """

    n: int
    runs: int
    below: int
    offset: int
    stride: int

    def sums(self, v: Vector, order: str, channels: int, pixels: int) -> list[int]:
        """
        The tile, in an order of weights; odd rows of "sums" have 256 times their weights and those
        of the row before.
        """
        weights = v.weights(order)[:channels, : self.runs * self.n].copy()
        if order == "sums":
            weights[1::2] = weights[0::2] + 256 * weights[1::2]
        places = [self.offset + i * self.below + k for i in range(self.runs) for k in range(self.n)]
        return [
            wrap(int(v.b[r]) + sum(int(v.x[at + p * self.stride]) * int(w) for at, w in taps))
            for r in range(channels)
            for taps in [list(zip(places, weights[r], strict=True))]
            for p in range(pixels)
        ]


STREAMED = (
    *(Streamed(n, 1, 0, 2, 50) for n in (2, 4, 6, 14, 16, 30, 32, 34, 36, 50, 62, 64, 96, 136)),
    *(Streamed(12, 3, 88, 0, 4), Streamed(4, 10, 24, 4, 8), Streamed(2, 2, 2, 2, 0)),
    *(Streamed(44, 3, 130, 0, 16), Streamed(64, 2, 64, 2, 2), Streamed(68, 2, 1900, 0, 6)),
    *(Streamed(14, 2, 2100, 0, 10), Streamed(50, 1, 0, 0, 2000), Streamed(34, 3, 36, 6, 676)),
)


def dot_cases() -> Iterator[Case]:
    """
    Streamed runs: all tiles and orders, all kinds of loops, near and far pixels and runs.
    """
    cases = itertools.product(STREAMED_TILES, ORDERS, STREAMED)
    for (channels, pixels), order, shape in cases:
        start, read = new_tile(channels, pixels), read_tile(channels, pixels)
        numbers = f"{shape.n}, {shape.runs}, {shape.below}"
        name = f"APPROX_DOT_{order.upper()}_{channels}X{pixels}"
        weights = f"in->{order}_{channels}"
        macro = f"{name}(acc, in->x, {shape.offset}, {shape.stride}, {weights}, {numbers});"
        expected = partial(shape.sums, order=order, channels=channels, pixels=pixels)
        yield Case(f"{start} {macro} {read}", channels * pixels, expected)


def parts(v: Vector, channels: int, pixels: int) -> list[int]:
    """
    Rows as sums give them, taken apart.
    """
    start = [int(b) for b in v.b]
    rows = [start[r] if r % 2 == 0 else wrap(start[r] - start[r - 1]) >> 8 for r in range(channels)]
    return [row for row in rows for _ in range(pixels)]


def split_cases() -> Iterator[Case]:
    """
    Odd rows less the rows before them, which may wrap, over 256.
    """
    for channels, pixels in STREAMED_TILES:
        code = f"{new_tile(channels, pixels)} APPROX_SPLIT_{channels}X{pixels}(acc);"
        expected = partial(parts, channels=channels, pixels=pixels)
        yield Case(f"{code} {read_tile(channels, pixels)}", channels * pixels, expected)
