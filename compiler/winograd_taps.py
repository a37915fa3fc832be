"""
The taps of Winograd's F(4x4, 3x3) as the kernel reads them: a stream of words for each pair of
output channels (runtime/approx_winograd4_taps.h).

At each position come the blocks (pairs of input channels) that both outputs keep, those that only
the first and those that only the second keeps, in segments of at most sixteen. The last kind ends
the position, so it has one segment, of no blocks maybe; what is more than sixteen counts as kept by
both. A header says what its segment is, and how far the Arm code is to jump from the end of the
segment before: to where as many copies of the block are left as the segment has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .winograd import F4, TILES

Array = NDArray[Any]

BOTH, FIRST, SECOND, END = range(4)
"""Kinds of segments."""
COPIES = 16
"""Blocks that a segment can have."""

_BLOCK_BYTES = {BOTH: 44, FIRST: 28, SECOND: 28}
_POSITION_END_BYTES, _NEXT_BYTES, _ADD_PC_BYTES = 40, 6, 2
_BLOCK_WORDS = {BOTH: 3, FIRST: 2, SECOND: 2}


@dataclass(frozen=True)
class Segment:
    """
    `weights` int16 [n, 1 or 2 outputs, 2], `steps` bytes in v from block to block.
    """

    kind: int
    weights: Array
    steps: Sequence[int]


def paired_filters(u: Array) -> NDArray[np.int16]:
    """
    Weights int16 [O, 36 C] in the order of the kernel, an odd last channel followed by zeros:
    [O / 2, 36, C / 2, 2 (output of the pair), 2].
    """
    outputs = len(u)
    by_position = u.reshape(outputs, F4.positions, -1)
    channels = by_position.shape[2]
    padded = np.pad(by_position, ((0, outputs % 2), (0, 0), (0, channels % 2)))
    pairs = padded.reshape(-(-outputs // 2), 2, F4.positions, -1, 2)
    return np.ascontiguousarray(pairs.transpose(0, 2, 3, 1, 4))


def tap_stream(filters: Array) -> NDArray[np.int32]:
    """
    The stream of a pair of outputs from int16 [36, C / 2, 2 outputs, 2 channels]; blocks of zeros
    are left out.
    """
    words: list[int] = []
    before, place = SECOND, 0
    for position, blocks in enumerate(filters):
        for kind, part in _parts(blocks):
            words.append(_header(before, kind, len(part)))
            for block in part:
                target = (block * F4.positions + position) * TILES * 4
                words += [*_weights(blocks[block], kind), target - place]
                place = target
            before = kind
    words.append(_header(before, END, 0))
    return np.array(words, np.int64).astype(np.int32)


def segments(stream: Array) -> Iterator[Segment]:
    """
    What a stream says, up to its end. Errors: ValueError for a header that leads nowhere.
    """
    at, before = 0, SECOND
    while True:
        header = int(stream[at]) & 0xFFFFFFFF
        kind, count = header >> 24, header >> 16 & 0xFF
        if kind > END or count > COPIES or int(stream[at]) != _header(before, kind, count):
            raise ValueError(f"word {at} of the taps is no header: {header:#x}")
        if kind == END:
            return
        width = _BLOCK_WORDS[kind]
        blocks = np.asarray(stream[at + 1 : at + 1 + width * count], np.int32).reshape(count, width)
        weights = np.ascontiguousarray(blocks[:, :-1]).view(np.int16)
        yield Segment(kind, weights.reshape(count, width - 1, 2), blocks[:, -1].tolist())
        at, before = at + 1 + width * count, kind


def tap_products(v: Array, stream: Array) -> Array:
    """
    m [36, 2, 4] from transformed inputs [C / 2, 36, 4, 2] and a stream; sums do not wrap here.

    Errors: ValueError for a stream that is none, or that leaves the inputs.
    """
    inputs = v.reshape(-1, TILES, 2).astype(np.int64)
    m = np.zeros((F4.positions, 2, TILES), np.int64)
    place, position = 0, 0
    for segment in segments(stream):
        rows = slice(segment.kind == SECOND, 2 - (segment.kind == FIRST))
        for weights, step in zip(segment.weights.astype(np.int64), segment.steps, strict=True):
            place += step
            if not 0 <= place // (4 * TILES) < len(inputs):
                raise ValueError(f"a step of the taps leads to byte {place} of the inputs")
            m[position, rows] += weights @ inputs[place // (4 * TILES)].T
        position += segment.kind == SECOND
    return m


def _parts(blocks: Array) -> Iterator[tuple[int, list[int]]]:
    """
    The segments of a position: kinds and numbers of blocks, of [P, 2, 2].
    """
    kept: Array = np.asarray(blocks.any(axis=2))
    single: list[int] = np.flatnonzero(kept[:, 1] & ~kept[:, 0]).tolist()
    lists: dict[int, list[int]] = {
        BOTH: sorted([*np.flatnonzero(kept.all(axis=1)).tolist(), *single[COPIES:]]),
        FIRST: np.flatnonzero(kept[:, 0] & ~kept[:, 1]).tolist(),
    }
    for kind, chosen in lists.items():
        for start in range(0, len(chosen), COPIES):
            yield kind, chosen[start : start + COPIES]
    yield SECOND, single[:COPIES]


def _weights(block: Array, kind: int) -> list[int]:
    rows = block if kind == BOTH else block[kind == SECOND :][:1]
    return np.ascontiguousarray(rows).view(np.int32).ravel().tolist()


def _header(before: int, kind: int, count: int) -> int:
    jump = _entry(kind, count) - (_exit(before) + 4)
    return _signed(kind << 24 | count << 16 | jump & 0xFFFF)


def _entry(kind: int, count: int) -> int:
    """
    Where the code of a segment with so many blocks begins, from that of the first kind on.
    """
    sizes = [COPIES * size + _NEXT_BYTES for size in _BLOCK_BYTES.values()]
    sizes[SECOND] += _POSITION_END_BYTES
    start = sum(sizes[:kind])
    return start + (COPIES - count) * _BLOCK_BYTES[kind] if kind in _BLOCK_BYTES else start


def _exit(kind: int) -> int:
    """
    Where the jump at the end of its code is.
    """
    return _entry(kind + 1, COPIES) - _ADD_PC_BYTES


def _signed(word: int) -> int:
    return (word + 2**31) % 2**32 - 2**31
