"""
Samples cut into chunks: to bound memory, to stay in the caches, and for every core to have some.

What is computed of one sample depends on no other, so that results are the same however they are
cut.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # pyright: ignore[reportMissingTypeStubs]

Array: TypeAlias = NDArray[Any]

_CACHE_BYTES = 2 << 20
"""What one step of a computation touches: about the second-level cache of a core (measured: less
costs more calls, more does not help)."""


def in_chunks(run: Callable[..., Array], arrays: Sequence[Array], chunk: int) -> Array:
    """
    What `run` makes of `chunk` samples of the arrays ([N, ...]) at a time, joined in order.
    """
    return _joined([run(*part) for part in _parts(arrays, chunk)])


def in_cache(run: Callable[..., Array], arrays: Sequence[Array], sample_bytes: int) -> Array:
    """
    As `in_chunks`, as many samples at a time as suit the caches when one takes `sample_bytes`.
    """
    return in_chunks(run, arrays, max(1, _CACHE_BYTES // sample_bytes))


def in_threads(
    run: Callable[..., Array], arrays: Sequence[Array], chunk: int, threads: int
) -> Array:
    """
    As `in_chunks`, so many threads taking the chunks in turn: NumPy computes outside Python's lock.

    The BLAS has no other threads so long: waiting for each other, they would take 20 times as long.
    """

    def run_part(part: Sequence[Array]) -> Array:
        return run(*part)

    with threadpool_limits(1, "blas"), ThreadPoolExecutor(threads) as pool:
        return _joined(list(pool.map(run_part, _parts(arrays, chunk))))


def usable_cores() -> int:
    """
    Cores that this process may use.
    """
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _parts(arrays: Sequence[Array], chunk: int) -> list[list[Array]]:
    starts = range(0, max(1, len(arrays[0])), chunk)
    return [[array[start : start + chunk] for array in arrays] for start in starts]


def _joined(parts: Sequence[Array]) -> Array:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
