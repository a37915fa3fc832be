"""
What kernels take that stream weights from flash.

Cycles are those of runtime/approx_dense.h and approx_dense_plane.h on a Cortex-M4 or M33, code in
SRAM or in a cache, and weights in the flash of an STM32U5 (160 MHz, 4 wait states).
"""

from __future__ import annotations

from dataclasses import dataclass

from .cost_plane import DensePlane
from .packing import SUMS, WeightOrder
from .streaming import RowGroup, Step, Window, row_groups

_CODE_BYTES = 330
"""Loops over channels and tiles, start values, requantization and stores."""
_TILE_CYCLES, _OUTPUT_CYCLES, _SPLIT_CYCLES = 30, 4, 1
"""Of a tile, and for each of its outputs: requantization and a store; taking sums apart."""
_GROUP_CYCLES, _ROW_CYCLES = 36, 3
"""The loop over output channels; the start value and multiplier of one."""
_LINE_BYTES, _LINE_CYCLES = 16, 5
"""A line of flash, and the wait for it."""
_CACHED_BYTES = 4096
"""Weights that stay in the cache from tile to tile."""


@dataclass(frozen=True)
class Streamed:
    """
    A layer: a window for each of `outputs` channels and `lines` of `count` outputs, tiles of
    `pixels` along them.
    """

    window: Window
    outputs: int
    lines: int
    count: int
    pixels: int
    order: WeightOrder
    plain: bool = True
    """Requantized without a shift, to all of int8 (`cortexm.dense_plane`)."""
    far: bool = False
    """Written to planes too large for one pointer to reach four of them."""

    @property
    def flash(self) -> int:
        """
        Bytes of weights, start values, multipliers and code.
        """
        groups = row_groups(self.outputs, self.pixels)
        rows = sum(group.rows for group in groups)
        tables = rows * (self.window.inputs * self.order.itemsize + 8)
        return tables + sum({self._code_bytes(group) for group in groups})

    @property
    def cycles(self) -> int:
        """
        Of an inference.
        """
        return sum(self._group_cycles(group) for group in row_groups(self.outputs, self.pixels))

    def _code_bytes(self, group: RowGroup) -> int:
        if self._is_plane(group):
            return self._plane().code_bytes
        return _CODE_BYTES + self.window.code_bytes(self._step(group))

    def _group_cycles(self, group: RowGroup) -> int:
        tiles = self.lines * -(-self.count // self.pixels)
        weights = group.rows * self.window.inputs * self.order.itemsize
        reads = 1 if weights <= _CACHED_BYTES else tiles
        waits = reads * weights * _LINE_CYCLES // _LINE_BYTES
        if self._is_plane(group):
            return self._plane().cycles + waits
        step = self._step(group)
        group_cycles = _GROUP_CYCLES + _ROW_CYCLES * group.rows
        return group_cycles + tiles * (self.window.cycles(step) + self._finish(group)) + waits

    def _is_plane(self, group: RowGroup) -> bool:
        return self.plain and self.pixels == 2 and group.stored == 4

    def _plane(self) -> DensePlane:
        return DensePlane(self.window, self.order, self.lines, self.count, self.far)

    def _step(self, group: RowGroup) -> Step:
        return Step(self.order, group.rows, self.pixels)

    def _finish(self, group: RowGroup) -> int:
        """
        Cycles of a tile beside its products.
        """
        per_output = _OUTPUT_CYCLES + (_SPLIT_CYCLES if self.order is SUMS else 0)
        return _TILE_CYCLES + group.rows * self.pixels * per_output
