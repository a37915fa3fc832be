"""
Tables of a run, for the terminal.
"""

from __future__ import annotations

from collections.abc import Sequence

from cmsis_nn import VARIANT
from published import CMSIS_NN, best_published
from results import Entry, Layer, Run
from rich.table import Table


def cmsis_nn_cycles(run: Run, network: str, profile: str) -> tuple[int | None, str]:
    """
    Cycles of CMSIS-NN, and where they are from: of this run, or known from before.
    """
    measured = run.entry(network, VARIANT, profile)
    if measured is not None:
        return measured.cycles, "measured"
    return CMSIS_NN.get(network, {}).get(profile), "on record"


def overview(run: Run, profile: str) -> Table:
    """
    One row for each network and variant.
    """
    table = Table(title=f"{profile}: one inference (tree {run.tree})")
    table.add_column("network")
    table.add_column("variant")
    for heading in ("cycles", "per MAC", "flash B", "RAM B", "stack B", "CMSIS-NN", "ratio"):
        table.add_column(heading, justify="right")
    table.add_column("best published", justify="right")
    table.add_column("ratio", justify="right")
    table.add_column("by")
    for entry in run.entries:
        if entry.profile == profile:
            table.add_row(*_entry_row(run, entry))
    return table


def _entry_row(run: Run, entry: Entry) -> list[str]:
    library, _ = cmsis_nn_cycles(run, entry.network, entry.profile)
    best = best_published(entry.network, entry.profile)
    return [
        *entry_figures(run, entry),
        "-" if library is None else f"{library:,}",
        ratio(entry.cycles, library),
        "-" if best is None else f"{best.cycles:,}",
        ratio(entry.cycles, None if best is None else best.cycles),
        "" if best is None else best.engine,
    ]


def entry_figures(run: Run, entry: Entry) -> list[str]:
    """
    Network and variant, cycles and memory.
    """
    return [
        run.notes.get(entry.network, entry.network),
        entry.variant,
        f"{entry.cycles:,}",
        per_mac(entry.cycles, entry.macs),
        f"{entry.flash:,}",
        f"{entry.ram:,}",
        f"{entry.stack:,}",
    ]


def per_mac(cycles: int, macs: int) -> str:
    """
    Cycles for each multiply-accumulate of the exact layer.
    """
    return f"{cycles / macs:.3f}" if macs else "-"


def ratio(ours: int, theirs: int | None) -> str:
    """
    Ours / theirs: below 1 is faster.
    """
    return "-" if theirs is None else f"{ours / theirs:.3f}"


def error(predicted: int | None, measured: int) -> str:
    """
    By how much a prediction is too high, in percent of what was measured.
    """
    if predicted is None or not measured:
        return "-"
    return f"{100 * (predicted / measured - 1):+.1f} %"


LAYER_HEADINGS = (
    *("MACs", "cycles", "per MAC", "predicted", "error"),
    *("flash B", "predicted", "error"),
)


def layer_columns(layer: Layer) -> list[str]:
    """
    The figures of a layer under `LAYER_HEADINGS`.
    """
    return [
        f"{layer.macs:,}",
        f"{layer.cycles:,}",
        per_mac(layer.cycles, layer.macs),
        _number(layer.predicted_cycles),
        error(layer.predicted_cycles, layer.cycles),
        f"{layer.flash:,}",
        _number(layer.predicted_flash),
        error(layer.predicted_flash, layer.flash),
    ]


def layers(entry: Entry) -> Table:
    """
    One row a layer, and the function that calls them.
    """
    table = Table(title=f"{entry.network}, {entry.variant}, {entry.profile}")
    for heading in ("layer", "op", "kernel"):
        table.add_column(heading)
    for heading in LAYER_HEADINGS:
        table.add_column(heading, justify="right")
    for layer in entry.layers:
        table.add_row(layer.name, layer.op, layer.kernel, *layer_columns(layer))
    table.add_section()
    table.add_row("(calls, borders)", "", "", "", f"{entry.own_cycles:,}")
    return table


def efforts(run: Run) -> Table:
    """
    Time and memory of the builds, on this machine.
    """
    table = Table(title="builds, on this machine")
    for heading in ("network", "variant", "step"):
        table.add_column(heading)
    for heading in ("seconds", "largest process, MB"):
        table.add_column(heading, justify="right")
    for network, variants in run.efforts.items():
        for variant, steps in variants.items():
            for step, effort in steps.items():
                row = (f"{effort.seconds:.1f}", f"{effort.bytes / 1e6:.0f}")
                table.add_row(network, variant, step, *row)
    return table


def _number(value: int | None) -> str:
    return "-" if value is None else f"{value:,}"


def sections(run: Run, profiles: Sequence[str], with_layers: bool) -> list[Table]:
    """
    All tables, in order.
    """
    tables = [overview(run, profile) for profile in profiles]
    if with_layers:
        tables += [layers(entry) for entry in run.entries if entry.layers]
    return tables
