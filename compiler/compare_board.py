"""
`approx-compare-board`: a board's cycles of each layer beside the simulated and predicted ones.

The log is that of a terminal: what examples/stm32 prints, with anything around it, of one run or
of several. The report is NAME_report.json of the network in the firmware; the firmware is the ELF
that the board runs, which is simulated. See docs/boards.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .board_log import BoardRun, Verdict, last_run, read_log
from .completion import add_print_completion
from .errors import UserError
from .files import write_files
from .report_files import load_report
from .sim_profiles import PROFILES, Profile, profile_named
from .text_columns import aligned

_HEADING = ("layer", "kernel", "board", "simulated", "ratio", "predicted", "ratio")


@dataclass(frozen=True)
class Row:
    """
    Cycles of a layer, or of an inference; None where they are not known.
    """

    name: str
    kernel: str
    board: int | None
    simulated: int | None
    predicted: int | None


@dataclass(frozen=True)
class Comparison:
    """
    `layers` in the order of the network, `total` their sums and `inference` all of it. `spread` is
    the largest relative difference between the cycles of a layer in `runs` complete runs.
    """

    facts: Mapping[str, str]
    profile: str | None
    layers: Sequence[Row]
    total: Row
    inference: Row
    runs: int
    spread: float


def compare_board(
    runs: Sequence[BoardRun], report: Mapping[str, Any], elf: Path | None, target: str | None
) -> Comparison:
    """
    The last complete run, set beside the `report` and a simulation of the firmware `elf`, if given,
    on `target` (None: the one in the log).

    Errors: UserError for a log without a run, of another network, and all of the simulator's.
    """
    run = last_run(runs)
    _check_network(run, report)
    simulated: list[int | None] = [None] * len(run.layers)
    whole, profile = None, None
    if elf is not None:
        profile = _profile(target or run.facts.get("target"))
        simulated, whole = _simulate(elf, profile, report)
    rows = [
        Row(name, str(info.get("kernel", "")), cycles, ours, info.get("predicted_cycles"))
        for (name, cycles), ours, info in zip(run.layers, simulated, report["layers"], strict=True)
    ]
    same = [r for r in runs if r.verdict is Verdict.PASS and _names(r) == _names(run)]
    return Comparison(
        run.facts,
        None if profile is None else profile.name,
        rows,
        _total(rows),
        Row("inference", "", run.total, whole, None),
        len(same),
        _spread(same),
    )


def _profile(target: str | None) -> Profile:
    if target is None:
        raise UserError(f"the log names no target: give --target, one of {', '.join(PROFILES)}")
    return profile_named(target)


def _simulate(
    elf: Path, profile: Profile, report: Mapping[str, Any]
) -> tuple[list[int | None], int]:
    try:
        from .sim_layers import simulate_layers
    except ModuleNotFoundError as error:
        raise UserError(f"{error.name} is missing: pip install 'approx-opt[sim]'") from error
    result = simulate_layers(elf, profile, report)
    return [*result.layers], result.total


def _names(run: BoardRun) -> list[str]:
    return [name for name, _ in run.layers]


def _check_network(run: BoardRun, report: Mapping[str, Any]) -> None:
    """
    Errors: UserError unless network, target and layers of the log are those of the report.
    """
    expected, found = [layer["name"] for layer in report["layers"]], _names(run)
    model = run.facts.get("model", report["name"])
    if model != report["name"]:
        raise UserError(f"the log is of the network '{model}', the report of '{report['name']}'")
    device: Mapping[str, Any] | None = report.get("target")
    target = run.facts.get("target")
    if device is not None and target is not None and target != device["name"]:
        raise UserError(f"the log is of code for {target}, the report of code for {device['name']}")
    for index, (theirs, ours) in enumerate(zip(found, expected, strict=False)):
        if theirs != ours:
            raise UserError(
                f"layer {index} is '{theirs}' in the log and '{ours}' in the report: "
                "they are of different networks"
            )
    if len(found) < len(expected):
        missing = ", ".join(expected[len(found) :])
        raise UserError(f"layers of the report are missing in the log: {missing}")
    if len(found) > len(expected):
        raise UserError(f"the log has {len(found)} layers, the report {len(expected)}")


def _total(rows: Sequence[Row]) -> Row:
    columns = zip(*((row.board, row.simulated, row.predicted) for row in rows), strict=True)
    sums = [_sum(column) for column in columns]
    return Row("all layers", "", *sums)


def _sum(values: Sequence[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def _spread(runs: Sequence[BoardRun]) -> float:
    """
    Between runs of the same network, of the layer that differs most: (largest - least) / least.
    """
    cycles = zip(*([count for _, count in run.layers] for run in runs), strict=True)
    return max(((max(one) - min(one)) / max(1, min(one)) for one in cycles), default=0.0)


def table(result: Comparison) -> str:
    """
    One line a layer, then the totals; ratios are board / simulated and board / predicted.
    """
    facts = result.facts
    title = ", ".join(facts[key] for key in ("board", "model", "clock") if key in facts)
    rows = [_HEADING, *(_cells(row) for row in (*result.layers, result.total, result.inference))]
    lines = [title] if title else []
    lines += [line.rstrip() for line in aligned(rows)]
    if result.profile is not None:
        lines.append(f"simulated: {result.profile}")
    lines.append(f"complete runs in the log: {result.runs}, layers within {result.spread:.2%}")
    return "\n".join(lines)


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.name,
        row.kernel,
        _number(row.board),
        _number(row.simulated),
        _ratio(row.board, row.simulated),
        _number(row.predicted),
        _ratio(row.board, row.predicted),
    )


def _number(value: int | None) -> str:
    return "-" if value is None else f"{value:,}"


def _ratio(board: int | None, other: int | None) -> str:
    return "-" if board is None or not other else f"{board / other:.3f}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="approx-compare-board", description=__doc__)
    parser.add_argument("log", type=Path, help="what the board has sent")
    parser.add_argument("--report", type=Path, required=True, help="NAME_report.json")
    parser.add_argument("--firmware", type=Path, help="the ELF it runs, to be simulated")
    parser.add_argument(
        "--target", help=f"simulate this: {', '.join(PROFILES)} (default: as the log says)"
    )
    parser.add_argument("--json", type=Path, help="also write the figures there")
    add_print_completion(parser, words={"target": PROFILES})
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """
    Entry point of `approx-compare-board`; exit status 1 where something cannot be compared.
    """
    args = _parser().parse_args(arguments)
    try:
        log = args.log.read_text(encoding="utf-8", errors="replace")
        report = load_report(args.report)
        result = compare_board(read_log(log), report, args.firmware, args.target)
        if args.json is not None:
            write_files({args.json: json.dumps(asdict(result), indent=2) + "\n"})
    except (UserError, OSError) as error:
        print(f"approx-compare-board: error: {error}", file=sys.stderr)
        sys.exit(1)
    print(table(result))
