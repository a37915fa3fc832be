"""
`approx-opt --help` by topics, though most of its arguments are added by xDSL.
"""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

from .universe import APPROX_UNIVERSE

USAGE = "approx-opt [option ...] [FILE]"
EXAMPLES = """\
examples:
  the integer network that a model becomes:
    approx-opt model.onnx --calibration data.npz -p fuse-qdq,fold-transposes
  exact C for an STM32F4, in the folder gen, within 256 KiB of flash:
    approx-opt model.onnx --calibration data.npz --emit-dir gen \\
      -p 'approx-to-c{target=stm32f4 flash-budget=262144}'
  C without the operands that approx-explore chose to skip:
    approx-opt model.onnx --calibration data.npz --emit-dir gen \\
      -p 'approx-to-c{plan="plan.json"}'
  what approx-to-c can be told:
    approx-opt --list-passes approx-to-c
"""

_REST = "other options of xDSL"
_GROUPS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "input": {
        "input_file": {"metavar": "FILE", "help": ".onnx or .mlir; none or -: standard input"},
        "--frontend": {"help": "what FILE is, if its name does not end in one of these"},
        "--split-input-file": {},
    },
    "networks": {},
    "passes": {"--passes": {"metavar": "PASSES"}, "--pass-pipeline": {}},
    "output": {
        "--target": {},
        "--output-file": {"metavar": "FILE", "help": "write there (default: standard output)"},
    },
    "generated files": {},
    "debugging IR": {
        "--print-between-passes": {},
        "--time-passes": {},
        "--disable-verify": {"help": "Do not check the IR between passes"},
        "--verify-diagnostics": {},
        "--parsing-diagnostics": {},
        "--allow-unregistered-dialect": {},
        "--no-implicit-module": {},
        "--print-op-generic": {},
        "--print-no-properties": {},
        "--print-debuginfo": {},
        "--syntax-highlight": {},
        "--shrink": {},
    },
    _REST: {},
    "information": {"--version": {"help": "print the versions of approx-opt and xDSL and exit"}},
}
"""
Titles in the order of the help; the arguments of each that xDSL adds, and what we say of them that
xDSL does not.
"""


class _HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """
    Examples as they stand, names with hyphens in one piece.
    """

    def _split_lines(self, text: str, width: int) -> list[str]:
        return textwrap.wrap(" ".join(text.split()), width, break_on_hyphens=False)


class ArgumentGroups:
    """
    Stands in for a parser to which arguments are added: each joins the group of its topic, or,
    where xDSL has new ones, the one of all others. `passes` and `targets` are the names there are.
    """

    def __init__(
        self, parser: argparse.ArgumentParser, passes: Iterable[str], targets: Iterable[str]
    ):
        parser.usage, parser.epilog = USAGE, EXAMPLES
        parser.formatter_class = _HelpFormatter
        # For --help, which the parser has had from the start, to move.
        parser.conflict_handler = "resolve"
        self._groups = {title: parser.add_argument_group(title) for title in _GROUPS}
        self._texts = {"--passes": _passes_help(passes), "--target": _targets_help(targets)}
        information = self.add_argument_group("information")
        information.add_argument("-h", "--help", action="help", help="show this help and exit")

    def add_argument_group(self, title: str) -> Any:
        """
        The group of that title, to add arguments to.
        """
        return self._groups[title]

    def add_argument(self, *names: str, **settings: Any) -> argparse.Action:
        """
        As that of a parser.
        """
        name = names[-1]
        title = next((title for title, known in _GROUPS.items() if name in known), _REST)
        settings |= _GROUPS[title].get(name, {})
        settings["help"] = self._texts.get(name, settings.get("help"))
        return self._groups[title].add_argument(*names, **settings)


def _passes_help(passes: Iterable[str]) -> str:
    """
    Ours by name, the others by number.
    """
    ours, others = _ours_first(passes, APPROX_UNIVERSE.all_passes)
    return (
        f"separated by commas, with options in braces: {', '.join(ours)}, and {len(others)} of "
        "xDSL (--list-passes)"
    )


def _targets_help(targets: Iterable[str]) -> str:
    ours, others = _ours_first(targets, ("mlir", *APPROX_UNIVERSE.all_targets))
    return f"what to write: {', '.join(ours)} (default: mlir); of xDSL: {', '.join(others)}"


def _ours_first(names: Iterable[str], ours: Iterable[str]) -> tuple[list[str], list[str]]:
    known = frozenset(ours)
    listed = list(names)
    return [one for one in listed if one in known], [one for one in listed if one not in known]
