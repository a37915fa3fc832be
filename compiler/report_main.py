"""
`approx-report`: the HTML page of one report or of two side by side.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from .completion import add_print_completion
from .errors import UserError
from .files import write_files
from .report import SCHEMA_VERSION
from .report_page import render_page

_FRONT_VERSION = 1


def load_report(path: Path) -> dict[str, Any]:
    """
    A NAME_report.json. Errors: UserError for a file that is none, or of another version.
    """
    known = _load(path, {"schema_version", "layers"}, "report that approx-opt has written")
    if known["schema_version"] != SCHEMA_VERSION:
        raise UserError(
            f"{path} is a report of version {known['schema_version']}, not {SCHEMA_VERSION}: "
            "compile the network again"
        )
    return known


def load_front(path: Path) -> dict[str, Any]:
    """
    A NAME-front.json. Errors: UserError for a file that is none, or of another version.
    """
    keys = {"version", "method", "target", "front", "tried"}
    known = _load(path, keys, "front that approx-explore has written")
    if known["version"] != _FRONT_VERSION:
        raise UserError(f"{path} is a front of version {known['version']}, not {_FRONT_VERSION}")
    return known


def _load(path: Path, keys: set[str], kind: str) -> dict[str, Any]:
    """
    A JSON object with these keys. Errors: UserError, where it is no such `kind` of file.
    """
    try:
        known: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise UserError(f"{path} is not JSON: {error}") from error
    if not isinstance(known, dict) or not keys <= known.keys():
        raise UserError(f"{path} is not a {kind}")
    return cast("dict[str, Any]", known)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="approx-report", description="The HTML page of one report or of two side by side."
    )
    parser.add_argument("report", type=Path, help="NAME_report.json, as approx-opt writes it")
    parser.add_argument("other", type=Path, nargs="?", help="another one to set beside it")
    parser.add_argument(
        "--front",
        type=Path,
        action="append",
        default=[],
        help="NAME-front.json of approx-explore to show the plan in; may be given again",
    )
    parser.add_argument("-o", "--output", type=Path, required=True, help="the page")
    add_print_completion(parser)
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """
    Entry point of `approx-report`; exit status 1 where a file is not what it should be.
    """
    args = _parser().parse_args(arguments)
    try:
        paths = [args.report] if args.other is None else [args.report, args.other]
        page = render_page([load_report(path) for path in paths], list(map(load_front, args.front)))
        write_files({args.output: page})
    except UserError as error:
        print(f"approx-report: error: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
