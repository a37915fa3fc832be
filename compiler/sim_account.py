"""
The account of a simulated run: cycles of blocks in the order in which they are executed.

A block is accounted for when the next one is entered: by then the flash it read is known, and
whether the branch at its end was taken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .sim_flash import Flash
from .sim_memory import Region
from .sim_profiles import Profile
from .sim_timing import TAKEN_BRANCH, Block, analyze, follows_at_once

_MOST_BLOCK_BYTES = 1 << 16


@dataclass(slots=True)
class Call:
    """
    All calls from one instruction to one function: how often, and what they came to with all that
    was called in turn.
    """

    count: int = 0
    events: tuple[int, ...] = (0, 0, 0, 0)
    """Cycles, stalls by fetches, stalls by data, instructions."""


@dataclass(slots=True)
class _Frame:
    call: Call
    return_to: int
    since: tuple[int, ...]
    is_outermost: bool


class Account:
    """
    `code(address, size)` reads the program; blocks in `flash` are fetched by the rules of the
    profile, all others without waiting.
    """

    def __init__(self, profile: Profile, code: Callable[[int, int], bytes], flash: Region) -> None:
        self._profile = profile
        self._code = code
        self._region = flash
        self._flash = Flash(profile)
        self._by_key: dict[int, Block] = {}
        self._frames: list[_Frame] = []
        self._return_to = -1
        self.now = 0
        """Cycles since the start, up to the block that was entered last."""
        self._fetch_stalls = self._data_stalls = self._instructions = 0
        self.current: Block | None = None
        self.reads: list[int] = []
        """Addresses in flash that the current block has read, in order."""
        self.sites: list[int] = []
        """Where it read them, when that was not known from an execution before."""
        self.calls: dict[tuple[int, int], Call] = {}
        """By address of the instruction behind the call, and of the function."""

    @property
    def blocks(self) -> list[Block]:
        """
        All blocks that have been entered, by address.
        """
        return sorted(self._by_key.values(), key=lambda block: (block.start, block.end))

    def enter(self, address: int, size: int) -> None:
        """
        The program goes on with the block of `size` bytes at `address`.
        """
        before = self.current
        if before is not None:
            self._finish(before, address)
        key = address * _MOST_BLOCK_BYTES + size
        block = self._by_key.get(key)
        if block is None:
            block = self._by_key[key] = self._analyze(address, size)
        self.current = block
        if before is not None and before.tail.is_load and before.end == address:
            chained = follows_at_once(block.head, before.tail)
            block.chained += chained
            self.now -= chained

    def leave(self, address: int) -> None:
        """
        The program has come to its end, or to `address`, which is not to be accounted for.
        """
        if self.current is not None:
            self._finish(self.current, address)
            self.current = None
        while self._frames:
            self._return()

    def _analyze(self, address: int, size: int) -> Block:
        in_flash = self._profile.line_cycles > 1 and self._region.holds(address)
        return analyze(self._code(address, size), address, self._profile, in_flash)

    def _finish(self, block: Block, following: int) -> None:
        if self.reads:
            waited = self._wait_with_reads(block)
        else:
            waited = self._flash.fetch(block.path, self.now)
            if waited:
                block.fetch_stalls += waited
                self._fetch_stalls += waited
        block.count += 1
        self._instructions += block.instructions
        self.now += block.cycles + waited
        if following != block.end:
            self._branch(block, following)

    def _branch(self, block: Block, target: int) -> None:
        block.taken += 1
        self.now += TAKEN_BRANCH
        if block.tail.is_call:
            self._call(block.end, target)
        elif target == self._return_to:
            self._return()

    def _wait_with_reads(self, block: Block) -> int:
        """
        Where in the block its reads are is noted at its first execution; one that reads another
        number of times the next time is taken to do so at the same places, and noted again.
        """
        if self.sites:
            block.sites = self.sites.copy()
        sites = block.sites
        spread = (sites[min(i, len(sites) - 1)] for i in range(len(self.reads)))
        places = [block.reads.get(site, 0) for site in spread]
        reads = list(zip(places, self.reads, strict=True))
        fetched, loaded = self._flash.run(block.path, reads, self.now)
        if len(sites) != len(self.reads):
            block.sites = []
        self.reads.clear()
        self.sites.clear()
        block.fetch_stalls += fetched
        block.data_stalls += loaded
        self._fetch_stalls += fetched
        self._data_stalls += loaded
        return fetched + loaded

    def _call(self, return_to: int, function: int) -> None:
        call = self.calls.setdefault((return_to, function), Call())
        is_outermost = all(frame.call is not call for frame in self._frames)
        self._frames.append(_Frame(call, return_to, self._events(), is_outermost))
        self._return_to = return_to

    def _return(self) -> None:
        frame = self._frames.pop()
        frame.call.count += 1
        if frame.is_outermost:
            changes = map(int.__sub__, self._events(), frame.since)
            frame.call.events = tuple(map(int.__add__, frame.call.events, changes))
        self._return_to = self._frames[-1].return_to if self._frames else -1

    def _events(self) -> tuple[int, ...]:
        return (self.now, self._fetch_stalls, self._data_stalls, self._instructions)
