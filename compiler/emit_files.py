"""
All files of a program into a directory: all of them, or none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from xdsl.dialects.builtin import ModuleOp

from .emit_header import render_header
from .emit_sources import Sources
from .emit_text import NO_CLAIM
from .errors import UserError
from .files import write_files
from .program import Program
from .report import as_json, report

RUNTIME = Path(__file__).resolve().parents[1] / "runtime"
"""The headers that generated code includes."""

_START = 65536
"""Characters in which a generated file has said where it comes from."""

More: TypeAlias = Callable[[Mapping[str, Any]], Mapping[Path, str | bytes]]
"""Files beside those of the folder, from the report (compiler/report.py)."""


def emit_files(
    module: ModuleOp,
    directory: Path,
    name: str,
    shards: int,
    plan: str | None = None,
    more: More | None = None,
) -> list[Path]:
    """
    Write NAME.h, NAME.c, NAME_0.c ..., NAME_report.json, NAME_plan.json (the text `plan`, if any),
    the runtime headers and whatever `more` there is; returns the paths written, sorted.

    Shards that an earlier run with more of them left are removed. Everything is rendered before the
    first file is touched, and files appear whole. Errors: UserError where a file cannot be written
    or the program has another name, DiagnosticException for what has no C.
    """
    program = Program.of(module)
    if program.name != name:
        raise UserError(f"the network is named '{program.name}', not '{name}'")
    figures = report(program)
    texts = _render(program, shards, plan) | {f"{name}_report.json": as_json(figures)}
    contents: dict[Path, str | bytes] = {directory / file: text for file, text in texts.items()}
    if more is not None:
        contents |= more(figures)
    write_files(contents, stale=_stale_shards(directory, name, shards))
    return sorted(contents)


def _render(program: Program, shards: int, plan: str | None) -> dict[str, str]:
    name, sources = program.name, Sources(program, shards)
    texts = {path.name: path.read_text(encoding="utf-8") for path in RUNTIME.glob("approx_*.h")}
    texts[f"{name}.h"] = render_header(program)
    texts[f"{name}.c"] = sources.main()
    texts |= {f"{name}_{index}.c": sources.shard(index) for index in range(shards)}
    if plan is not None:
        texts[f"{name}_plan.json"] = plan
    return texts


def _stale_shards(directory: Path, name: str, shards: int) -> list[Path]:
    """
    Files NAME_8.c ... of ours, beyond those of this run. What begins otherwise is somebody else's,
    and what includes another header belongs to a network named NAME_8.
    """
    numbered = re.compile(re.escape(name) + r"_(0|[1-9][0-9]*)\.c")
    stale: list[Path] = []
    for path in directory.glob("*.c"):
        found = numbered.fullmatch(path.name)
        if found is not None and int(found.group(1)) >= shards and _is_shard(path, name):
            stale.append(path)
    return sorted(stale)


def _is_shard(path: Path, name: str) -> bool:
    with path.open(encoding="utf-8", errors="replace") as file:
        start = file.read(_START)
    return NO_CLAIM in start and f'#include "{name}.h"' in start
