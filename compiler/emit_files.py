"""
All files of a program into a directory: all of them, or none.
"""

from __future__ import annotations

import os
from pathlib import Path

from xdsl.dialects.builtin import ModuleOp

from .emit_header import render_header
from .emit_sources import Sources
from .errors import UserError
from .program import Program
from .report import render_report

RUNTIME = Path(__file__).resolve().parents[1] / "runtime"
"""The headers that generated code includes."""


def emit_files(
    module: ModuleOp, directory: Path, name: str, shards: int, plan: str | None = None
) -> list[Path]:
    """
    Write NAME.h, NAME.c, NAME_0.c ..., NAME_report.json, NAME_plan.json (the text `plan`, if any)
    and the runtime headers; returns the paths written, sorted.

    Everything is rendered before the first file is touched, and files appear whole: after an
    exception the directory is as it was. Errors: UserError where it cannot be written to or the
    program has another name, DiagnosticException for what has no C.
    """
    program = Program.of(module)
    if program.name != name:
        raise UserError(f"the network is named '{program.name}', not '{name}'")
    texts = _render(program, shards, plan)
    try:
        return _write(texts, directory)
    except OSError as error:
        raise UserError(f"cannot write to {directory}: {error.strerror}") from error


def _render(program: Program, shards: int, plan: str | None) -> dict[str, str]:
    name, sources = program.name, Sources(program, shards)
    texts = {path.name: path.read_text() for path in RUNTIME.glob("approx_*.h")}
    texts[f"{name}.h"] = render_header(program)
    texts[f"{name}.c"] = sources.main()
    texts |= {f"{name}_{index}.c": sources.shard(index) for index in range(shards)}
    texts[f"{name}_report.json"] = render_report(program)
    if plan is not None:
        texts[f"{name}_plan.json"] = plan
    return texts


def _write(texts: dict[str, str], directory: Path) -> list[Path]:
    created = [path for path in (directory, *directory.parents) if not path.exists()]
    directory.mkdir(parents=True, exist_ok=True)
    pending = {directory / name: directory / f".{name}.{os.getpid()}.tmp" for name in sorted(texts)}
    try:
        for path, temporary in pending.items():
            if path.is_dir():
                raise IsADirectoryError(0, f"{path.name} is a directory")
            temporary.write_text(texts[path.name], newline="\n")
        for path, temporary in pending.items():
            os.replace(temporary, path)
    except BaseException:
        for temporary in pending.values():
            temporary.unlink(missing_ok=True)
        for path in created:
            path.rmdir()
        raise
    return list(pending)
