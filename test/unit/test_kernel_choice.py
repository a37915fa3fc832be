"""
compiler/kernel_choice.py against trying everything.
"""

from __future__ import annotations

from itertools import product

from approx_opt.compiler.cost import Cost
from approx_opt.compiler.kernel_choice import fastest
from hypothesis import given
from hypothesis import strategies as st

COSTS = st.builds(Cost, st.integers(0, 300), st.integers(0, 1000).map(float))
LAYERS = st.lists(st.lists(COSTS, min_size=1, max_size=4), max_size=5)


@given(LAYERS, st.integers(0, 1200))
def test_nothing_that_fits_is_faster(options: list[list[Cost]], budget: int):
    """
    Budgets that small are counted to the byte.
    """
    fitting = [
        sum(cost.cycles for cost in costs)
        for costs in product(*options)
        if sum(cost.flash for cost in costs) <= budget
    ]
    numbers = fastest(options, budget)
    if numbers is None:
        assert not fitting
        return
    costs = [layer[number] for layer, number in zip(options, numbers, strict=True)]
    assert sum(cost.flash for cost in costs) <= budget
    assert sum(cost.cycles for cost in costs) == min(fitting)


def test_a_large_budget_is_kept_too():
    """
    Where a unit is more than a byte, flash is rounded up.
    """
    options = [[Cost(1, 1.0), Cost(2**21, 0.0)], [Cost(2**20, 0.0), Cost(0, 5.0)]]
    assert fastest(options, 2**21) == [0, 0]
    assert fastest(options, 2**20) == [0, 1]
    assert fastest(options, 2**22) == [1, 0]


def test_of_equals_the_first():
    """
    The same choice on every machine.
    """
    assert fastest([[Cost(3, 7.0), Cost(2, 7.0)]], 100) == [0]
