"""
How the outputs of a convolution are cut into tiles of up to eight, in one line or in two.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from ..dialects.cortexm_macs import LOAD_REACH
from .kernel_builder import Kernel, Step
from .pixel_grid import Axis

_FORMS = ((1, 8), (2, 4), (1, 4), (2, 2), (1, 2), (1, 1))
"""Lines of a tile, and pixels along each."""


@dataclass(frozen=True)
class TileGrid:
    """
    Tiles of `down` lines and `across` outputs along them.
    """

    lines: Axis
    along: Axis
    down: int
    across: int

    @property
    def pixels(self) -> int:
        """
        Outputs of a tile.
        """
        return self.down * self.across

    @property
    def tiles(self) -> tuple[int, int]:
        """
        Lines of tiles, and how many are in each. The last ones of a line, and of all lines, overlap
        those before where need be: the same values are stored twice.
        """
        return -(-self.lines.count // self.down), -(-self.along.count // self.across)

    @property
    def steps(self) -> tuple[int, int]:
        """
        Elements from the window of an output to that of the next one, and from those of the first
        half of a tile to those of the second.
        """
        pixel = self.along.source
        return pixel, self.lines.source if self.down > 1 else self.across // 2 * pixel

    @property
    def fits(self) -> bool:
        """
        True where the plane is not smaller than a tile, and one pointer reaches all its windows.
        """
        within = self.down <= self.lines.count and self.across <= self.along.count
        last = (self.down - 1) * self.lines.source + (self.across - 1) * self.along.source
        return within and 2 * last <= LOAD_REACH


def tile_grids(axes: Sequence[tuple[Axis, Axis]], most: int) -> list[TileGrid]:
    """
    The tiles of at most so many pixels that there can be, of lines and of what is along them.
    """
    forms = [form for form in _FORMS if form[0] * form[1] <= most]
    grids = (TileGrid(lines, along, *form) for lines, along in axes for form in forms)
    return [grid for grid in grids if grid.fits]


@contextmanager
def tile_loops(kernel: Kernel, grid: TileGrid) -> Generator[tuple[list[Step], list[Step]]]:
    """
    Loops over the tiles of a grid; yields what leads to the window and to the output of each.
    """
    lines, along = grid.lines, grid.along
    with kernel.loop(lines.count, grid.down) as i, kernel.loop(along.count, grid.across) as j:
        line = kernel.within(i, lines.count, grid.down)
        place = kernel.within(j, along.count, grid.across)
        yield (
            [(line, lines.source), (place, along.source)],
            [(line, lines.target), (place, along.target)],
        )
