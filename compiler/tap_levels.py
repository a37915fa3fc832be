"""
Which taps of a layer are kept and what each is worth, in a byte each: what the report shows.

A level is 1 to 127 on a logarithmic scale of four steps an octave, 127 being the largest
significance of the layer: s = largest * 2^((level - 127) / 4), within 9 %. It is positive for a tap
that is kept and negative for one that is skipped; 0 is no tap: a weight that was zero from the
start.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Levels = NDArray[np.int8]
Array = NDArray[Any]

LARGEST = 127
STEPS = 4
"""To an octave."""
OCTAVES = -(-LARGEST // STEPS)
ENCODING = "int8, zlib, base64"
_COMPRESSION = 6


def tap_levels(significance: Array, kept: Array) -> Levels:
    """
    Int8 of the shape of both: significance (float, not negative) and `kept` (bool).

    What is kept has a level in any case; what is not has one where it is worth something.
    """
    largest = float(significance.max(initial=0.0))
    levels = np.ones(significance.shape)
    worth = significance > 0
    octaves = np.log2(significance[worth].astype(np.float64) / largest)
    levels[worth] = np.clip(np.rint(LARGEST + STEPS * octaves), 1, LARGEST)
    signed = np.where(kept, levels, np.where(worth, -levels, 0))
    return signed.astype(np.int8)


def encoded(levels: Levels) -> str:
    """
    As text: bytes in row-major order, compressed by zlib, in base64.
    """
    packed = zlib.compress(np.ascontiguousarray(levels).tobytes(), _COMPRESSION)
    return base64.b64encode(packed).decode()


def decoded(text: str, shape: tuple[int, ...]) -> Levels:
    """
    What `encoded` was given.
    """
    packed = zlib.decompress(base64.b64decode(text))
    return np.frombuffer(packed, np.int8).reshape(shape)


def histogram(levels: Levels) -> Mapping[str, list[int]]:
    """
    How many taps are `kept` and `skipped` by octaves: first those worth about the largest, then
    half as much, and so on, to the last octave that has any.
    """
    counts = np.bincount(levels.view(np.uint8).ravel(), minlength=256)
    kept, skipped = counts[1 : LARGEST + 1], counts[: LARGEST + 1 : -1]
    octaves = {"kept": _by_octave(kept), "skipped": _by_octave(skipped)}
    used = np.flatnonzero(octaves["kept"] + octaves["skipped"])
    length = int(used[-1]) + 1 if used.size else 0
    return {key: values[:length].tolist() for key, values in octaves.items()}


def _by_octave(counts: Array) -> Array:
    """
    From how many have level 1, 2, ...: int64 [OCTAVES], the largest first.
    """
    padded = np.zeros(OCTAVES * STEPS, np.int64)
    padded[: len(counts)] = counts[::-1]
    return padded.reshape(OCTAVES, STEPS).sum(axis=1)
