"""
The study of a network in Optuna: which plan is tried next, and what came of those that were.

Trials of one layer at a time come first; of their results the best networks are put together
(compiler/explore_seed.py), and from there the sampler goes on. Every worker follows the same rule,
looking only at the storage (`next_step`): there may be many, on many machines, each may be killed,
and a study that was left goes on where it was.
"""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

import optuna
from optuna.exceptions import ExperimentalWarning, UpdateFinishedTrialError
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
from .explore_trials import (
    FINISHED,
    UNFINISHED,
    Kind,
    divergence_of,
    is_exact,
    is_superfluous,
    kind_of,
    line_up,
    live_trials,
    parameters_of,
    point_named,
    point_of,
    suggested,
)

_SEEDS = 24
_ROOM = 1.5
"""For what adding up divergences is off by."""


class Superfluous(Exception):
    """
    A trial was begun that need not be done.
    """


class Step(Enum):
    """
    What a worker does next.
    """

    TRY = "try"
    WAIT = "wait"
    STOP = "stop"


def open_study(
    storage: RDBStorage, name: str, problem: Problem, sampler: BaseSampler | None = None
) -> Study:
    """
    The study of that name, made if it is not there. Errors: UserError for that of another problem.
    """
    # Optuna tells what fails with a traceback, and what fails here is told otherwise.
    optuna.logging.set_verbosity(optuna.logging.CRITICAL)
    study = optuna.create_study(
        study_name=name,
        storage=storage,
        sampler=sampler,
        directions=["minimize", "maximize"],
        load_if_exists=True,
    )
    settings = problem.settings()
    there = study.user_attrs.get("settings", settings)
    if there != settings:
        raise UserError(
            f"the storage has a study '{name}' of another problem ({_difference(there, settings)}):"
            " name another with --study, or another storage"
        )
    study.set_user_attr("settings", settings)
    return study


def _difference(there: str, here: str) -> str:
    before, now = json.loads(there), json.loads(here)
    keys = sorted(key for key in {*before, *now} if before.get(key) != now.get(key))
    return "; ".join(f"{key} was {before.get(key)}, now is {now.get(key)}" for key in keys)


def begin(study: Study, points: Iterable[Point]) -> None:
    """
    Line up the trials that come first; those that are there already are not done again.
    """
    line_up(study, points, Kind.FIRST)


def give_sign(trial: Trial) -> None:
    """
    Of life, before a trial has its first parameter: `revive` tells by these whether there was one.
    Optuna gives signs from a thread of their own, which may come later than that.
    """
    storage: Any = trial.storage
    study = storage.get_study_id_from_name(trial.study.study_name)
    storage.record_heartbeat(storage.get_trial_id_from_study_id_trial_number(study, trial.number))


def revive(study: Study, grace: int) -> None:
    """
    Line up again what has been begun by workers of which nothing is heard any more.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        fail_stale_trials(study)
        retry = RetryHeartbeatStaleTrialCallback()
    # Optuna waits forever for a worker that was killed before the first sign it would have given.
    for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        if trial.params or trial.datetime_start is None:
            continue
        if datetime.now() - trial.datetime_start > timedelta(seconds=grace):
            with suppress(ValueError, UpdateFinishedTrialError):
                study.tell(trial.number, state=TrialState.FAIL)
                retry(study, trial)


def next_step(study: Study, wanted: int) -> Step:
    """
    What to do for a study that is to have so many finished trials besides those that come first.
    """
    trials = live_trials(study)
    first = [trial.state for trial in trials if kind_of(trial) == Kind.FIRST]
    if TrialState.WAITING in first:
        return Step.TRY
    if TrialState.RUNNING in first:
        return Step.WAIT
    others = [trial.state for trial in trials if kind_of(trial) != Kind.FIRST]
    running = others.count(TrialState.RUNNING)
    if running + sum(state in FINISHED for state in others) < wanted:
        return Step.TRY
    return Step.WAIT if running else Step.STOP


def plant(study: Study, space: Space, wanted: int, reach: float) -> bool:
    """
    Line up the best networks by the trials of one layer at a time, once these are finished: such as
    may lose up to `reach` points of top-1, `wanted` at the most. False while they are not.
    """
    singles = [trial for trial in live_trials(study) if kind_of(trial) == Kind.FIRST]
    if any(trial.state in UNFINISHED for trial in singles):
        return False
    line_up(study, seeds(singles, space, min(wanted, _SEEDS), reach), Kind.SEED)
    return True


def try_next(study: Study, bench: Bench, space: Space, wanted: int, planted: bool) -> None:
    """
    The trial that is next in line, or, if the seeds are `planted`, one that the sampler chooses.
    Before, nothing is done where others have taken all that was in line. The outcome does not count
    where this process was silent for so long that another has taken the trial for lost.
    """

    def tried(trial: Trial) -> tuple[float, float]:
        give_sign(trial)
        point = suggested(trial, space, len(bench.method.amounts))
        is_early = not planted and "kind" not in trial.user_attrs
        if is_early or is_superfluous(trial.number, live_trials(study), wanted):
            raise Superfluous
        return objective(trial, bench, point)

    try:
        study.optimize(tried, n_trials=1, catch=(Superfluous,))
    except UpdateFinishedTrialError:
        return
    except ValueError as error:
        if "Cannot tell" not in str(error):
            raise


def objective(trial: Trial, bench: Bench, point: Point) -> tuple[float, float]:
    """
    Cycles and top-1 in %. All that is measured becomes the trial's attribute `measured`. Errors:
    TrialPruned where the network does not fit the device, or the int32 of a bias.
    """
    try:
        module, verdict = bench.build(entries(bench.method, point))
        weight = weigh(module, bench.device, bench.method.kernels)
    except PassFailedException as error:
        raise optuna.TrialPruned(str(error)) from error
    measured = {**asdict(weight), **asdict(verdict), "kernels": bench.kernels(module)}
    trial.set_user_attr("measured", measured)
    return weight.cycles, verdict.top1


def candidates(study: Study, space: Space) -> list[Candidate]:
    """
    What has been tried, the exact network first, the others in an order that does not depend on
    when they were; nothing where not even the exact one has been.
    """
    trials = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    found = {str(parameters_of(one.point)): one for one in (_candidate(t, space) for t in trials)}
    exact = found.pop(str(parameters_of(exact_point(space))), None)
    if exact is None:
        return []
    return [exact, *(found[key] for key in sorted(found, key=lambda key: (found[key].cycles, key)))]


def _candidate(trial: FrozenTrial, space: Space) -> Candidate:
    return Candidate(point_of(trial, space), **trial.user_attrs["measured"])


def seeds(singles: Sequence[FrozenTrial], space: Space, count: int, reach: float) -> list[Point]:
    """
    The networks to start with, at most so many, from trials of one layer at a time: the best ones
    whose divergences, added up, are at most what goes with a loss of `reach` points. The exact one
    was among the trials.
    """
    measured = [trial for trial in singles if trial.state == TrialState.COMPLETE]
    exact = next(trial for trial in measured if is_exact(trial))
    options: dict[str, list[Option]] = {layer: [] for layer in space}
    for trial in measured:
        for layer, way, level in _changed(point_of(trial, space)):
            saved = trial.values[0] - exact.values[0]
            options[layer].append(Option(way.name, level, saved, divergence_of(trial)))
    beyond = [divergence_of(t) for t in measured if t.values[1] < exact.values[1] - reach]
    largest = _ROOM * min(beyond, default=math.inf)
    networks = best_networks([list(_finer(options[layer])) for layer in space])[1:]
    near = [network for network in networks if sum(one.loss for one in network) <= largest]
    return [_point(network, space) for network in spaced(near, count)]


def _finer(options: Sequence[Option]) -> Iterator[Option]:
    for way in dict.fromkeys(option.way for option in options):
        yield from interpolated([option for option in options if option.way == way])


def _point(network: Sequence[Option], space: Space) -> Point:
    names = [(option.way, option.level) for option in network]
    return point_named(dict(zip(space, names, strict=True)), space)


def _changed(point: Point) -> list[tuple[str, Way, int]]:
    return [(layer, way, level) for layer, (way, level) in point.items() if level]
