"""
Memory planning: buffers with lifetimes into one workspace.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ALIGNMENT = 8
"""Every buffer starts at a multiple of 8 bytes: LDRD and STRD want 4, the AAPCS stack has 8."""


@dataclass(frozen=True)
class Buffer:
    """
    `size` bytes that live from step `first` to step `last`, both included.
    """

    size: int
    first: int
    last: int

    def overlaps(self, other: Buffer) -> bool:
        """
        True where both are alive at once.
        """
        return self.first <= other.last and other.first <= self.last


def aligned(size: int) -> int:
    """
    `size` rounded up to the alignment.
    """
    return -(-size // ALIGNMENT) * ALIGNMENT


def plan(buffers: Sequence[Buffer]) -> tuple[list[int], int]:
    """
    Byte offsets of the buffers, and the size of the workspace that holds them.

    Greedy by size (Pisarchyk and Lee, arXiv 2001.03288): the largest buffer first, each into the
    smallest gap it fits between the buffers placed so far that are alive at the same time.
    """
    offsets = [0] * len(buffers)
    placed: list[int] = []
    order = sorted(range(len(buffers)), key=lambda i: (-buffers[i].size, buffers[i].first, i))
    for index in order:
        neighbours = sorted(
            (offsets[other], offsets[other] + aligned(buffers[other].size))
            for other in placed
            if buffers[other].overlaps(buffers[index])
        )
        offsets[index] = _best_gap(neighbours, aligned(buffers[index].size))
        placed.append(index)
    ends = [o + aligned(b.size) for o, b in zip(offsets, buffers, strict=True)]
    return offsets, max(ends, default=0)


def _best_gap(occupied: Sequence[tuple[int, int]], size: int) -> int:
    """
    Start of the smallest gap of at least `size`, or the end of all; `occupied` ascends by start.
    """
    end = 0
    best: tuple[int, int] | None = None
    for start, stop in occupied:
        gap = start - end
        if gap >= size and (best is None or gap < best[0]):
            best = (gap, end)
        end = max(end, stop)
    return end if best is None else best[1]


def peak(buffers: Sequence[Buffer]) -> int:
    """
    The largest sum of sizes alive at one step: no plan can need less.
    """
    steps = {b.first for b in buffers}
    return max(
        (sum(aligned(b.size) for b in buffers if b.first <= s <= b.last) for s in steps),
        default=0,
    )
