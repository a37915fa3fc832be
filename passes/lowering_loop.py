"""
Looped convolutions and fully connected layers: weights streamed from flash.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from xdsl.dialects import func
from xdsl.ir import SSAValue

from ..compiler.packing import SUMS, weight_order
from ..compiler.streaming import RowGroup, row_groups
from ..dialects import cortexm
from ..dialects.cortexm_dense import Runs
from ..dialects.cortexm_dense_plane import reaches_pixel
from ..dialects.dense import Array
from .convolutions import Convolution
from .kernel_builder import Index, Kernel
from .pixel_grid import grid_loops, pixel_grid
from .row_runs import column_phases, row_weights


def lower_loop(name: str, convs: Sequence[Convolution]) -> list[func.FuncOp]:
    """
    One function for each group of a convolution, mostly one, and each phase of its columns: output
    channels some at a time, tiles of their pixels; for each the dot product of a window.
    """
    functions: list[func.FuncOp] = []
    for index, conv in enumerate(convs):
        group = name if len(convs) == 1 else f"{name}_group{index}"
        phases = column_phases(conv)
        for phase, part in enumerate(phases):
            functions.append(_lower(group if len(phases) == 1 else f"{group}_phase{phase}", part))
    return functions


def _lower(name: str, conv: Convolution) -> func.FuncOp:
    loop = _Loop(name, conv)
    first = loop.groups[0]
    whole = sum(group.stored == first.rows for group in loop.groups)
    if whole:
        with loop.kernel.loop(whole) as index:
            loop.channels(index, first)
    for group in loop.groups[whole:]:
        loop.channels(None, group)
    return loop.kernel.finish()


class _Loop:
    """
    The kernel in the making, and its tables: weights in the order they are read, start values,
    multipliers, with zeros for rows that fill up.
    """

    def __init__(self, name: str, conv: Convolution):
        self.conv = conv
        self.grid = pixel_grid(conv)
        self.groups = row_groups(len(conv.weights), self.grid.pixels)
        missing = self.groups[-1].rows - self.groups[-1].stored
        lines = row_weights(conv)
        self.run = lines.shape[2]
        weights: Array = lines.reshape(len(lines), -1)
        self.depth = weights.shape[1]
        self.order = weight_order(weights, conv.bias)
        weights = np.pad(weights, ((0, missing), (0, 0)))
        self.kernel = Kernel(name, [conv.input.pointer, conv.output.pointer])
        self.weights = self._table("weights", self._packed(weights))
        self.bias = self._table("bias", self._start(np.pad(conv.bias, (0, missing))))
        multipliers = np.pad(conv.requantization.multipliers, (0, missing))
        self.multipliers = self._table("multipliers", multipliers)

    def _table(self, label: str, values: Array) -> SSAValue:
        return self.kernel.table(cortexm.TableOp.get(label, values))

    def _packed(self, weights: Array) -> Array:
        rows = (weights[group.first : group.first + group.rows] for group in self.groups)
        return np.concatenate([self.order.pack(one) for one in rows])

    def _start(self, bias: Array) -> Array:
        """
        Start values int32; those of sums may wrap.
        """
        if self.order is not SUMS:
            return bias
        start = bias.astype(np.int64)
        start[1::2] = start[0::2] + 256 * start[1::2]
        return start.astype(np.int32)

    def channels(self, index: Index, group: RowGroup) -> None:
        """
        The whole plane for the rows of a group, or of the group number `index` of those like it.
        """
        kernel, conv, rows = self.kernel, self.conv, group.rows
        weights = kernel.address(
            self.weights, [(index, rows * self.depth)], group.first * self.depth, "w"
        )
        if group.stored == 4 and self._is_one_statement():
            self._plane(index, group, weights)
            return
        bias, multipliers = (
            [
                kernel.load(kernel.address(table, [(index, rows)], group.first), r)
                for r in range(rows)
            ]
            for table in (self.bias, self.multipliers)
        )
        with grid_loops(kernel, self.grid) as (to_window, to_output):
            source = kernel.address(kernel.input, to_window, self._first_input(), "window")
            tile = kernel.add(cortexm.TileOp.get(bias, self.grid.pixels)).result
            tile.name_hint = "acc"
            tile = self._dots(tile, source, weights, rows)
            if self.order is SUMS:
                tile = kernel.add(cortexm.SplitOp.get(tile)).result
            tile = kernel.add(conv.requantization.apply(tile, multipliers)).result
            y, step = conv.output, self.grid.along.target
            steps = [*to_output, (index, rows * y.channel)]
            target = kernel.address(kernel.output, steps, self._first_output(group), "out")
            kernel.add(cortexm.StoreTileOp.get(tile, target, 0, step, y.channel, group.stored))

    def _first_input(self) -> int:
        return self.conv.first_input - self.conv.first_input % 2

    def _first_output(self, group: RowGroup) -> int:
        conv, y = self.conv, self.conv.output
        place = y.origin + conv.columns.first * y.pixel
        return place + (conv.first_output + group.first) * y.channel

    def _runs(self) -> Runs | None:
        """
        The window as runs below each other, unless it is dilated.
        """
        (height, width), (below, beside) = self.conv.windows.size, self.conv.windows.steps
        if beside != self.conv.depth and width > 1:
            return None
        return Runs(self.run, height, below if height > 1 else 0)

    def _is_one_statement(self) -> bool:
        """
        True where `cortexm.dense_plane` does four channels: tiles of two, plain requantization.
        """
        scale, y = self.conv.requantization, self.conv.output
        plain = (scale.shift, scale.clamp, scale.rounding) == (0, (-128, 127), "nearest")
        near = reaches_pixel(self.grid.along.target, y.pointer)
        return plain and near and self.grid.pixels == 2 and self._runs() is not None

    def _plane(self, index: Index, group: RowGroup, weights: SSAValue) -> None:
        """
        The whole plane for four rows, in one statement.
        """
        kernel, y, runs = self.kernel, self.conv.output, self._runs()
        assert runs is not None
        source = kernel.address(kernel.input, [], self._first_input(), "window")
        bias, multipliers = (
            kernel.address(table, [(index, 4)], group.first)
            for table in (self.bias, self.multipliers)
        )
        steps = [(index, 4 * y.channel)]
        target = kernel.address(kernel.output, steps, self._first_output(group), "out")
        operands = source, weights, bias, multipliers, target
        lines, along = self.grid.lines, self.grid.along
        numbers = {
            **{"lines": lines.count, "count": along.count},
            **{"x_line": lines.source, "x_pixel": along.source},
            **{"length": runs.length, "runs": runs.count, "below": runs.below},
            "zero_point": self.conv.requantization.zero_point,
            **{"y_line": lines.target, "y_pixel": along.target, "y_channel": y.channel},
        }
        kernel.add(cortexm.DensePlaneOp.get(operands, numbers, self.order is SUMS))

    def _dots(self, tile: SSAValue, source: SSAValue, weights: SSAValue, rows: int) -> SSAValue:
        """
        A window: rows are runs below each other, or, where dilated, pixels are runs.
        """
        conv, kernel, stride = self.conv, self.kernel, self.grid.along.source
        (height, width), (below, beside) = conv.windows.size, conv.windows.steps
        sums, whole = self.order is SUMS, self._runs()
        if whole is not None:
            dot = cortexm.DotOp.get(tile, (source, 0, stride), (weights, 0), whole, sums)
            return kernel.add(dot).result

        def line(i: Index, acc: SSAValue) -> SSAValue:
            x = kernel.address(source, [(i, below)], 0, "line")
            w = kernel.address(weights, [(i, rows * width * conv.depth)], 0, "w")
            runs = Runs(conv.depth, width, beside)
            dot = cortexm.DotOp.get(acc, (x, 0, stride), (w, 0), runs, sums)
            return kernel.add(dot).result

        return kernel.fold(height, tile, line)
