"""
Which taps to skip: units of one or several taps, the least significant first.

A tap is position [o, k] of the weight matrix int [O, K] with k = (a * KW + b) * C + c. A unit is
what is skipped or kept as one:

    mac    one tap
    pair   input channels (2j, 2j + 1) at one kernel position, of one output channel: the two
           halves of a dual multiply-accumulate. An odd last channel is a pair of its own.
    block  the same pair in output channels (2i, 2i + 1): also saves the loads. An odd last output
           channel is on its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

GRANULARITIES = ("mac", "pair", "block")

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class SkipRule:
    """
    How much of a layer to skip.

    `threshold`: only units whose significance is below it. `fraction`: no more once at least that
    share of the taps of the dense convolution is gone. None is no limit.
    """

    granularity: str
    threshold: float | None = None
    fraction: float | None = None


def unit_index(outputs: int, columns: int, channels: int, granularity: str) -> NDArray[np.int64]:
    """
    The number of the unit each tap belongs to: int64 [O, K], K = positions * channels.

    Errors: ValueError for an unknown granularity.
    """
    if granularity not in GRANULARITIES:
        raise ValueError(f"granularity is one of {', '.join(GRANULARITIES)}, not '{granularity}'")
    width = 1 if granularity == "mac" else 2
    height = 2 if granularity == "block" else 1
    position, channel = np.divmod(np.arange(columns), channels)
    per_position = -(-channels // width)
    column_unit = position * per_position + channel // width
    row_unit = np.arange(outputs) // height
    return row_unit[:, np.newaxis] * (columns // channels * per_position) + column_unit


def whole_units(present: Mask, channels: int, granularity: str) -> Mask:
    """
    All taps of the units of which one is there: bool [O, K].
    """
    outputs, columns = present.shape
    units = unit_index(outputs, columns, channels, granularity)
    return np.bincount(units[present], minlength=int(units.max()) + 1)[units] > 0


def select(significance: NDArray[Any], present: Mask, channels: int, rule: SkipRule) -> Mask:
    """
    The taps to skip (bool [O, K], a part of `present`).

    `significance` float [O, K]; `present` bool [O, K], taps that are still there; `channels` is C.
    A unit is worth the sum of its taps. Units go in ascending order, the one with the lower number
    first where they are equal. All O * K taps of the dense convolution count in `fraction`: taps
    that are not present (zero weights) are gone already and saved as much as any other, so the
    fraction is the share of multiply-accumulates that the layer saves.
    """
    outputs, columns = significance.shape
    units = unit_index(outputs, columns, channels, rule.granularity)
    count = int(units.max()) + 1
    worth = np.bincount(units[present], significance[present].astype(np.float64), count)
    sizes = np.bincount(units[present], minlength=count)
    order = np.argsort(worth, kind="stable")
    order = order[sizes[order] > 0]
    if rule.threshold is not None:
        order = order[worth[order] < rule.threshold]
    if rule.fraction is not None:
        wanted = _taps(rule.fraction, present.size) - (present.size - int(present.sum()))
        before = np.cumsum(sizes[order]) - sizes[order]
        order = order[before < wanted]
    chosen = np.zeros(count, np.bool_)
    chosen[order] = True
    return chosen[units] & present


def _taps(fraction: float, size: int) -> int:
    """
    The fewest taps that are at least `fraction` of `size`. Rounding first keeps 0.1 * 30, a little
    above 3 in binary, at 3: the share that a run achieved asks for the same taps again.
    """
    return math.ceil(round(fraction * size, 6))
