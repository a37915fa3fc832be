"""
Kernels that stream weights from flash: the tiles they compute, and what these take.

Cycles are those of runtime/approx_dense.h on a Cortex-M4 or M33, code in SRAM or in a cache, and
weights in the flash of an STM32U5 (160 MHz, 4 wait states).
"""

from __future__ import annotations

from dataclasses import dataclass

from .packing import SUMS, WORDS, WeightOrder

_INSTRUCTION_BYTES = 4
_CODE_BYTES = 330
"""Loops over channels and tiles, start values, requantization and stores."""
_WHOLE_STEPS = 20
"""Windows of so few steps are straight-line code (APPROX_DENSE_WHOLE)."""
_ROUND_CYCLES, _RUN_CYCLES, _RUN_OF_ROUNDS_CYCLES = 6, 7, 11
"""The end of a round of steps, of a run, and of a run of several rounds."""
_TILE_CYCLES, _OUTPUT_CYCLES, _SPLIT_CYCLES = 30, 4, 1
"""Of a tile, and for each of its outputs: requantization and a store; taking sums apart."""
_GROUP_CYCLES = 60
"""Start values and multipliers of some output channels."""
_PLANE_TILE_CYCLES, _PLANE_SPLIT_CYCLES, _PLANE_LOOP_CYCLES = 45, 8, 4
"""A tile of a plane (approx_dense_plane.h), with sums to split, with a window that is a loop."""
_LINE_BYTES, _LINE_CYCLES = 16, 5
"""A line of flash, and the wait for it."""
_CACHED_BYTES = 4096
"""Weights that stay in the cache from tile to tile."""


@dataclass(frozen=True)
class RowGroup:
    """
    Output channels `first` and on, `rows` that are computed, and of these `stored`.
    """

    first: int
    rows: int
    stored: int


def row_groups(outputs: int, pixels: int) -> list[RowGroup]:
    """
    Channels four by four at two pixels, eight by eight at one; what is left over is filled up to
    two, four or eight with rows of zeros.
    """
    most = 4 if pixels == 2 else 8
    groups = [RowGroup(first, most, most) for first in range(0, outputs - most + 1, most)]
    left = outputs % most
    if left:
        rows = next(rows for rows in (2, 4, 8) if rows >= left)
        groups.append(RowGroup(outputs - left, rows, left))
    return groups


@dataclass(frozen=True)
class Step:
    """
    Two inputs of `rows` channels at `pixels` pixels, weights in `order`.
    """

    order: WeightOrder
    rows: int
    pixels: int

    @property
    def words(self) -> int:
        """
        Words of weights.
        """
        return self.rows if self.order is WORDS else self.rows // 2

    @property
    def instructions(self) -> int:
        """
        Loads, SXTB16 and SMLAD.
        """
        widened = {WORDS.name: 0, SUMS.name: 1}.get(self.order.name, 2)
        return self.words + self.pixels + widened * self.words + self.rows * self.pixels

    @property
    def cycles(self) -> int:
        """
        A cycle more for the first of loads that stand together: weights of two rows where they are
        words or bytes, else up to four loads.
        """
        if self.order is SUMS:
            return self.instructions + (1 if self.words + self.pixels <= 4 else 2)
        return self.instructions + self.rows // 2

    @property
    def unrolled(self) -> int:
        """
        Steps of a block at most (APPROX_DENSE_UNROLL).
        """
        return {8: 7, 4: 15}.get(self.words, 16)


@dataclass(frozen=True)
class Window:
    """
    `runs` runs of `steps` pairs of inputs.
    """

    runs: int
    steps: int

    @property
    def inputs(self) -> int:
        """
        Values of a window.
        """
        return 2 * self.runs * self.steps

    def block(self, step: Step) -> tuple[int, int, int]:
        """
        Steps in a block, blocks of a run, steps behind them; a small window is one block.
        """
        if self.runs * self.steps <= _WHOLE_STEPS:
            return self.runs * self.steps, 1, 0
        most = step.unrolled
        exact = [size for size in range(most, most - 5, -1) if self.steps % size == 0]
        size = self.steps if self.steps <= most else [*exact, most][0]
        return size, self.steps // size, self.steps % size

    def cycles(self, step: Step) -> int:
        """
        Of a tile, without its outputs.
        """
        products = self.runs * self.steps * step.cycles
        size, rounds, _ = self.block(step)
        if size == self.runs * self.steps:
            return products
        ends = _ROUND_CYCLES * rounds if rounds > 1 else 0
        if self.runs > 1:
            ends += _RUN_OF_ROUNDS_CYCLES if rounds > 1 else _RUN_CYCLES
        return products + self.runs * ends

    def code_bytes(self, step: Step) -> int:
        """
        Of the loop over the window.
        """
        size, _, rest = self.block(step)
        return _INSTRUCTION_BYTES * step.instructions * (size + rest)


@dataclass(frozen=True)
class Streamed:
    """
    A layer: a window for each of `outputs` channels and `tiles` of `pixels`.
    """

    window: Window
    outputs: int
    tiles: int
    pixels: int
    order: WeightOrder
    plain: bool = True
    """Requantized without a shift, to all of int8 (`cortexm.dense_plane`)."""

    @property
    def flash(self) -> int:
        """
        Bytes of weights, start values, multipliers and code.
        """
        groups = row_groups(self.outputs, self.pixels)
        rows = sum(group.rows for group in groups)
        tables = rows * (self.window.inputs * self.order.itemsize + 8)
        kinds = {group.rows for group in groups}
        code = sum(_CODE_BYTES + self.window.code_bytes(self._step(rows)) for rows in kinds)
        return tables + code

    @property
    def cycles(self) -> int:
        """
        Of an inference.
        """
        return sum(self._group_cycles(group) for group in row_groups(self.outputs, self.pixels))

    def _step(self, rows: int) -> Step:
        return Step(self.order, rows, self.pixels)

    def _group_cycles(self, group: RowGroup) -> int:
        tile = self.window.cycles(self._step(group.rows)) + self._finish_cycles(group)
        weights = group.rows * self.window.inputs * self.order.itemsize
        reads = 1 if weights <= _CACHED_BYTES else self.tiles
        return _GROUP_CYCLES + self.tiles * tile + reads * weights * _LINE_CYCLES // _LINE_BYTES

    def _finish_cycles(self, group: RowGroup) -> int:
        """
        Of a tile beside its products.
        """
        sums = self.order is SUMS
        if self.plain and self.pixels == 2 and group.stored == 4:
            looped = self.window.runs * self.window.steps > _WHOLE_STEPS
            tile = _PLANE_TILE_CYCLES + (_PLANE_LOOP_CYCLES if looped else 0)
            return tile + (_PLANE_SPLIT_CYCLES if sums else 0)
        per_output = _OUTPUT_CYCLES + (_SPLIT_CYCLES if sums else 0)
        return _TILE_CYCLES + group.rows * self.pixels * per_output
