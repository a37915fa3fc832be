"""
`approx-report`: the HTML page of one report or of two side by side.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from .completion import add_print_completion
from .errors import UserError
from .files import write_files
from .report_files import load_front, load_report
from .report_page import render_page


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
