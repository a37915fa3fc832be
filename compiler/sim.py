"""
`approx-sim`: the cycles of firmware on a microcontroller, without the microcontroller.

The firmware is executed to its end; arguments behind `--` are its command line. The model, and how
well it agrees with hardware: docs/simulator.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from .completion import add_print_completion
from .errors import UserError
from .sim_profiles import PROFILES, profile_named
from .sim_report import as_json, callgrind, table
from .sim_result import Result


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="approx-sim", description=__doc__)
    parser.add_argument("firmware", type=Path, help="ELF for a Cortex-M")
    parser.add_argument("--target", required=True, help=", ".join(PROFILES))
    parser.add_argument("--function", help="count only what happens within its calls")
    parser.add_argument("--memory", type=Path, help="linker script with the MEMORY of the board")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    parser.add_argument("--callgrind", type=Path, help="also write the whole run for KCachegrind")
    add_print_completion(parser, words={"target": PROFILES})
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """
    Entry point of `approx-sim`; exit status 1 where something cannot be run, else that of the
    firmware.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    end = given.index("--") if "--" in given else len(given)
    args = _parser().parse_args(given[:end])
    try:
        result = _run(args, given[end + 1 :])
        print(result.stdout, end="")
        print(result.stderr, end="", file=sys.stderr)
        print(table(result))
        if args.json is not None:
            args.json.write_text(json.dumps(as_json(result), indent=2) + "\n")
        if args.callgrind is not None:
            args.callgrind.write_text(callgrind(result))
    except (UserError, OSError) as error:
        print(f"approx-sim: error: {error}", file=sys.stderr)
        sys.exit(1)
    sys.exit(result.status or 0)


def _run(args: argparse.Namespace, command_line: Sequence[str]) -> Result:
    profile = profile_named(args.target)
    try:
        from .sim_memory import memory_of_script
        from .simulator import simulate
    except ModuleNotFoundError as error:
        raise UserError(f"{error.name} is missing: pip install 'approx-opt[sim]'") from error
    return simulate(
        args.firmware,
        profile,
        count=args.function,
        command_line=[args.firmware.name, *command_line],
        memory=None if args.memory is None else memory_of_script(args.memory),
    )
