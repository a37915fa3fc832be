"""
Trials of a study: what each of them is for, and which point of the space it stands for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from optuna.study import Study
from optuna.trial import FrozenTrial, Trial, TrialState

from .explore_space import EXACT_LEVEL, Point, Space, Way

UNFINISHED = (TrialState.WAITING, TrialState.RUNNING)
FINISHED = (TrialState.COMPLETE, TrialState.PRUNED)
"""What failed is neither: it is as if it had never been."""

Parameters: TypeAlias = Mapping[str, str | int]
"""A point, as Optuna has it."""


class Kind:
    """
    What a trial is for: its attribute `kind`. None: what the sampler chose.
    """

    FIRST = "first"
    SEED = "seed"


def kind_of(trial: FrozenTrial) -> str | None:
    """
    Of the class Kind.
    """
    return trial.user_attrs.get("kind")


def divergence_of(trial: FrozenTrial) -> float:
    """
    As it was measured.
    """
    return float(trial.user_attrs["measured"]["divergence"])


def live_trials(study: Study) -> list[FrozenTrial]:
    """
    All that have not failed, by their numbers.
    """
    trials = study.get_trials(deepcopy=False)
    return [trial for trial in trials if trial.state != TrialState.FAIL]


def line_up(study: Study, points: Iterable[Point], kind: str) -> None:
    """
    Trials to be done, in that order; those that are there already are not there twice.
    """
    there = [_parameters(trial) for trial in live_trials(study)]
    for point in points:
        wanted = parameters_of(point)
        if wanted in there:
            continue
        there.append(wanted)
        study.enqueue_trial(dict(wanted), user_attrs={"kind": kind, "lined_up": wanted})


def is_superfluous(number: int, trials: Sequence[FrozenTrial], wanted: int) -> bool:
    """
    True for a running trial that need not be done, since another is the same, or since those to be
    done in the end, `wanted` of them besides those that come first, are others.

    `trials` are those that have not failed. Processes do not wait for each other before they line
    up a trial or begin one, so there may be too many; of two the one with the lower number stays.
    """
    mine = next(trial for trial in trials if trial.number == number)
    kind = kind_of(mine)
    before = [trial for trial in trials if trial.number < number]
    if kind is not None and any(_parameters(one) == _parameters(mine) for one in before):
        return True
    if kind == Kind.FIRST:
        return False
    running = [trial for trial in before if trial.state == TrialState.RUNNING]
    done = [trial for trial in trials if trial.state in FINISHED]
    return sum(kind_of(trial) != Kind.FIRST for trial in (*running, *done)) >= wanted


def suggested(trial: Trial, space: Space, levels: int) -> Point:
    """
    The point that a trial is to try; each layer has so many levels.
    """
    return {
        layer: (
            _way(ways, trial.suggest_categorical(_way_key(layer), [way.name for way in ways])),
            trial.suggest_int(_level_key(layer), 0, levels - 1),
        )
        for layer, ways in space.items()
    }


def point_of(trial: FrozenTrial, space: Space) -> Point:
    """
    The point that a trial has tried.
    """
    given = trial.params
    return {
        layer: (_way(ways, given[_way_key(layer)]), int(given[_level_key(layer)]))
        for layer, ways in space.items()
    }


def is_exact(trial: FrozenTrial) -> bool:
    """
    True where nothing was skipped.
    """
    levels = [value for key, value in trial.params.items() if key.endswith(_LEVEL)]
    return all(level == EXACT_LEVEL for level in levels)


def parameters_of(point: Point) -> Parameters:
    """
    Of a point.
    """
    found: dict[str, str | int] = {}
    for layer, (way, level) in point.items():
        found |= {_way_key(layer): way.name, _level_key(layer): level}
    return found


def point_named(names: Mapping[str, tuple[str, int]], space: Space) -> Point:
    """
    A point by the names of its ways; of layers that stay exact the way does not matter.
    """
    return {
        layer: (_way(ways, names[layer][0]) if names[layer][1] else ways[0], names[layer][1])
        for layer, ways in space.items()
    }


def _parameters(trial: FrozenTrial) -> Any:
    return trial.user_attrs.get("lined_up", trial.params)


_WAY, _LEVEL = " way", " level"


def _way(ways: Sequence[Way], name: str) -> Way:
    return next(way for way in ways if way.name == name)


def _way_key(layer: str) -> str:
    return layer + _WAY


def _level_key(layer: str) -> str:
    return layer + _LEVEL
