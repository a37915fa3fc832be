"""
Flash with one port, a prefetch buffer and caches: how long the core waits for it.

One read of a line takes `line_cycles` of the profile, the last of which is that in which the core
uses it; reads are served in the order in which they are asked for, and none is given up. Entering a
line that the core was not in costs nothing when the instruction cache has it; else the core waits
until it is read, or until a prefetch under way has it. Then the next line is prefetched, unless it
is there already. Data read from flash is waited for unless a cache has its line or it is the last
one read for data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .sim_cache import Cache, cache_of
from .sim_profiles import Profile

_NOWHERE = -1


@dataclass(slots=True)
class Path:
    """
    Straight-line code as the flash sees it: consecutive line numbers (none for code elsewhere), and
    for each the cycles from the start of the code to the first instruction that needs it.

    `streamed[skip][late]` is about lines from number `skip` (0 or 1) on, none of them in the cache:
    the waiting for those behind the first, each prefetched while the one before it executes, and
    whether the last comes late. A line that comes late still occupies the port in the cycle in
    which the core goes on. `epoch` is that of the cache when it was last found to have all lines,
    and `next_is_cached` whether it had the one behind them, too.
    """

    lines: list[int]
    offsets: list[int]
    rest: list[int]
    """All lines but the first."""
    streamed: list[list[tuple[int, bool]]]
    epoch: int = -1
    next_is_cached: bool = False


def path_of(lines: list[int], offsets: list[int], line_cycles: int) -> Path:
    """
    The path of these lines in flash that reads one in `line_cycles`.
    """
    spans = [b - a for a, b in pairwise(offsets)]
    streamed = [
        [_streaming(spans[skip:], line_cycles, late) for late in (False, True)] for skip in (0, 1)
    ]
    return Path(lines, offsets, lines[1:], streamed)


def _streaming(spans: list[int], line_cycles: int, late: bool) -> tuple[int, bool]:
    """
    See Path; a span is the cycles of the instructions between two lines.
    """
    waited = 0
    for span in spans:
        ahead = line_cycles - 1 + late - span
        waited += max(0, ahead)
        late = ahead >= 0
    return waited, late


class Flash:
    """
    The state of flash and caches; times are cycles of the core since the start.

    A profile without wait states has no use for it: nothing waits then.
    """

    def __init__(self, profile: Profile) -> None:
        self._line_cycles = profile.line_cycles
        self._shift = profile.line_bytes.bit_length() - 1
        self._code = cache_of(profile.instruction_cache)
        self._data: Cache | None = self._code if profile.unified else None
        if profile.data_cache is not None:
            self._data = cache_of(profile.data_cache)
        self._line = self._data_line = self._prefetched = _NOWHERE
        self._prefetch_ready = self._port_free = 0

    def fetch(self, path: Path, now: int) -> int:
        """
        Cycles that the core waits for code without reads of flash, entered at time `now`.
        """
        if path.epoch == self._code.epoch or self._is_cached(path):
            self._enter_last(path, now)
            return 0
        return self._fetch_missing(path, now) if path.lines else 0

    def _is_cached(self, path: Path) -> bool:
        """
        Look all lines up; the path notes when that has to be done again.
        """
        if not path.lines or not self._code.use_all(path.lines):
            return False
        path.epoch = self._code.epoch
        path.next_is_cached = path.lines[-1] + 1 in self._code.resident
        return True

    def _enter_last(self, path: Path, now: int) -> None:
        """
        The end of a path that is in the cache.
        """
        self._line = path.lines[-1]
        if not path.next_is_cached:
            self._prefetch(self._line + 1, now + path.offsets[-1])

    def _fetch_missing(self, path: Path, now: int) -> int:
        """
        Some lines of the path are not in the cache: one by one, but for those that stream in.
        """
        lines, skip, waited = path.lines, 0, 0
        if lines[0] == self._line or lines[0] in self._code.resident:
            self._enter(lines[0], now)
            lines, skip = path.rest, 1
        if lines and self._code.resident.isdisjoint(lines):
            return self._stream(lines, path, skip, now)
        for line, offset in zip(lines, path.offsets[skip:], strict=True):
            waited += self._enter(line, now + offset + waited)
        return waited

    def _stream(self, lines: list[int], path: Path, skip: int, now: int) -> int:
        """
        Lines none of which is in the cache: only how soon the first comes depends on the past.
        """
        entry = now + path.offsets[skip]
        first = self._arrival(lines[0], entry)
        rest, late = path.streamed[skip][self._port_free > entry + first]
        self._code.fill_all(lines)
        self._line = lines[-1]
        end = now + path.offsets[-1] + first + rest
        self._port_free = end + late
        if lines[-1] + 1 not in self._code.resident:
            self._prefetch(lines[-1] + 1, end)
        return first + rest

    def _enter(self, line: int, now: int) -> int:
        """
        Cycles that the core waits when it goes on in `line` at time `now`.
        """
        if line == self._line:
            return 0
        self._line = line
        waited = 0
        if not self._code.use(line):
            waited = self._arrival(line, now)
            self._code.fill(line)
        if line + 1 not in self._code.resident:
            self._prefetch(line + 1, now + waited)
        return waited

    def _arrival(self, line: int, now: int) -> int:
        """
        Cycles until a line that is in no cache has been read.
        """
        if line == self._prefetched:
            return max(0, self._prefetch_ready - now - 1)
        self._port_free = max(now, self._port_free) + self._line_cycles
        return self._port_free - now - 1

    def _prefetch(self, line: int, now: int) -> None:
        if line != self._prefetched:
            self._prefetched = line
            self._port_free = max(now, self._port_free) + self._line_cycles
            self._prefetch_ready = self._port_free

    def read(self, address: int, now: int) -> int:
        """
        Cycles that the core waits for data of flash, asked for at time `now`.
        """
        line = address >> self._shift
        if (self._data is not None and self._data.use(line)) or line == self._data_line:
            return 0
        waited = self._arrival(line, now)
        self._data_line = line
        if self._data is not None and line not in self._data.resident:
            self._data.fill(line)
        return waited

    def run(self, path: Path, reads: Sequence[tuple[int, int]], now: int) -> tuple[int, int]:
        """
        Cycles that the core waits for code and for data, with reads of flash: the cycles from the
        start of the code to the read, and its address, in order.
        """
        if path.epoch == self._code.epoch or self._is_cached(path):
            return 0, self._read_beside_cached(path, reads, now)
        fetched, loaded, at = 0, 0, 0
        for line, offset in zip(path.lines, path.offsets, strict=True):
            while at < len(reads) and reads[at][0] < offset:
                loaded += self.read(reads[at][1], now + reads[at][0] + fetched + loaded)
                at += 1
            fetched += self._enter(line, now + offset + fetched + loaded)
        for offset, address in reads[at:]:
            loaded += self.read(address, now + offset + fetched + loaded)
        return fetched, loaded

    def _read_beside_cached(self, path: Path, reads: Sequence[tuple[int, int]], now: int) -> int:
        """
        Cycles that the core waits for data alone.
        """
        loaded, entered = 0, False
        for offset, address in reads:
            if not entered and offset >= path.offsets[-1]:
                self._enter_last(path, now + loaded)
                entered = True
            loaded += self.read(address, now + offset + loaded)
        if not entered:
            self._enter_last(path, now + loaded)
        return loaded
