"""
The rule that tells Make and Ninja what generated files were made from.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import onnx
from xdsl.utils.arg_spec import parse_pipeline

from .arguments import reads_onnx
from .emit_files import RUNTIME
from .onnx_load import external_files

_PACKAGE = RUNTIME.parent
_SOURCES = (
    "compiler/*.py",
    "compiler/report_*.css",
    "compiler/report_*.html",
    "compiler/report_*.js",
    "dialects/*.py",
    "passes/*.py",
    "runtime/approx_*.h",
)


def depfile(target: Path, prerequisites: Iterable[Path]) -> str:
    """
    A Make rule, one prerequisite a line; all paths become absolute, links are not followed.
    """
    lines = [f"{_escaped(target)}:", *(f"  {_escaped(path)}" for path in prerequisites)]
    return " \\\n".join(lines) + "\n"


def prerequisites(args: argparse.Namespace) -> list[Path]:
    """
    What a run of the driver with `args` (input_file, frontend, calibration, front, passes) has
    read: the model and its external data, calibration data, plans, a front, and the compiler
    itself.
    """
    found: list[Path] = []
    if args.input_file is not None:
        path = Path(args.input_file)
        found += [path, *(_external_data(path) if reads_onnx(args) else ())]
    for data in (args.calibration, *_named_in(args.passes, "calibration")):
        found += [] if data is None else _data_files(Path(data))
    found += [] if args.front is None else [args.front]
    found += [Path(plan) for plan in _named_in(args.passes, "plan")]
    found += [path for pattern in _SOURCES for path in sorted(_PACKAGE.glob(pattern))]
    return list(dict.fromkeys(Path(os.path.abspath(path)) for path in found))


def _escaped(path: Path) -> str:
    text = os.path.abspath(path)
    for character, escape in (("$", "$$"), ("#", "\\#"), (" ", "\\ ")):
        text = text.replace(character, escape)
    return text


def _named_in(pipeline: str, option: str) -> Iterator[str]:
    """
    The values of an option of any pass.
    """
    for spec in parse_pipeline(pipeline):
        yield from map(str, spec.parameters.get(option, ()))


def _external_data(path: Path) -> list[Path]:
    return external_files(onnx.load_model_from_string(path.read_bytes()), path.parent)


def _data_files(path: Path) -> list[Path]:
    """
    A file; or a folder, the folders in it (for files that come and go) and all their files.
    """
    if not path.is_dir():
        return [path]
    return [path, *sorted(path.rglob("*"))]
