"""
Sizes of memory as users write them: 65536, 64K, 1M.
"""

from __future__ import annotations

import re
from typing import Annotated, TypeAlias

from .errors import UserError

Size: TypeAlias = Annotated[int | str, "bytes"]
"""A number of bytes, or text that `size_in_bytes` reads: the type of an option of a pass."""
SIZE_FORMS = "a number of bytes, such as 65536, 64K or 1M"

_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20}


def is_size(value: object) -> bool:
    """
    True for what `size_in_bytes` takes.
    """
    if isinstance(value, str):
        return re.fullmatch(r"[0-9]+[KkMm]?", value) is not None
    return isinstance(value, int) and not isinstance(value, bool)


def size_in_bytes(size: Size) -> int:
    """
    Bytes; K is 1024 of them, M 1024 K.

    Errors: UserError for text of another form.
    """
    if not is_size(size):
        raise UserError(f"'{size}' is not {SIZE_FORMS}")
    if isinstance(size, int):
        return size
    digits = size.rstrip("KkMm")
    return int(digits) * _UNITS[size[len(digits) :].upper()]
