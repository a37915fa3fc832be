"""
The cost of addition, pooling, copies and softmax against what approx-sim counted on stm32u5.
"""

from __future__ import annotations

import pytest
from approx_opt.compiler.cost_elementwise import (
    add_cost,
    copy_cost,
    max_pool_cost,
    plain_pool_cost,
    short_copy_cost,
    softmax_cost,
    sum_pool_cost,
)


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


@pytest.mark.parametrize(
    ("channels", "window", "rounding", "cycles"),
    [
        (256, (1, 9), "even", 7_725),
        (64, (1, 125), "even", 10_315),
        (64, (1, 64), "even", 5_925),
        (64, (1, 9), "nearest", 1_156),
        (64, (1, 125), "nearest", 9_508),
        (64, (1, 9), "tflite", 3_029),
    ],
)
def test_averages_of_four_channels(
    channels: int, window: tuple[int, int], rounding: str, cycles: int
):
    """
    Layers of MobileNetV1, DS-CNN and ResNet-8, and other roundings, within 5 %.
    """
    cost = sum_pool_cost((1, 1, channels), window, rounding)
    assert cost.cycles == pytest.approx(cycles, rel=0.05)


@pytest.mark.parametrize(
    ("shape", "window", "cycles"), [((8, 8, 16), (2, 2), 16_369), ((14, 14, 16), (3, 3), 67_627)]
)
def test_averages_of_windows(shape: tuple[int, int, int], window: tuple[int, int], cycles: int):
    """
    Windows of several rows within 5 %.
    """
    assert sum_pool_cost(shape, window, "nearest").cycles == pytest.approx(cycles, rel=0.05)


@pytest.mark.parametrize(
    ("taps", "rounding", "cycles"),
    [
        ((3, 3), "nearest", 1_846),
        ((3, 3), "even", 2_352),
        ((25, 5), "nearest", 63_587),
        ((25, 5), "tflite", 65_333),
    ],
)
def test_averages_one_by_one(taps: tuple[int, int], rounding: str, cycles: int):
    """
    63 channels within 5 %.
    """
    cost = plain_pool_cost((1, 1, 63), taps, rounding)
    assert cost.cycles == pytest.approx(cycles, rel=0.05)


def test_copies():
    """
    The inputs of MobileNetV1, of LeNet, and of DS-CNN, whose rows are short, and of LeNet for an
    unrolled first layer, within 5 %.
    """
    assert copy_cost(96, 288, (1, 2), 0).cycles == pytest.approx(63_121, rel=0.05)
    assert copy_cost(32, 96, (1, 2), 1).cycles == pytest.approx(9_082, rel=0.05)
    assert copy_cost(1, 4096, (1, 1), 0).cycles == pytest.approx(3_404, rel=0.05)
    assert short_copy_cost(49, 10).cycles == pytest.approx(1_847, rel=0.05)
    assert short_copy_cost(1024, 3).cycles == pytest.approx(12_530, rel=0.05)


@pytest.mark.parametrize(("size", "cycles"), [(10, 492), (12, 581)])
def test_softmax(size: int, cycles: int):
    """
    Layers of ResNet-8 and DS-CNN within 5 %.
    """
    assert softmax_cost(1, size).cycles == pytest.approx(cycles, rel=0.05)
