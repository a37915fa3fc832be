"""
How much of the RAM firmware has used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from .sim_memory import Region

_PATTERN = 0xA5


class Watermarks:
    """
    The stack below `stack_top` and all RAM, in which `variables` have been placed.

    All other RAM is painted; what has another value at the end has been written.
    """

    def __init__(
        self,
        read: Callable[[int, int], bytes],
        write: Callable[[int, bytes], None],
        ram: Sequence[Region],
        variables: Sequence[Region],
    ) -> None:
        self._read = read
        self._variables = variables
        self._free = [part for region in ram for part in _without(region, variables)]
        self._top = self._lowest = 0
        for part in self._free:
            write(part.start, bytes([_PATTERN]) * part.size)

    def start_stack(self, top: int) -> None:
        """
        The stack pointer before the first instruction.
        """
        self._top = self._lowest = top

    def stack_pointer(self, value: int) -> None:
        """
        A value that the stack pointer has had.
        """
        self._lowest = min(self._lowest, value)

    @property
    def stack(self) -> int:
        """
        Bytes of the deepest stack.
        """
        return self._top - self._lowest

    @property
    def ram(self) -> int:
        """
        Bytes of variables, and of what was written beside them up to the highest address in each
        stretch of RAM, without the stack.
        """
        stack = Region(self._lowest, self.stack)
        heaps = [part for free in self._free for part in _without(free, [stack])]
        return sum(region.size for region in self._variables) + sum(map(self._written, heaps))

    def _written(self, part: Region) -> int:
        data = np.frombuffer(self._read(part.start, part.size), np.uint8)
        changed = np.flatnonzero(data != _PATTERN)
        return int(changed[-1]) + 1 if changed.size else 0


def _without(region: Region, holes: Sequence[Region]) -> list[Region]:
    """
    What is left of a region.
    """
    parts: list[Region] = []
    start = region.start
    for hole in sorted(holes, key=lambda hole: hole.start):
        if hole.end <= start or hole.start >= region.end:
            continue
        if hole.start > start:
            parts.append(Region(start, hole.start - start))
        start = hole.end
    if start < region.end:
        parts.append(Region(start, region.end - start))
    return parts
