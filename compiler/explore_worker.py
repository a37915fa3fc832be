"""
A process that tries plans until its study has enough of them.
"""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass

from optuna.trial import Trial

from .explore_problem import Problem, load_bench, load_network
from .explore_sampler import NeighbourSampler
from .explore_study import Step, next_step, objective, open_storage, open_study, plant

_PAUSE_SECONDS = 0.5


@dataclass(frozen=True)
class Task:
    """
    The study `name` at the URL `storage`, which is to have `trials` besides those that come first;
    none means these are all. Plans are looked for that lose up to `reach` points of top-1.
    """

    problem: Problem
    storage: str
    name: str
    trials: int
    reach: float


def work(task: Task, seed: int, parent: int) -> None:
    """
    Try plans for a study that is there, while the process `parent` is: whose Ctrl-C it is, too.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sampler = NeighbourSampler(seed, task.reach)
    study = open_study(open_storage(task.storage), task.name, task.problem, sampler)
    explored = load_network(task.problem)
    bench = load_bench(task.problem, explored)
    space = explored.space

    def tried(trial: Trial) -> tuple[float, float]:
        return objective(trial, bench, space)

    while os.getppid() == parent:
        if task.trials:
            plant(study, space, task.reach)
        step = next_step(study, task.trials)
        if step == Step.STOP:
            return
        if step == Step.TRY:
            study.optimize(tried, n_trials=1)
        else:
            time.sleep(_PAUSE_SECONDS)
