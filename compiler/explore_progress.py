"""
How far a study has come, on the terminal.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from optuna.trial import FrozenTrial, TrialState
from rich import progress

from .explore_study import Kind, kind_of

_FINISHED = (TrialState.COMPLETE, TrialState.PRUNED)


class Progress:
    """
    Two bars: the trials that come first, and the `wanted` others.
    """

    def __init__(self, title: str, wanted: int):
        self.bars = progress.Progress(
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.MofNCompleteColumn(),
            progress.TimeElapsedColumn(),
            progress.TextColumn("{task.fields[note]}"),
        )
        self.first = self.bars.add_task(f"{title}: layers", total=None, note="")
        self.others = self.bars.add_task(
            f"{title}: plans", total=wanted, note="", visible=wanted > 0
        )

    def __enter__(self) -> Self:
        self.bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.bars.stop()

    def show(self, trials: Sequence[FrozenTrial]) -> None:
        """
        What there is now.
        """
        first = [trial for trial in trials if kind_of(trial) == Kind.FIRST]
        others = [trial for trial in trials if kind_of(trial) != Kind.FIRST]
        self.bars.update(self.first, total=len(first), completed=_finished(first))
        self.bars.update(self.others, completed=_finished(others), note=_note(trials))


def _finished(trials: Sequence[FrozenTrial]) -> int:
    return sum(trial.state in _FINISHED for trial in trials)


def _note(trials: Sequence[FrozenTrial]) -> str:
    """
    The plan of the fewest cycles that loses nothing.
    """
    done = [trial.values for trial in trials if trial.state == TrialState.COMPLETE]
    if not done:
        return ""
    exact = max(done, key=lambda values: values[0])
    least = min(cycles for cycles, top1 in done if top1 >= exact[1])
    return f"{least / 1e6:.2f} M cycles at no loss, exact {exact[0] / 1e6:.2f} M"
