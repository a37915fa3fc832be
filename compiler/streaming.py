"""
Kernels that stream weights from flash: the tiles they compute, and the steps of their windows.

Cycles are those of runtime/approx_dense.h on a Cortex-M4 or M33, code in SRAM or in a cache.
"""

from __future__ import annotations

from dataclasses import dataclass

from .packing import SUMS, WORDS, WeightOrder

_INSTRUCTION_BYTES = 4
_WHOLE_STEPS = 20
"""Windows of so few steps are straight-line code (APPROX_DENSE_WHOLE)."""
_ROUND_CYCLES, _RUN_CYCLES, _RUN_OF_ROUNDS_CYCLES = 6, 7, 11
"""The end of a round of steps, of a run, and of a run of several rounds."""


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
        return products + self.ends(rounds)

    def ends(self, rounds: int) -> int:
        """
        Cycles of the ends of `runs` runs of `rounds` blocks each.
        """
        ends = _ROUND_CYCLES * rounds if rounds > 1 else 0
        if self.runs > 1:
            ends += _RUN_OF_ROUNDS_CYCLES if rounds > 1 else _RUN_CYCLES
        return self.runs * ends

    def code_bytes(self, step: Step) -> int:
        """
        Of the loop over the window.
        """
        size, _, rest = self.block(step)
        return _INSTRUCTION_BYTES * step.instructions * (size + rest)
