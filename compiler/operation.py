"""
Which taps of a layer go, in rounds: the least significant of all rows, by what each costs where the
others make up for it (compiler/surgeon.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .batches import each_in_threads, usable_cores
from .elimination import Array, Elimination
from .skipping import Mask, SkipRule, select
from .surgeon import Floats, Normal, Survivors, column_units, removal_costs

ROUNDS = 8

_MARGIN = 2
"""How many times as many taps are watched as are still to go."""
_SLAB = 2**28
"""Rows that are operated on at once, times K^2: less than half as many numbers are held."""
_DIGITS = 1e-3
"""What a step of refinement may add to the weights, as a share of the largest."""


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
    The survivors of the taps `present` (bool [O, K], blocks as a whole), solved again after each
    round.

    Rounds become smaller: after r of n of them, (1 - r / n)^2 of what has to go is still there. In
    numbers of four bytes, as saliency needs few digits and what the weights lack is made up for in
    the end; in those of eight where the equations are too nearly singular.
    """
    try:
        return _by_slabs(normal, normal.inverse.astype(np.float32), present, operation)
    except np.linalg.LinAlgError:
        return _by_slabs(normal, normal.inverse, present, operation)


def _by_slabs(normal: Normal, m: Array, present: Mask, operation: Operation) -> Survivors:
    """
    As many rows at once as memory has room for. How much each slab loses is how much it would if
    all went in one round.
    """
    outputs, columns = present.shape
    height = max(_SLAB // columns**2 // 2 * 2, 2)
    rule, left = operation.rule, present
    if height < outputs and rule.fraction is not None:
        costs = _Slab(normal, m, present, operation).costs()
        left = present & ~select(costs, present, operation.channels, rule)
    done: list[Survivors] = []
    for start in range(0, outputs, height):
        rows = slice(start, start + height)
        part = replace(normal, b=normal.b[rows], free=normal.free[rows])
        share = rule.fraction if left is present else 1 - float(left[rows].mean())
        own = replace(operation, rule=replace(rule, fraction=share), gains=operation.gains[rows])
        done.append(_Slab(part, m, present[rows], own).survivors())
    return Survivors(
        kept=np.concatenate([survivors.kept for survivors in done]),
        weights=np.concatenate([survivors.weights for survivors in done]),
        significance=np.concatenate([survivors.significance for survivors in done]),
    )


class _Slab:
    """
    Rows of a layer that are operated on together.
    """

    def __init__(self, normal: Normal, m: Array, present: Mask, operation: Operation):
        self.normal = normal
        self.kept = present
        self.significance = np.zeros(present.shape, np.float32)
        self.operation = operation
        self.units = column_units(len(m), operation.channels, operation.rule.granularity)
        # Rows of a block lose the same taps.
        height = 2 if operation.rule.granularity == "block" else 1
        starts = range(0, len(present), height)
        self.groups = [slice(start, start + height) for start in starts]
        assert all((present[group] == present[group.start]).all() for group in self.groups)
        self.rows = [Elimination(m, normal.free[group]) for group in self.groups]
        self._leave_out(~present, present)

    def survivors(self) -> Survivors:
        """
        After all rounds.
        """
        rounds, begun = self.operation.rounds, 1 - float(self.kept.mean())
        for done in range(1, rounds + 1):
            waiting = (1 - done / rounds) ** 2
            costs = self.costs()
            self._note(costs)
            gone = select(costs, self.kept, self.operation.channels, self._rule(begun, waiting))
            self.kept = self.kept & ~gone
            self._leave_out(gone, self._watched(costs, begun, waiting))
        return Survivors(self.kept, self._weights(), self.significance)

    def _note(self, costs: Floats) -> None:
        """
        What is watched, and so may go, is worth what it costs now; all else what it did before.
        """
        watched = self.kept & np.isfinite(costs)
        self.significance[watched] = costs[watched]

    def _rule(self, begun: float, waiting: float) -> SkipRule:
        """
        All but the share `waiting` of what is to go; `begun` is gone from the start.
        """
        rule = self.operation.rule
        if rule.fraction is None:
            return rule
        share = rule.fraction - waiting * max(rule.fraction - begun, 0)
        return replace(rule, fraction=min(share, 1.0))

    def _watched(self, costs: Floats, begun: float, waiting: float) -> Mask:
        """
        Of the taps that are left those that may go in later rounds.
        """
        if waiting == 0 or self.operation.rule.threshold is not None:
            return self.kept & (waiting > 0)
        rule = self._rule(begun, (1 - _MARGIN) * waiting)
        return select(costs, self.kept, self.operation.channels, rule)

    def _leave_out(self, gone: Mask, watched: Mask) -> None:
        def leave_out(part: tuple[Elimination, slice]) -> None:
            rows, group = part
            first = group.start
            rows.leave_out(np.flatnonzero(gone[first]), np.flatnonzero(watched[first]))

        each_in_threads(leave_out, self._parts(), usable_cores())

    def costs(self) -> Floats:
        """
        What each tap is worth that is watched, the others without end: float64 [O, K].
        """
        costs = np.full(self.kept.shape, np.inf)
        for rows, group in self._parts():
            costs[group, rows.candidates] = removal_costs(rows, self.units)
        return costs * np.square(self.operation.gains)[:, np.newaxis]

    def _weights(self) -> Floats:
        """
        The best ones, float64 [O, K], after one step of iterative refinement.

        Errors: LinAlgError where that finds them to have fewer than three digits.
        """
        normal = self.normal
        weights = self._solved(normal.free)
        missing = np.where(self.kept, normal.b - weights @ normal.h, 0)
        change = self._solved(missing @ normal.inverse)
        if np.abs(change).max() > _DIGITS * np.abs(weights).max():
            raise np.linalg.LinAlgError("nearly singular")
        return weights + change

    def _solved(self, free: Floats) -> Floats:
        def solved(part: tuple[Elimination, slice]) -> Array:
            rows, group = part
            return rows.solve(free[group])

        parts = each_in_threads(solved, self._parts(), usable_cores())
        return np.concatenate(parts).astype(np.float64)

    def _parts(self) -> list[tuple[Elimination, slice]]:
        """
        The rows of each group, which have nothing to do with those of others.
        """
        return list(zip(self.rows, self.groups, strict=True))
