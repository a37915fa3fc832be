"""
Errors that a user can cause and mend.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

_T = TypeVar("_T")


class UserError(Exception):
    """
    A problem with the user's input, said in one message.

    The driver prints it as `approx-opt: error: ...` and exits with 1; nothing is written.
    """


def named(kind: str, table: Mapping[str, _T], name: str) -> _T:
    """
    The entry of a table of targets, boards and the like (`kind`, for the message) by name.

    Errors: UserError that lists the names there are.
    """
    if name not in table:
        raise UserError(f"unknown {kind} '{name}'; there are {', '.join(table)}")
    return table[name]
