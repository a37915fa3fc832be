"""
Which plan is tried next, and that each is tried once, by however many processes, on made-up layers.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from multiprocessing.synchronize import Barrier
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import optuna
import pytest
from approx_opt.compiler import explore_study
from approx_opt.compiler.errors import UserError
from approx_opt.compiler.explore_sampler import NeighbourSampler
from approx_opt.compiler.explore_space import METHODS, Point, Way, exact_point, single_points
from approx_opt.compiler.explore_storage import Storage, open_storage
from approx_opt.compiler.explore_study import (
    Step,
    begin,
    candidates,
    give_sign,
    next_step,
    open_study,
    plant,
    revive,
    try_next,
)
from approx_opt.compiler.explore_trials import (
    FINISHED,
    Kind,
    kind_of,
    live_trials,
    parameters_of,
)
from approx_opt.compiler.explore_worker import Task, go_on
from optuna.study import Study
from optuna.trial import FrozenTrial, Trial, TrialState

METHOD = replace(METHODS["paper"], sampled=(8, 20, 32))
SPACE = {layer: [Way(None, "mac"), Way(None, "pair")] for layer in ("conv1", "conv2")}
FIRST = [exact_point(SPACE), *single_points(METHOD, SPACE)]
BENCH: Any = SimpleNamespace(method=METHOD)
TRIALS, REACH = 8, 5.0


@dataclass(frozen=True)
class Settings:
    """
    As much of a problem as a study asks for.
    """

    samples: int = 1

    def settings(self) -> str:
        """
        As text.
        """
        return json.dumps({"samples": self.samples})


def judged(trial: Trial, bench: Any, point: Point) -> tuple[float, float]:
    """
    Cycles fall by the level, top-1 by its square, faster in conv2.
    """
    levels = [level for _, level in point.values()]
    divergence = (levels[0] ** 2 + 3 * levels[1] ** 2) / 1000
    measured = {"cycles": 100.0 - sum(levels), "flash": 1, "ram": 1, "multiplications": 1.0}
    measured |= {"top1": 100.0 - int(divergence * 5), "error": 0.0, "divergence": divergence}
    measured |= {"kernels": {}}
    trial.set_user_attr("measured", measured)
    return measured["cycles"], measured["top1"]


@pytest.fixture(autouse=True)
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    No network is run.
    """
    monkeypatch.setattr(explore_study, "objective", judged)


def study_in(folder: Path, settings: Settings = Settings(), grace: int = 30) -> Study:
    """
    With a process's own connection to the database.
    """
    problem: Any = settings
    sampler = NeighbourSampler(0, REACH)
    return open_study(open_storage(storage_in(folder, grace)), "toy", problem, sampler)


def storage_in(folder: Path, grace: int = 30) -> Storage:
    """
    Sqlite.
    """
    return Storage(f"sqlite:///{folder / 'study.db'}", grace)


def task_in(folder: Path, trials: int = TRIALS) -> Task:
    """
    All that is to be done.
    """
    problem: Any = Settings()
    return Task(problem, storage_in(folder), "toy", trials, REACH)


def finished(study: Study) -> list[FrozenTrial]:
    """
    Trials that have an outcome.
    """
    return [trial for trial in live_trials(study) if trial.state in FINISHED]


def check_complete(study: Study, trials: int = TRIALS) -> None:
    """
    Everything that comes first has been done once, and as many others as were asked for; no plan
    that was lined up was done twice.
    """
    done = finished(study)
    assert not [trial for trial in study.trials if trial.state == TrialState.RUNNING]
    params = Counter(json.dumps(t.params, sort_keys=True) for t in done if kind_of(t) is not None)
    assert set(params.values()) == {1}
    first = [trial.params for trial in done if kind_of(trial) == Kind.FIRST]
    assert sorted(map(str, first)) == sorted(str(parameters_of(point)) for point in FIRST)
    assert len(done) == len(FIRST) + trials


def explore(folder: Path, study: Study, trials: int = TRIALS) -> None:
    """
    By one process.
    """
    begin(study, FIRST)
    go_on(task_in(folder, trials), study, BENCH, SPACE, os.getppid())


def test_a_study_to_its_end(tmp_path: Path):
    """
    Layers one by one, the best networks by these, then neighbours of the best so far.
    """
    study = study_in(tmp_path)
    explore(tmp_path, study)
    check_complete(study)
    kinds = [kind_of(trial) for trial in study.trials]
    assert kinds == sorted(kinds, key=[Kind.FIRST, Kind.SEED, None].index)
    assert {Kind.SEED, None} < set(kinds)
    found = candidates(study, SPACE)
    assert found[0].point == exact_point(SPACE)
    assert all(a.cycles <= b.cycles for a, b in pairwise(found[1:]))


def test_a_study_that_was_left_goes_on_as_if_it_had_not_been(tmp_path: Path):
    """
    However often.
    """
    (tmp_path / "one").mkdir()
    whole = study_in(tmp_path / "one")
    explore(tmp_path / "one", whole)
    left = study_in(tmp_path)
    while next_step(left, TRIALS) != Step.STOP:
        left = study_in(tmp_path)
        begin(left, FIRST)
        for _ in range(5):
            plant(left, SPACE, TRIALS, REACH)
            try_next(left, BENCH, SPACE, TRIALS, True)
    done = [one.params for one in finished(left)]
    assert done == [one.params for one in whole.trials]


def test_nothing_is_drawn_before_the_seeds(tmp_path: Path):
    """
    Even where another process has taken the last trial that was lined up.
    """
    study = study_in(tmp_path)
    try_next(study, BENCH, SPACE, TRIALS, False)
    assert not live_trials(study)
    try_next(study, BENCH, SPACE, TRIALS, True)
    assert len(finished(study)) == 1


def test_more_trials_later(tmp_path: Path):
    """
    What is there counts.
    """
    study = study_in(tmp_path)
    explore(tmp_path, study, 3)
    check_complete(study, 3)
    explore(tmp_path, study_in(tmp_path), TRIALS)
    check_complete(study)


def contribute(folder: Path, parent: int, together: Barrier) -> None:
    """
    An explorer: makes the study, or finds it; when all have, lines up plans and tries them.
    """
    together.wait(60)
    study = study_in(folder)
    together.wait(60)
    begin(study, FIRST)
    go_on(task_in(folder), study, BENCH, SPACE, parent)


def test_processes_do_together_what_one_does(tmp_path: Path):
    """
    Although each lines up the same trials, and begins one when there is room for one more.
    """
    context = multiprocessing.get_context("fork")
    arguments = (tmp_path, os.getpid(), context.Barrier(4))
    crew = [context.Process(target=contribute, args=arguments) for _ in range(4)]
    for one in crew:
        one.start()
    for one in crew:
        one.join()
        assert one.exitcode == 0
    check_complete(study_in(tmp_path))


@pytest.fixture(params=["took it", "had its first parameter"])
def silent(tmp_path: Path, request: pytest.FixtureRequest) -> Study:
    """
    A study in which a worker was killed when it had a trial, before its thread gave a sign of life.
    """
    storage = optuna.storages.RDBStorage(storage_in(tmp_path).url)
    study = study_in(tmp_path, grace=1)
    begin(study, FIRST[:1])
    trial = optuna.load_study(study_name="toy", storage=storage).ask()
    if request.param == "had its first parameter":
        give_sign(trial)
        layer, ways = next(iter(SPACE.items()))
        trial.suggest_categorical(f"{layer} way", [way.name for way in ways])
    return study


def test_a_worker_that_never_gave_a_sign(silent: Study):
    """
    Its trial is taken for lost after the time of grace, not before, and done once.
    """
    revive(silent, 60)
    assert next_step(silent, 0) == Step.WAIT
    # Databases keep whole seconds.
    time.sleep(2.1)
    revive(silent, 1)
    revive(silent, 1)
    assert [trial.state.name for trial in silent.trials] == ["FAIL", "WAITING"]
    try_next(silent, BENCH, SPACE, 0, True)
    assert next_step(silent, 0) == Step.STOP
    assert candidates(silent, SPACE)[0].point == exact_point(SPACE)


def test_a_worker_that_was_taken_for_dead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """
    Such as that of a laptop that was closed: what it did then does not count, and it goes on.
    """
    study, other = study_in(tmp_path), study_in(tmp_path)
    begin(study, FIRST[:2])

    def suspended(trial: Trial, bench: Any, point: Point) -> tuple[float, float]:
        other.tell(trial.number, state=TrialState.FAIL)
        return judged(trial, bench, point)

    with monkeypatch.context() as patch:
        patch.setattr(explore_study, "objective", suspended)
        try_next(study, BENCH, SPACE, 0, True)
    try_next(study, BENCH, SPACE, 0, True)
    assert [trial.state.name for trial in study.trials] == ["FAIL", "COMPLETE"]
    begin(study, FIRST[:2])
    try_next(study, BENCH, SPACE, 0, True)
    assert len(candidates(study, SPACE)) == 2


def test_mistakes_of_the_objective_are_not_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """
    They are ours.
    """

    def broken(trial: Trial, bench: Any, point: Point) -> tuple[float, float]:
        raise ValueError("broken")

    study = study_in(tmp_path)
    monkeypatch.setattr(explore_study, "objective", broken)
    with pytest.raises(ValueError, match="broken"):
        try_next(study, BENCH, SPACE, 1, True)


def test_another_problem(tmp_path: Path):
    """
    Says in what.
    """
    study_in(tmp_path)
    with pytest.raises(UserError, match=r"another problem \(samples was 1, now is 2\)"):
        study_in(tmp_path, Settings(2))
