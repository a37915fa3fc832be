"""
Pictures by matplotlib as SVG: the same figures give the same text.
"""

from __future__ import annotations

from io import StringIO
from typing import Any

STYLE = {
    "svg.hashsalt": "approx-opt",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
}
"""For `matplotlib.rc_context`, around all that draws and `svg_text`."""


def svg_text(figure: Any) -> str:
    """
    A Figure without a time stamp and without spaces at the ends of lines.
    """
    text = StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()) + "\n"
