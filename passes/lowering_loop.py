"""
Looped convolutions and fully connected layers: weights streamed from flash.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from xdsl.dialects import func
from xdsl.ir import SSAValue

from ..compiler.packing import weight_order
from ..dialects import cortexm
from ..dialects.dense import Array
from .convolutions import Convolution, tiles
from .kernel_builder import Index, Kernel


@dataclass(frozen=True)
class _Runs:
    """
    A window as `down` x `across` runs of `length` adjacent inputs, `below` and `beside` each other:
    a row of the window is one run unless it is dilated.
    """

    down: int
    across: int
    below: int
    beside: int
    length: int

    @staticmethod
    def of(conv: Convolution) -> _Runs:
        (height, width), (below, beside) = conv.windows.size, conv.windows.steps
        if beside == conv.depth or width == 1:
            return _Runs(height, 1, below, 0, width * conv.depth)
        return _Runs(height, width, below, beside, conv.depth)


def lower_loop(name: str, convs: Sequence[Convolution]) -> list[func.FuncOp]:
    """
    One function for each group of channels, mostly one: channels two by two, rows, tiles; for each
    run of the window a dot product.
    """
    if len(convs) == 1:
        return [_lower(name, convs[0])]
    return [_lower(f"{name}_group{index}", conv) for index, conv in enumerate(convs)]


def _lower(name: str, conv: Convolution) -> func.FuncOp:
    loop = _Loop(name, conv)
    rows = len(loop.groups[0])
    whole = sum(len(group) == rows for group in loop.groups)
    with loop.kernel.loop(whole) as group:
        loop.channels(group, 0, rows)
    for channels in loop.groups[whole:]:
        loop.channels(None, channels[0], len(channels))
    return loop.kernel.finish()


class _Loop:
    """
    The kernel in the making, and its tables: weights in the order they are read, start values,
    multipliers.
    """

    def __init__(self, name: str, conv: Convolution):
        self.conv = conv
        self.runs = _Runs.of(conv)
        self.groups = conv.channel_groups()
        self.order = weight_order(conv.weights)
        self.kernel = Kernel(name, [conv.input.pointer, conv.output.pointer])
        self.weights = self._table("weights", self._packed_weights())
        self.bias = self._table("bias", conv.bias)
        self.multipliers = self._table("multipliers", conv.requantization.multipliers)

    def _table(self, label: str, values: Array) -> SSAValue:
        return self.kernel.table(cortexm.TableOp.get(label, values))

    def _packed_weights(self) -> Array:
        count = self.runs.down * self.runs.across
        shape = (len(self.conv.weights), count, self.runs.length)
        weights: Array = self.conv.weights.reshape(shape)
        packed = [
            self.order.pack(weights[group.start : group.stop, run])
            for group in self.groups
            for run in range(count)
        ]
        return np.concatenate(packed)

    def channels(self, group: Index, first: int, rows: int) -> None:
        """
        The whole plane for `rows` channels: `first` and on, or those of group number `group`.
        """
        kernel, y, slide = self.kernel, self.conv.output, self.conv.windows
        size = self.order.size(1, self.runs.length) * self.runs.down * self.runs.across
        weights = kernel.address(self.weights, [(group, rows * size)], first * size, "w")
        bias, multipliers = (
            [kernel.load(kernel.address(table, [(group, rows)], first), row) for row in range(rows)]
            for table in (self.bias, self.multipliers)
        )
        with tiles(kernel, y, self.conv.tile_pixels) as (row, column):
            source = kernel.address(
                kernel.input, [(row, slide.down), (column, slide.across)], slide.first, "window"
            )
            tile = kernel.add(cortexm.TileOp.get(bias, self.conv.tile_pixels)).result
            tile.name_hint = "acc"
            tile = self._dots(tile, source, weights, rows)
            tile = kernel.add(self.conv.requantization.apply(tile, multipliers)).result
            steps = [(row, y.row), (column, y.pixel), (group, rows)]
            place = y.origin + self.conv.first_output + first
            target = kernel.address(kernel.output, steps, place, "out")
            kernel.add(cortexm.StoreTileOp.get(tile, target, 0, y.pixel))

    def _dots(self, tile: SSAValue, source: SSAValue, weights: SSAValue, rows: int) -> SSAValue:
        kernel, runs, stride = self.kernel, self.runs, self.conv.windows.across
        size = self.order.size(rows, runs.length)

        def down(i: Index, acc: SSAValue) -> SSAValue:
            def across(j: Index, acc: SSAValue) -> SSAValue:
                x = kernel.address(source, [(i, runs.below), (j, runs.beside)], 0, "run")
                w = kernel.address(weights, [(i, runs.across * size), (j, size)], 0, "w")
                op = cortexm.DotOp.get(acc, (x, 0, stride), (w, 0), runs.length)
                return kernel.add(op).result

            return kernel.fold(runs.across, acc, across)

        return kernel.fold(runs.down, tile, down)
