"""
What can be tried in a layer: where its taps lie, what is skipped as one, and how much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from .plan import Kernel, LayerPlan

EXACT_LEVEL = 0


@dataclass(frozen=True)
class Way:
    """
    The domain of the taps, None for the window, and the granularity.
    """

    domain: str | None
    granularity: str

    @property
    def name(self) -> str:
        """
        Such as `winograd4 pair`.
        """
        return f"{self.domain or 'window'} {self.granularity}"


@dataclass(frozen=True)
class Method:
    """
    How taps are chosen. `amounts` are the shares to skip or the thresholds of significance that a
    level stands for, rising from nothing at level 0; `sampled` the levels by which the sensitivity
    of a layer is measured.
    """

    name: str
    metric: str
    ways: Sequence[Way]
    amounts: Sequence[float]
    by_threshold: bool
    sampled: Sequence[int]
    compensate: bool = True
    kernels: tuple[Kernel, ...] | None = None
    """To choose from; None for all."""

    def entry(self, way: Way, level: int) -> LayerPlan | None:
        """
        The entry of a plan; None for an exact layer.
        """
        if level == EXACT_LEVEL:
            return None
        amount = self.amounts[level]
        skip, threshold = (None, amount) if self.by_threshold else (amount, None)
        return LayerPlan(self.metric, way.granularity, skip, threshold, domain=way.domain)


_SHARES = tuple(round(level / 40, 3) for level in range(39))
_THRESHOLDS = (0.0, *(round(1e-4 * 10 ** (level / 12), 7) for level in range(37)))

METHODS: Mapping[str, Method] = {
    "surgeon": Method(
        name="surgeon",
        metric="surgeon",
        ways=[Way(d, g) for d in (None, "winograd4") for g in ("pair", "block")],
        amounts=_SHARES,
        by_threshold=False,
        sampled=(10, 16, 22, 28, 34),
    ),
    # Armeniakos, Mentzos, Soudris, arXiv 2409.16815: the mean of a product as its significance, a
    # threshold for each layer, nothing made up for, convolutions as straight-line code.
    "paper": Method(
        name="paper",
        metric="mean",
        ways=[Way(None, "mac")],
        amounts=_THRESHOLDS,
        by_threshold=True,
        sampled=tuple(range(6, 36, 4)),
        compensate=False,
        kernels=("loop", "unrolled", "indexed"),
    ),
}

Space: TypeAlias = Mapping[str, Sequence[Way]]
"""The ways of each layer, by its name, in the order of the network."""

Point: TypeAlias = Mapping[str, tuple[Way, int]]
"""A way and a level for each layer of a space."""


def entries(method: Method, point: Point) -> dict[str, LayerPlan]:
    """
    The layers of the plan that a point stands for.
    """
    found = {layer: method.entry(way, level) for layer, (way, level) in point.items()}
    return {layer: entry for layer, entry in found.items() if entry is not None}


def exact_point(space: Space) -> Point:
    """
    Nothing skipped anywhere.
    """
    return {layer: (ways[0], EXACT_LEVEL) for layer, ways in space.items()}


def single_points(method: Method, space: Space) -> list[Point]:
    """
    One layer skipped in, the others exact: all ways of it, at the levels to be sampled.
    """
    exact = exact_point(space)
    return [
        {**exact, layer: (way, level)}
        for layer, ways in space.items()
        for way in ways
        for level in method.sampled
    ]
