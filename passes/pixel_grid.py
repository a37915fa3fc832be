"""
In which order a convolution visits its outputs, two adjacent ones at a time.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from ..dialects.cortexm_dense import PIXEL_REACH
from .convolutions import Convolution
from .kernel_builder import Kernel, Step


@dataclass(frozen=True)
class Axis:
    """
    `count` outputs; elements from the window of one to that of the next, and between the outputs.
    """

    count: int
    source: int
    target: int


@dataclass(frozen=True)
class PixelGrid:
    """
    Outputs as `lines`, along each of which tiles of `pixels` are cut.
    """

    lines: Axis
    along: Axis

    @property
    def pixels(self) -> int:
        """
        Outputs of a tile: two, unless there is one only, or they are too far apart for one pointer.
        """
        return 2 if self.along.count > 1 and self.along.source <= PIXEL_REACH else 1

    @property
    def tiles(self) -> int:
        """
        How many there are. The last tile of a line overlaps the one before where need be: the same
        values are stored twice.
        """
        return self.lines.count * -(-self.along.count // self.pixels)

    @property
    def work(self) -> int:
        """
        Outputs computed, those computed twice included.
        """
        return self.tiles * self.pixels


def pixel_grid(conv: Convolution) -> PixelGrid:
    """
    Rows one after the other, or columns if that leaves fewer outputs over.
    """
    grids = (PixelGrid(lines, along) for lines, along in plane_axes(conv))
    return min(grids, key=lambda grid: (grid.work, -grid.pixels))


def plane_axes(conv: Convolution) -> list[tuple[Axis, Axis]]:
    """
    Lines of outputs and what is along them: rows or columns; all of the plane as one line if
    nothing lies between its rows, neither in the input nor in the output.
    """
    slide, y, chosen = conv.windows, conv.output, conv.columns
    width = -(-(y.width - chosen.first) // chosen.step)
    rows = Axis(y.height, slide.down, y.row)
    columns = Axis(width, slide.across * chosen.step, y.pixel * chosen.step)
    if (rows.source, rows.target) == (columns.source * width, columns.target * width):
        return [(Axis(1, 0, 0), Axis(y.height * width, columns.source, columns.target))]
    return [(rows, columns), (columns, rows)]


@contextmanager
def grid_loops(kernel: Kernel, grid: PixelGrid) -> Generator[tuple[list[Step], list[Step]]]:
    """
    Loops over the tiles of a grid; yields what leads to the window and to the output of each.
    """
    lines, along = grid.lines, grid.along
    with kernel.loop(lines.count) as line, kernel.loop(along.count, grid.pixels) as start:
        place = kernel.within(start, along.count, grid.pixels)
        yield (
            [(line, lines.source), (place, along.source)],
            [(line, lines.target), (place, along.target)],
        )
