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

from .skipping import Mask, SkipRule, select, unit_index

Floats = NDArray[np.float64]

ROUNDS = 4

_ROUNDING_PASSES = 2
_BLOCK = 128


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
    """

    kept: Mask
    weights: Floats


@dataclass(frozen=True, eq=False)
class Row:
    """
    The best weights of a row, float64 [S], and of H_SS^-1 the diagonal [S] and what is beside it,
    [S - 1].
    """

    weights: Floats
    diagonal: Floats
    beside: Floats


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


def solve_rows(normal: Normal, kept: Mask) -> Floats:
    """
    The best weights of every row on the taps it keeps (bool [O, K]): float64 [O, K].

    With M = H^-1, R what a row does not keep and w the best weights of all taps, the best of those
    in S are w_S - w_R M_RR^-1 M_RS; whichever of the two systems is smaller is solved.
    """
    weights = np.zeros(kept.shape)
    m = normal.inverse
    for row, mask in enumerate(kept):
        s, r = np.flatnonzero(mask), np.flatnonzero(~mask)
        if len(s) < len(r):
            weights[row, s] = _solution(normal.h[np.ix_(s, s)], normal.b[row, s])
            continue
        forced = _solution(m[np.ix_(r, r)], normal.free[row, r])
        weights[row, s] = normal.free[row, s] - forced @ m[np.ix_(r, s)]
    return weights


def solve_row(normal: Normal, row: int, kept: Mask) -> Row:
    """
    The best weights of a row on the taps S that it keeps (bool [K]), and H_SS^-1 near its diagonal.

    As `solve_rows`, and H_SS^-1 = M_SS - M_SR M_RR^-1 M_RS, of which only the band is computed:
    with M_RR = L L^T, from the columns of L^-1 M_RS.
    """
    s, r = np.flatnonzero(kept), np.flatnonzero(~kept)
    if len(s) < len(r):
        inverse = _inverse(normal.h[np.ix_(s, s)])
        weights = inverse @ normal.b[row, s]
        return Row(weights, np.diagonal(inverse), np.diagonal(inverse, 1))
    m, free = normal.inverse, normal.free[row]
    t = _whitened(m[np.ix_(r, r)], np.column_stack([m[np.ix_(r, s)], free[r]]))
    across, forced = t[:, :-1], t[:, -1]
    diagonal = m[s, s] - np.einsum("rs,rs->s", across, across)
    beside = m[s[:-1], s[1:]] - np.einsum("rs,rs->s", across[:, :-1], across[:, 1:])
    return Row(free[s] - forced @ across, diagonal, beside)


def removal_costs(row: Row, units: NDArray[np.int64]) -> Floats:
    """
    What each tap of a row is worth, float64 [S]: the joint cost of its unit in equal shares.

    `units` [S] says which taps, one or two neighbours, go together.
    """
    costs = row.weights**2 / row.diagonal
    first = np.flatnonzero(units[1:] == units[:-1])
    second = first + 1
    a, c, d = row.diagonal[first], row.beside[first], row.diagonal[second]
    u, v = row.weights[first], row.weights[second]
    joint = (u**2 * d - 2 * u * v * c + v**2 * a) / (a * d - c**2)
    costs[first] = costs[second] = joint / 2
    return costs


def saliency(normal: Normal, kept: Mask, channels: int, granularity: str) -> Floats:
    """
    What leaving out costs where rows keep some taps (bool [O, K]) at their best: float64 [O, K], in
    squared units of the accumulator; 0 where a tap is gone. The units are those of
    compiler/skipping.py: a block costs what its two pairs do.
    """
    costs = np.zeros(kept.shape)
    width = "mac" if granularity == "mac" else "pair"
    units = unit_index(len(costs), len(normal.h), channels, width)
    for row, mask in enumerate(kept):
        costs[row, mask] = removal_costs(solve_row(normal, row, mask), units[row, mask])
    return costs


@dataclass(frozen=True, eq=False)
class Operation:
    """
    What is to be done to a layer: skip by `rule` in so many rounds.

    `gains` float64 [O], what a unit of the accumulator is worth at the output, make rows compare;
    `channels` are the input channels, of which pairs are made.
    """

    rule: SkipRule
    rounds: int
    gains: Floats
    channels: int


def operate(normal: Normal, present: Mask, operation: Operation) -> Survivors:
    """
    The survivors of the taps `present` (bool [O, K]), solved again after each round.
    """
    rule, rounds = operation.rule, operation.rounds
    scale = np.square(operation.gains)[:, np.newaxis]
    begun = 1 - float(present.mean())
    kept = present
    for done in range(1, rounds + 1):
        costs = scale * saliency(normal, kept, operation.channels, rule.granularity)
        share = rule.fraction
        if share is not None and done < rounds:
            share = begun + (share - begun) * done / rounds
        part = SkipRule(rule.granularity, rule.threshold, share)
        kept = kept & ~select(costs, kept, operation.channels, part)
    return Survivors(kept, solve_rows(normal, kept))


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


def _whitened(matrix: Floats, right: Floats) -> Floats:
    """
    L^-1 right for a matrix L L^T [R, R], symmetric and positive definite, and right [R, S].

    Block by block: most of it is matrix products, which NumPy has, and triangular systems, which it
    has not, only come as small ones.
    """
    lower = np.linalg.cholesky(matrix)
    result = np.empty_like(right)
    for start in range(0, len(lower), _BLOCK):
        block = slice(start, start + _BLOCK)
        rest = right[block] - lower[block, :start] @ result[:start]
        result[block] = np.linalg.solve(lower[block, block], rest)
    return result


def _solution(matrix: Floats, right: Floats) -> Floats:
    return np.asarray(np.linalg.solve(matrix, right), np.float64)


def _inverse(matrix: Floats) -> Floats:
    return np.asarray(np.linalg.inv(matrix), np.float64)
