"""
Optimal brain surgeon: which taps a layer can do without once the others make up for them.

A row of a layer (an output channel) is y = w . x + b over the columns x of its input. H is their
covariance [K, K], damped, and B [O, K] the covariance of what the rows should give with the columns
(compiler/second_moments.py). On a set S of surviving taps the best weights are

    w_S = H_SS^-1 B_S

and leaving out a set U of them, the others solved again, adds to the mean squared error

    w_U^T ([H_SS^-1]_UU)^-1 w_U          for one tap   w_k^2 / [H_SS^-1]_kk

LeCun, Denker, Solla, "Optimal Brain Damage", NIPS 1989 (H taken as diagonal); Hassibi and Stork,
"Second Order Derivatives for Network Pruning: Optimal Brain Surgeon", NIPS 1992; Frantar and
Alistarh, "Optimal Brain Compression", arXiv 2208.11580 (sets U, H from the input of a layer).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .elimination import Elimination
from .skipping import Mask, unit_index

Floats = NDArray[np.float64]

_ROUNDING_PASSES = 2
_LEAST_DETERMINANT = 1e-6
"""Of two taps that are nearly alike, as a share of what it is of two that are not alike at all."""


@dataclass(frozen=True, eq=False)
class Normal:
    """
    The equations w H = B of the best rows: H float64 [K, K], symmetric and positive definite, with
    its inverse, B float64 [O, K], and `free` [O, K], the best weights of all taps.
    """

    h: Floats
    b: Floats
    inverse: Floats
    free: Floats


@dataclass(frozen=True, eq=False)
class Survivors:
    """
    What is left of a layer: `kept` bool [O, K] and the best weights float64 [O, K], else zero.
    `significance` float32 [O, K] is what each tap cost when it was last decided on.
    """

    kept: Mask
    weights: Floats
    significance: NDArray[np.float32]


def normal_equations(
    covariance: Floats, cross: Floats, weights: NDArray[np.int16], damping: float
) -> Normal:
    """
    From the covariance [K, K] of the columns, that of the targets with them [O, K], and the
    original weights [O, K]; `damping` is what the diagonal gains, as a share of its mean.

    That draws towards the original weights: what is minimized is the error of the outputs plus
    d |w - w_0|^2, of which original weights have none. So solving survivors again never does worse
    at the outputs than leaving them as they were.
    """
    added = damping * float(np.diagonal(covariance).mean()) or 1.0
    h = covariance + added * np.eye(len(covariance))
    b = cross + added * weights
    inverse = _inverse(h)
    return Normal(h, b, inverse, b @ inverse)


def eliminated(normal: Normal, row: int, kept: Mask) -> Elimination:
    """
    A row with the taps that it keeps (bool [K]), all of which may go.
    """
    elimination = Elimination(normal.inverse, normal.free[[row]])
    elimination.leave_out(np.flatnonzero(~kept), np.flatnonzero(kept))
    return elimination


def removal_costs(rows: Elimination, units: NDArray[np.int64]) -> Floats:
    """
    What each candidate of some rows is worth, float64 [G, C]: the joint cost of its unit, in that
    row, in equal shares.

    `units` [K] says which taps, one or two neighbours, go together.
    """
    weights, diagonal = rows.weights.astype(np.float64), rows.diagonal.astype(np.float64)
    costs = weights**2 / diagonal
    which = units[rows.candidates]
    first = np.flatnonzero(which[1:] == which[:-1])
    second = first + 1
    a, c, d = diagonal[first], rows.beside[first].astype(np.float64), diagonal[second]
    u, v = weights[:, first], weights[:, second]
    determinant = np.maximum(a * d - c**2, _LEAST_DETERMINANT * a * d)
    joint = (u**2 * d - 2 * u * v * c + v**2 * a) / determinant
    costs[:, first] = costs[:, second] = joint / 2
    return costs


def saliency(normal: Normal, kept: Mask, channels: int, granularity: str) -> Floats:
    """
    What leaving out costs where rows keep some taps (bool [O, K]) at their best: float64 [O, K], in
    squared units of the accumulator; 0 where a tap is gone. The units are those of
    compiler/skipping.py: a block costs what its two pairs do.
    """
    costs = np.zeros(kept.shape)
    units = column_units(kept.shape[1], channels, granularity)
    for row, mask in enumerate(kept):
        costs[row, mask] = removal_costs(eliminated(normal, row, mask), units)
    return costs


def column_units(columns: int, channels: int, granularity: str) -> NDArray[np.int64]:
    """
    The unit of each tap within its row, int64 [K].
    """
    return unit_index(1, columns, channels, "mac" if granularity == "mac" else "pair")[0]


def rounded(normal: Normal, left: Survivors, steps: Floats, largest: int) -> NDArray[np.int16]:
    """
    The survivors' weights in steps of their row (float64 [O]), |q| <= largest: int16 [O, K].

    Errors are fed back: from the nearest q on, column by column, each takes the value that is best
    beside the others as they are, so that no step adds to the error. One pass of GPTQ (Frantar et
    al., arXiv 2210.17323) does as well but needs a Cholesky factor for each row, as rows keep
    different taps; here all rows go at once. Behdin et al., "QuantEase", arXiv 2309.01885.
    """
    step = steps[:, np.newaxis]
    q = np.clip(np.rint(left.weights / step), -largest, largest)
    slope = normal.b / step - q @ normal.h
    for k in list(range(q.shape[1])) * _ROUNDING_PASSES:
        best = np.clip(np.rint(q[:, k] + slope[:, k] / normal.h[k, k]), -largest, largest)
        change = np.where(left.kept[:, k], best - q[:, k], 0)
        rows = np.flatnonzero(change)
        q[rows, k] += change[rows]
        slope[rows] -= change[rows, np.newaxis] * normal.h[k]
    return q.astype(np.int16)


def _inverse(matrix: Floats) -> Floats:
    return np.asarray(np.linalg.inv(matrix), np.float64)
