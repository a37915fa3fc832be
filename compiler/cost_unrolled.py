"""
What straight-line code takes: an instruction after the other, and how they come from flash.

Cycles are those of the stm32u5 profile (docs/simulator.md), the figures without a source fitted to
`python bench/kernels.py --kernels unrolled`.
"""

from __future__ import annotations

from math import ceil
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .cost import Cost

_Counts: TypeAlias = NDArray[Any]
"""A number for each function: int64 or float64."""

_INSTRUCTION_BYTES = 4
_LINE_BYTES, _LINE_CYCLES = 16, 5
"""A line of flash, and what it takes to come: four wait states (RM0456, section 7.3.3)."""
_CACHE_BYTES, _CACHE_WAYS = 8192, 2
"""The instruction cache (RM0456, section 8)."""
_TILE_CYCLES, _TILE_BYTES = {4: 52, 2: 22, 1: 14}, {4: 160, 2: 90, 1: 60}
"""Start values, requantization, stores and the loop of a tile of two channels, by its pixels."""
_ROW_CYCLES = 14
"""The loop over the rows of the output, where there is one inside."""
_FUNCTION_CYCLES = 60
_FUNCTION_BYTES = 60
"""Call, registers saved and restored."""


def unrolled_cost(
    mask: NDArray[np.bool_], channels: int, plane: tuple[int, ...], pixels: int
) -> Cost:
    """
    Straight-line code for the taps in `mask` (bool [O, K] over im2col columns, K a multiple of
    `channels`) on an output plane, `pixels` at a time: one function for two output channels.
    """
    loads, weights, highs = operand_counts(mask, channels)
    instructions = pixels * loads + (1 + pixels) * weights + highs
    size = _INSTRUCTION_BYTES * instructions + _TILE_BYTES[pixels]
    cycles = instructions + loads + _TILE_CYCLES[pixels]
    height, width = plane
    tiles = height * ceil(width / pixels)
    once = (
        _ROW_CYCLES * height * (width > pixels)
        + _FUNCTION_CYCLES
        + _waiting(size / _LINE_BYTES, cycles, size)
    )
    every = cycles + _waiting(_lines_missed(size), cycles, size)
    flash = int((size + _FUNCTION_BYTES).sum())
    return Cost(flash, float((tiles * every + once).sum()))


def operand_counts(mask: NDArray[np.bool_], channels: int) -> tuple[_Counts, _Counts, _Counts]:
    """
    For every two output channels int64 [ceil(O / 2)]: pairs of inputs that are loaded, pairs of
    weights, and those of them whose second weight is there, which takes an instruction of its own.

    A pair is two adjacent input channels of one kernel position.
    """
    outputs, depth = mask.shape
    positions = mask.reshape(outputs, depth // channels, channels)
    padded = np.pad(positions, ((0, outputs % 2), (0, 0), (0, channels % 2)))
    pairs = padded.reshape(padded.shape[0] // 2, 2, -1, 2)
    kept: _Counts = pairs.max(axis=3)
    loads = kept.max(axis=1).sum(axis=1, dtype=np.int64)
    weights = kept.sum(axis=(1, 2), dtype=np.int64)
    return loads, weights, pairs[..., 1].sum(axis=(1, 2), dtype=np.int64)


def _lines_missed(size: _Counts) -> _Counts:
    """
    Lines of code of `size` bytes that are not in the cache when a loop comes back to them: of a set
    that more lines fall into than it has ways, all are lost (least recently used first).
    """
    way = _CACHE_BYTES / _CACHE_WAYS
    full = size // way
    over = size - full * way
    lines = np.where(
        full < _CACHE_WAYS,
        0.0,
        np.where(full == _CACHE_WAYS, (full + 1) * over, size) / _LINE_BYTES,
    )
    return lines


def _waiting(lines: _Counts, cycles: _Counts, size: _Counts) -> _Counts:
    """
    Cycles that the core waits for lines: the next one is fetched while one is carried out.
    """
    return lines * np.maximum(0.0, _LINE_CYCLES - cycles * _LINE_BYTES / size)
