"""
Which layers to skip in, and how much, from what each layer by itself saves and loses.

Losses of layers are taken as independent, so that those of a network add up, as do its cycles. The
best networks then are those that minimize loss + price * cycles for some price of a cycle, each
layer by itself: Everett, "Generalized Lagrange Multiplier Method", Operations Research 11, 1963.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np


@dataclass(frozen=True)
class Option:
    """
    A way to carry out a layer: `way` names it among others (domain and granularity), `level` says
    how much is skipped, 0 nothing; `cycles` and `loss` are against the exact layer.
    """

    way: str
    level: int
    cycles: float
    loss: float


EXACT = Option("exact", 0, 0.0, 0.0)


def interpolated(options: Sequence[Option]) -> Iterator[Option]:
    """
    Options of one way at all levels between those that were measured: cycles linear in the level,
    and the root of the loss, too, since errors grow by it.
    """
    ordered = sorted(options, key=lambda one: one.level)
    levels = [one.level for one in ordered]
    cycles = [one.cycles for one in ordered]
    roots = [max(one.loss, 0.0) ** 0.5 for one in ordered]
    for level in range(levels[0], levels[-1] + 1):
        loss = float(np.interp(level, levels, roots)) ** 2
        yield Option(ordered[0].way, level, float(np.interp(level, levels, cycles)), loss)


def best_networks(layers: Sequence[Sequence[Option]]) -> list[list[Option]]:
    """
    For falling cycles, one option for each layer: every network that is best for some price, from
    the exact one on, then what saves cycles at no loss, if anything does. Each step from there is
    the one that saves most for what it loses.
    """
    hulls = [_hull([EXACT, *options]) for options in layers]
    steps = [
        ((after.loss - before.loss) / (before.cycles - after.cycles), layer, after)
        for layer, hull in enumerate(hulls)
        for before, after in pairwise(hull)
    ]
    current = [hull[0] for hull in hulls]
    exact = [EXACT for _ in layers]
    networks = [exact] if current == exact else [exact, list(current)]
    for _, layer, option in sorted(steps, key=lambda step: step[0]):
        current[layer] = option
        networks.append(list(current))
    return networks


def spaced(networks: Sequence[Sequence[Option]], count: int) -> list[list[Option]]:
    """
    At most so many of the networks, evenly by their cycles, the first and the last among them.
    """
    if not networks:
        return []
    cycles = [sum(one.cycles for one in network) for network in networks]
    step = (cycles[-1] - cycles[0]) / max(1, count - 1)
    aims = [cycles[0] + number * step for number in range(count)]
    nearest = {min(range(len(cycles)), key=lambda i: abs(cycles[i] - aim)) for aim in aims}
    return [list(networks[index]) for index in sorted(nearest)]


def _hull(options: Sequence[Option]) -> list[Option]:
    """
    The lower convex hull of loss over cycles, from the most cycles to the fewest; options that cost
    more cycles than another of no more loss are not on it.
    """
    hull: list[Option] = []
    for option in sorted(options, key=lambda one: (one.loss, one.cycles)):
        if hull and option.cycles >= hull[-1].cycles:
            continue
        while len(hull) > 1 and _slope(hull[-2], hull[-1]) >= _slope(hull[-2], option):
            hull.pop()
        hull.append(option)
    return hull


def _slope(before: Option, after: Option) -> float:
    return (after.loss - before.loss) / (before.cycles - after.cycles)
