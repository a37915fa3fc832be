"""
The result of a simulation as a table, as JSON, and in the format of callgrind for KCachegrind.
"""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby
from typing import Any

from .sim_result import CallSite, Figures, Place, Result
from .text_columns import aligned

_HEADING = ("function", "cycles", "share", "fetch stalls", "data stalls", "instructions")


def table(result: Result) -> str:
    """
    One line a function, the most expensive one first, then the total and the memory.
    """
    rows = [_HEADING]
    rows += [_row(name, one, result.total) for name, one in result.functions.items()]
    rows.append(_row("total", result.total, result.total))
    lines = aligned(rows)
    if result.counted is not None:
        lines.append(f"calls counted: {result.counted}")
    lines.append(f"stack: {result.stack:,} bytes; other RAM: {result.ram:,} bytes")
    return "\n".join(lines)


def _row(name: str, figures: Figures, total: Figures) -> tuple[str, ...]:
    share = figures.cycles / max(1, total.cycles)
    counts = (figures.fetch_stalls, figures.data_stalls, figures.instructions)
    return (name, f"{figures.cycles:,}", f"{share:.1%}", *(f"{count:,}" for count in counts))


def as_json(result: Result) -> dict[str, Any]:
    """
    All figures; `functions` by name, `calls_counted` null where everything is counted.
    """
    return {
        "firmware": result.firmware,
        "target": result.profile,
        **asdict(result.total),
        "calls_counted": result.counted,
        "stack_bytes": result.stack,
        "ram_bytes": result.ram,
        "status": result.status,
        "functions": {name: asdict(one) for name, one in result.functions.items()},
    }


def callgrind(result: Result) -> str:
    """
    The whole run, by the address of blocks, with calls.

    Source: Callgrind Format Specification of the Valgrind manual.
    """
    calls: dict[str, list[str]] = {}
    for site in result.calls:
        calls.setdefault(site.caller, []).extend(_call(site))
    lines = [
        "# callgrind format",
        "version: 1",
        "creator: approx-sim",
        f"cmd: {result.firmware} ({result.profile})",
        "positions: instr",
        "events: Cycles FetchStalls DataStalls Instructions",
        f"ob={result.firmware}",
        "fl=???",
    ]
    places = [place for place in result.places if place.figures.instructions]
    for function, group in groupby(places, lambda place: place.function):
        lines += ["", f"fn={function}", *map(_cost, group)]
        lines += calls.pop(function, [])
    total = sum((place.figures for place in places), Figures())
    return "\n".join([*lines, "", f"totals: {_events(total)}", ""])


def _events(figures: Figures) -> str:
    counts = (figures.cycles, figures.fetch_stalls, figures.data_stalls, figures.instructions)
    return " ".join(map(str, counts))


def _cost(place: Place) -> str:
    return f"{place.address:#x} {_events(place.figures)}"


def _call(call: CallSite) -> list[str]:
    """
    Calls of one function from one place.
    """
    return [
        f"cfn={call.callee}",
        f"calls={call.count} {call.callee_address:#x}",
        f"{call.address:#x} {_events(call.figures)}",
    ]
