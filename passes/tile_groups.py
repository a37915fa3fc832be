"""
How a plane is cut into the tiles of Winograd's F(4x4, 3x3), four of them a group, and the groups of
a row, or all, transformed together.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager, nullcontext
from typing import TypeAlias

from xdsl.dialects import arith
from xdsl.ir import SSAValue

from ..compiler.winograd import F4, TILES, group_grid, group_shape
from ..dialects import cortexm
from .kernel_builder import Index, Kernel
from .planes import Plane, Windows

_SIZE = F4.size

_Start: TypeAlias = tuple[Index, int]
"""Where a tile begins along one side: an index, and how much further."""


class TileGroups:
    """
    The tiles of a layer with input `x` and output `y`, whose windows are `slide`. The kernel's
    inputs are those of the layer, transformed inputs and products.
    """

    def __init__(self, kernel: Kernel, x: Plane, slide: Windows, y: Plane):
        self.kernel = kernel
        self.x, self.slide, self.y = x, slide, y
        self.pairs = -(-x.channels // 2)
        self.down, self.across = shape = group_shape(y.height, y.width)
        _, self.columns = group_grid(y.height, y.width, shape)
        self.whole = False
        self.row: Index = None
        self.rows: Sequence[_Start] = []

    @contextmanager
    def row_of_groups(self) -> Generator[None]:
        """
        A loop over rows of groups; their inputs are transformed.
        """
        with self._rows():
            self._transform_row()
            yield

    def plane_of_groups(self) -> None:
        """
        The inputs of all groups are transformed.
        """
        self.whole = True
        with self._rows():
            self._transform_row()

    @contextmanager
    def _rows(self) -> Generator[None]:
        with self.kernel.loop(self.y.height, _SIZE * self.down) as row:
            self.row, self.rows = row, self._starts(row, self.y.height, self.down)
            yield

    def _transform_row(self) -> None:
        with self.kernel.loop(self.y.width, _SIZE * self.across) as column:
            self._transform(self._transformed(column), column)

    @contextmanager
    def groups(self, out: SSAValue) -> Generator[tuple[SSAValue, Sequence[SSAValue]]]:
        """
        A loop over the groups that were transformed; yields the transformed input of each, and
        where its tiles go in the plane at `out`.
        """
        y = self.y
        rows = self._rows() if self.whole else nullcontext()
        with rows, self.kernel.loop(y.width, _SIZE * self.across) as column:
            targets = [
                self.kernel.address(
                    out,
                    [(row, y.row), (beside, y.pixel)],
                    y.origin + below * y.row + further * y.pixel,
                    "out",
                )
                for (row, below), (beside, further) in self._places(column)
            ]
            yield self._transformed(column), targets

    def _places(self, column: Index) -> Sequence[tuple[_Start, _Start]]:
        """
        The tiles of a group, row by row.
        """
        columns = self._starts(column, self.y.width, self.across)
        return [(row, column) for row in self.rows for column in columns]

    def _starts(self, first: Index, size: int, tiles: int) -> Sequence[_Start]:
        """
        Of tiles side by side; those that would leave the plane overlap the ones before.
        """
        kernel = self.kernel
        if first is None:
            return [(None, min(_SIZE * i, size - _SIZE)) for i in range(tiles)]
        if size % (_SIZE * tiles) == 0:
            return [(first, _SIZE * i) for i in range(tiles)]
        last = kernel.index(size - _SIZE)
        starts = [kernel.plus(first, kernel.index(_SIZE * i)) if i else first for i in range(tiles)]
        return [(kernel.add(arith.MinSIOp(start, last)).result, 0) for start in starts]

    def _transformed(self, column: Index) -> SSAValue:
        """
        The place of the group that begins at a column, of the row if there is but one.
        """
        elements = F4.positions * TILES * 2 * self.pairs
        steps = [(column, elements // (_SIZE * self.across))]
        if self.whole:
            steps.insert(0, (self.row, self.columns * elements // (_SIZE * self.down)))
        assert elements % (_SIZE * TILES) == 0
        return self.kernel.address(self.kernel.inputs[1], steps, 0, "v")

    def _transform(self, v: SSAValue, column: Index) -> None:
        kernel, slide = self.kernel, self.slide
        for number, ((row, below), (beside, further)) in enumerate(self._places(column)):
            offset = slide.first + below * slide.down + further * slide.across
            steps = [(row, slide.down), (beside, slide.across)]
            patch = kernel.address(kernel.inputs[0], steps, offset, "patch")
            tile = kernel.address(v, [], 2 * number)
            op = cortexm.Winograd4InputOp.get(patch, tile, self.x.row, self.x.pixel, self.pairs)
            kernel.add(op)
