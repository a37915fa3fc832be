"""
What `cortexm.dense_plane` takes: runtime/approx_dense_plane.h, counted.

Cycles are those of a Cortex-M4 or M33, code in a cache (APPROX_LOOP_BYTES as it is by default).
"""

from __future__ import annotations

from dataclasses import dataclass

from .packing import SUMS, WeightOrder
from .streaming import Step, Window

_CHANNELS = 4
_LOOP_BYTES = 4096
"""APPROX_LOOP_BYTES."""
_STEP_BYTES, _SINGLE_BYTES = 64, 44
"""What the runtime allows for a step of two outputs, and of one."""
_PAIR_CYCLES, _SINGLE_CYCLES = 45, 25
"""A tile of two outputs, or of one, beside its products."""
_SUMS_CYCLES = {2: 5, 1: 3}
"""Taking sums apart."""
_COPY_CYCLES = 4
"""Start values of the second output where a window is a loop."""
_FAR_CYCLES = 4
"""Going from channel to channel."""
_SAVED_CYCLES = 8
"""Two tiles that are written out, against two rounds of a loop."""
_LINE_CYCLES, _GROUP_CYCLES = 18, 100
"""From line to line; the beginning and end of four channels."""
_CODE_BYTES, _PAIR_BYTES, _SINGLE_TILE_BYTES, _LINE_BYTES = 250, 165, 110, 50
"""The beginning and the loop over channels, a tile of two and one beside its steps, next lines."""


@dataclass(frozen=True)
class DensePlane:
    """
    Four channels of `lines` of `count` outputs.
    """

    window: Window
    order: WeightOrder
    lines: int
    count: int
    far: bool = False
    """Channels of the output lie too far apart for one pointer."""

    @property
    def cycles(self) -> int:
        """
        Of all tiles; nothing waits for flash.
        """
        tiles = self.lines * (self.count // 2)
        pairs = tiles * (self._products(2) + self._pair_cycles()) - tiles // 2 * self._saved()
        singles = self.lines * (self.count % 2) * (self._products(1) + self._single_cycles())
        return _GROUP_CYCLES + pairs + singles + (self.lines - 1) * _LINE_CYCLES

    @property
    def code_bytes(self) -> int:
        """
        Of the statement and of the loop over groups of channels.
        """
        lines = _LINE_BYTES if self.lines > 1 else 0
        pairs = self._tiles * (_PAIR_BYTES + self._steps_bytes(2)) if self.count > 1 else 0
        single = _SINGLE_TILE_BYTES + self._steps_bytes(1) if self.count % 2 else 0
        return _CODE_BYTES + lines + pairs + single

    @property
    def _most(self) -> int:
        return _LOOP_BYTES // (_STEP_BYTES + (_SINGLE_BYTES if self.count % 2 else 0))

    @property
    def _is_whole(self) -> bool:
        return self.window.runs * self.window.steps <= self._most

    @property
    def _rounds(self) -> int:
        return 1 if self._is_whole else -(-self.window.steps // self._most)

    @property
    def _tiles(self) -> int:
        """
        Written out one after the other.
        """
        small = 4 * self.window.runs * self.window.steps <= self._most
        return 2 if self.count % 4 == 0 and small else 1

    def _saved(self) -> int:
        return _SAVED_CYCLES if self._tiles == 2 else 0

    def _of(self, pixels: int) -> Step:
        return Step(self.order, _CHANNELS, pixels)

    def _products(self, pixels: int) -> int:
        window = self.window
        products = window.runs * window.steps * self._of(pixels).cycles
        return products if self._is_whole else products + window.ends(self._rounds)

    def _pair_cycles(self) -> int:
        copies = 0 if self._is_whole else _COPY_CYCLES
        return _PAIR_CYCLES + self._finish_cycles(2) + copies

    def _single_cycles(self) -> int:
        return _SINGLE_CYCLES + self._finish_cycles(1)

    def _finish_cycles(self, pixels: int) -> int:
        sums = _SUMS_CYCLES[pixels] if self.order is SUMS else 0
        return sums + (_FAR_CYCLES if self.far else 0)

    def _steps_bytes(self, pixels: int) -> int:
        window, rounds = self.window, self._rounds
        steps = window.steps // rounds + window.steps % rounds
        written = window.runs * window.steps if self._is_whole else steps
        return 4 * self._of(pixels).instructions * written
