"""
Samples in chunks and threads.
"""

from __future__ import annotations

import threading

import numpy as np
import pytest
from approx_opt.compiler import interpreter
from approx_opt.compiler.batches import in_cache, in_chunks, in_threads, usable_cores
from approx_opt.compiler.interpreter import run_network, run_samples
from convolution_networks import network, samples
from hypothesis import given
from hypothesis import strategies as st


@given(st.integers(0, 20), st.integers(1, 9), st.integers(1, 3))
def test_chunks_are_joined_in_order(count: int, chunk: int, threads: int):
    """
    However many samples and threads there are.
    """
    x, y = np.arange(count), np.arange(count) * 10
    for joined in (
        in_chunks(np.add, [x, y], chunk),
        in_threads(np.add, [x, y], chunk, threads),
    ):
        np.testing.assert_array_equal(joined, x + y)


def test_chunks_are_as_long_as_asked_for():
    """
    Only the last may be shorter.
    """
    lengths: list[int] = []

    def run(part: np.ndarray) -> np.ndarray:
        lengths.append(len(part))
        return part

    in_chunks(run, [np.zeros(7)], 3)
    in_cache(run, [np.zeros(2)], sample_bytes=2**40)
    assert lengths == [3, 3, 1, 1, 1]


def test_threads_run_at_the_same_time():
    """
    Each waits for the other.
    """
    barrier = threading.Barrier(2, timeout=60)

    def run(part: np.ndarray) -> np.ndarray:
        barrier.wait()
        return part

    assert in_threads(run, [np.arange(2)], 1, threads=2).tolist() == [0, 1]


def test_an_error_in_a_thread_is_raised():
    """
    As without threads.
    """
    with pytest.raises(ZeroDivisionError):
        in_threads(lambda part: part if part[0] else 1 // 0, [np.arange(4)], 1, threads=2)


@pytest.mark.parametrize("threads", [None, 1, 3])
def test_networks_give_the_same_in_any_chunks(threads: int | None, monkeypatch: pytest.MonkeyPatch):
    """
    All samples at once, some, and one at a time.
    """
    module, x = network(1), samples(1, 11)
    expected = run_network(module, x)
    np.testing.assert_array_equal(run_samples(module, x, threads), expected)
    monkeypatch.setattr(interpreter, "_CHUNK_BYTES", 1)
    np.testing.assert_array_equal(run_samples(module, x, threads), expected)


def test_there_is_a_core():
    """
    At least that on which this runs.
    """
    assert usable_cores() >= 1
