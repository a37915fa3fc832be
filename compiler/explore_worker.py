"""
A process that tries plans until its study has enough of them.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

from optuna.study import Study

from .explore_bench import Bench
from .explore_problem import Problem, load_bench, load_network
from .explore_sampler import NeighbourSampler
from .explore_space import Space
from .explore_storage import Storage, open_storage
from .explore_study import (
    Step,
    next_step,
    open_study,
    plant,
    revive,
    try_next,
)

_PAUSE_SECONDS = 0.5


@dataclass(frozen=True)
class Task:
    """
    The study `name` in a storage, which is to have `trials` besides those that come first; none
    means these are all. Plans are looked for that lose up to `reach` points of top-1.
    """

    problem: Problem
    storage: Storage
    name: str
    trials: int
    reach: float


def work(task: Task, seed: int, parent: int) -> None:
    """
    Try plans for a study that is there, while the process `parent` is.
    """
    sampler = NeighbourSampler(seed, task.reach)
    study = open_study(open_storage(task.storage), task.name, task.problem, sampler)
    explored = load_network(task.problem)
    bench = load_bench(task.problem, explored)
    go_on(task, study, bench, explored.space, parent)


def go_on(task: Task, study: Study, bench: Bench, space: Space, parent: int) -> None:
    """
    Trial by trial to the end of the study, or of the process `parent`.
    """
    planted = not task.trials
    while os.getppid() == parent:
        revive(study, task.storage.grace)
        planted = planted or plant(study, space, task.trials, task.reach)
        step = next_step(study, task.trials)
        if step == Step.STOP:
            return
        if step == Step.TRY:
            try_next(study, bench, space, task.trials, planted)
        else:
            time.sleep(_PAUSE_SECONDS)
