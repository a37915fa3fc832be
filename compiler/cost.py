"""
What a kernel takes: flash bytes, and cycles rough enough to rank kernels by.

Cycles are those of the stm32u5 profile (docs/simulator.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LOOP_BYTES = 700
"""Code of a looped convolution."""
SIMPLE_LAYER_BYTES = 250
"""Code of pooling, addition and the like."""
LOOP_CYCLES_PER_MAC = 1.3
EPILOGUE_CYCLES = 40
"""Start values, requantization and stores of one tile."""


@dataclass(frozen=True)
class Cost:
    """
    Bytes of flash and cycles of one inference.
    """

    flash: int
    cycles: float


def loop_cost(
    outputs: int, packed: int, plane: tuple[int, ...], pixels: int, itemsize: int = 1
) -> Cost:
    """
    A loop over `packed` weights, each of `itemsize` bytes, for a layer of `outputs` channels on an
    output plane, `pixels` at a time. Weights that only fill a group of four cost as much as the
    others.
    """
    tiles = plane[0] * -(-plane[1] // pixels)
    macs = packed * int(np.prod(plane))
    cycles = macs * LOOP_CYCLES_PER_MAC + tiles * -(-outputs // 2) * EPILOGUE_CYCLES
    return Cost(packed * itemsize + 8 * outputs + LOOP_BYTES, cycles)


def table_bytes(*tables: NDArray[Any]) -> int:
    """
    Bytes of constant tables.
    """
    return sum(int(table.nbytes) for table in tables)
