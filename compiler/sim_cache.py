"""
Caches of lines that replace the least recently used one.

Code comes in runs of consecutive lines, and a simulated second has millions of them, so whole runs
are looked up and put in by operations on slices and sets.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from itertools import islice

from .sim_profiles import CacheShape

_NOTHING = -1


class Cache(ABC):
    """
    What is in it are line numbers.

    `epoch` changes whenever the order of use does: lines that were all found, with no change since,
    would be found again, and using them again changes nothing.
    """

    def __init__(self) -> None:
        self.resident: set[int] = set()
        self.epoch = 0

    @abstractmethod
    def use(self, line: int) -> bool:
        """
        Look a line up: True when it is there, from now on as the most recently used.
        """

    @abstractmethod
    def fill(self, line: int) -> None:
        """
        Put in a line that is not there.
        """

    def use_all(self, lines: Sequence[int]) -> bool:
        """
        Look consecutive lines up in order; when one is missing, nothing has happened.
        """
        if not self.resident.issuperset(lines):
            return False
        for line in lines:
            self.use(line)
        return True

    def fill_all(self, lines: Sequence[int]) -> None:
        """
        Put in consecutive lines in order, none of which is there.
        """
        for line in lines:
            self.fill(line)


class FullyAssociativeCache(Cache):
    """
    A line can be anywhere in it.
    """

    def __init__(self, ways: int) -> None:
        super().__init__()
        self._ways = ways
        self._order: dict[int, None] = {}
        self._latest = _NOTHING

    def use(self, line: int) -> bool:
        """
        As in Cache.
        """
        if line not in self._order:
            return False
        if line != self._latest:
            del self._order[line]
            self._put(line)
        return True

    def fill(self, line: int) -> None:
        """
        As in Cache.
        """
        if len(self._order) == self._ways:
            oldest = next(iter(self._order))
            del self._order[oldest]
            self.resident.remove(oldest)
        self._put(line)
        self.resident.add(line)

    def fill_all(self, lines: Sequence[int]) -> None:
        """
        As in Cache, by sets.
        """
        self._order |= dict.fromkeys(lines)
        surplus = list(islice(self._order, max(0, len(self._order) - self._ways)))
        for line in surplus:
            del self._order[line]
        self.resident.update(lines)
        self.resident.difference_update(surplus)
        self._latest = lines[-1]
        self.epoch += 1

    def _put(self, line: int) -> None:
        self._order[line] = None
        self._latest = line
        self.epoch += 1


class SetAssociativeCache(Cache):
    """
    A line has a set by its lowest bits: `sets` is a power of two.
    """

    def __init__(self, sets: int, ways: int) -> None:
        super().__init__()
        self._sets = sets
        self._by_age = [[_NOTHING] * sets for _ in range(ways)]
        """Line by age (0: the most recently used) and set."""

    def use(self, line: int) -> bool:
        """
        As in Cache.
        """
        if line not in self.resident:
            return False
        index = line & (self._sets - 1)
        if self._by_age[0][index] != line:
            self._put(line, index)
        return True

    def fill(self, line: int) -> None:
        """
        As in Cache.
        """
        self.resident.discard(self._put(line, line & (self._sets - 1)))
        self.resident.add(line)

    def _put(self, line: int, index: int) -> int:
        """
        Make a line the most recently used of its set; what it takes the place of: itself, or the
        oldest line.
        """
        self.epoch += 1
        arriving = line
        for row in self._by_age:
            row[index], arriving = arriving, row[index]
            if arriving == line:
                break
        return arriving

    def use_all(self, lines: Sequence[int]) -> bool:
        """
        As in Cache; nothing but two comparisons when the lines are the latest of their sets.
        """
        first = lines[0] & (self._sets - 1)
        if self._by_age[0][first : first + len(lines)] == lines:
            return True
        return super().use_all(lines)

    def fill_all(self, lines: Sequence[int]) -> None:
        """
        As in Cache, by slices.
        """
        at = 0
        while at < len(lines):
            first = lines[at] & (self._sets - 1)
            end = min(self._sets, first + len(lines) - at)
            self._fill_sets(lines[at : at + end - first], first, end)
            at += end - first

    def _fill_sets(self, lines: Sequence[int], first: int, end: int) -> None:
        arriving = lines
        for row in self._by_age:
            leaving = row[first:end]
            row[first:end] = arriving
            arriving = leaving
        self.resident.difference_update(arriving)
        self.resident.update(lines)
        self.epoch += 1


def cache_of(shape: CacheShape) -> Cache:
    """
    An empty cache.
    """
    if shape.sets == 1:
        return FullyAssociativeCache(shape.ways)
    return SetAssociativeCache(shape.sets, shape.ways)
