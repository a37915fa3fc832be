"""
Which plans are worth having, against all pairs of them.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from approx_opt.compiler.explore_front import (
    Candidate,
    by_divergence,
    by_top1,
    cheapest,
    finalists,
    front,
)
from approx_opt.compiler.explore_space import Way
from hypothesis import given
from hypothesis import strategies as st

SAMPLES = 40
LIMITS = (0.0, 2.5, 10.0)
WAY = Way(None, "pair")


def candidate(number: int, cycles: float, right: int, divergence: float) -> Candidate:
    """
    `right` of the samples are.
    """
    point = {"conv": (WAY, number)}
    return Candidate(point, {}, cycles, 1, 1, 0.5, 100 * right / SAMPLES, 0.0, divergence)


EXACT = candidate(0, 9.0, 38, 0.0)
figures = st.tuples(st.integers(1, 9), st.integers(30, SAMPLES), st.integers(1, 9))
candidates = st.lists(figures, max_size=12).map(
    lambda found: [EXACT, *(candidate(i, *one) for i, one in enumerate(found, 1))]
)


@pytest.mark.parametrize("worse", [by_top1, by_divergence])
@given(candidates)
def test_a_front_is_what_nothing_dominates(worse, found: list[Candidate]):
    """
    Each candidate is on it, or another is at least as good in both ways. It goes from the most
    cycles to the fewest, from the least that is lost to the most.
    """
    on_front = front(found, worse)
    for one in found:
        at_least = [o for o in found if o.cycles <= one.cycles and worse(o) <= worse(one)]
        better = [o for o in at_least if (o.cycles, worse(o)) != (one.cycles, worse(one))]
        assert not (one in on_front and better)
        assert any(o in on_front for o in at_least)
    assert all(b.cycles < a.cycles and worse(b) > worse(a) for a, b in pairwise(on_front))


@given(candidates, st.integers(0, 8))
def test_the_cheapest_obeys_its_limit(found: list[Candidate], lost: int):
    """
    To the sample, and nothing that does has fewer cycles.
    """
    chosen = cheapest(found, EXACT.top1, 100 * lost / SAMPLES)
    right = [round(one.top1 * SAMPLES / 100) for one in found]
    allowed = [one for one, count in zip(found, right, strict=True) if count >= 38 - lost]
    assert chosen in allowed
    assert chosen.cycles == min(one.cycles for one in allowed)


def test_a_loss_of_exactly_the_limit_is_within_it():
    """
    Though 100 k / n is off by an ulp here and there.
    """
    for total in (300, 700, 1000, 2000):
        for right in range(total // 100, total):
            exact, fewer = 100 * (right / total), 100 * ((right - total // 100) / total)
            one = Candidate({}, {}, 2.0, 1, 1, 1.0, exact, 0.0, 0.0)
            other = Candidate({}, {}, 1.0, 1, 1, 1.0, fewer, 0.0, 0.1)
            assert cheapest([one, other], exact, 1.0) is other


def test_a_loss_below_its_standard_error_is_none():
    """
    But beyond a limit that is larger it is beyond.
    """
    exact = Candidate({}, {}, 2.0, 1, 1, 1.0, 80.0, 0.0, 0.0)
    other = Candidate({}, {}, 1.0, 1, 1, 1.0, 79.8, 0.3, 0.1)
    assert cheapest([exact, other], 80.0, 0.0) is other
    assert cheapest([exact, replace(other, error=0.1)], 80.0, 0.0) is exact
    assert cheapest([exact, replace(other, top1=78.9, error=0.3)], 80.0, 1.0) is exact


@given(candidates)
def test_every_limit_has_finalists(found: list[Candidate]):
    """
    The cheapest within it, and such as are near it on the front by divergence; each once.
    """
    best = finalists(found, EXACT.top1, LIMITS)
    points = [one.point for one in best]
    assert all(points.count(one) == 1 for one in points)
    assert all(a.cycles >= b.cycles for a, b in pairwise(best))
    for limit in LIMITS:
        chosen = cheapest(found, EXACT.top1, limit)
        assert chosen in best
    extra = [one for one in best if one not in front(found, by_divergence)]
    assert all(one in [cheapest(found, EXACT.top1, limit) for limit in LIMITS] for one in extra)
