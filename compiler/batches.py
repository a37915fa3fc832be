"""
Samples cut into chunks: to bound memory, to stay in the caches, and for every core to have some.

What is computed of one sample depends on no other, so that results are the same however they are
cut.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # pyright: ignore[reportMissingTypeStubs]

Array: TypeAlias = NDArray[Any]
T = TypeVar("T")
R = TypeVar("R")

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
    As `in_chunks`, so many threads taking the chunks in turn.
    """
    return _joined(each_in_threads(lambda part: run(*part), _parts(arrays, chunk), threads))


def each_in_threads(run: Callable[[T], R], items: Sequence[T], threads: int) -> list[R]:
    """
    What `run` makes of each item, in their order; so many threads take them in turn, as NumPy
    computes outside Python's lock.

    The BLAS has no other threads so long: waiting for each other, they would take 20 times as long.
    """
    with one_blas_thread(), ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, items))


def one_blas_thread() -> AbstractContextManager[object]:
    """
    A block in which the BLAS uses no other thread: how it rounds sums then does not depend on the
    number of cores.
    """
    return threadpool_limits(1, "blas")


def usable_cores() -> int:
    """
    Cores that this process may use, by the operating system and by OMP_NUM_THREADS.
    """
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    asked = os.environ.get("OMP_NUM_THREADS", "")
    return min(there or 1, max(1, int(asked))) if asked.isdigit() else there or 1


def _parts(arrays: Sequence[Array], chunk: int) -> list[list[Array]]:
    starts = range(0, max(1, len(arrays[0])), chunk)
    return [[array[start : start + chunk] for array in arrays] for start in starts]


def _joined(parts: Sequence[Array]) -> Array:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
