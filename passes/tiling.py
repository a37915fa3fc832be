"""
How an output row is cut into tiles (shared by `select-kernels` and `lower-to-cortexm`).
"""

from __future__ import annotations


def tile_pixels(width: int) -> int:
    """
    Adjacent pixels of one tile: four, or what a narrow plane has (2 or 1).

    A row that is no multiple of the tile ends in a tile that overlaps the one before: the same
    values are stored twice.
    """
    return 4 if width >= 4 else 2 if width >= 2 else 1
