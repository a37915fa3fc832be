"""
The study of a network in Optuna: which plan is tried next, and what came of those that were.

Trials of one layer at a time come first; of their results the best networks are put together
(compiler/explore_seed.py), and from there the sampler goes on. Every worker follows the same rule,
looking only at the storage (`next_step`): there may be many, on many machines, each may be killed,
and a study that was left goes on where it was.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, fields
from enum import Enum
from typing import Any

import optuna
from optuna.exceptions import ExperimentalWarning
from optuna.samplers import BaseSampler
from optuna.storages import RDBStorage, RetryHeartbeatStaleTrialCallback, fail_stale_trials
from optuna.study import Study
from optuna.trial import FrozenTrial, Trial, TrialState
from xdsl.utils.exceptions import PassFailedException

from .errors import UserError
from .explore_bench import Bench, weigh
from .explore_front import Candidate
from .explore_problem import Problem
from .explore_seed import Option, best_networks, interpolated, spaced
from .explore_space import Point, Space, Way, entries, exact_point

HEARTBEAT_SECONDS, GRACE_SECONDS = 5, 30
"""A trial whose worker has not been heard of for so long is another's to do."""

_SEEDS = 24
_ROOM = 1.5
"""For what adding up divergences is off by."""
_SQLITE_PATIENCE = 60

_UNFINISHED = (TrialState.WAITING, TrialState.RUNNING)
_FINISHED = (TrialState.COMPLETE, TrialState.PRUNED)


class Kind:
    """
    What a trial is for: its attribute `kind`.
    """

    FIRST = "first"
    SEED = "seed"


class Step(Enum):
    """
    What a worker does next.
    """

    TRY = "try"
    WAIT = "wait"
    STOP = "stop"


def open_storage(url: str) -> RDBStorage:
    """
    The storage at a URL, made if it is not there. Errors: UserError.
    """
    patience = {"connect_args": {"timeout": _SQLITE_PATIENCE}} if url.startswith("sqlite") else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        try:
            return RDBStorage(
                url,
                engine_kwargs=patience,
                heartbeat_interval=HEARTBEAT_SECONDS,
                grace_period=GRACE_SECONDS,
                heartbeat_stale_trial_callback=RetryHeartbeatStaleTrialCallback(),
            )
        except Exception as error:
            raise UserError(f"--storage {url}: {error}") from error


def open_study(
    storage: RDBStorage, name: str, problem: Problem, sampler: BaseSampler | None = None
) -> Study:
    """
    The study of that name, made if it is not there. Errors: UserError for that of another problem.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(
        study_name=name,
        storage=storage,
        sampler=sampler,
        directions=["minimize", "maximize"],
        load_if_exists=True,
    )
    settings = problem.settings()
    if study.user_attrs.setdefault("settings", settings) != settings:
        raise UserError(
            f"the storage has a study '{name}' of another model, or with other settings "
            f"({study.user_attrs['settings']}): name another with --study, or another storage"
        )
    study.set_user_attr("settings", settings)
    return study


def begin(study: Study, points: Iterable[Point]) -> None:
    """
    Line up the trials that come first; those that are there already are not done again.
    """
    for point in points:
        _enqueue(study, point, Kind.FIRST)


def next_step(study: Study, wanted: int) -> Step:
    """
    What to do for a study that is to have so many finished trials besides those that come first.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        fail_stale_trials(study)
    trials = study.get_trials(deepcopy=False)
    if any(trial.state == TrialState.WAITING for trial in trials):
        return Step.TRY
    running = [trial for trial in trials if trial.state == TrialState.RUNNING]
    if any(kind_of(trial) == Kind.FIRST for trial in running):
        return Step.WAIT
    finished = [t for t in trials if t.state in _FINISHED and kind_of(t) != Kind.FIRST]
    if len(finished) + len(running) < wanted:
        return Step.TRY
    return Step.WAIT if running else Step.STOP


def plant(study: Study, space: Space, reach: float) -> None:
    """
    Line up the best networks by the trials of one layer at a time, once these are finished: such as
    may lose up to `reach` points of top-1.
    """
    trials = study.get_trials(deepcopy=False)
    singles = [trial for trial in trials if kind_of(trial) == Kind.FIRST]
    if any(trial.state in _UNFINISHED for trial in singles) or _planted(trials):
        return
    for point in seeds(singles, space, reach):
        _enqueue(study, point, Kind.SEED)


def objective(trial: Trial, bench: Bench, space: Space) -> tuple[float, float]:
    """
    Cycles and top-1 in %. All else that is measured becomes attributes of the trial. Errors:
    TrialPruned where the network does not fit the device.
    """
    point = {
        layer: (
            _way(ways, trial.suggest_categorical(_way_key(layer), [way.name for way in ways])),
            trial.suggest_int(_level_key(layer), 0, len(bench.method.amounts) - 1),
        )
        for layer, ways in space.items()
    }
    module, verdict = bench.build(entries(bench.method, point))
    try:
        weight = weigh(module, bench.device, bench.method.kernels)
    except PassFailedException as error:
        raise optuna.TrialPruned(str(error)) from error
    measured = {**asdict(weight), **asdict(verdict), "kernels": bench.kernels(module)}
    for key, value in measured.items():
        trial.set_user_attr(key, value)
    return weight.cycles, verdict.top1


def candidates(study: Study, space: Space) -> list[Candidate]:
    """
    What has been tried, the exact network first. Errors: UserError where not even that has been.
    """
    trials = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    found = [_candidate(trial, space) for trial in trials]
    exact = [one for one in found if one.point == exact_point(space)]
    if not exact:
        raise UserError(f"the study '{study.study_name}' has not come as far as the exact network")
    return [exact[0], *(one for one in found if one is not exact[0])]


def _candidate(trial: FrozenTrial, space: Space) -> Candidate:
    names = {field.name for field in fields(Candidate)} - {"point"}
    known = {key: value for key, value in trial.user_attrs.items() if key in names}
    return Candidate(_point_of(trial, space), **known)


def _point_of(trial: FrozenTrial, space: Space) -> Point:
    given = trial.params
    return {
        layer: (_way(ways, given[_way_key(layer)]), int(given[_level_key(layer)]))
        for layer, ways in space.items()
    }


def kind_of(trial: FrozenTrial) -> str | None:
    """
    Of the class Kind; None for what the sampler chose.
    """
    return trial.user_attrs.get("kind")


def seeds(singles: Sequence[FrozenTrial], space: Space, reach: float) -> list[Point]:
    """
    The networks to start with, from trials of one layer at a time: the best ones whose divergences,
    added up, are at most what goes with a loss of `reach` points.
    """
    measured = [trial for trial in singles if trial.state == TrialState.COMPLETE]
    exact = next(t for t in measured if not _changed(_point_of(t, space)))
    options: dict[str, list[Option]] = {layer: [] for layer in space}
    for trial in measured:
        for layer, way, level in _changed(_point_of(trial, space)):
            saved = trial.values[0] - exact.values[0]
            options[layer].append(Option(way.name, level, saved, _divergence(trial)))
    beyond = [_divergence(t) for t in measured if t.values[1] < exact.values[1] - reach]
    largest = _ROOM * min(beyond, default=math.inf)
    networks = best_networks([list(_finer(options[layer])) for layer in space])
    near = [network for network in networks if sum(one.loss for one in network) <= largest]
    return [_point(network, space) for network in spaced(near, _SEEDS)]


def _divergence(trial: FrozenTrial) -> float:
    return float(trial.user_attrs["divergence"])


def _finer(options: Sequence[Option]) -> Iterator[Option]:
    for way in dict.fromkeys(option.way for option in options):
        yield from interpolated([option for option in options if option.way == way])


def _point(network: Sequence[Option], space: Space) -> Point:
    return {
        layer: (_way(ways, option.way) if option.level else ways[0], option.level)
        for (layer, ways), option in zip(space.items(), network, strict=True)
    }


def _changed(point: Point) -> list[tuple[str, Way, int]]:
    return [(layer, way, level) for layer, (way, level) in point.items() if level]


def _planted(trials: Sequence[FrozenTrial]) -> bool:
    return any(kind_of(trial) == Kind.SEED for trial in trials)


def _enqueue(study: Study, point: Point, kind: str) -> None:
    params: dict[str, Any] = {}
    for layer, (way, level) in point.items():
        params |= {_way_key(layer): way.name, _level_key(layer): level}
    study.enqueue_trial(params, user_attrs={"kind": kind}, skip_if_exists=True)


def _way(ways: Sequence[Way], name: str) -> Way:
    return next(way for way in ways if way.name == name)


def _way_key(layer: str) -> str:
    return f"{layer} way"


def _level_key(layer: str) -> str:
    return f"{layer} level"
