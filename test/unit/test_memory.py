"""
Memory planning: buffers with lifetimes into one workspace.
"""

from __future__ import annotations

from itertools import combinations

from approx_opt.compiler.memory import ALIGNMENT, Buffer, aligned, peak, plan
from hypothesis import given
from hypothesis import strategies as st


@st.composite
def buffers(draw: st.DrawFn) -> list[Buffer]:
    """
    Up to twelve buffers in twenty steps.
    """
    spans = st.tuples(st.integers(0, 19), st.integers(0, 6), st.integers(1, 5000))
    drawn = draw(st.lists(spans, max_size=12))
    return [Buffer(size, first, first + length) for first, length, size in drawn]


@given(buffers())
def test_what_lives_at_once_does_not_overlap(drawn: list[Buffer]):
    """
    Byte for byte, within the total, aligned.
    """
    offsets, total = plan(drawn)
    for (a, at), (b, bt) in combinations(zip(drawn, offsets, strict=True), 2):
        if a.overlaps(b):
            assert at + a.size <= bt or bt + b.size <= at
    for buffer, offset in zip(drawn, offsets, strict=True):
        assert offset % ALIGNMENT == 0
        assert 0 <= offset
        assert offset + buffer.size <= total


@given(buffers())
def test_total_lies_between_the_peak_and_the_sum(drawn: list[Buffer]):
    """
    No plan needs less than what lives at once, nor more than no sharing at all.
    """
    _, total = plan(drawn)
    assert peak(drawn) <= total <= sum(aligned(b.size) for b in drawn)


@given(buffers())
def test_plan_is_repeatable(drawn: list[Buffer]):
    """
    The same buffers, the same places.
    """
    assert plan(drawn) == plan(list(drawn))


def test_a_chain_needs_two_places():
    """
    Each layer reads one and writes the next: the first and the third share.
    """
    chain = [Buffer(100, i, i + 1) for i in range(6)]
    offsets, total = plan(chain)
    assert total == 2 * aligned(100)
    assert offsets[0] == offsets[2] == offsets[4]
    assert offsets[1] == offsets[3] == offsets[5]


def test_the_smallest_gap_is_taken():
    """
    Between two buffers that stay, where it fits exactly, rather than behind both.
    """
    low, middle, high = Buffer(80, 0, 9), Buffer(40, 0, 1), Buffer(64, 0, 9)
    late = Buffer(40, 2, 9)
    offsets, total = plan([low, middle, high, late])
    assert total == 80 + 64 + 40
    assert offsets[3] == offsets[1]


def test_nothing_needs_nothing():
    """
    No buffer, no byte.
    """
    assert plan([]) == ([], 0)
    assert peak([]) == 0


def test_of_two_gaps_the_smaller_is_taken():
    """
    Stack 96 (leaves a gap), 80 (stays), 64 (leaves a gap), 56 (stays): 48 fits both gaps.
    """
    stack = [Buffer(96, 0, 1), Buffer(80, 0, 9), Buffer(64, 0, 1), Buffer(56, 0, 9)]
    offsets, _ = plan([*stack, Buffer(48, 2, 9)])
    assert offsets[4] == offsets[2]
