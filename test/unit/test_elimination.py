"""
Rows that lose taps, against inverses of what is left.
"""

from __future__ import annotations

import numpy as np
import pytest
from approx_opt.compiler.elimination import Array, Elimination, inverse_of_triangle
from hypothesis import given
from hypothesis import strategies as st


def equations(rng: np.random.Generator, columns: int) -> Array:
    """
    A covariance of correlated columns.
    """
    x = rng.normal(size=(3 * columns, columns))
    return x.T @ x / len(x) + 0.1


@given(st.integers(0, 2**32 - 1), st.integers(1, 24), st.integers(0, 4), st.booleans())
def test_after_each_step_it_knows_what_an_inverse_tells(
    seed: int, columns: int, steps: int, forgetful: bool
):
    """
    Weights, diagonal and what is beside it, of all candidates; the rows that solve anew are those.
    """
    rng = np.random.default_rng(seed)
    h, b = equations(rng, columns), rng.normal(size=(2, columns))
    m = np.linalg.inv(h)
    rows = Elimination(m, b @ m)
    kept = np.ones(columns, np.bool_)
    for _ in range(steps):
        gone = rows.candidates[rng.random(len(rows.candidates)) < 0.3]
        kept[gone] = False
        stay = np.setdiff1d(rows.candidates, gone)
        if forgetful:
            stay = stay[rng.random(len(stay)) < 0.8]
        rows.leave_out(gone, stay)
        inverse, best = np.zeros_like(m), np.zeros_like(b)
        inverse[np.ix_(kept, kept)] = np.linalg.inv(h[np.ix_(kept, kept)])
        best[:, kept] = b[:, kept] @ inverse[np.ix_(kept, kept)]
        at = rows.candidates
        np.testing.assert_array_equal(at, stay)
        np.testing.assert_allclose(rows.weights, best[:, at], atol=1e-9)
        np.testing.assert_allclose(rows.diagonal, np.diagonal(inverse)[at], atol=1e-9)
        near = np.flatnonzero(np.diff(at) == 1)
        np.testing.assert_allclose(rows.beside[near], inverse[at[near], at[near] + 1], atol=1e-9)
        np.testing.assert_allclose(rows.solve(b @ m), best, atol=1e-9)


@pytest.mark.parametrize("size", [0, 1, 64, 65, 200])
def test_a_triangle_is_inverted_by_halves(size: int):
    """
    Small ones at once.
    """
    lower = np.tril(np.random.default_rng(size).normal(size=(size, size)) / 20)
    np.fill_diagonal(lower, 1)
    np.testing.assert_allclose(inverse_of_triangle(lower) @ lower, np.eye(size), atol=1e-12)


def test_digits_that_do_not_suffice_are_an_error():
    """
    Two columns that differ by less than a float32 shows.
    """
    h = np.array([[1, 1 - 1e-9], [1 - 1e-9, 1]])
    m = np.linalg.inv(h).astype(np.float32)
    with pytest.raises(np.linalg.LinAlgError):
        Elimination(m, np.ones((1, 2))).leave_out(np.arange(2), np.arange(0))
