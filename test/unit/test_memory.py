"""
Memory planning: buffers with lifetimes into one workspace, or into a fast one and another.
"""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from approx_opt.compiler.memory import ALIGNMENT, Buffer, Plan, aligned, peak, plan, plan_regions
from hypothesis import given
from hypothesis import strategies as st


@st.composite
def buffers(draw: st.DrawFn) -> list[Buffer]:
    """
    Up to twelve buffers in twenty steps.
    """
    spans = st.tuples(
        st.integers(0, 19), st.integers(0, 6), st.integers(1, 5000), st.integers(0, 99999)
    )
    drawn = draw(st.lists(spans, max_size=12))
    return [Buffer(size, first, first + length, use) for first, length, size, use in drawn]


def check(drawn: list[Buffer], found: Plan):
    """
    Byte for byte: what lives at once in one memory does not overlap; aligned; totals are exact.
    """
    places = list(enumerate(zip(drawn, found.offsets, strict=True)))
    for (i, (a, at)), (j, (b, bt)) in combinations(places, 2):
        if a.overlaps(b) and (i in found.fast) == (j in found.fast):
            assert at + a.size <= bt or bt + b.size <= at
    ends: dict[bool, int] = {False: 0, True: 0}
    for i, (buffer, offset) in places:
        assert offset % ALIGNMENT == 0
        assert 0 <= offset
        ends[i in found.fast] = max(ends[i in found.fast], offset + buffer.size)
    assert (found.total, found.fast_total) == (ends[False], ends[True])


@given(buffers())
def test_what_lives_at_once_does_not_overlap(drawn: list[Buffer]):
    """
    In one memory.
    """
    check(drawn, plan(drawn))


@given(buffers())
def test_total_lies_between_the_peak_and_the_sum(drawn: list[Buffer]):
    """
    No plan needs less than what lives at once, nor more than no sharing at all.
    """
    total = plan(drawn).total
    assert peak(drawn) <= aligned(total) <= sum(aligned(b.size) for b in drawn)


@given(buffers())
def test_plan_is_repeatable(drawn: list[Buffer]):
    """
    The same buffers, the same places.
    """
    assert plan(drawn) == plan(list(drawn))
    assert plan_regions(drawn, 999) == plan_regions(list(drawn), 999)


@given(buffers(), st.integers(1, 12000))
def test_two_regions(drawn: list[Buffer], fast_bytes: int):
    """
    The fast one keeps to its size, both to the rules.
    """
    found = plan_regions(drawn, fast_bytes)
    check(drawn, found)
    assert found.fast_total <= fast_bytes


@pytest.mark.parametrize("seed", range(20))
def test_random_lifetimes_stay_within_ten_percent_of_the_peak(seed: int):
    """
    Chains with long-lived branches, as networks have them, and lifetimes without any order.
    """
    rng = random.Random(seed)
    sizes = [rng.choice([rng.randrange(1, 5000), 1024, 2048, 4096]) for _ in range(60)]
    branches = [rng.randrange(2, 9) if rng.random() < 0.3 else 1 for _ in sizes]
    spans = zip(sizes, branches, strict=True)
    chain = [Buffer(size, at, at + length) for at, (size, length) in enumerate(spans)]
    starts = [rng.randrange(60) for _ in sizes]
    loose = [Buffer(n, at, at + rng.randrange(15)) for n, at in zip(sizes, starts, strict=True)]
    assert plan(chain).total <= 1.1 * peak(chain)
    assert plan(loose).total <= 1.1 * peak(loose)


def test_another_order_where_sizes_mislead():
    """
    The two large ones first would lie at the bottom, and the small ones, which share a step, above
    each other on top: 32 bytes. The one that lives longest at the bottom: 24.
    """
    drawn = [Buffer(16, 0, 0), Buffer(16, 2, 4), Buffer(8, 1, 3), Buffer(8, 0, 1)]
    assert plan(drawn).total == peak(drawn) == 24


def test_a_chain_needs_two_places():
    """
    Each layer reads one and writes the next: the first and the third share.
    """
    chain = [Buffer(100, i, i + 1) for i in range(6)]
    found = plan(chain)
    assert found.total == aligned(100) + 100
    assert found.offsets[0] == found.offsets[2] == found.offsets[4]
    assert found.offsets[1] == found.offsets[3] == found.offsets[5]


def test_the_smallest_gap_is_taken():
    """
    Between two buffers that stay, where it fits exactly, rather than behind both.
    """
    low, middle, high = Buffer(80, 0, 9), Buffer(40, 0, 1), Buffer(64, 0, 9)
    late = Buffer(40, 2, 9)
    found = plan([low, middle, high, late])
    assert found.total == 80 + 64 + 40
    assert found.offsets[3] == found.offsets[1]


def test_nothing_needs_nothing():
    """
    No buffer, no byte.
    """
    assert plan([]) == plan_regions([], 64) == Plan((), 0)
    assert peak([]) == 0


def test_of_two_gaps_the_smaller_is_taken():
    """
    Stack 96 (leaves a gap), 80 (stays), 64 (leaves a gap), 56 (stays): 48 fits both gaps.
    """
    stack = [Buffer(96, 0, 1), Buffer(80, 0, 9), Buffer(64, 0, 1), Buffer(56, 0, 9)]
    found = plan([*stack, Buffer(48, 2, 9)])
    assert found.offsets[4] == found.offsets[2]


def test_fast_memory_is_for_traffic_per_byte():
    """
    Four uses of each of 40 bytes come before two or so of each of 80; 16 bytes fit beside them.
    """
    drawn = [Buffer(80, 0, 2, 170), Buffer(40, 0, 2, 160), Buffer(16, 1, 2, 16)]
    found = plan_regions(drawn, 80)
    assert found == Plan((0, 0, 40), 80, frozenset({1, 2}), 56)


def test_fast_memory_is_used_again():
    """
    When its first user is gone.
    """
    found = plan_regions([Buffer(40, 0, 1, 80), Buffer(40, 2, 3, 80)], 40)
    assert found == Plan((0, 0), 0, frozenset({0, 1}), 40)


def test_fast_memory_to_the_last_byte():
    """
    What is rounded off behind the last buffer counts: 8 bytes and 9 fit 17, 9 and 8 need 24.
    """
    drawn = [Buffer(9, 1, 1, 9), Buffer(8, 0, 2, 8)]
    assert plan_regions(drawn, 17) == Plan((8, 0), 0, frozenset({0, 1}), 17)


def test_memory_for_one_after_the_other():
    """
    The larger size, both lives, all traffic.
    """
    assert Buffer(8, 1, 2, 10).joined(Buffer(24, 2, 5, 7)) == Buffer(24, 1, 5, 17)
