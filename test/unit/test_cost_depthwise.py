"""
The cost of the depthwise kernel against what approx-sim counted on stm32u5.
"""

from __future__ import annotations

import pytest
from approx_opt.compiler.cost_depthwise import depthwise_cost


@pytest.mark.parametrize(
    ("plane", "channels", "stride", "cycles"),
    [
        ((48, 48), 8, 1, 236_683),
        ((24, 24), 32, 1, 241_057),
        ((14, 14), 48, 1, 121_845),
        ((12, 12), 64, 1, 120_322),
        ((7, 7), 96, 1, 68_497),
        ((6, 6), 128, 1, 62_152),
        ((5, 1), 24, 1, 2_770),
        ((3, 3), 256, 1, 41_776),
        ((25, 5), 64, 1, 111_421),
        ((56, 55), 4, 1, 158_892),
        ((24, 24), 16, 2, 134_202),
        ((14, 14), 20, 2, 56_660),
        ((7, 7), 24, 2, 18_445),
        ((12, 12), 32, 2, 66_857),
        ((6, 6), 64, 2, 34_316),
        ((3, 3), 128, 2, 21_647),
    ],
)
def test_cycles(plane: tuple[int, int], channels: int, stride: int, cycles: int):
    """
    Layers of MobileNetV1, DS-CNN and others within 5 %: unrolled planes and columns, loops.
    """
    assert depthwise_cost(plane, channels, stride).cycles == pytest.approx(cycles, rel=0.05)
