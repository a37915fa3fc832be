"""
A process that tries plans until its study has enough of them.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

from .explore_problem import Problem, load_bench, load_network
from .explore_sampler import NeighbourSampler
from .explore_study import (
    Step,
    Storage,
    next_step,
    open_storage,
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
    planted = not task.trials
    while os.getppid() == parent:
        revive(study, task.storage.grace)
        planted = planted or plant(study, explored.space, task.trials, task.reach)
        step = next_step(study, task.trials)
        if step == Step.STOP:
            return
        if step == Step.TRY:
            try_next(study, bench, explored.space, task.trials)
        else:
            time.sleep(_PAUSE_SECONDS)
