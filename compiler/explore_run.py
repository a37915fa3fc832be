"""
A study from its beginning to its end: workers are started and watched.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from multiprocessing.process import BaseProcess

from optuna.study import Study

from .explore_front import Candidate
from .explore_progress import Progress
from .explore_space import Point, Space
from .explore_study import Step, begin, candidates, next_step, open_storage, open_study
from .explore_worker import Task, work

_LOOK_SECONDS = 1.0
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Crew:
    """
    So many processes, and what their samplers are seeded with.
    """

    jobs: int
    seed: int


class WorkersFailed(Exception):
    """
    All processes have ended before the study had.
    """


def run_study(task: Task, space: Space, first: Iterable[Point], crew: Crew) -> list[Candidate]:
    """
    All that has been tried, the exact network first, once the study has enough: `first`, and what
    the task wants besides.

    Errors: UserError; WorkersFailed. KeyboardInterrupt ends the workers; what they had finished is
    in the storage.
    """
    study = open_study(open_storage(task.storage), task.name, task.problem, crew.seed)
    begin(study, first)
    with Progress(task.name, task.trials) as progress:
        _watch(task, study, crew, progress)
    return candidates(study, space)


def tried_so_far(task: Task, space: Space) -> list[Candidate]:
    """
    What a study has when it was interrupted. Errors: UserError.
    """
    study = open_study(open_storage(task.storage), task.name, task.problem, 0)
    return candidates(study, space)


def _watch(task: Task, study: Study, crew: Crew, progress: Progress) -> None:
    workers = [_started(task, crew, number) for number in range(crew.jobs)]
    try:
        while any(worker.is_alive() for worker in workers):
            progress.show(study.get_trials(deepcopy=False))
            time.sleep(_LOOK_SECONDS)
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()
    progress.show(study.get_trials(deepcopy=False))
    if next_step(study, task.trials) != Step.STOP:
        raise WorkersFailed(
            f"the study '{task.name}' is not finished, but all processes have ended"
        )


def _started(task: Task, crew: Crew, number: int) -> BaseProcess:
    """
    A process that uses one core: there is one for each.
    """
    for variable in _THREADS:
        os.environ[variable] = "1"
    arguments = (task, crew.seed + number, os.getpid())
    worker = multiprocessing.get_context("spawn").Process(target=work, args=arguments, daemon=True)
    worker.start()
    return worker
