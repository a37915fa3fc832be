"""
Lists of taps for the output channels of a convolution, and the tiles that go with them: for two
channels at up to four pixels, or for one at up to eight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..compiler.cost import Cost
from ..compiler.cost_indexed import indexed_cost
from ..compiler.tap_streams import TapLists
from ..dialects.dense import Array
from .pixel_grid import Axis
from .tile_grids import TileGrid, tile_grids

_MOST_PIXELS = {2: 4, 1: 8}
"""Of a tile of so many channels: eight accumulators."""


@dataclass(frozen=True)
class IndexedPart:
    """
    Output channels from `first` on, `rows` at a time, by `lists` and tiles.
    """

    first: int
    rows: int
    lists: TapLists
    grid: TileGrid

    @property
    def cost(self) -> Cost:
        """
        Of all its channels.
        """
        return indexed_cost(self.lists, self.rows, self.grid.pixels, self.grid.tiles)


def indexed_parts(
    weights: Array, taps: Sequence[int], axes: Sequence[tuple[Axis, Axis]], stores_pairs: bool
) -> list[IndexedPart]:
    """
    Channels two by two, the last of an odd number alone, or all of them alone if that is faster or
    the output cannot be written by pairs. Few taps that two channels share are for the latter.

    `weights` are int16 [O, KH, KW, C], C even, for windows whose pixels lie at `taps`.
    """
    pairs = len(weights) // 2 * 2 if stores_pairs else 0
    alone = [_part(weights, taps, axes, 0, 1)]
    if not pairs:
        return alone
    both = [_part(weights[:pairs], taps, axes, 0, 2)]
    if pairs < len(weights):
        both.append(_part(weights[pairs:], taps, axes, pairs, 1))
    return min(both, alone, key=lambda parts: sum(part.cost.cycles for part in parts))


def _part(
    weights: Array, taps: Sequence[int], axes: Sequence[tuple[Axis, Axis]], first: int, rows: int
) -> IndexedPart:
    pairs = weights.reshape(-1, rows, weights[0].size // 2, 2)
    places = [2 * tap + 4 * pair for tap in taps for pair in range(weights.shape[3] // 2)]
    lists = TapLists(pairs, np.array(places))
    grids = tile_grids(axes, _MOST_PIXELS[rows])
    parts = [IndexedPart(first, rows, lists, grid) for grid in grids]
    return min(parts, key=lambda part: part.cost.cycles)
