"""
`--print-completion SHELL`: what makes bash, zsh or fish complete our commands.

shtab writes the script from the arguments. What it cannot know is said here: which files an
argument takes, and words that are not fixed choices.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias, cast

SHELLS = ("bash", "zsh", "fish")

Completion: TypeAlias = Mapping[str, Any]
"""
Functions by shell, and under "preamble" their text, by shell again, as shtab has it; under
"epilogue", what is to come after its script.
"""

_FILE, _FOLDER = "FILE", "DIR"
"""What the help calls arguments that take any file, or a folder."""
_PATTERNS = {
    "annotated_onnx": ("*.onnx",),
    "calibration": ("*.npz",),
    "csv": ("*.csv",),
    "data": ("*.npz",),
    "firmware": ("*.elf",),
    "input_file": ("*.mlir", "*.onnx"),
    "memory": ("*.ld",),
    "model": ("*.onnx",),
}
"""
Files that arguments take, by their `dest`, in any of our commands; other paths are any file.
Folders are offered too.
"""


class PrintCompletion(argparse.Action):
    """
    Print the script for a shell, and exit.

    `words` are what arguments (by `dest`) can be; `special` makes the completion of those that need
    functions of their own.
    """

    def __init__(
        self,
        option_strings: list[str],
        dest: str,
        words: Mapping[str, Iterable[str]],
        special: Mapping[str, Callable[[], Completion]],
        **settings: Any,
    ):
        super().__init__(option_strings, dest, choices=SHELLS, **settings)
        self._words = words
        self._special = special

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """
        The script on standard output.
        """
        import shtab

        actions: list[Any] = cast(Any, parser)._actions
        for action in actions:
            self._prepare(action)
        print(shtab.complete(parser, values))
        for action in actions:
            epilogues = getattr(action, "complete", {}).get("epilogue", {})
            print(epilogues.get(values, ""), end="")
        parser.exit()

    def _prepare(self, action: Any) -> None:
        """
        Note on an argument what shtab is to know of it.
        """
        import shtab

        if action.dest in self._words:
            action.choices = tuple(self._words[action.dest])
        elif action.dest in self._special:
            action.complete = self._special[action.dest]()
        elif action.metavar == _FOLDER:
            action.complete = shtab.DIRECTORY
        elif action.dest in _PATTERNS:
            action.complete = shtab.glob(*_PATTERNS[action.dest])
        elif action.type is Path or action.metavar == _FILE:
            action.complete = shtab.FILE


def add_print_completion(
    parser: Any,
    words: Mapping[str, Iterable[str]] | None = None,
    special: Mapping[str, Callable[[], Completion]] | None = None,
) -> None:
    """
    Add `--print-completion` to a parser or a group of its arguments.
    """
    parser.add_argument(
        "--print-completion",
        action=PrintCompletion,
        words=words or {},
        special=special or {},
        metavar="SHELL",
        help=f"print what makes a shell ({', '.join(SHELLS)}) complete this command, and exit",
    )
