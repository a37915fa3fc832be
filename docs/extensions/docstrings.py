"""
Docstrings of passes and ops as Markdown.

In the sources they are plain text with `code` between backticks, lists, and indented blocks that
show IR, the C that it becomes, or formulas.
"""

from __future__ import annotations

import inspect
import re
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_CODE_SPAN = re.compile(r"(`[^`]+`)")
_SOURCE = re.compile(r"(?:[a-z0-9_]+/)*[a-z0-9_]+\.(?:py|h|md)\b")
_C_START = re.compile(
    r"(?:APPROX|NAME|approx)_[A-Za-z0-9_]+\(|(?:static |u?int\d+_t |#define|/\*)|p\["
)
"""How statements of C begin in docstrings."""
_IR_START = re.compile(r"%\w+ = |(?:approx|cortexm)\.\w|\}")
"""How ops begin there, and how their bodies end."""

_CONTINUED = re.compile(r"\s{4}")


def docstring(thing: object) -> str:
    """
    Its own docstring, which a dataclass would make up and a subclass inherit. Errors: ValueError
    where there is none.
    """
    text = vars(thing).get("__doc__")
    if not text or text.startswith(f"{getattr(thing, '__name__', '')}("):
        raise ValueError(f"{thing} has no docstring")
    return inspect.cleandoc(text)


def to_markdown(text: str, up: str) -> str:
    """
    A docstring as Markdown; `up` leads from the page to the root of the repository.
    """
    blocks: list[str] = []
    for is_code, lines in groupby(_with_blank_lines(text), key=lambda line: line[0]):
        body = [line for _, line in lines]
        blocks.append(_fenced(body) if is_code else "\n".join(inline(line, up) for line in body))
    return "\n\n".join(block.strip("\n") for block in blocks)


def inline(line: str, up: str) -> str:
    """
    A line of text: nothing in it is markup but code; names of sources are links.
    """
    parts = _CODE_SPAN.split(line)
    return "".join(
        part
        if part.startswith("`") and len(part) > 1
        else _SOURCE.sub(lambda found: _link(found.group(), up), _escaped(part))
        for part in parts
    )


def _with_blank_lines(text: str) -> list[tuple[bool, str]]:
    """
    Lines, with True for those of indented blocks. Blank lines belong to what is before them;
    what is indented below the item of a list is no block.
    """
    marked: list[tuple[bool, str]] = []
    in_list = False
    for line in text.splitlines():
        if line.strip():
            in_list = line.startswith("- ") or (in_list and line.startswith(" "))
            marked.append((line.startswith("    ") and not in_list, line))
        else:
            marked.append((marked[-1][0] if marked else False, ""))
    return marked


def _fenced(lines: list[str]) -> str:
    """
    A block of code, statements of C apart from IR and formulas, so that they are coloured.
    """
    language = "text"
    marked: list[tuple[str, str]] = []
    for line in lines:
        code = line[4:]
        if code and not _CONTINUED.match(code):
            language = _language(code)
        marked.append((language, code))
    pieces = groupby(marked, key=lambda entry: entry[0])
    fences = [(name, "\n".join(code for _, code in body).strip("\n")) for name, body in pieces]
    return "\n\n".join(f"```{name}\n{code}\n```" for name, code in fences if code)


def _language(code: str) -> str:
    """
    What a statement is written in; formulas are plain text.
    """
    if _C_START.match(code):
        return "c"
    return "mlir" if _IR_START.match(code) else "text"


def _escaped(text: str) -> str:
    listed = re.match(r"\s*- ", text)
    start = listed.end() if listed else 0
    return text[:start] + re.sub(r"([\\*\[\]<>|#$])", r"\\\1", text[start:])


def _link(path: str, up: str) -> str:
    if not (ROOT / path).is_file():
        return path
    return f"[{path}]({up}{path})"
