"""
What the depthwise kernel takes, measured with approx-sim (stm32u5).
"""

from __future__ import annotations

from .cost import Cost
from .depthwise import table_words

LAYER_BYTES = 200
"""Loops and calls around the kernel, the borders of its input."""
WIDE_BYTES = {1: 240, 2: 265}
"""Code of a channel, for each stride."""
NARROW_BYTES = 140
"""Code of an odd last column."""
TILE_CYCLES = {1: 58, 2: 67}
"""Four outputs, for each stride."""
NARROW_CYCLES = {1: 40, 2: 42}
"""Two outputs of an odd last column."""
COLUMN_CYCLES = 14
CHANNEL_CYCLES = 50


def depthwise_cost(plane: tuple[int, ...], channels: int, stride: int) -> Cost:
    """
    3x3 windows on `channels` planes, with outputs of `plane` (height, width).
    """
    height, width = plane[:2]
    tiles, wide, narrow = -(-height // 2), width // 2, width % 2
    columns = wide * (tiles * TILE_CYCLES[stride] + COLUMN_CYCLES)
    columns += narrow * tiles * NARROW_CYCLES[stride]
    code = LAYER_BYTES + WIDE_BYTES[stride] * (wide > 0) + NARROW_BYTES * narrow
    flash = code + 4 * table_words(stride) * channels
    return Cost(flash, float(channels * (columns + CHANNEL_CYCLES)))
