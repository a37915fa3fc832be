"""
Small networks for the kernels that not every layer has (helper of tests).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from layers import Layers
from layers_at_hand import SAME
from xdsl.ir import SSAValue


def _depthwise_between(
    channels: int = 4, pads: tuple[int, int, int, int] = SAME, **options: Any
) -> Callable[[Layers, SSAValue], SSAValue]:
    """
    A depthwise 3x3 convolution between two that mix channels.
    """

    def build(n: Layers, x: SSAValue) -> SSAValue:
        wide = n.conv(x, channels, (1, 1))
        return n.conv(n.depthwise(wide, (3, 3), pads=pads, **options), 3, (1, 1))

    return build


DEPTHWISE: dict[str, tuple[Sequence[int], Callable[[Layers, SSAValue], SSAValue]]] = {
    "tiles": ((4, 6, 3), _depthwise_between()),
    "tiles_stride": ((8, 12, 3), _depthwise_between(strides=(2, 2))),
    "odd": ((5, 7, 3), _depthwise_between(channels=3)),
    "odd_stride": ((9, 5, 2), _depthwise_between(strides=(2, 2))),
    "stride_behind": ((8, 8, 2), _depthwise_between(strides=(2, 2), pads=(0, 0, 1, 1))),
    "no_padding": ((6, 5, 2), _depthwise_between(pads=(0, 0, 0, 0))),
    "wide_padding": ((3, 3, 2), _depthwise_between(pads=(2, 0, 1, 2))),
    "one_pixel": ((1, 1, 4), _depthwise_between(channels=5)),
    "many_planes": ((3, 3, 2), _depthwise_between(channels=90)),
    "many_odd_planes": ((3, 2, 2), _depthwise_between(channels=60, strides=(2, 2))),
    "many_rows": ((60, 6, 2), _depthwise_between(channels=3)),
    "many_rows_stride": ((51, 4, 2), _depthwise_between(channels=2, strides=(2, 2))),
    "few_tall_planes": ((40, 3, 2), _depthwise_between(channels=2, pads=(3, 1, 3, 1))),
    "one_column": ((7, 1, 2), _depthwise_between()),
    "one_row": ((1, 9, 2), _depthwise_between(strides=(2, 2))),
    "long_rows": ((3, 70, 2), _depthwise_between(channels=1)),
    "long_rows_stride": ((4, 141, 2), _depthwise_between(channels=2, strides=(2, 2))),
    "far_rows": ((2, 66, 1), _depthwise_between(channels=40)),
    "relu": ((5, 6, 3), _depthwise_between(clamp=(-90, 100))),
    "wide": ((5, 6, 3), _depthwise_between(widest=255)),
    "to_int8": (
        (5, 6, 3),
        lambda n, x: n.softmax(n.flatten(n.depthwise(n.conv(x, 3, (1, 1)), (3, 3), pads=SAME))),
    ),
    "twice": (
        (6, 5, 3),
        lambda n, x: n.depthwise(_depthwise_between()(n, x), (3, 3), pads=SAME, strides=(2, 2)),
    ),
    "depthwise_before": (
        (5, 6, 3),
        lambda n, x: n.depthwise(n.depthwise(x, (2, 2)), (3, 3), pads=SAME),
    ),
    "add_before": (
        (4, 5, 3),
        lambda n, x: n.depthwise(n.add(x, n.requantize(x, 0.8)), (3, 3), pads=SAME),
    ),
    "mul_before": (
        (4, 5, 3),
        lambda n, x: n.depthwise(n.mul(x, n.avg_pool(x, (4, 5))), (3, 3), pads=SAME),
    ),
    "lookup_before": ((4, 5, 3), lambda n, x: n.depthwise(n.lookup(x), (3, 3), pads=SAME)),
    "requantize_before": (
        (4, 5, 3),
        lambda n, x: n.depthwise(n.requantize(x, 0.7), (3, 3), pads=SAME),
    ),
}
"""Networks with a depthwise convolution whose channels are planes."""

SUITED = {
    "winograd2": (
        *("one_channel", "three_channels", "odd_channels", "one_output", "width_2", "relu", "wide"),
    ),
    "winograd4": ("one_channel", "three_channels", "odd_channels", "one_output"),
    "winograd4-packed": ("one_channel", "three_channels", "odd_channels", "one_output"),
}
"""Those of `CONVOLUTIONS` (layers_at_hand.py) that each kernel of Winograd's is for."""

WINOGRAD2: dict[str, tuple[Sequence[int], Callable[[Layers, SSAValue], SSAValue]]] = {
    "one_group": ((4, 8, 4), lambda n, x: n.conv(x, 4, (3, 3), pads=SAME)),
    "ragged": ((5, 11, 6), lambda n, x: n.conv(x, 5, (3, 3), pads=SAME)),
    "no_padding": ((6, 19, 2), lambda n, x: n.conv(x, 2, (3, 3))),
    "one_pixel": ((3, 3, 5), lambda n, x: n.conv(x, 3, (3, 3))),
    "twice": (
        (6, 9, 3),
        lambda n, x: n.conv(n.conv(x, 6, (3, 3), pads=SAME), 4, (3, 3), pads=(2, 0, 1, 2)),
    ),
    "many_channels": ((2, 8, 66), lambda n, x: n.conv(x, 2, (3, 3), pads=SAME, density=0.2)),
}

WINOGRAD4: dict[str, tuple[Sequence[int], Callable[[Layers, SSAValue], SSAValue]]] = {
    "one_group": ((8, 8, 4), lambda n, x: n.conv(x, 4, (3, 3), pads=SAME)),
    "groups_side_by_side": ((8, 16, 2), lambda n, x: n.conv(x, 2, (3, 3), pads=SAME)),
    "one_row": ((4, 21, 3), lambda n, x: n.conv(x, 3, (3, 3), pads=SAME)),
    "one_column": ((37, 5, 2), lambda n, x: n.conv(x, 2, (3, 3), pads=SAME)),
    "ragged": ((11, 13, 6), lambda n, x: n.conv(x, 5, (3, 3), pads=SAME)),
    "no_padding": ((7, 19, 2), lambda n, x: n.conv(x, 2, (3, 3))),
    "one_tile": (
        (6, 6, 5),
        lambda n, x: n.conv(x, 3, (3, 3), zero_point=-128, clamp=(-128, 60)),
    ),
    "twice": (
        (6, 9, 3),
        lambda n, x: n.conv(n.conv(x, 6, (3, 3), pads=SAME), 4, (3, 3), pads=(2, 0, 1, 2)),
    ),
    "eight_pairs": ((4, 4, 16), lambda n, x: n.conv(x, 2, (3, 3), pads=SAME, density=0.5)),
    "nine_pairs": ((4, 4, 18), lambda n, x: n.conv(x, 2, (3, 3), pads=SAME, density=0.5)),
    "many_channels": ((4, 4, 90), lambda n, x: n.conv(x, 2, (3, 3), pads=SAME, density=0.2)),
}

PACKED: dict[str, tuple[Sequence[int], Callable[[Layers, SSAValue], SSAValue]]] = {
    "rows_of_groups": ((31, 26, 3), lambda n, x: n.conv(x, 3, (3, 3), pads=SAME)),
    "whole_plane": ((23, 22, 3), lambda n, x: n.conv(x, 3, (3, 3), pads=SAME)),
}
"""Planes of which a row of groups is transformed at once, and all."""
