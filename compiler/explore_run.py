"""
A study from its beginning to its end: workers are started and watched.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess

from optuna.study import Study

from .errors import UserError
from .explore_front import Candidate, finalists
from .explore_progress import Progress
from .explore_space import Point, Space, exact_point, single_points
from .explore_storage import open_storage
from .explore_study import Step, begin, candidates, next_step, open_study
from .explore_trials import live_trials
from .explore_worker import Task, work

_LOOK_SECONDS = 1.0
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Crew:
    """
    So many processes, and the seed of what they draw.
    """

    jobs: int
    seed: int


@dataclass(frozen=True)
class Goal:
    """
    On how many more samples to judge the best plans (0: on none), and how many points of top-1 they
    may lose.
    """

    confirm: int
    limits: Sequence[float]


@dataclass(frozen=True)
class Outcome:
    """
    All that was tried, the exact network first; what was judged again, likewise; and whether that
    is all there was to do.
    """

    tried: Sequence[Candidate]
    judged: Sequence[Candidate]
    complete: bool


def explore(task: Task, space: Space, goal: Goal, crew: Crew) -> Outcome:
    """
    Try plans until the study of the task has enough of them, and judge the best. By Ctrl-C, what
    there is until then; KeyboardInterrupt where that is nothing. Errors: UserError.
    """
    exact, method = exact_point(space), task.problem.how()
    tried: Sequence[Candidate] = ()
    try:
        tried = run_study(task, space, [exact, *single_points(method, space)], crew)
        if not goal.confirm:
            return Outcome(tried, (), True)
        best = finalists(tried, tried[0].top1, goal.limits)
        again = confirmation(task, goal.confirm)
        judged = run_study(again, space, [exact, *(one.point for one in best)], crew)
        return Outcome(tried, judged, True)
    except KeyboardInterrupt:
        tried = tried or candidates(_study(task), space)
        if not tried:
            raise
        return Outcome(tried, (), False)


def confirmation(task: Task, samples: int) -> Task:
    """
    The study of the same plans on so many other samples.
    """
    return Task(task.problem.again(samples), task.storage, f"{task.name} confirm", 0, task.reach)


def run_study(task: Task, space: Space, first: Iterable[Point], crew: Crew) -> list[Candidate]:
    """
    All that has been tried, the exact network first, once the study has enough: `first`, and what
    the task wants besides.

    KeyboardInterrupt ends the workers; what they had finished is in the storage. Errors: UserError.
    """
    study = _study(task)
    begin(study, first)
    with Progress(task.name, task.trials) as progress:
        _watch(task, study, crew, progress)
    return candidates(study, space)


def _study(task: Task) -> Study:
    return open_study(open_storage(task.storage), task.name, task.problem)


def _watch(task: Task, study: Study, crew: Crew, progress: Progress) -> None:
    workers: list[BaseProcess] = []
    try:
        for _ in range(crew.jobs):
            workers.append(_started(task, crew))
        while any(worker.is_alive() for worker in workers):
            progress.show(live_trials(study))
            time.sleep(_LOOK_SECONDS)
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()
    progress.show(live_trials(study))
    if next_step(study, task.trials) != Step.STOP:
        raise UserError(
            f"all processes have ended, but the study '{task.name}' has not: if they were out of "
            "memory, take fewer --jobs or samples, and run again to go on"
        )


def _started(task: Task, crew: Crew) -> BaseProcess:
    """
    A process that uses one core: there is one for each. Ctrl-C, which the terminal sends to all of
    them, is left to this one.
    """
    for variable in _THREADS:
        os.environ[variable] = "1"
    arguments = (task, crew.seed, os.getpid())
    worker = multiprocessing.get_context("spawn").Process(target=work, args=arguments, daemon=True)
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        worker.start()
    finally:
        signal.signal(signal.SIGINT, handler)
    return worker
