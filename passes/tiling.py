"""
How an output row is cut into tiles (shared by `select-kernels` and `lower-to-cortexm`).
"""

from __future__ import annotations

LARGEST_REACH = 4000
"""Bytes between the pixels of a tile: an LDR reaches 4095 (Arm DDI 0403E, A7.7.43)."""


def tile_pixels(width: int, step: int) -> int:
    """
    Adjacent pixels of one tile: four, or two or one on a narrow plane, and where the inputs of four
    pixels, `step` elements of int16 apart, are too far apart for one pointer.

    A row that is no multiple of the tile ends in a tile that overlaps the one before: the same
    values are stored twice.
    """
    return next(
        pixels
        for pixels in (4, 2, 1)
        if pixels == 1 or (pixels <= width and 2 * (pixels - 1) * step <= LARGEST_REACH)
    )
