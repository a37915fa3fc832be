"""
Convolutions that go through a list of the taps that are left (kernel `indexed`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from xdsl.dialects import func
from xdsl.ir import SSAValue

from ..compiler.tap_streams import Code
from ..dialects import cortexm
from ..dialects.dense import Array
from .convolutions import Convolution
from .indexed_parts import IndexedPart, indexed_parts
from .kernel_builder import Index, Kernel, Step
from .pixel_grid import plane_axes
from .tile_grids import tile_loops


def lower_indexed(name: str, conv: Convolution) -> list[func.FuncOp]:
    """
    A function for the output channels two by two, and one for those that stand alone.

    A pair of weights that is zero, because it was skipped or always was, is in no list.
    """
    axes, taps = plane_axes(conv), conv.windows.taps
    parts = indexed_parts(conv.weights, taps, axes, conv.output.stores_pairs)
    return [
        _Indexed(name if index == 0 else f"{name}_last", conv, part).lower()
        for index, part in enumerate(parts)
    ]


class _Indexed:
    """
    The kernel for groups of one or two channels, and its tables.
    """

    def __init__(self, name: str, conv: Convolution, part: IndexedPart):
        self.conv = conv
        self.part = part
        lists = part.lists
        self.code = Code(part.rows, part.grid.pixels, lists.copies())
        streams = lists.streams(self.code)
        self.kernel = Kernel(name, [conv.input.pointer, conv.output.pointer])
        self.taps = self._table("taps", streams.words)
        if len(streams.starts) > 1:
            self.starts = self._table("starts", np.array(streams.starts, np.int32))
        last = part.first + part.rows * len(streams.starts)
        multipliers = conv.requantization.multipliers
        self.bias = self._table("bias", conv.bias[part.first : last])
        self.multipliers = self._table("multipliers", multipliers[part.first : last])

    def _table(self, label: str, values: Array) -> SSAValue:
        return self.kernel.table(cortexm.TableOp.get(label, values))

    def lower(self) -> func.FuncOp:
        """
        The function.
        """
        with self.kernel.loop(len(self.part.lists.pairs)) as index:
            self._channels(index)
        return self.kernel.finish()

    def _channels(self, index: Index) -> None:
        """
        The whole plane for a group.
        """
        kernel, conv, grid, rows = self.kernel, self.conv, self.part.grid, self.part.rows
        taps = self._taps(index)
        bias, multipliers = (
            [kernel.load(kernel.address(table, [(index, rows)]), r) for r in range(rows)]
            for table in (self.bias, self.multipliers)
        )
        with tile_loops(kernel, grid) as (to_window, to_output):
            source = kernel.address(kernel.input, to_window, conv.first_input, "window")
            tile = kernel.add(cortexm.TileOp.get(bias, grid.pixels)).result
            tile.name_hint = "acc"
            dot = cortexm.TapsOp.get(tile, source, taps, grid.steps, self.code.copies)
            tile = kernel.add(dot).result
            tile = kernel.add(conv.requantization.apply(tile, multipliers)).result
            self._store(tile, [*to_output, (index, rows * conv.output.channel)])

    def _taps(self, index: Index) -> SSAValue:
        """
        Where the taps of a group begin.
        """
        if index is None:
            return self.taps
        start = self.kernel.load(self.kernel.address(self.starts, [(index, 1)]))
        return self.kernel.address(self.taps, [(self.kernel.as_index(start), 1)], 0, "w")

    def _store(self, tile: SSAValue, steps: Sequence[Step]) -> None:
        y, grid = self.conv.output, self.part.grid
        first = y.origin + self.part.first * y.channel
        target = self.kernel.address(self.kernel.output, steps, first, "out")
        line = grid.lines.target if grid.down > 1 else None
        step, plane = grid.along.target, y.channel
        self.kernel.add(cortexm.StoreTileOp.get(tile, target, 0, step, plane, line=line))
