"""
Which of several kernels each layer gets: the fewest cycles that fit into flash.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .cost import Cost

_STEPS = 1 << 15
"""Flash is counted in units of the budget / 2^15 (64 bytes of 2 MiB), rounded up."""


def fastest(options: Sequence[Sequence[Cost]], budget: int) -> list[int] | None:
    """
    For each layer the number of one of its options, so that their flash is at most `budget` bytes
    and the sum of cycles is the least; of equals the first. None where nothing fits.

    A multiple-choice knapsack, by dynamic programming over the flash that is used (Kellerer,
    Pferschy, Pisinger, Knapsack Problems, 2004, section 11.5).
    """
    unit = max(1, -(-budget // _STEPS))
    size = budget // unit + 1
    cycles = np.zeros(size)
    chosen: list[np.ndarray[tuple[int], np.dtype[np.int8]]] = []
    for layer in options:
        tried = [_after(cycles, -(-option.flash // unit), option.cycles) for option in layer]
        best = np.argmin(tried, axis=0).astype(np.int8)
        cycles = np.min(tried, axis=0)
        chosen.append(best)
    if not np.isfinite(cycles[-1]):
        return None
    return _traced(options, chosen, unit)


def _after(
    cycles: np.ndarray[tuple[int], np.dtype[np.float64]], units: int, more: float
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """
    The least cycles within each amount of flash, when an option has taken `units` of it.
    """
    after = np.full(cycles.size, np.inf)
    if units < cycles.size:
        after[units:] = cycles[: cycles.size - units] + more
    return after


def _traced(
    options: Sequence[Sequence[Cost]],
    chosen: Sequence[np.ndarray[tuple[int], np.dtype[np.int8]]],
    unit: int,
) -> list[int]:
    """
    From the last layer back to the first.
    """
    left = chosen[0].size - 1 if chosen else 0
    numbers: list[int] = []
    for layer, best in zip(reversed(options), reversed(chosen), strict=True):
        number = int(best[left])
        numbers.append(number)
        left -= -(-layer[number].flash // unit)
    return numbers[::-1]
