"""
The maths of skipping in Winograd's domain, against definitions.
"""

from __future__ import annotations

import numpy as np
import pytest
from approx_opt.compiler.patches import Window
from approx_opt.compiler.winograd import F4, paired_filters, transformed_input, transformed_output
from approx_opt.compiler.winograd_domain import (
    F4_TAPS,
    NINTH,
    TransformedMoments,
    completed_filters,
    domain_weights,
    joined_tiles,
    mean_effects,
    ninths,
    position_filters,
    rms_effects,
    sum_bounds,
    tile_accumulators,
    tile_starts,
    transformed_tiles,
)
from approx_opt.compiler.winograd_taps import (
    BOTH,
    COPIES,
    FIRST,
    LAST,
    SECOND,
    START,
    segments,
    stream_counts,
    tap_products,
    tap_stream,
)
from hypothesis import given
from hypothesis import strategies as st

seeds = st.integers(0, 2**32 - 1)
SHIFTS = np.add.outer(F4.shifts, F4.shifts).ravel()


def random_taps(seed: int, outputs: int, channels: int, kept: float) -> np.ndarray:
    """
    Transformed weights int16 [O, 36 C], a share of them.
    """
    rng = np.random.default_rng(seed)
    u = domain_weights(rng.integers(-127, 128, (outputs, 3, 3, channels)))
    return np.where(rng.random(u.shape) < kept, u, 0)


@given(st.integers(-(2**31) // 9 + 1, 2**31 // 9 - 1), st.integers(-4, 4))
def test_ninths(multiple: int, off: int):
    """
    Exact for multiples, and the nearest to within the error of the factor for others.
    """
    assert ninths(np.int64(9 * multiple)) == multiple
    assert abs(9 * int(ninths(np.int64(9 * multiple + off))) - 9 * multiple - off) <= 6
    assert NINTH == round(2**32 / 9)


@pytest.mark.parametrize(
    ("size", "starts"), [(4, [0]), (5, [0, 1]), (8, [0, 4]), (11, [0, 4, 7]), (16, [0, 4, 8, 12])]
)
def test_tile_starts(size: int, starts: list[int]):
    """
    The last tile overlaps the one before.
    """
    assert tile_starts(size) == starts


@given(seeds, st.integers(1, 3), st.integers(1, 4), st.sampled_from([127, 255]))
def test_filters_come_back(seed: int, outputs: int, channels: int, widest: int):
    """
    From all of their taps; not when one is missing or is another.
    """
    rng = np.random.default_rng(seed)
    weights = rng.integers(-widest, widest + 1, (outputs, 3, 3, channels)).astype(np.int16)
    u = domain_weights(weights)
    np.testing.assert_array_equal(completed_filters(u), weights)
    at = (rng.integers(outputs), rng.integers(36 * channels))
    u[at] += 1
    assert completed_filters(u) is None


@given(seeds, st.integers(-128, 127), st.integers(1, 3), st.floats(0, 1))
def test_sum_bounds_are_reached(seed: int, zero_point: int, channels: int, kept: float):
    """
    By inputs at their ends, each as its coefficient's sign asks for.
    """
    u = random_taps(seed, 2, channels, kept)
    lowest, highest = -128 - zero_point, 127 - zero_point
    basis = np.eye(36 * channels, dtype=np.int64).reshape(-1, 6, 6, channels)
    kernels = sums_of(basis, u)
    up = np.where(kernels > 0, highest, lowest)
    down = np.where(kernels > 0, lowest, highest)
    reached = np.maximum((kernels * up).sum(axis=1), -(kernels * down).sum(axis=1))
    np.testing.assert_array_equal(sum_bounds(u, lowest, highest), reached)


def sums_of(d: np.ndarray, u: np.ndarray) -> np.ndarray:
    """
    t of tiles [T, 6, 6, C] one by one: [O, T, 16].
    """
    v = np.einsum("ia,tabc,jb->tijc", F4.input, d, F4.input)
    m = v.reshape(len(d), 1, 36, -1) * u.reshape(1, len(u), 36, -1)
    blocks = m.sum(axis=3).reshape(len(d), len(u), 6, 6)
    t = np.einsum("ia,toab,jb->otij", F4_TAPS.output, blocks, F4_TAPS.output)
    return t.reshape(len(u), len(d), 16)


@given(seeds, st.integers(4, 11), st.integers(4, 11), st.floats(0, 1))
def test_accumulators(seed: int, height: int, width: int, kept: float):
    """
    Tile by tile, the later one over the one before.
    """
    rng = np.random.default_rng(seed)
    x = rng.integers(-128, 128, (2, height, width, 3)).astype(np.int8)
    u, bias = random_taps(seed, 2, 3, kept), rng.integers(-999, 999, 2)
    padded = np.pad(x.astype(np.int64) - 5, ((0, 0), (1, 1), (1, 1), (0, 0)))
    expected = np.zeros((2, height, width, 2), np.int64)
    for row in range(0, height, 4):
        for column in range(0, width, 4):
            i, j = min(row, height - 4), min(column, width - 4)
            t = sums_of(padded[:, i : i + 6, j : j + 6], u)
            q = (t * 477218588 + 2**31) // 2**32
            acc = (q >> SHIFTS).transpose(1, 2, 0) + bias
            expected[:, i : i + 4, j : j + 4] = acc.reshape(2, 4, 4, 2)
    v = transformed_tiles(x, Window((3, 3), pads=(1, 1, 1, 1)), 5)
    tiles = tile_accumulators(v, position_filters(u), bias)
    found = joined_tiles(tiles, (height, width))
    np.testing.assert_array_equal(found, expected)


def test_effects():
    """
    What a unit at a position adds: the constant position -4 -2 -1 -1 squared, over the factors.
    """
    column = np.array([-4, -2, -1, -1]) / (3 * 2.0 ** np.array(F4.shifts))
    assert mean_effects()[7] == pytest.approx(np.outer(column, column).mean())
    assert rms_effects()[7] ** 2 == pytest.approx(np.square(np.outer(column, column)).mean())
    assert mean_effects()[0] == pytest.approx(1 / 576 / 16)


def test_moments():
    """
    Over all tiles of all images, however they come.
    """
    rng = np.random.default_rng(3)
    x = rng.integers(-128, 128, (5, 6, 9, 2)).astype(np.int8)
    window = Window((3, 3), pads=(1, 0, 1, 1))
    v = transformed_tiles(x, window, -7).reshape(-1, 72)
    one, parts = (TransformedMoments(window, 2, -7) for _ in range(2))
    one.add(x)
    parts.add(x[:2])
    parts.add(x[2:])
    for moments in (one.moments(), parts.moments()):
        np.testing.assert_allclose(moments.mean, v.mean(axis=0), rtol=1e-6)
        np.testing.assert_allclose(moments.variance, v.var(axis=0), rtol=1e-6)
    assert np.array_equal(one.moments().variance, parts.moments().variance)


def test_no_moments_of_nothing():
    """
    An error, not a division by zero.
    """
    with pytest.raises(ValueError, match="no image"):
        TransformedMoments(Window((3, 3)), 1, 0).moments()


@given(seeds, st.sampled_from([1, 2, 9, 40, 75]), st.floats(0, 1))
def test_streams_hold_the_products(seed: int, channels: int, kept: float):
    """
    Of every tap that is left, in segments that the code has copies for.
    """
    rng = np.random.default_rng(seed)
    taps = random_taps(seed, 2, channels, kept)
    (filters,) = paired_filters(taps, F4)
    pairs = filters.shape[1]
    v = rng.integers(-25500, 25501, (pairs, 36, 4, 2))
    stream = tap_stream(filters)
    expected = np.einsum("cptk,pcrk->prt", v, filters.astype(np.int64))
    np.testing.assert_array_equal(tap_products(v, stream), expected)
    parts = list(segments(stream))
    assert [sum(part.kind == kind for part in parts) for kind in (START, LAST)] == [36, 36]
    assert all(len(part.steps) <= COPIES for part in parts)
    counts = stream_counts(taps != 0)
    blocks = {kind: sum(len(p.steps) for p in parts if p.kind == kind) for kind in range(5)}
    assert counts.both == blocks[START] + blocks[BOTH] + blocks[LAST]
    assert counts.single == blocks[FIRST] + blocks[SECOND]
    assert counts.headers == len(parts) - 36


def test_more_than_a_segment_holds():
    """
    Several segments; a position without blocks of both begins with one that has zeros.
    """
    filters = np.zeros((36, 40, 2, 2), np.int16)
    filters[5, :20, 1] = 7
    filters[6] = 7
    kinds: list[list[tuple[int, int]]] = []
    for part in segments(tap_stream(filters)):
        kinds += [[]] if part.kind == START else []
        kinds[-1].append((part.kind, len(part.steps)))
    assert kinds[4] == [(START, 1), (LAST, 0)]
    assert kinds[5] == [(START, 1), (SECOND, 16), (SECOND, 3), (LAST, 0)]
    assert kinds[6] == [(START, 1), (BOTH, 16), (BOTH, 16), (LAST, 7)]


def test_streams_are_checked():
    """
    A header that leads elsewhere, a step that leaves the inputs.
    """
    stream = tap_stream(np.ones((36, 2, 2, 2), np.int16))
    v = np.ones((2, 36, 4, 2), np.int64)
    with pytest.raises(ValueError, match="no header"):
        tap_products(v, stream + np.eye(1, stream.size, 3, dtype=np.int32)[0])
    with pytest.raises(ValueError, match="leads to byte 576"):
        tap_products(v[:1], stream)


def test_the_order_of_filters_is_that_of_dense_products():
    """
    Channel pairs, an odd last output with zeros.
    """
    u = random_taps(1, 3, 3, 1.0)
    filters = paired_filters(u, F4)
    assert filters.shape == (2, 36, 2, 2, 2)
    d = np.random.default_rng(2).integers(-128, 128, (1, 6, 6, 4))
    v = transformed_input(d, F4)
    m = np.einsum("pctk,pcrk->prt", v, filters[1].astype(np.int64))
    t = transformed_output(m, F4_TAPS)[0].ravel()
    np.testing.assert_array_equal(t, sums_of(d[..., :3], u)[2, 0])
    assert not filters[1, :, :, 1].any()
