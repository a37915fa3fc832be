"""
Cycles of each network as a picture (SVG): CMSIS-NN, the best published engine, and ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib
from approx_opt.compiler.svg_pictures import STYLE, svg_text
from matplotlib.figure import Figure
from published import best_published
from results import Run
from tables import VARIANT, cmsis_nn_cycles

_COLUMNS = 2
_OTHERS, _OURS = "#9aa5b1", "#2b6cb0"


def bars(run: Run, network: str, profile: str) -> list[tuple[str, int, bool]]:
    """
    Label, cycles, and whether it is ours, from top to bottom.
    """
    found: list[tuple[str, int, bool]] = []
    library, _ = cmsis_nn_cycles(run, network, profile)
    if library is not None:
        found.append(("CMSIS-NN", library, False))
    best = best_published(network, profile)
    if best is not None:
        found.append((best.engine, best.cycles, False))
    ours = (e for e in run.entries if (e.network, e.profile) == (network, profile))
    return found + [(e.variant, e.cycles, True) for e in ours if e.variant != VARIANT]


def picture(run: Run, profile: str) -> str:
    """
    The picture; the same figures give the same text.
    """
    networks = list(dict.fromkeys(entry.network for entry in run.entries))
    rows = -(-len(networks) // _COLUMNS)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(10, 1.9 * rows), layout="constrained")
        panels: Any = figure.subplots(rows, _COLUMNS, squeeze=False)
        for panel in panels.flat[len(networks) :]:
            panel.set_visible(False)
        for panel, network in zip(panels.flat, networks, strict=False):
            _panel(panel, run.notes.get(network, network), bars(run, network, profile))
        figure.suptitle(f"Millions of cycles of one inference, int8, {profile}")
        return svg_text(figure)


def _panel(axes: Any, title: str, found: Sequence[tuple[str, int, bool]]) -> None:
    labels, cycles, ours = zip(*found, strict=True)
    places = range(len(found))
    colours = [_OURS if one else _OTHERS for one in ours]
    drawn = axes.barh(places, [count / 1e6 for count in cycles], color=colours)
    axes.bar_label(drawn, [f" {count / 1e6:.2f}" for count in cycles])
    axes.set_yticks(places, labels)
    axes.invert_yaxis()
    axes.margins(x=0.15)
    axes.set_xticks([])
    axes.set_title(title, loc="left", fontweight="bold")
    axes.spines[["top", "right", "bottom"]].set_visible(False)
