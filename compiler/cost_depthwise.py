"""
What the depthwise kernel takes, measured with approx-sim (stm32u5).
"""

from __future__ import annotations

from dataclasses import dataclass

from .cost import Cost
from .depthwise import table_words

_MOST_WHOLE = 12
"""Tiles of 2x2 outputs of a plane that is unrolled (APPROX_LOOP_BYTES as it is)."""
_UNROLLED = 6
"""Tiles of a column that are, where it has twice as many or more."""


@dataclass(frozen=True)
class TileCosts:
    """
    Of two rows of outputs, and of an odd last one.
    """

    pair: int
    single: int

    def of(self, pairs: int, odd: int) -> int:
        """
        Of a column.
        """
        return pairs * self.pair + odd * self.single


WIDE_CYCLES = {1: TileCosts(49, 27), 2: TileCosts(55, 29)}
"""Two columns of outputs, for each stride."""
NARROW_CYCLES = {1: TileCosts(31, 19), 2: TileCosts(33, 18)}
"""An odd last column."""
WIDE_BYTES = {1: TileCosts(172, 95), 2: TileCosts(196, 105)}
NARROW_BYTES = {1: TileCosts(110, 65), 2: TileCosts(120, 65)}
LAYER_BYTES = 60
"""Calls of the kernel, the borders of its input."""
TOP_CYCLES = {1: 3, 2: 4}
"""The first row of inputs of a column."""
COLUMN_CYCLES = 11
"""The end of a loop over columns; of one over six tiles of a column."""
BLOCK_CYCLES = 11
CHANNEL_CYCLES = 34


def depthwise_cost(plane: tuple[int, ...], channels: int, stride: int) -> Cost:
    """
    3x3 windows on `channels` planes, with outputs of `plane` (height, width).
    """
    pairs, odd = divmod(plane[0], 2)
    wide, narrow = divmod(plane[1], 2)
    is_whole = (pairs + odd) * (wide + narrow) <= _MOST_WHOLE
    blocks = 0 if is_whole or pairs < 2 * _UNROLLED else pairs // _UNROLLED
    top = TOP_CYCLES[stride] + blocks * BLOCK_CYCLES
    column = WIDE_CYCLES[stride].of(pairs, odd) + top + (not is_whole) * COLUMN_CYCLES
    last = NARROW_CYCLES[stride].of(pairs, odd) + top
    cycles = channels * (CHANNEL_CYCLES + wide * column + narrow * last)

    unrolled = pairs % _UNROLLED + _UNROLLED if blocks else pairs
    columns = wide if is_whole else min(wide, 1)
    code = LAYER_BYTES + columns * WIDE_BYTES[stride].of(unrolled, odd)
    code += narrow * NARROW_BYTES[stride].of(unrolled, odd)
    return Cost(code + 4 * table_words(stride) * channels, float(cycles))
