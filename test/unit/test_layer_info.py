"""
How many multiplications each kernel carries out.
"""

from __future__ import annotations

import numpy as np
import pytest
from approx_opt.dialects.dense import numpy_of
from approx_opt.dialects.network_ops import NetworkOp
from approx_opt.dialects.tap_ops import ChannelOp, UnpackedConv2dOp
from approx_opt.passes.kernel_costs import streams_taps
from approx_opt.passes.layer_info import multiplications, multiply_accumulates
from approx_opt.passes.skip_operands import SkipOperandsPass
from approx_opt.passes.transform_winograd import TransformWinogradPass
from approx_opt.passes.unpack_operands import UnpackOperandsPass
from convolution_networks import run, unpacked_layers
from layers import Layers
from xdsl.dialects.builtin import StringAttr

PLANE, CHANNELS, FILTERS = (9, 10), 8, 6
MACS = 9 * 10 * 3 * 3 * CHANNELS * FILTERS


def convolution(fraction: float, transformed: bool = False) -> UnpackedConv2dOp:
    """
    3x3, with so much of it skipped at random; its taps in the window or in Winograd's domain.
    """
    layers = Layers("net", (*PLANE, CHANNELS), seed=0)
    result = layers.conv(layers.input, FILTERS, (3, 3), pads=(1, 1, 1, 1))
    module = run(layers.finish(result), UnpackOperandsPass())
    if transformed:
        run(module, TransformWinogradPass())
    (op,) = unpacked_layers(module)
    random = np.random.default_rng(1)
    channels: list[ChannelOp] = []
    for channel in op.channels:
        columns, weights = numpy_of(channel.columns), numpy_of(channel.weights)
        channels.append(ChannelOp.get(0, columns, weights, random.random(len(columns))))
    op.set_channels(channels)
    run(module, SkipOperandsPass(fraction=fraction, compensate=False))
    return unpacked_layers(module)[0]


def counted(op: NetworkOp, kernel: str) -> int:
    """
    With that kernel.
    """
    op.kernel = StringAttr(kernel)
    return multiplications(op)


@pytest.mark.parametrize("kernel", ["unrolled", "indexed"])
def test_what_is_skipped_is_not_multiplied(kernel: str):
    """
    Every tap that is left, for each pixel.
    """
    op = convolution(0.5)
    assert multiply_accumulates(op) == MACS
    assert counted(op, kernel) == 9 * 10 * int(op.tap_mask().sum())
    assert counted(op, kernel) <= MACS / 2


@pytest.mark.parametrize(
    ("kernel", "tiles", "taps"),
    [
        ("loop", 9 * 10, 9),
        ("winograd2", 5 * 5, 16),
        ("winograd4", 3 * 3, 36),
        ("winograd4-packed", 3 * 3, 36),
    ],
)
def test_other_kernels_multiply_by_zeros(kernel: str, tiles: int, taps: int):
    """
    Of tiles of one output, 2x2 and 4x4, those at the border as well. What is skipped of the window
    saves nothing.
    """
    for fraction in (0.0, 0.5):
        assert counted(convolution(fraction), kernel) == tiles * taps * CHANNELS * FILTERS


def test_taps_in_the_domain_are_skipped_where_that_is_faster():
    """
    Else all of them are multiplied, and zeros.
    """
    sparse, dense = convolution(0.8, transformed=True), convolution(0.02, transformed=True)
    assert streams_taps(sparse)
    assert counted(sparse, "winograd4") == 3 * 3 * int(sparse.tap_mask().sum())
    assert not streams_taps(dense)
    assert counted(dense, "winograd4") == 3 * 3 * 36 * CHANNELS * FILTERS


def test_layers_without_a_choice():
    """
    Every weight, for each pixel; none where there are no weights.
    """
    layers = Layers("net", (4, 5, 6), seed=0)
    depthwise = layers.depthwise(layers.input, (3, 3), pads=(1, 1, 1, 1))
    flat = layers.reshape(layers.add(depthwise, layers.input), (4 * 5 * 6,))
    module = layers.finish(layers.dense(flat, 7))
    found = [multiplications(op) for op in module.walk() if isinstance(op, NetworkOp)]
    assert found == [4 * 5 * 6 * 9, 0, 0, 4 * 5 * 6 * 7]
