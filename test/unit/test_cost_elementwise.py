"""
The cost of addition and max pooling against what approx-sim counted on stm32u5.
"""

from __future__ import annotations

import pytest
from approx_opt.compiler.cost_elementwise import add_cost, max_pool_cost


@pytest.mark.parametrize(
    ("shape", "cycles"),
    [((32, 32, 16), 123_435), ((16, 16, 32), 61_830), ((8, 8, 64), 30_763)],
)
def test_add(shape: tuple[int, int, int], cycles: int):
    """
    Layers of ResNet-8 within 5 %.
    """
    assert add_cost(shape).cycles == pytest.approx(cycles, rel=0.05)


@pytest.mark.parametrize(
    ("shape", "cycles"),
    [((16, 16, 32), 44_989), ((8, 8, 32), 11_282)],
)
def test_max_pool(shape: tuple[int, int, int], cycles: int):
    """
    Layers of LeNet within 5 %.
    """
    assert max_pool_cost(shape, 2).cycles == pytest.approx(cycles, rel=0.05)
