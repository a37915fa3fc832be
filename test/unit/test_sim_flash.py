"""
Waiting for flash, counted by hand on made-up streams of addresses.

Flash here reads a line of 16 bytes in 5 cycles: who asks for a line waits for 4.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from approx_opt.compiler.errors import UserError
from approx_opt.compiler.sim_cache import Cache, cache_of
from approx_opt.compiler.sim_flash import Flash, Path, path_of
from approx_opt.compiler.sim_profiles import PROFILES, CacheShape, Profile, profile_named
from hypothesis import given
from hypothesis import strategies as st

CYCLES = 5
SMALL = Profile("small", 100, 16, CYCLES, CacheShape(4, 2), "made up")


def path(first: int, *spans: int) -> Path:
    """
    Lines from `first` on; spans are the cycles from the start of each line to that of the next.
    """
    offsets = [sum(spans[:i]) for i in range(len(spans) + 1)]
    return path_of(list(range(first, first + len(offsets))), offsets, CYCLES)


def test_a_line_alone():
    """
    Waited for once; then it is in the cache.
    """
    flash, line = Flash(SMALL), path(10)
    assert flash.fetch(line, 0) == 4
    assert flash.fetch(line, 20) == 0


def test_streaming():
    """
    The prefetch of line 11 begins in cycle 5 (line 10 was read in 0 to 4) and is over in cycle 9.
    """
    # Line 10 is entered in cycle 4. After 3 cycles: in 7, waits 2. Line 12 is read in 10 to 14.
    assert Flash(SMALL).fetch(path(10, 3), 0) == 4 + 2
    assert Flash(SMALL).fetch(path(10, 3, 3), 0) == 4 + 2 + 2
    # 5 cycles a line are as many as its read takes; of 8, it is the first line alone that is late.
    assert Flash(SMALL).fetch(path(10, 5, 5, 5), 0) == 4
    assert Flash(SMALL).fetch(path(10, 8, 8), 0) == 4
    # After a line in good time the port is free at once: the read begins as the line is entered.
    assert Flash(SMALL).fetch(path(10, 8, 3), 0) == 4 + 1


def test_prefetch_from_block_to_block():
    """
    Entered in cycle 4, line 11 is prefetched in 5 to 9.
    """
    for enter, waits in ((6, 3), (9, 0), (30, 0)):
        flash = Flash(SMALL)
        flash.fetch(path(10), 0)
        assert flash.fetch(path(11), enter) == waits


def test_branch_waits_for_the_prefetch_under_way():
    """
    Line 11 occupies the port in cycles 5 to 9; line 20, asked for in 6, is read in 10 to 14.
    """
    flash = Flash(SMALL)
    flash.fetch(path(10), 0)
    assert flash.fetch(path(20), 6) == 14 - 6


def test_same_line():
    """
    Going on in the line that the core is in asks for nothing.
    """
    flash = Flash(SMALL)
    flash.fetch(path(10, 8), 0)
    assert flash.fetch(path(11), 13) == 0
    # 11 was entered in 12, so 12 is read in 12 to 16. It is needed in 15.
    assert flash.fetch(path(11, 2), 13) == 1


def test_cached_lines_in_streams():
    """
    A stream with one line in the middle that is there already.
    """
    flash = Flash(SMALL)
    flash.fetch(path(12), 0)  # 13 is prefetched until 9
    # 11 is read in 100 to 104, entered in 104. 12 is there, and 13 has been prefetched.
    assert flash.fetch(path(11, 2, 2), 100) == 4


def test_least_recently_used_goes_first():
    """
    Lines 0, 4, 8 share a set of two ways.
    """
    flash = Flash(SMALL)
    for at, line in enumerate((0, 4, 0, 8)):
        flash.fetch(path(line), 100 * at)
    assert flash.fetch(path(0), 1000) == 0
    assert flash.fetch(path(4), 1100) == 4


def test_data_not_cached():
    """
    Only the line last read for data is at hand.
    """
    flash = Flash(SMALL)
    assert flash.read(0x100, 0) == 4
    assert flash.read(0x10C, 10) == 0
    assert flash.read(0x110, 20) == 4
    assert flash.read(0x100, 30) == 4
    assert flash.read(0x200, 31 + 4) == 4  # the port is free again in 35


def test_data_and_code_share_the_port():
    """
    Line 10 is read in 0 to 4, line 11 in 5 to 9: data asked for in 5 comes in 14, then line 20.
    """
    flash = Flash(SMALL)
    flash.fetch(path(10), 0)
    assert flash.read(0x900, 5) == 14 - 5
    assert flash.fetch(path(20), 15) == 4


def test_data_in_the_unified_cache():
    """
    Data takes the place of code there, and code read as data need not be fetched.
    """
    flash = Flash(replace(SMALL, unified=True))
    assert flash.read(0x40, 0) == 4
    assert flash.read(0x80, 10) == 4
    assert flash.read(0x40, 20) == 0
    assert flash.fetch(path(8), 30) == 0
    flash.fetch(path(12), 100)
    assert flash.read(0x40, 200) == 4


def test_data_cache():
    """
    Of its own, with a line of code not in it.
    """
    flash = Flash(replace(SMALL, data_cache=CacheShape(1, 2)))
    flash.fetch(path(4), 0)
    assert flash.read(0x40, 100) == 4
    assert flash.read(0x80, 200) == 4
    assert flash.read(0x40, 300) == 0
    assert flash.read(0xC0, 400) == 4
    assert flash.read(0x80, 500) == 4


def test_reads_within_a_block():
    """
    Line 10 comes in 4. The read 1 cycle on, in 5, waits for line 11 (5 to 9) and itself (10 to 14).
    The code goes on in 14 and enters line 11 two cycles later.
    """
    flash = Flash(SMALL)
    assert flash.run(path(10, 3), [(1, 0x900)], 0) == (4, 14 - 5)
    # Again, with the code in the cache, and line 12 prefetched before: the read is alone.
    assert flash.run(path(10, 3), [(1, 0xA00)], 100) == (0, 4)


streams = st.lists(
    st.tuples(st.integers(0, 40), st.lists(st.integers(1, 9), max_size=12), st.integers(0, 9)),
    min_size=1,
    max_size=40,
)


@given(streams, st.sampled_from([CacheShape(4, 2), CacheShape(8, 1), CacheShape(1, 6)]))
def test_paths_are_their_lines(blocks: list[tuple[int, list[int], int]], shape: CacheShape):
    """
    A path takes as long as its lines one after the other, however it is worked out.
    """
    whole, single = (Flash(replace(SMALL, instruction_cache=shape)) for _ in range(2))
    now = 0
    for first, spans, pause in blocks:
        steps = path(first, *spans)
        waited = 0
        for line, offset in zip(steps.lines, steps.offsets, strict=True):
            waited += single.fetch(path_of([line], [0], CYCLES), now + offset + waited)
        assert whole.fetch(steps, now) == waited
        now += steps.offsets[-1] + 1 + waited + pause


class PlainCache:
    """
    One list a set, the least recently used line first.
    """

    def __init__(self, shape: CacheShape) -> None:
        self.sets: list[list[int]] = [[] for _ in range(shape.sets)]
        self.ways = shape.ways

    def use(self, line: int) -> None:
        """
        Look up, and put in what is missing.
        """
        ways = self.sets[line % len(self.sets)]
        if line in ways:
            ways.remove(line)
        ways.append(line)
        del ways[: -self.ways]

    def lines(self) -> set[int]:
        """
        All that is in it.
        """
        return {line for ways in self.sets for line in ways}


def use(cache: Cache, lines: list[int]) -> None:
    """
    As the flash does.
    """
    if cache.use_all(lines):
        return
    if cache.resident.isdisjoint(lines):
        cache.fill_all(lines)
        return
    for line in lines:
        if not cache.use(line):
            cache.fill(line)


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 20)), max_size=60),
    st.sampled_from([CacheShape(4, 2), CacheShape(4, 4), CacheShape(16, 1), CacheShape(1, 5)]),
)
def test_caches_hold_what_a_plain_one_does(runs: list[tuple[int, int]], shape: CacheShape):
    """
    Runs of lines, longer than there are sets, and with parts that are there.
    """
    cache, plain = cache_of(shape), PlainCache(shape)
    for first, count in runs:
        use(cache, list(range(first, first + count)))
        for line in range(first, first + count):
            plain.use(line)
        assert {line for line in cache.resident if line >= 0} == plain.lines()


def test_profiles():
    """
    Each says where it is from; an unknown one is an error with all names.
    """
    for name, profile in PROFILES.items():
        assert (profile.name, bool(profile.source)) == (name, True)
        assert profile.line_bytes & (profile.line_bytes - 1) == 0
    with pytest.raises(UserError, match=r"unknown target 'stm32f0'; there are ideal, stm32u5"):
        profile_named("stm32f0")
