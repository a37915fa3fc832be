"""
The taps of Winograd's F(4x4, 3x3) as the kernel reads them: a stream of words for each pair of
output channels (runtime/approx_winograd4_taps.h).

A position begins with one block (a pair of input channels) of both outputs. Then come the blocks
that only the first output keeps, those that only the second keeps, and those that both keep, in
segments of at most sixteen. The last segment ends the position, of no blocks maybe. A header says
what its segment is, and how far the Arm code is to jump from the end of the code before: to where
as many copies of the block are left as the segment has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .winograd import F4, TILES, paired_filters

Array = NDArray[Any]

FIRST, SECOND, BOTH, LAST, START = range(5)
"""
Kinds of segments, in the order of their code: LAST is BOTH at the end of a position, START the
block at its beginning, which has no header.
"""
COPIES = 16
"""Blocks that a segment can have."""
BEFORE = -16
"""Where a stream begins, in bytes of v: no step is 0, which is the end."""

_BLOCK_BYTES = {FIRST: 28, SECOND: 28, BOTH: 44, LAST: 44}
_END_BYTES, _START_BYTES, _NEXT_BYTES, _ADD_PC_BYTES = 8, 46, 6, 2
_BLOCK_WORDS = {FIRST: 2, SECOND: 2, BOTH: 3, LAST: 3, START: 3}


@dataclass(frozen=True)
class Segment:
    """
    `weights` int16 [n, 1 or 2 outputs, 2], `steps` bytes in v from block to block.
    """

    kind: int
    weights: Array
    steps: Sequence[int]


def tap_stream(filters: Array) -> NDArray[np.int32]:
    """
    The stream of a pair of outputs from int16 [36, C / 2, 2 outputs, 2 channels]; blocks of zeros
    are left out, but where a position has nothing else.
    """
    words: list[int] = []
    before, place = START, BEFORE
    for position, blocks in enumerate(filters):
        for kind, part in _parts(blocks):
            if kind != START:
                words.append(_header(before, kind, len(part)))
            for block in part:
                target = (block * F4.positions + position) * TILES * 4
                words += [*_weights(blocks[block], kind), target - place]
                place = target
            before = kind
    return np.array([*words, 0, 0, 0], np.int64).astype(np.int32)


def segments(stream: Array) -> Iterator[Segment]:
    """
    What a stream says, up to its end. Errors: ValueError for a header that leads nowhere.
    """
    at, before, count = 0, LAST, 1
    while True:
        kind = START
        if before != LAST:
            kind, count = int(stream[at]) >> 24 & 0xFF, int(stream[at]) >> 16 & 0xFF
            if kind > LAST or count > COPIES or int(stream[at]) != _header(before, kind, count):
                raise ValueError(f"word {at} of the taps is no header: {int(stream[at]):#x}")
            at += 1
        width = _BLOCK_WORDS[kind]
        blocks = np.asarray(stream[at : at + width * count], np.int32).reshape(count, width)
        if kind == START and not blocks[0, -1]:
            return
        weights = np.ascontiguousarray(blocks[:, :-1]).view(np.int16)
        yield Segment(kind, weights.reshape(count, width - 1, 2), blocks[:, -1].tolist())
        at, before, count = at + width * count, kind, 1


def tap_products(v: Array, stream: Array) -> Array:
    """
    m [36, 2, 4] from transformed inputs [C / 2, 36, 4, 2] and a stream; sums do not wrap here.

    Errors: ValueError for a stream that is none, or that leaves the inputs.
    """
    inputs = v.reshape(-1, TILES, 2).astype(np.int64)
    m = np.zeros((F4.positions, 2, TILES), np.int64)
    place, position = BEFORE, 0
    for segment in segments(stream):
        rows = slice(segment.kind == SECOND, 2 - (segment.kind == FIRST))
        for weights, step in zip(segment.weights.astype(np.int64), segment.steps, strict=True):
            place += step
            if not 0 <= place // (4 * TILES) < len(inputs):
                raise ValueError(f"a step of the taps leads to byte {place} of the inputs")
            m[position, rows] += weights @ inputs[place // (4 * TILES)].T
        position += segment.kind == LAST
    return m


@dataclass(frozen=True)
class StreamCounts:
    """
    Blocks of both outputs and of one, those at the beginning of positions included, and headers.
    """

    both: int
    single: int
    headers: int


def stream_counts(mask: Array) -> StreamCounts:
    """
    What the streams of a layer hold: mask bool [O, 36 C], the taps that are there.
    """
    kept: Array = np.asarray(paired_filters(mask, F4).any(axis=-1))
    both = kept.all(axis=-1).sum(axis=-1)
    first, second = (kept[..., own].sum(axis=-1) - both for own in (0, 1))
    lifted = (both == 0) & (first > 0)
    first, second = first - lifted, second - ((both == 0) & (second > 0) & ~lifted)
    both = np.maximum(both, 1)
    headers = -(-first // COPIES) - (-second // COPIES) + np.maximum(both - 2, 0) // COPIES + 1
    return StreamCounts(int(both.sum()), int((first + second).sum()), int(headers.sum()))


def _parts(blocks: Array) -> Iterator[tuple[int, list[int]]]:
    """
    What a position begins with, and its segments: kinds and numbers of blocks, of [P, 2, 2]. It
    begins with a block of both outputs; without one, of the first, of the second, of none.
    """
    kept: Array = np.asarray(blocks.any(axis=2))
    start = int((2 * kept[:, 0] + kept[:, 1]).argmax())
    yield START, [start]
    kept[start] = False
    both: list[int] = np.flatnonzero(kept.all(axis=1)).tolist()
    for kind, own in ((FIRST, 0), (SECOND, 1)):
        yield from _chunks(kind, np.flatnonzero(kept[:, own] & ~kept[:, 1 - own]).tolist())
    most = max(len(both) - 1, 0) // COPIES * COPIES
    yield from _chunks(BOTH, both[:most])
    yield LAST, both[most:]


def _chunks(kind: int, chosen: list[int]) -> Iterator[tuple[int, list[int]]]:
    for start in range(0, len(chosen), COPIES):
        yield kind, chosen[start : start + COPIES]


def _weights(block: Array, kind: int) -> list[int]:
    rows = block[kind == SECOND :][:1] if kind in (FIRST, SECOND) else block
    return np.ascontiguousarray(rows).view(np.int32).ravel().tolist()


def _header(before: int, kind: int, count: int) -> int:
    """
    Errors: KeyError where no segment comes after `before`.
    """
    jump = _entry(kind, count) - (_exit(before) + 4)
    return kind << 24 | count << 16 | jump & 0xFFFF


def _entry(kind: int, count: int) -> int:
    """
    Where the code of a segment with so many blocks begins, from that of the first kind on.
    """
    before = [one for one in _BLOCK_BYTES if one < kind]
    start = sum(COPIES * _BLOCK_BYTES[one] + _NEXT_BYTES for one in before)
    return start + (COPIES - count) * _BLOCK_BYTES[kind]


def _exit(kind: int) -> int:
    """
    Where the jump at the end of its code is.
    """
    last = _entry(LAST, 0)
    ends = {one: _entry(one, 0) + _NEXT_BYTES for one in (FIRST, SECOND, BOTH)}
    ends[START] = last + _END_BYTES + _START_BYTES + _NEXT_BYTES
    return ends[kind] - _ADD_PC_BYTES
