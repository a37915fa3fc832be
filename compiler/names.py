"""
Names of networks in generated C.
"""

from __future__ import annotations

import re

C_KEYWORDS = frozenset(
    (
        "auto break case char const continue default do double else enum extern float for goto if"
        " inline int long register restrict return short signed sizeof static struct switch typedef"
        " union unsigned void volatile while"
    ).split()
)
"""The keywords of C99 without those that begin with an underscore."""


def c_identifier(text: str) -> str:
    """
    A C identifier that resembles `text`, such as the stem of a file name.

    Names that C reserves (keywords, a leading underscore) or forbids (a leading digit, nothing at
    all) are mended, so that what begins with it and an underscore is free for a program to use.
    """
    name = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_")
    if not name or name[0].isdigit():
        name = f"model_{name}".rstrip("_")
    return f"{name}_net" if name in C_KEYWORDS else name
