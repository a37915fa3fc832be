"""
Names of networks in generated C.
"""

from __future__ import annotations

import re

C_KEYWORDS = frozenset(
    (
        "alignas alignof asm auto bool break case char const constexpr continue default do double"
        " else enum extern false float for goto if inline int long nullptr register restrict return"
        " short signed sizeof static static_assert struct switch thread_local true typedef typeof"
        " union unsigned void volatile while"
    ).split()
)
"""The keywords of C99 to C23, and `asm`, without those that begin with an underscore."""


def c_identifier(text: str) -> str:
    """
    A C identifier that resembles `text`, such as the stem of a file name.

    Names that C reserves (keywords, a leading underscore) or forbids (a leading digit, nothing at
    all) are mended, so that what begins with it and an underscore is free for a program to use.
    """
    name = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_")
    if not name or name[0].isdigit() or _is_runtime(name):
        name = f"model_{name}".rstrip("_")
    return f"{name}_net" if name in C_KEYWORDS else name


def is_network_name(text: str) -> bool:
    """
    True for what NAME may be in NAME_run: a C identifier that is no keyword, does not begin with
    an underscore, and keeps clear of the runtime's own files and macros.
    """
    is_identifier = re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", text) is not None
    return is_identifier and text not in C_KEYWORDS and not _is_runtime(text)


def _is_runtime(name: str) -> bool:
    return f"{name}_".lower().startswith("approx_")
