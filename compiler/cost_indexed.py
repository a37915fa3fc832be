"""
What convolutions take that go through lists of their taps.

Cycles are those of the stm32u5 profile (docs/simulator.md). What a tap takes is counted from its
instructions (runtime/approx_taps.h), the rest fitted to `python bench/kernels.py --kernels
indexed`.
"""

from __future__ import annotations

from .cost import Cost
from .tap_streams import BOTH, Code, TapLists

_BOTH_CYCLES, _SINGLE_CYCLES = {4: 19, 2: 12, 1: 9}, {8: 22, 4: 13, 2: 8, 1: 6}
"""A tap of two channels, and of one, by the pixels of a tile."""
_SEGMENT_CYCLES = 7
_TILE_CYCLES = {(2, 4): 68, (2, 2): 50, (2, 1): 20, (1, 8): 62, (1, 4): 42, (1, 2): 32, (1, 1): 18}
"""Start values, requantization, stores, the loop of a tile, by its channels and pixels; first and
last header of its list."""
_ROW_CYCLES = 12
"""The loop over lines of tiles, where there is one inside."""
_GROUP_CYCLES = 44
"""Start values and multipliers of some output channels."""
_CODE_BYTES = {8: 300, 4: 300, 2: 230, 1: 180}
_LINE_BYTES, _LINE_CYCLES = 16, 4
"""A line of flash, and the wait for it."""
_CACHED_BYTES = 4096
"""Lists that stay in the cache from tile to tile."""


def indexed_cost(lists: TapLists, rows: int, pixels: int, tiles: tuple[int, int]) -> Cost:
    """
    The lists of groups of `rows` channels on lines of `tiles` of `pixels`.
    """
    groups, (lines, along) = len(lists.pairs), tiles
    cycles, words = groups * _TILE_CYCLES[rows, pixels], 2 * groups
    for kind, found in lists.kinds.items():
        count, taps = len(found.starts), len(found.taps)
        each = (_BOTH_CYCLES if kind == BOTH else _SINGLE_CYCLES)[pixels]
        cycles += _SEGMENT_CYCLES * count + each * taps
        words += 2 * count + (2 if kind == BOTH else 1) * taps
    passes = 1 if 4 * words <= _CACHED_BYTES * groups else lines * along
    waiting = passes * 4 * words / _LINE_BYTES * _LINE_CYCLES
    code = Code(rows, pixels, lists.copies()).size + _CODE_BYTES[pixels]
    flash = 4 * words + 4 * groups + 8 * rows * groups + code
    once = _GROUP_CYCLES + (_ROW_CYCLES * lines if along > 1 else 0)
    return Cost(flash, lines * along * cycles + groups * once + waiting)
