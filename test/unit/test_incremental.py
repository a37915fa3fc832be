"""
Forms of a network that share what they begin with are those that each would be by itself.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from approx_opt.compiler.incremental import IncrementalNetwork
from approx_opt.compiler.interpreter import entry_function, run_network
from approx_opt.compiler.onnx_import import import_model
from approx_opt.compiler.onnx_quantize import quantize
from approx_opt.dialects.dense import Array, numpy_of
from approx_opt.dialects.tap_ops import ChannelOp, UnpackedConv2dOp
from approx_opt.passes.fold_transposes import FoldTransposesPass
from approx_opt.passes.fuse_qdq import FuseQdqPass
from approx_opt.passes.unpack_operands import UnpackOperandsPass
from builders import ModelBuilder, calibration
from convolution_networks import run, unpacked_layers
from hypothesis import example, given, settings
from hypothesis import strategies as st
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation

CHUNK = 3
Choices = tuple[int | None, ...]


@cache
def network() -> tuple[ModuleOp, Array]:
    """
    conv1, conv2, conv3, where conv2 is led around, so that two values live beside each other; and
    samples.
    """
    b = ModelBuilder((3, 5, 5), seed=3)
    x = b.conv("x", 3, 4, pads=[1, 1, 1, 1], name="conv1")
    x = b.node("Add", b.conv(x, 4, 4, pads=[1, 1, 1, 1], name="conv2"), x)
    model = b.model(b.conv(x, 4, 3, name="conv3"), rank=4)
    module = import_model(quantize(model, calibration(b, 8)), "net")
    run(module, FuseQdqPass(), FoldTransposesPass(), UnpackOperandsPass())
    rng = np.random.default_rng(0)
    return module, rng.integers(-128, 128, (7, 5, 5, 3)).astype(np.int8)


def rewrite(op: UnpackedConv2dOp, choice: int, x: Array) -> None:
    """
    Biases that depend on the choice and on what comes in.
    """
    steps = op.biases() + choice * (100 + int(x.astype(np.int64).sum()) % 1000)
    channels: list[ChannelOp] = []
    for bias, channel in zip(steps, op.channels, strict=True):
        columns, weights = numpy_of(channel.columns), numpy_of(channel.weights)
        channels.append(ChannelOp.get(int(bias), columns, weights))
    op.set_channels(channels)


def from_the_start(choices: Choices) -> tuple[str, Array, Array]:
    """
    The network with its layers rewritten one after the other, its sums and its results.
    """
    module, x = network()
    module = module.clone()
    seen: dict[Operation, Array] = {}

    def observe(op: Operation, args: tuple[Any, ...]) -> None:
        seen[op] = args[0]

    for op, choice in zip(unpacked_layers(module), choices, strict=True):
        run_network(module, x, observe)
        if choice is not None:
            rewrite(op, choice, seen[op])
    outputs = run_network(module, x, observe)
    return str(module), seen[unpacked_layers(module)[2]], outputs


class Counted:
    """
    The incremental network, and how often each layer of it was rewritten.
    """

    def __init__(self, cache_bytes: int):
        module, x = network()
        self.counts: list[str] = []
        self.layers = unpacked_layers(module)
        end = entry_function(module).body.block.last_op
        assert end is not None
        wanted = [self.layers[2].operands[0], end.operands[0]]
        self.forms = IncrementalNetwork(
            module, x, self.layers, self._rewrite, wanted, CHUNK, cache_bytes
        )

    def _rewrite(self, op: UnpackedConv2dOp, choice: int, x: Array) -> None:
        self.counts.append(op.layer.data)
        rewrite(op, choice, x)


choices = st.tuples(*[st.sampled_from([None, 1, 2])] * 3)


@settings(max_examples=25)
@given(st.lists(choices, min_size=1, max_size=6), st.sampled_from([0, 3000, 1 << 20]))
@example([(1, 2, None), (1, None, 2), (1, 2, None)], 0)
def test_every_form_is_that_from_the_start(sequence: list[Choices], cache_bytes: int):
    """
    Whatever came before it, and however little is kept.
    """
    counted = Counted(cache_bytes)
    for one in sequence:
        form = counted.forms.run(one)
        text, sums, outputs = from_the_start(one)
        assert str(form.module) == text
        assert np.array_equal(form.values[0], sums)
        assert np.array_equal(form.values[1], outputs)


def test_what_was_computed_is_not_computed_again():
    """
    A layer is rewritten once for every way in which the layers before it were.
    """
    counted = Counted(1 << 20)
    for one in [(1, 2, None), (1, 2, 1), (1, 2, 2), (1, 1, 2), (None, 1, 2), (1, 2, 2)]:
        counted.forms.run(one)
    assert " ".join(counted.counts) == (
        "conv1 conv2 "  # 1, 2, None
        "conv3 "  # 1, 2, 1
        "conv3 "  # 1, 2, 2
        "conv2 conv3 "  # 1, 1, 2
        "conv2 conv3 "  # None, 1, 2
        "conv3"  # 1, 2, 2: results are not kept
    )


def test_the_longest_unused_go_first():
    """
    There is room for what is in front of each of the three layers once: 3 channels, 4 and 4. So the
    network with another conv1 takes the place of the one before it.
    """
    counted = Counted(7 * 5 * 5 * (3 + 4 + 4))
    for one in [(1, 1, 1), (1, 1, 2), (2, 1, 1), (1, 1, 1)]:
        counted.forms.run(one)
    assert counted.counts.count("conv1") == 3


def test_the_network_itself_stays():
    """
    Forms are made of copies.
    """
    module, _ = network()
    before = str(module)
    Counted(1 << 20).forms.run((1, 2, 1))
    assert str(module) == before
