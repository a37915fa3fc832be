"""
What has to hold of textual IR before xDSL parses it.
"""

from __future__ import annotations

import re

from .errors import UserError

_COMPLETE = re.compile(rb'//[^\n]*+|"(?:[^"\\\n\v\f]++|\\(?:["nt\\]|[0-9A-Fa-f]{2}))*+"')
"""Comments, and strings as xDSL's lexer has them."""


def check_text(data: bytes, name: str) -> None:
    """
    Errors: UserError that begins with `name` for bytes that are not UTF-8, and for a string that
    does not end: on one of those the lexer takes time exponential in its length.
    """
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise UserError(f"{name} is not text: byte {error.start} is not UTF-8") from error
    rest = _COMPLETE.sub(b"", data)
    quote = rest.find(b'"')
    if quote >= 0:
        line = rest.count(b"\n", 0, quote) + 1
        raise UserError(f"{name}:{line}: a string has no end, or a backslash that means nothing")
