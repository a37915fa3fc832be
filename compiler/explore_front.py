"""
The plans worth having among all that were tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from .explore_space import Point

_ROUNDING = 1e-9
"""Points of top-1 by which 100 k / n is wrong."""
_FINALISTS = 5

T = TypeVar("T")


@dataclass(frozen=True)
class Candidate:
    """
    What was tried, by which kernels its convolutions run, and what it came to: `cycles`, `flash`,
    `ram` and `multiplications` as in compiler/explore_bench.py's Weight, `top1`, `error` and
    `divergence` as in its Verdict.
    """

    point: Point
    kernels: Mapping[str, str]
    cycles: float
    flash: int
    ram: int
    multiplications: float
    top1: float
    error: float
    divergence: float


def front(candidates: Iterable[Candidate], worse: Callable[[Candidate], float]) -> list[Candidate]:
    """
    Those than which no other is better both in cycles and by `worse`, which is to be small, from
    the most cycles to the fewest. Of equals the first.
    """
    return undominated(candidates, lambda one: (worse(one), one.cycles))


def undominated(items: Iterable[T], key: Callable[[T], tuple[float, float]]) -> list[T]:
    """
    Those than which no other is better both in the first and in the second number of `key`, which
    are to be small, by rising first and falling second. Of equals the first.
    """
    best: list[T] = []
    for one in sorted(items, key=key):
        if not best or key(one)[1] < key(best[-1])[1]:
            best.append(one)
    return best


def by_top1(one: Candidate) -> float:
    """
    For `front`: top-1.
    """
    return -one.top1


def by_divergence(one: Candidate) -> float:
    """
    For `front`: divergence.
    """
    return one.divergence


def finalists(
    candidates: Sequence[Candidate], exact: float, limits: Sequence[float]
) -> list[Candidate]:
    """
    The plans to judge again, on more samples, from the most cycles to the fewest: those that may be
    the cheapest to lose no more than one of the limits (points of top-1) against `exact`. They are
    on the front by divergence, which chance has less of a hand in than top-1; and the cheapest by
    top-1, for there may be none near.
    """
    found: list[Candidate] = []
    ordered = front(candidates, by_divergence)
    for limit in limits:
        near = sorted(ordered, key=lambda one: abs(exact - limit - one.top1))[:_FINALISTS]
        found += [*near, cheapest(candidates, exact, limit)]
    distinct = [one for index, one in enumerate(found) if one not in found[:index]]
    return sorted(distinct, key=lambda one: -one.cycles)


def cheapest(candidates: Iterable[Candidate], exact: float, limit: float) -> Candidate:
    """
    The plan of the fewest cycles that loses at most `limit` points of top-1; `candidates` has one
    that loses none, the exact network. A loss below its standard error is taken for none.
    """
    allowed = [one for one in candidates if exact - one.top1 <= max(limit, one.error) + _ROUNDING]
    return min(allowed, key=lambda one: one.cycles)
