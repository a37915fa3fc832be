"""
The cost of the depthwise kernel against what approx-sim counted on stm32u5.
"""

from __future__ import annotations

import pytest
from approx_opt.compiler.cost_depthwise import depthwise_cost


@pytest.mark.parametrize(
    ("plane", "channels", "stride", "cycles"),
    [
        ((48, 48), 8, 1, 269_828),
        ((24, 24), 32, 1, 273_068),
        ((12, 12), 64, 1, 140_972),
        ((6, 6), 128, 1, 77_356),
        ((3, 3), 256, 1, 66_349),
        ((25, 5), 64, 1, 136_754),
        ((24, 24), 16, 2, 157_274),
        ((12, 12), 32, 2, 79_659),
        ((6, 6), 64, 2, 43_109),
        ((3, 3), 128, 2, 35_727),
    ],
)
def test_cycles(plane: tuple[int, int], channels: int, stride: int, cycles: int):
    """
    Layers of MobileNetV1 and DS-CNN within 5 %.
    """
    assert depthwise_cost(plane, channels, stride).cycles == pytest.approx(cycles, rel=0.05)
