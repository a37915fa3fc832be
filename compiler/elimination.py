"""
Rows of least squares that lose one tap after another.

Rows w H = b on all taps are solved by `free` = b M with M = H^-1, whatever their number. Where R
is gone and S is left,

    H_SS^-1 = M_SS - M_SR M_RR^-1 M_RS        w_S = free_S - free_R M_RR^-1 M_RS

With M_RR = L L^T and T = L^-1 M_RS both follow from T. As taps U of S go, L and T only grow: with
the part T_U of T, Z Z^T = M_UU - T_U^T T_U,

    L' = [[L, 0], [T_U^T, Z]]                 T' = [[T_S'], [Z^-1 (M_US' - T_U^T T_S')]]

which is block Cholesky by columns as they are asked for (Golub and Van Loan, "Matrix Computations",
4.2.9).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Indices = NDArray[np.int64]

_SMALL = 64


@dataclass(frozen=True, eq=False)
class _Panel:
    """
    Rows of L: `taps` [U] that went at once, what stands left of the diagonal, transposed, [R, U],
    and the inverse Z^-1 [U, U] of what stands on it.
    """

    taps: Indices
    left: Array
    inverse: Array


class Elimination:
    """
    G rows that lose the same taps, of which all are there at first.

    Only `candidates` [C] (ascending) may still go, and only of them is known: `weights` [G, C], the
    best ones beside all others that are left; `diagonal` [C] of H_SS^-1 and, [C - 1], what is
    `beside` it. Computed in the type of `m`.
    """

    def __init__(self, m: Array, free: Array):
        """
        `m` [K, K] and `free` [G, K].
        """
        self.m = m
        self.candidates: Indices = np.arange(len(m))
        self.weights: Array = free.astype(m.dtype)
        self.diagonal: Array = np.diagonal(m)
        self.beside: Array = np.diagonal(m, 1)
        self._panels: list[_Panel] = []
        self._t: Array = np.zeros((0, len(m)), m.dtype)

    def leave_out(self, taps: Indices, candidates: Indices) -> None:
        """
        Some candidates go, and of the others those stay that may go later. Both ascending.

        Errors: LinAlgError where the type of `m` has too few digits.
        """
        gone, stay = (np.searchsorted(self.candidates, part) for part in (taps, candidates))
        left, right = self._t[:, gone], self._t[:, stay]
        pivot = np.linalg.cholesky(self.m[np.ix_(taps, taps)] - left.T @ left)
        inverse = inverse_of_triangle(pivot)
        below = inverse @ (self.m[np.ix_(taps, candidates)] - left.T @ right)
        self.weights = self.weights[:, stay] - self.weights[:, gone] @ inverse.T @ below
        self._panels.append(_Panel(taps, left, inverse))
        self._t = np.concatenate([right, below])
        self.candidates = candidates
        self._update_band(below, stay)

    def _update_band(self, below: Array, stay: Indices) -> None:
        """
        Entries of H_SS^-1 on the diagonal, and between candidates that follow each other in K.
        """
        squares = np.einsum("rc,rc->c", below, below)
        products = np.einsum("rc,rc->c", below[:, :-1], below[:, 1:])
        self.diagonal = self.diagonal[stay] - squares
        neighbours = np.diff(stay) == 1
        beside = np.zeros(max(len(stay) - 1, 0), below.dtype)
        beside[neighbours] = self.beside[stay[:-1][neighbours]]
        self.beside = beside - np.where(neighbours, products, 0)

    def solve(self, free: Array) -> Array:
        """
        The best rows [G, K] on what is left, zero elsewhere, where [G, K] are those on all taps.
        """
        if not self._panels:
            return free.astype(self.m.dtype)
        gone = np.concatenate([panel.taps for panel in self._panels])
        rows = free.astype(self.m.dtype)
        rows = rows - self._forced(rows[:, gone]) @ self.m[gone]
        rows[:, gone] = 0
        return rows

    def _forced(self, right: Array) -> Array:
        """
        right M_RR^-1, [G, R].
        """
        ends = np.cumsum([len(panel.taps) for panel in self._panels])
        blocks = [slice(end - len(p.taps), end) for p, end in zip(self._panels, ends, strict=True)]
        y = np.array(right)
        for panel, block in zip(self._panels, blocks, strict=True):
            y[:, block] = (y[:, block] - y[:, : block.start] @ panel.left) @ panel.inverse.T
        for panel, block in zip(reversed(self._panels), reversed(blocks), strict=True):
            y[:, block] = y[:, block] @ panel.inverse
            y[:, : block.start] -= y[:, block] @ panel.left.T
        return y


def inverse_of_triangle(lower: Array) -> Array:
    """
    Of a lower triangular matrix [N, N], by halves: most of it is matrix products.
    """
    size = len(lower)
    if size <= _SMALL:
        return np.linalg.inv(lower)
    half = size // 2
    first, last = slice(None, half), slice(half, None)
    result = np.zeros_like(lower)
    result[first, first] = inverse_of_triangle(lower[first, first])
    result[last, last] = inverse_of_triangle(lower[last, last])
    result[last, first] = -result[last, last] @ (lower[last, first] @ result[first, first])
    return result
