"""
What is tried next: neighbours of the best plans so far.

The best networks by trials of single layers are near the best there are (compiler/explore_seed.py);
what they lack is how layers depend on each other. So one of the plans on the front is changed in a
layer or two, by little, one up and the other down.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from optuna.distributions import BaseDistribution, CategoricalDistribution, IntDistribution
from optuna.samplers import BaseSampler, RandomSampler
from optuna.search_space import intersection_search_space
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from .explore_front import undominated
from .explore_trials import divergence_of

_FARTHEST = 3
"""Levels that a layer is moved by at the most."""
_TURNS = 0.15
"""How often a layer is tried in another way."""
_ATTEMPTS = 100
"""To find a neighbour that has not been tried."""

Params = dict[str, Any]


class NeighbourSampler(BaseSampler):
    """
    Chooses among neighbours of plans that nothing tried is better than, both in cycles and in
    divergence, and that lose at most `reach` points of top-1 against the exact network.

    Each trial has random numbers of its own. So processes that look at the same study do not draw
    the same, and a study that was left and is taken up again goes on as if it had not been.
    """

    def __init__(self, seed: int, reach: float):
        self.seed = seed
        self.reach = reach

    def infer_relative_search_space(
        self, study: Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        """
        All parameters, once a trial has had them.
        """
        return intersection_search_space(study.get_trials(deepcopy=False))

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> Params:
        """
        A neighbour; nothing where there is no plan to start from.
        """
        trials = study.get_trials(deepcopy=False)
        parents = [one.params for one in best_trials(trials, self.reach)]
        if not parents or not search_space:
            return {}
        tried = [one.params for one in trials]
        params: Params = {}
        chance = random.Random(f"{self.seed} {trial.number}")
        for _ in range(_ATTEMPTS):
            params = _neighbour(chance, chance.choice(parents), search_space)
            if params not in tried:
                break
        return params

    def sample_independent(
        self,
        study: Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        """
        At random.
        """
        sampler = RandomSampler(zlib.crc32(f"{self.seed} {trial.number} {param_name}".encode()))
        return sampler.sample_independent(study, trial, param_name, param_distribution)


def _neighbour(
    chance: random.Random, parent: Mapping[str, Any], space: Mapping[str, BaseDistribution]
) -> Params:
    params = dict(parent)
    levels = [name for name, one in space.items() if isinstance(one, IntDistribution)]
    direction = chance.choice((-1, 1))
    for name in chance.sample(levels, chance.randint(1, min(2, len(levels)))):
        kind = space[name]
        assert isinstance(kind, IntDistribution)
        moved = params[name] + direction * chance.randint(1, _FARTHEST)
        params[name] = min(max(moved, kind.low), kind.high)
        direction = -direction
    ways = [one for one in space.items() if isinstance(one[1], CategoricalDistribution)]
    if ways and chance.random() < _TURNS:
        name, kind = chance.choice(ways)
        assert isinstance(kind, CategoricalDistribution)
        params[name] = chance.choice(kind.choices)
    return params


def best_trials(trials: Sequence[FrozenTrial], reach: float) -> list[FrozenTrial]:
    """
    The front by cycles and divergence of what loses at most `reach` points of top-1.
    """
    done = [trial for trial in trials if trial.state == TrialState.COMPLETE]
    if not done:
        return []
    exact = min(done, key=divergence_of)
    near = [trial for trial in done if trial.values[1] >= exact.values[1] - reach]
    return undominated(near, lambda one: (divergence_of(one), one.values[0]))
