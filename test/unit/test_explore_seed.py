"""
The best networks by what each layer saves and loses by itself, against all networks there are.
"""

from __future__ import annotations

from itertools import pairwise, product

import pytest
from approx_opt.compiler.explore_seed import (
    EXACT,
    Option,
    best_networks,
    interpolated,
    spaced,
)
from hypothesis import example, given
from hypothesis import strategies as st

Network = list[Option]
Layers = list[Network]

option = st.builds(
    Option,
    st.sampled_from(["window pair", "winograd4 block"]),
    st.integers(1, 38),
    st.integers(-20, 5),
    st.integers(0, 20),
)
layers = st.lists(st.lists(option, max_size=4), min_size=1, max_size=4)


def cycles(network: Network) -> float:
    """
    Against the exact network.
    """
    return sum(one.cycles for one in network)


def loss(network: Network) -> float:
    """
    Of all layers together.
    """
    return sum(one.loss for one in network)


def all_networks(given_layers: Layers) -> list[Network]:
    """
    Every combination.
    """
    return [list(one) for one in product(*([EXACT, *options] for options in given_layers))]


@given(layers, st.fractions(0, 40))
@example([[Option("free", 3, -5, 0)], [Option("window pair", 1, -1, 2)]], 1)
def test_some_network_is_best_for_every_price(given_layers: Layers, price: float):
    """
    Of all combinations none has a lower loss + price * cycles.
    """

    def total(network: Network) -> float:
        return loss(network) + price * cycles(network)

    found = min(map(total, best_networks(given_layers)))
    assert found == min(map(total, all_networks(given_layers)))


@given(layers)
def test_networks_are_pareto_optimal(given_layers: Layers):
    """
    The exact network first; then cycles fall and loss rises, and no combination is better in both.
    """
    networks = best_networks(given_layers)
    assert networks[0] == [EXACT] * len(given_layers)
    assert all(cycles(b) < cycles(a) for a, b in pairwise(networks))
    assert all(loss(b) > loss(a) for a, b in pairwise(networks[1:]))
    for one in networks[1:]:
        others = all_networks(given_layers)
        assert not any(loss(o) <= loss(one) and cycles(o) < cycles(one) for o in others)
        assert not any(loss(o) < loss(one) and cycles(o) <= cycles(one) for o in others)


measured = st.lists(
    st.tuples(st.integers(1, 38), st.floats(-1e6, 0), st.floats(0, 10)),
    min_size=1,
    max_size=5,
    unique_by=lambda one: one[0],
)


@given(measured)
def test_interpolation_passes_through_what_was_measured(points: list[tuple[int, float, float]]):
    """
    At all levels from the first to the last, and between two of them no more and no less than these
    save and lose.
    """
    options = [Option("window pair", *one) for one in points]
    found = {one.level: one for one in interpolated(options)}
    assert list(found) == list(range(min(found), max(found) + 1))
    for one in options:
        assert found[one.level].cycles == pytest.approx(one.cycles)
        assert found[one.level].loss == pytest.approx(one.loss)
    for before, after in pairwise(sorted(options, key=lambda one: one.level)):
        for level in range(before.level, after.level):
            low, high = sorted([before.loss, after.loss])
            assert low - 1e-9 <= found[level].loss <= high + 1e-9


def test_errors_grow_in_proportion():
    """
    Half-way between nothing and all of it a quarter of the loss.
    """
    options = [Option("window pair", 10, 0.0, 0.0), Option("window pair", 20, -100.0, 4.0)]
    (middle,) = (one for one in interpolated(options) if one.level == 15)
    assert (middle.cycles, middle.loss) == (-50.0, 1.0)


@given(layers, st.integers(2, 9))
def test_spaced_networks_keep_both_ends(given_layers: Layers, count: int):
    """
    And their order; there are no more than asked for.
    """
    networks = best_networks(given_layers)
    found = spaced(networks, count)
    assert len(found) <= count
    assert (found[0], found[-1]) == (networks[0], networks[-1])
    assert found == [one for one in networks if one in found]


def test_of_no_networks_none():
    """
    Where nothing is worth skipping.
    """
    assert spaced([], 5) == []
