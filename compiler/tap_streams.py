"""
The taps of a convolution as the kernel `indexed` reads them: a stream of words for each one or two
output channels (runtime/approx_taps.h).

A tap is a pair of inputs that some channel multiplies. First come those that both channels have,
then those that only the first, then those that only the second has, each in the order of memory and
in segments: a new one where the next tap is farther than a byte can say, or when the code has no
more copies. A header says what its segment is, and how far the Arm code is to jump from the end of
the segment before: to where as many copies of the tap are left as the segment has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

START, BOTH, FIRST, SECOND, END = range(5)
"""Kinds of segments; code of the first is before all others, that of the last behind them."""
MOST_COPIES = 12
"""Taps that a segment can have."""
_MOST_STEP = 255
"""Bytes from a tap to the next."""

_BOTH_BYTES = {4: 64, 2: 40, 1: 28}
_SINGLE_BYTES = {8: 76, 4: 44, 2: 28, 1: 20}
_NEXT_BYTES, _ADD_PC_BYTES = 12, 2


@dataclass(frozen=True)
class Code:
    """
    The Arm code for tiles of `rows` channels and `pixels`, with `copies` of each kind of tap.
    """

    rows: int
    pixels: int
    copies: tuple[int, int, int]

    @cached_property
    def starts(self) -> list[int]:
        """
        Where the code of each kind begins; kinds that there are not have none.
        """
        sizes = [_NEXT_BYTES]
        for kind, copies in zip((BOTH, FIRST, SECOND), self.copies, strict=True):
            there = kind == FIRST or self.rows == 2
            sizes.append(copies * self.tap_bytes(kind) + _NEXT_BYTES if there else 0)
        return [0, *np.cumsum(sizes).tolist()]

    @property
    def size(self) -> int:
        """
        Bytes.
        """
        return self.starts[END]

    def tap_bytes(self, kind: int) -> int:
        """
        Of a copy.
        """
        return (_BOTH_BYTES if kind == BOTH else _SINGLE_BYTES)[self.pixels]

    def header(self, before: int, kind: int, count: int) -> int:
        """
        Of a segment with so many taps; its jump begins at the end of the code of the one before.
        """
        place = self.starts[kind]
        if kind != END:
            place += (self.copies[kind - BOTH] - count) * self.tap_bytes(kind)
        jump = place - (self.starts[before + 1] - _ADD_PC_BYTES + 4)
        return kind << 24 | count << 16 | jump & 0xFFFF


@dataclass(frozen=True)
class Segments:
    """
    The segments of a kind for all groups of channels: of each its group, and which taps it has,
    `taps[starts[i] : stops[i]]`.
    """

    groups: Array
    taps: Array
    starts: Array
    stops: Array

    @property
    def longest(self) -> int:
        """
        Taps of the longest one.
        """
        return int((self.stops - self.starts).max(initial=0))


def segments(kept: Array, places: Array) -> Segments:
    """
    Of the taps `kept` (bool [G, N]) of each group, which lie at `places` (bytes, ascending).
    """
    groups, taps = np.nonzero(kept)
    number = np.arange(len(taps))
    far: Array = (np.diff(groups) != 0) | (np.diff(places[taps]) > _MOST_STEP)
    runs = np.flatnonzero(np.concatenate([np.ones(min(len(taps), 1), np.bool_), far]))
    within = number - np.repeat(runs, np.diff(np.append(runs, len(taps))))
    starts = np.flatnonzero(within % MOST_COPIES == 0)
    stops = np.append(starts[1:], len(taps))
    return Segments(groups[starts], taps, starts, stops)


def kinds_of(kept: Array) -> dict[int, Array]:
    """
    The taps of each kind (bool [G, N]), of taps that the rows of a group keep (bool [G, R, N]).
    """
    if kept.shape[1] == 1:
        return {FIRST: kept[:, 0]}
    first, second = kept[:, 0], kept[:, 1]
    return {BOTH: first & second, FIRST: first & ~second, SECOND: second & ~first}


@dataclass(frozen=True)
class Streams:
    """
    The streams of all groups, one after the other, in int32 `words`; where each begins.
    """

    words: Array
    starts: list[int]


class TapLists:
    """
    Of a layer: `pairs` of weights int16 [G groups, R rows, N, 2] for pairs of inputs at `places`
    (bytes, ascending). Pairs of zeros are no taps.
    """

    def __init__(self, pairs: Array, places: Array):
        self.pairs = pairs
        self.places = places
        kept: Array = np.asarray(pairs.any(axis=3))
        self.kinds = {kind: segments(one, places) for kind, one in kinds_of(kept).items()}

    def copies(self) -> tuple[int, int, int]:
        """
        As many of each kind as the longest segment has.
        """
        both, first, second = (
            self.kinds[kind].longest if kind in self.kinds else 0 for kind in (BOTH, FIRST, SECOND)
        )
        return both, first, second

    def streams(self, code: Code) -> Streams:
        """
        For code that has enough copies.
        """
        streams = [np.array(self._stream(g, code), np.int64) for g in range(len(self.pairs))]
        starts = np.cumsum([0, *(len(one) for one in streams)]).tolist()
        words = np.concatenate([*streams, np.zeros(1, np.int64)])
        return Streams(words.astype(np.int32), starts[:-1])

    def _stream(self, group: int, code: Code) -> list[int]:
        words: list[int] = []
        before, place = START, 0
        for kind, found in self.kinds.items():
            for index in np.flatnonzero(found.groups == group).tolist():
                taps = found.taps[found.starts[index] : found.stops[index]]
                places = self.places[taps].tolist()
                words += [places[0] - place, code.header(before, kind, len(taps))]
                words += self._words(self.pairs[group][:, taps], kind, np.diff(places))
                before, place = kind, places[-1]
        return [*words, 0, code.header(before, END, 0)]

    def _words(self, pairs: Array, kind: int, steps: Array) -> list[int]:
        """
        Of the taps of a segment; the header has led to the first one.
        """
        row = 1 if kind == SECOND else 0
        weights = pairs[row].astype(np.int64) & 0xFF
        taps = weights[:, 0] | weights[:, 1] << 16 | np.concatenate([[0], steps]) << 8
        if kind != BOTH:
            return taps.tolist()
        others = np.ascontiguousarray(pairs[1]).view(np.int32).ravel()
        return np.stack([taps, others.astype(np.int64)], axis=1).ravel().tolist()


@dataclass(frozen=True)
class Tap:
    """
    Weights of some rows of a tile for the pair of inputs at a place, in bytes.
    """

    place: int
    weights: Mapping[int, tuple[int, int]]


def taps_of(stream: Array, code: Code) -> Iterator[Tap]:
    """
    What a stream says, up to its end. Errors: ValueError for a header that leads nowhere, and where
    there is no end.
    """
    at, before, place = 0, START, 0
    while at + 1 < len(stream):
        step, word = int(stream[at]), int(stream[at + 1])
        kind, count = (word & 0xFFFFFFFF) >> 24, word >> 16 & 0xFF
        if not BOTH <= kind <= END or code.header(before, kind, count) != word:
            raise ValueError(f"word {at + 1} of the taps is no header: {word & 0xFFFFFFFF:#x}")
        if kind == END:
            return
        at, before, place = at + 2, kind, place + step
        if at + count * (2 if kind == BOTH else 1) > len(stream):
            break
        for _ in range(count):
            word = int(stream[at])
            place += word >> 8 & 0xFF
            weights = {1 if kind == SECOND else 0: (_int8(word), _int8(word >> 16))}
            if kind == BOTH:
                other = int(stream[at + 1])
                weights[1] = ((other + 2**15) % 2**16 - 2**15, other >> 16)
            yield Tap(place, weights)
            at += 2 if kind == BOTH else 1
    raise ValueError("the taps have no end")


def _int8(word: int) -> int:
    return (word + 128) % 256 - 128
