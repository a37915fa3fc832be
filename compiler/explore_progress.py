"""
How far a study has come, on the terminal.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from optuna.trial import FrozenTrial, TrialState
from rich import progress
from rich.console import Console

from .explore_trials import FINISHED, Kind, is_exact, kind_of


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
            console=Console(stderr=True),
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
        The trials there are now, without those that failed.
        """
        first = [trial for trial in trials if kind_of(trial) == Kind.FIRST]
        others = [trial for trial in trials if kind_of(trial) != Kind.FIRST]
        self.bars.update(self.first, total=len(first), completed=_finished(first))
        self.bars.update(self.others, completed=_finished(others), note=_note(trials))


def _finished(trials: Sequence[FrozenTrial]) -> int:
    return sum(trial.state in FINISHED for trial in trials)


def _note(trials: Sequence[FrozenTrial]) -> str:
    """
    The plan of the fewest cycles that loses nothing.
    """
    done = [trial for trial in trials if trial.state == TrialState.COMPLETE]
    exact = next((trial.values for trial in done if is_exact(trial)), None)
    if exact is None:
        return ""
    least = min(trial.values[0] for trial in done if trial.values[1] >= exact[1])
    return f"{least / 1e6:.2f} M cycles at no loss, exact {exact[0] / 1e6:.2f} M"
