"""
A run as docs/benchmarks.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from published import CMSIS_NN, CMSIS_NN_COMMIT, best_published
from results import Entry, Run
from tables import VARIANT, cmsis_nn_cycles, entry_figures, ratio

_TEXT = """\
# Benchmarks

Cycles of one inference in `approx-sim` ([simulator.md](simulator.md)), int8, every output byte
equal to the reference interpreter's. Written by

```
make bench MODELS_DIR=... CMSIS_NN_DIR=... BENCH=--write
```

of tree `{tree}` with gcc {gcc}; all figures, with those of every layer, are in
[../bench/results/networks.json](../bench/results/networks.json). Networks with random weights are
MLPerf Tiny's architectures. Flash and RAM are those of the whole firmware: start-up, input and
output buffers included, the stack beside it. Each table is of code compiled for that target:
`exact` has its flash (2 MB), `exact 512K` is compiled with `flash-budget={budget}`, the others by
the plans in [../bench/plans](../bench/plans/README.md).

CMSIS-NN {library}. Best
published: the fewest cycles (latency x clock) in the closed division of MLPerf Tiny on a board of
that family, see bench/published.py.

![Cycles of each network](../bench/results/cycles.svg)
"""

_HEADINGS = (
    *("network", "variant", "cycles", "per MAC", "flash", "RAM", "stack"),
    *("of CMSIS-NN", "of best published"),
)


def page(run: Run, profiles: Sequence[str], budget: int) -> str:
    """
    The page; of memory that never waits only what tells of the simulator.
    """
    library = f"was measured alike (commit {run.cmsis_nn})"
    if run.cmsis_nn is None:
        library = f"is from the record in bench/published.py (commit {CMSIS_NN_COMMIT})"
    text = _TEXT.format(tree=run.tree, gcc=run.gcc, budget=budget, library=library)
    boards = [profile for profile in profiles if profile != "ideal"]
    sections = [f"\n## {profile}\n\n{_overview(run, profile)}" for profile in boards]
    return text + "".join(sections) + _agreement(run, profiles)


def _overview(run: Run, profile: str) -> str:
    rows = [_row(run, entry) for entry in run.entries if entry.profile == profile]
    return markdown([_HEADINGS, *rows])


def _row(run: Run, entry: Entry) -> list[str]:
    library, _ = cmsis_nn_cycles(run, entry.network, entry.profile)
    best = best_published(entry.network, entry.profile)
    published = "-"
    if best is not None:
        published = f"{ratio(entry.cycles, best.cycles)} ({best.engine})"
    return [*entry_figures(run, entry), ratio(entry.cycles, library), published]


def _agreement(run: Run, profiles: Sequence[str]) -> str:
    """
    CMSIS-NN as measured against the record; nothing where it was not measured.
    """
    networks = dict.fromkeys(e.network for e in run.entries if e.variant == VARIANT)
    if not networks:
        return ""
    rows = [["network", *profiles], *([n, *_deviations(run, n, profiles)] for n in networks)]
    return (
        "\n## The simulator\n\nCycles of CMSIS-NN here, against the record of an independent "
        f"implementation of the model\n(commit {CMSIS_NN_COMMIT}; bench/published.py).\n\n"
        + markdown(rows)
    )


def _deviations(run: Run, network: str, profiles: Sequence[str]) -> list[str]:
    cells: list[str] = []
    for profile in profiles:
        entry, known = run.entry(network, VARIANT, profile), CMSIS_NN[network].get(profile)
        if entry is None or known is None:
            cells.append("-")
        else:
            cells.append(f"{entry.cycles:,} ({100 * (entry.cycles / known - 1):+.1f} %)")
    return cells


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """
    A table, the first row of which are headings.
    """
    first, *others = rows
    return "".join(f"| {' | '.join(row)} |\n" for row in (first, ["---"] * len(first), *others))
