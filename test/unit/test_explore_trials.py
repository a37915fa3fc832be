"""
Trials that need not be done, as each process finds out by itself.
"""

from __future__ import annotations

from approx_opt.compiler.explore_space import Way, exact_point
from approx_opt.compiler.explore_trials import Kind, is_superfluous, parameters_of
from optuna.trial import FrozenTrial, TrialState, create_trial

SPACE = {layer: [Way(None, "mac")] for layer in ("conv1", "conv2")}


def frozen(number: int, state: TrialState, kind: str | None, level: int) -> FrozenTrial:
    """
    A trial as other processes see it.
    """
    point = {**exact_point(SPACE), "conv1": (SPACE["conv1"][0], level)}
    attributes = {} if kind is None else {"kind": kind, "lined_up": parameters_of(point)}
    values = [1.0, 1.0] if state == TrialState.COMPLETE else None
    trial = create_trial(state=state, values=values, user_attrs=attributes)
    trial.number = number
    return trial


DONE, RUNNING = TrialState.COMPLETE, TrialState.RUNNING


def test_of_two_equal_trials_the_second_is_superfluous():
    """
    Whoever began first.
    """
    trials = [frozen(number, RUNNING, Kind.SEED, level) for number, level in enumerate((1, 2, 1))]
    assert [is_superfluous(number, trials, 9) for number in range(3)] == [False, False, True]


def test_of_too_many_trials_the_last_are_superfluous():
    """
    Those of single layers do not count.
    """
    states = [(DONE, Kind.FIRST), (DONE, Kind.SEED), (RUNNING, None), (RUNNING, None), (DONE, None)]
    trials = [frozen(number, *one, number) for number, one in enumerate(states)]
    assert [is_superfluous(number, trials, 3) for number in (2, 3)] == [False, True]
    assert not is_superfluous(3, trials, 4)
    assert not is_superfluous(0, trials, 1)
