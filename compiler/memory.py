"""
Memory planning: buffers with lifetimes into one workspace, or into a fast one and another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

ALIGNMENT = 8
"""Every buffer starts at a multiple of 8 bytes: LDRD and STRD want 4, the AAPCS stack has 8."""

_RANDOM_ORDERS = 128
"""Orders tried where none of the obvious ones reaches the peak."""

_WORK = 300_000
"""Pairs of buffers looked at in all random orders together: tens of milliseconds."""


@dataclass(frozen=True)
class Buffer:
    """
    `size` bytes that live from step `first` to step `last`, both included; `traffic` bytes are
    read and written in that time.
    """

    size: int
    first: int
    last: int
    traffic: int = 0

    @property
    def steps(self) -> int:
        """
        The length of its life.
        """
        return self.last - self.first + 1

    def overlaps(self, other: Buffer) -> bool:
        """
        True where both are alive at once.
        """
        return self.first <= other.last and other.first <= self.last

    def joined(self, other: Buffer) -> Buffer:
        """
        The memory that is one's and then the other's.
        """
        return Buffer(
            max(self.size, other.size),
            min(self.first, other.first),
            max(self.last, other.last),
            self.traffic + other.traffic,
        )


@dataclass(frozen=True)
class Plan:
    """
    Where buffers lie: `offsets` are bytes from the start of their memory, which is the fast one for
    the buffers whose index is in `fast`. `total` and `fast_total` are the bytes of both, exact.
    """

    offsets: tuple[int, ...]
    total: int
    fast: frozenset[int] = frozenset()
    fast_total: int = 0


def aligned(size: int) -> int:
    """
    `size` rounded up to the alignment.
    """
    return -(-size // ALIGNMENT) * ALIGNMENT


def peak(buffers: Sequence[Buffer]) -> int:
    """
    The largest sum of aligned sizes alive at one step: no plan can need less, but for what is
    rounded off behind its last buffer.
    """
    steps = {b.first for b in buffers}
    return max(
        (sum(aligned(b.size) for b in buffers if b.first <= s <= b.last) for s in steps),
        default=0,
    )


def plan(buffers: Sequence[Buffer]) -> Plan:
    """
    All buffers in one memory that is as small as can be found.

    Buffers are placed one after the other, each into the smallest gap between those that live at
    the same time. By size, the largest first (Pisarchyk and Lee, arXiv 2001.03288), this mostly
    needs no more than the peak; where it does, other orders are tried and the best one is taken.
    """
    return _best_plan(buffers, peak(buffers), _RANDOM_ORDERS)


def plan_regions(buffers: Sequence[Buffer], fast_bytes: int) -> Plan:
    """
    A plan of two memories, of which the fast one has at most `fast_bytes`.

    The buffers with most traffic a byte go into fast memory, one by one, each if it still fits.
    """
    by_traffic = sorted(
        range(len(buffers)), key=lambda i: (-buffers[i].traffic / max(1, buffers[i].size), i)
    )
    fast: list[int] = []
    for index in by_traffic:
        if _fits([buffers[i] for i in (*fast, index)], fast_bytes):
            fast.append(index)
    slow = [i for i in range(len(buffers)) if i not in fast]
    slow_plan = plan([buffers[i] for i in slow])
    chosen = [buffers[i] for i in fast]
    fast_plan = _best_plan(chosen, min(peak(chosen), fast_bytes), _RANDOM_ORDERS)
    places = zip((*slow, *fast), (*slow_plan.offsets, *fast_plan.offsets), strict=True)
    return Plan(
        offsets=tuple(offset for _, offset in sorted(places)),
        total=slow_plan.total,
        fast=frozenset(fast),
        fast_total=fast_plan.total,
    )


def _fits(buffers: Sequence[Buffer], size: int) -> bool:
    """
    True where one of the obvious orders needs `size` bytes at most; the peak rules most out before.
    """
    return peak(buffers) - ALIGNMENT < size and _best_plan(buffers, size).total <= size


def _best_plan(buffers: Sequence[Buffer], enough: int, rounds: int = 0) -> Plan:
    """
    The best plan of several orders, `rounds` random ones among them, or the first of `enough`.
    """
    neighbours = [
        [i for i, other in enumerate(buffers) if i != index and other.overlaps(buffer)]
        for index, buffer in enumerate(buffers)
    ]
    rounds = min(rounds, _WORK // max(1, sum(map(len, neighbours))))
    best: Plan | None = None
    for order in _orders(buffers, rounds):
        found = _placed(buffers, neighbours, order)
        if best is None or found.total < best.total:
            best = found
        if best.total <= enough:
            break
    assert best is not None
    return best


_KEYS: tuple[Callable[[Buffer], tuple[int, int]], ...] = (
    lambda b: (-b.size, b.first),
    lambda b: (-b.size * b.steps, b.first),
    lambda b: (-b.steps, -b.size),
    lambda b: (b.first, -b.size),
)


def _orders(buffers: Sequence[Buffer], rounds: int) -> Iterator[list[int]]:
    """
    Orders to place buffers in: by size, size times lifetime, lifetime, first use; then `rounds`
    random ones (the same ones at every run) in which large and long-lived buffers tend to be first.
    """
    indices = range(len(buffers))
    for key in _KEYS:
        yield sorted(indices, key=lambda i, key=key: key(buffers[i]))
    random = Random(0)
    for number in range(rounds):
        weights = [
            b.size * (b.steps if number % 2 else 1) * random.uniform(0.4, 1.6) for b in buffers
        ]
        yield sorted(indices, key=lambda i, weights=weights: -weights[i])


def _placed(
    buffers: Sequence[Buffer], neighbours: Sequence[Sequence[int]], order: Sequence[int]
) -> Plan:
    """
    The plan of one order; `neighbours` lists for each buffer those that live at the same time.
    """
    offsets: dict[int, int] = {}
    for index in order:
        occupied = sorted(
            (offsets[i], offsets[i] + aligned(buffers[i].size))
            for i in neighbours[index]
            if i in offsets
        )
        offsets[index] = _best_gap(occupied, aligned(buffers[index].size))
    total = max((offsets[i] + buffer.size for i, buffer in enumerate(buffers)), default=0)
    return Plan(tuple(offsets[i] for i in range(len(buffers))), total)


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
