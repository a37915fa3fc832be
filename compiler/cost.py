"""
What a kernel takes: flash bytes, and cycles rough enough to rank kernels by.

Cycles are those of the stm32u5 profile (docs/simulator.md); streamed loops are in
compiler/cost_streaming.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from .cost_streaming import Streamed

SIMPLE_LAYER_BYTES = 250
"""Code of pooling, addition and the like."""


@dataclass(frozen=True)
class Cost:
    """
    Bytes of flash and cycles of one inference.
    """

    flash: int
    cycles: float


def loop_cost(*parts: Streamed) -> Cost:
    """
    Loops over streamed weights, one after the other.
    """
    return Cost(sum(part.flash for part in parts), float(sum(part.cycles for part in parts)))


def table_bytes(*tables: NDArray[Any]) -> int:
    """
    Bytes of constant tables.
    """
    return sum(int(table.nbytes) for table in tables)
