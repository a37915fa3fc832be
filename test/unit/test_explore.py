"""
`approx-explore` as a user runs it: killed, interrupted, shared, and what it leaves.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import optuna
import pytest
from approx_opt.compiler.explore import main
from approx_opt.compiler.explore_trials import FINISHED, Kind, kind_of
from approx_opt.compiler.plan import load_plan
from optuna.trial import FrozenTrial, TrialState
from toy_network import CALIBRATION, TRIALS, toy_arguments

STUDY = "toy paper stm32u5"
PATIENCE = 300


class Run:
    """
    An explorer and its processes, in a group of their own.
    """

    def __init__(self, toy: Path, folder: Path, *more: object):
        """
        Plans, and the study if nothing else is said, come into `folder`.
        """
        command = [sys.executable, "-m", "approx_opt.compiler.explore"]
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
        self.process = subprocess.Popen(
            [*command, *toy_arguments(toy, "-o", folder, *more)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            start_new_session=True,
        )

    def signal(self, number: int) -> None:
        """
        To all of its processes, as the terminal does.
        """
        os.killpg(self.process.pid, number)

    def end(self) -> tuple[int, str, str]:
        """
        Status and what was printed, once none of its processes is left.
        """
        out, err = self.process.communicate(timeout=PATIENCE)
        wait_until(self._is_gone)
        return self.process.returncode, out, err

    def _is_gone(self) -> bool:
        try:
            self.signal(0)
        except ProcessLookupError:
            return True
        return False


def wait_until(condition: Callable[[], bool]) -> None:
    """
    Not forever.
    """
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def trials_of(database: Path) -> list[FrozenTrial]:
    """
    All trials.
    """
    return optuna.load_study(study_name=STUDY, storage=f"sqlite:///{database}").trials


def count(database: Path, state: str) -> int:
    """
    Trials of a state, without a look through Optuna.
    """
    try:
        with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as file:
            (number,) = file.execute(
                "select count(*) from trials where state=?", (state,)
            ).fetchone()
            return number
    except sqlite3.OperationalError:
        return 0


def stopped_in_a_trial(run: Run, database: Path, finished: int) -> None:
    """
    Halt an explorer while it does a trial, with so many finished, and without the database locked.
    """

    def is_in_a_trial() -> bool:
        run.signal(signal.SIGSTOP)
        if count(database, "COMPLETE") >= finished and count(database, "RUNNING"):
            with contextlib.suppress(sqlite3.OperationalError):
                with contextlib.closing(sqlite3.connect(database, timeout=0.1)) as file:
                    file.execute("begin immediate")
                    return True
        run.signal(signal.SIGCONT)
        return False

    wait_until(lambda: count(database, "COMPLETE") >= finished)
    wait_until(is_in_a_trial)


def written(folder: Path) -> dict[str, bytes]:
    """
    Everything but the study.
    """
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".db")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def explored(toy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    What one explorer leaves that nobody disturbs.
    """
    folder = tmp_path_factory.mktemp("explored")
    status, out, err = Run(toy, folder).end()
    assert status == 0, err
    assert "noloss" in out
    return folder


def check_trials(database: Path) -> None:
    """
    Each plan has been tried once, as many as were asked for.
    """
    trials = [t for t in trials_of(database) if t.state in FINISHED]
    params = Counter(json.dumps(trial.params, sort_keys=True) for trial in trials)
    assert set(params.values()) == {1}
    assert sum(kind_of(trial) != Kind.FIRST for trial in trials) == TRIALS
    # Should this fail, the plans below depend on chance: raise or lower TRIALS.
    assert all(kind_of(trial) is not None for trial in trials)


def test_what_is_left(explored: Path):
    """
    A plan for each limit, the front as plans, figures and a picture.
    """
    check_trials(explored / "study.db")
    files = written(explored)
    index = json.loads(files["toy-front.json"])
    plans = [one["plan"] for one in index["front"]]
    limits = ["toy-noloss.json", "toy-1pt.json", "toy-5pt.json"]
    assert sorted(files) == sorted([*limits, *plans, "toy-front.json", "toy-front.svg"])
    assert files["toy-front.svg"].startswith(b"<?xml")
    cycles = [one["cycles"] for one in index["front"]]
    assert cycles == sorted(cycles, reverse=True)
    assert len(cycles) > 2


def test_plans_give_what_was_predicted(toy: Path, explored: Path, tmp_path: Path):
    """
    By the pipeline that stands beside each, the exact network among them.
    """
    points = json.loads((explored / "toy-front.json").read_text())["front"]
    for number, one in enumerate([points[0], points[-1]]):
        out = tmp_path / str(number)
        command = [sys.executable, "-m", "approx_opt.compiler", str(toy / "toy.onnx"), "--emit-dir"]
        command += [str(out), "--calibration", str(toy / "toy.npz"), "-p", one["pipeline"]]
        subprocess.run(command, check=True, cwd=explored)
        layers = json.loads((out / "toy_report.json").read_text())["layers"]
        cycles = sum(layer["predicted_cycles"] for layer in layers)
        assert cycles == pytest.approx(one["cycles"], abs=len(layers))
        assert sum(layer["flash_bytes"] for layer in layers) == one["flash"]


def test_killed_and_interrupted(toy: Path, explored: Path, tmp_path: Path):
    """
    All processes killed; only the one that started the others; Ctrl-C. Each time the next explorer
    goes on, no finished trial is lost or done twice, the one that was begun is done again, and in
    the end all is as if nothing had happened.
    """
    database = tmp_path / "study.db"
    for finished, kill in ((2, "all"), (5, "parent"), (8, "interrupt")):
        run = Run(toy, tmp_path)
        stopped_in_a_trial(run, database, finished)
        before = {t.number: t for t in trials_of(database) if t.state == TrialState.COMPLETE}
        if kill == "all":
            run.signal(signal.SIGKILL)
        elif kill == "parent":
            run.process.kill()
        else:
            run.signal(signal.SIGINT)
        with contextlib.suppress(ProcessLookupError):
            run.signal(signal.SIGCONT)
        status, _, err = run.end()
        assert "Traceback" not in err
        after = {t.number: t for t in trials_of(database)}
        assert len(before) >= finished
        assert all(after[number].values == trial.values for number, trial in before.items())
        if kill == "interrupt":
            assert status == 130
            assert "approx-explore: error: interrupted; the plans are the best so far" in err
            assert load_plan(tmp_path / "toy-noloss.json").layers
    status, _, err = Run(toy, tmp_path).end()
    assert status == 0, err
    check_trials(database)
    assert written(tmp_path) == written(explored)


def test_two_explorers_on_one_storage(toy: Path, explored: Path, tmp_path: Path):
    """
    Both contribute, and do together what one does. The first is suspended for so long that the
    second takes over its trial, and goes on nevertheless.
    """
    database = tmp_path / "shared.db"
    shared = ("--storage", f"sqlite:///{database}")
    one = Run(toy, tmp_path / "one", *shared)
    stopped_in_a_trial(one, database, 2)
    there = count(database, "COMPLETE")
    two = Run(toy, tmp_path / "two", *shared)
    wait_until(lambda: count(database, "COMPLETE") > there + 1)
    one.signal(signal.SIGCONT)
    for run in (one, two):
        status, _, err = run.end()
        assert status == 0, err
        assert "Traceback" not in err
    check_trials(database)
    assert written(tmp_path / "one") == written(tmp_path / "two") == written(explored)


def test_the_study_of_another_problem(
    toy: Path, explored: Path, capsys: pytest.CaptureFixture[str]
):
    """
    Is left alone, and so are its plans.
    """
    before = written(explored)
    with pytest.raises(SystemExit, match=r"^1$"):
        main(toy_arguments(toy, "-o", explored, "--samples", CALIBRATION + 1))
    assert "another problem (samples was 16, now is 17)" in capsys.readouterr().err
    assert written(explored) == before
