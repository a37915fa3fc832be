"""
What skipping saves by each kernel, as a picture (SVG), from the figures of bench/kernels.py:

    python bench/kernels.py conv:16x16x32:32:3x3:1:1,1,1,1 --skip 0 0.25 0.5 0.75 --json found.json
    python bench/plot_kernels.py found.json docs/figures/kernels.svg
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib
from approx_opt.compiler.svg_pictures import STYLE, svg_text
from matplotlib.figure import Figure

_COLOURS = {
    "indexed": "#2b6cb0",
    "loop": "#9aa5b1",
    "unrolled": "#c05621",
    "winograd2": "#a3b18a",
    "winograd4": "#2f855a",
    "winograd4-packed": "#805ad5",
}


def points(layers: Sequence[Any]) -> dict[str, list[tuple[float, float]]]:
    """
    Share skipped in percent, and cycles a multiply-accumulate of the dense layer, by kernel.
    """
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for entry in layers:
        layer = entry["layer"]
        found[layer["kernel"]].append((100 * entry["skip"], layer["cycles"] / layer["macs"]))
    return {kernel: sorted(each) for kernel, each in sorted(found.items())}


def picture(layers: Sequence[Any]) -> str:
    """
    The picture; the same figures give the same text.
    """
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(7, 3.6), layout="constrained")
        axes: Any = figure.subplots()
        for kernel, each in points(layers).items():
            axes.plot(*zip(*each, strict=True), "o-", color=_COLOURS[kernel], label=kernel)
        axes.set_xlabel("pairs skipped, %")
        axes.set_ylabel("cycles a MAC of the dense layer")
        axes.set_ylim(bottom=0)
        axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_title(f"{layers[0]['shape']}, {layers[0]['profile']}", loc="left")
        return svg_text(figure)


def main() -> None:
    """
    Read the figures, write the picture.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("figures", type=Path, help="what bench/kernels.py --json wrote")
    parser.add_argument("output", type=Path, help="the picture (.svg)")
    args = parser.parse_args()
    args.output.write_text(picture(json.loads(args.figures.read_text())["layers"]))


if __name__ == "__main__":
    main()
