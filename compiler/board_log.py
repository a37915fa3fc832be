"""
What a board has said of a network: the CSV that examples/stm32 prints, in the log of a terminal.

Rows of the CSV are `layer,name,cycles` below that header; the firmware's other lines begin with
`#`: facts as `# key: value`, and in the end `# pass` or `# fail: reason`. Whatever else is in the
log is passed over, also what stands in front of a line, such as the time of day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from .errors import UserError

HEADER = "layer,name,cycles"
_ROW = re.compile(r'(?:^|\D)(\d+),("(?:[^"]|"")*"|[^",]+),(\d+)$')
_FACT = re.compile(r"# (\w+): (.*)$")
_END = re.compile(r"# (pass|fail)\b:?\s*(.*)$")
_TOTAL = re.compile(r"(\d+) cycles")


class Verdict(Enum):
    """
    How a run has ended, as far as the log goes.
    """

    NONE = "none"
    PASS = "pass"
    FAIL = "fail"


@dataclass
class BoardRun:
    """
    One run of the firmware. `layers` are names and cycles in the order of the network; `facts` are
    by key ("board", "target", "model", "clock", "total"); `reason` is what it says of its verdict.
    """

    facts: dict[str, str] = field(default_factory=dict[str, str])
    layers: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    verdict: Verdict = Verdict.NONE
    reason: str = ""

    @property
    def total(self) -> int | None:
        """
        Cycles of an inference, where it says so: more than the sum over the layers.
        """
        found = _TOTAL.match(self.facts.get("total", ""))
        return None if found is None else int(found[1])


def read_log(text: str) -> list[BoardRun]:
    """
    All runs in a log that have come to the header of the CSV, or failed before.

    A run whose rows are not numbered 0, 1, 2, ... has lost some on the way, and has no verdict.
    """
    runs: list[BoardRun] = []
    facts: dict[str, str] = {}
    current: BoardRun | None = None
    for line in map(str.rstrip, text.splitlines()):
        fact = _FACT.search(line)
        if fact is not None and fact[1] == "board":  # it has been reset
            facts, current = {}, None
        if fact is not None:
            facts[fact[1]] = fact[2]
        if line.endswith(HEADER):
            facts = dict(facts)
            current = BoardRun(facts)
            runs.append(current)
        elif current is None and (end := _END.search(line)) is not None and end[1] == "fail":
            runs.append(BoardRun(facts, [], Verdict.FAIL, end[2]))
        elif current is not None and current.verdict is Verdict.NONE:
            _read_line(current, line)
    return runs


def _read_line(run: BoardRun, line: str) -> None:
    """
    A row of the CSV, or the verdict.
    """
    if (row := _ROW.search(line)) is not None:
        if int(row[1]) == len(run.layers):
            run.layers.append((_unquoted(row[2]), int(row[3])))
        else:
            run.reason = f"layer {row[1]} follows {len(run.layers)} others"
    elif (end := _END.search(line)) is not None and (not run.reason or end[1] == "fail"):
        run.verdict, run.reason = Verdict(end[1]), end[2]


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def last_run(runs: Sequence[BoardRun]) -> BoardRun:
    """
    The last run that has come to its end.

    Errors: UserError where there is none, and where it has failed: cycles of a network that
    computes something else mean nothing.
    """
    if not runs:
        raise UserError(f"no CSV found in the log: no line '{HEADER}'")
    ended = [run for run in runs if run.verdict is not Verdict.NONE]
    if not ended:
        reason = next((f" ({run.reason})" for run in runs if run.reason), "")
        raise UserError(
            f"none of the {len(runs)} runs in the log is complete{reason}: "
            "each ends with a line '# pass' or '# fail'"
        )
    run = ended[-1]
    if run.verdict is Verdict.FAIL:
        raise UserError(f"the board's last run has failed: {run.reason}")
    return run
