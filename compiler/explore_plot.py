"""
Fronts as a picture (SVG): cycles of an inference against top-1.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from typing import Any

import matplotlib as _matplotlib
from matplotlib.figure import Figure

from .explore_front import Candidate, by_top1, front

matplotlib: Any = _matplotlib
"""Its stubs do not say what its keyword arguments are."""
_STYLE = {
    "svg.hashsalt": "approx-opt",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
}
_COLOURS = {"surgeon": "#2b6cb0", "paper": "#9aa5b1"}
_SHOWN_LOSS = 12.0
"""Points of top-1 below the best that the picture reaches down to."""


def picture(title: str, methods: Sequence[tuple[str, Sequence[Candidate]]]) -> str:
    """
    For each method all plans tried, and the front through them. The same figures give the same
    text.
    """
    with matplotlib.rc_context(_STYLE):
        figure: Any = Figure(figsize=(7, 4.2), layout="constrained")
        axes = figure.subplots()
        for method, candidates in methods:
            _draw(axes, method, candidates)
        best = max(one.top1 for _, candidates in methods for one in candidates)
        axes.set_ylim(best - _SHOWN_LOSS, best + 1)
        axes.set_xlim(left=0)
        axes.set_xlabel("million cycles of one inference (predicted)")
        axes.set_ylabel("top-1, %")
        axes.set_title(title, loc="left", fontweight="bold")
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, loc="lower right")
        text = StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()) + "\n"


def _draw(axes: Any, method: str, candidates: Sequence[Candidate]) -> None:
    colour = _COLOURS.get(method)
    points = [(one.cycles / 1e6, one.top1) for one in candidates]
    axes.scatter(*zip(*points, strict=True), s=8, alpha=0.35, color=colour, linewidths=0)
    steps = [(one.cycles / 1e6, one.top1) for one in front(candidates, by_top1)]
    axes.step(*zip(*steps, strict=True), where="post", color=colour, label=method)
