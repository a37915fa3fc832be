"""
Fronts as a picture (SVG): cycles of an inference against top-1.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import matplotlib as _matplotlib
from matplotlib.figure import Figure

from .svg_pictures import STYLE, svg_text

matplotlib: Any = _matplotlib
"""Its stubs do not say what its keyword arguments are."""
_COLOURS = ("#2b6cb0", "#9aa5b1", "#b7791f", "#2f855a")
_SHOWN_LOSS = 12.0
"""Points of top-1 below the best that the picture reaches down to."""

Point: TypeAlias = tuple[float, float]
"""Cycles, and top-1 in %."""


@dataclass(frozen=True)
class Series:
    """
    All that a method has tried, and the best of it, from the most cycles to the fewest.
    """

    label: str
    tried: Sequence[Point]
    front: Sequence[Point]


def picture(title: str, series: Sequence[Series]) -> str:
    """
    What each method has tried, and the front through it. The same figures give the same text.
    """
    with matplotlib.rc_context(STYLE):
        figure: Any = Figure(figsize=(7, 4.2), layout="constrained")
        axes = figure.subplots()
        for one, colour in zip(series, itertools.cycle(_COLOURS), strict=False):
            axes.scatter(*_scaled(one.tried), s=8, alpha=0.35, color=colour, linewidths=0)
            # From the right: what is between two plans costs as much as the left one.
            axes.step(*_scaled(one.front), where="pre", color=colour, label=one.label)
        best = max(top1 for one in series for _, top1 in one.tried)
        axes.set_ylim(best - _SHOWN_LOSS, best + 1)
        axes.set_xlim(left=0)
        axes.set_xlabel("million cycles of one inference (predicted)")
        axes.set_ylabel("top-1, %")
        axes.set_title(title, loc="left", fontweight="bold")
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, loc="lower right")
        return svg_text(figure)


def _scaled(points: Sequence[Point]) -> tuple[list[float], list[float]]:
    return [cycles / 1e6 for cycles, _ in points], [top1 for _, top1 in points]
