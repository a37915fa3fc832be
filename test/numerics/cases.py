"""
The layers that every way of running a network is tested on (helper of tests).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from approx_opt.compiler.skipping import unit_index
from approx_opt.dialects.dense import numpy_of
from approx_opt.dialects.tap_ops import ChannelOp, UnpackedConv2dOp
from approx_opt.passes.lower_to_cortexm import LowerToCortexmPass
from approx_opt.passes.plan_memory import PlanMemoryPass
from approx_opt.passes.select_kernels import SelectKernelsPass
from approx_opt.passes.unpack_operands import UnpackOperandsPass
from layers import Layers
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.ir import SSAValue

SAME = (1, 1, 1, 1)


@dataclass(frozen=True)
class Case:
    """
    A network: its input, its layers, by which kernel convolutions run and what is skipped in them
    (granularity and share).
    """

    name: str
    shape: Sequence[int]
    build: Callable[[Layers, SSAValue], SSAValue]
    kernel: str = "unrolled"
    skip: tuple[str, float] | None = None
    zero_point: int = -3

    def network(self, seed: int = 0) -> ModuleOp:
        """
        The integer network, convolutions unpacked and thinned out.
        """
        layers = Layers(self.name, self.shape, seed, self.zero_point)
        module = layers.finish(self.build(layers, layers.input))
        UnpackOperandsPass().apply(Context(), module)
        for op in unpacked(module):
            if self.skip is not None:
                thin_out(op, *self.skip, layers.rng)
        module.verify()
        return module

    def lowered(self, network: ModuleOp) -> ModuleOp:
        """
        The network at the kernel level.
        """
        return lower(network, self.kernel)


def lower(network: ModuleOp, kernel: str = "unrolled") -> ModuleOp:
    """
    A copy of a network at the kernel level, all convolutions by one kernel.
    """
    module = network.clone()
    SelectKernelsPass().apply(Context(), module)
    for op in unpacked(module):
        op.kernel = StringAttr(kernel)
    PlanMemoryPass().apply(Context(), module)
    module.verify()
    LowerToCortexmPass().apply(Context(), module)
    module.verify()
    return module


def unpacked(module: ModuleOp) -> list[UnpackedConv2dOp]:
    """
    The unpacked convolutions.
    """
    return [op for op in module.walk() if isinstance(op, UnpackedConv2dOp)]


def thin_out(
    op: UnpackedConv2dOp, granularity: str, share: float, rng: np.random.Generator
) -> None:
    """
    Skip a random share of the units of a layer.
    """
    units = unit_index(len(op.channels), op.depth, op.input_shape[2], granularity)
    gone = rng.random(int(units.max()) + 1) < share
    channels: list[ChannelOp] = []
    for row, channel in zip(units, op.channels, strict=True):
        columns = numpy_of(channel.columns)
        kept = ~gone[row[columns]]
        weights = numpy_of(channel.weights)[kept]
        channels.append(ChannelOp.get(channel.bias.value.data, columns[kept], weights))
    op.set_channels(channels)


def _residual(n: Layers, x: SSAValue) -> SSAValue:
    left = n.conv(x, 4, (3, 3), pads=SAME, clamp=(5, 127))
    right = n.conv(n.conv(x, 3, (1, 1)), 4, (3, 3), pads=SAME, zero_point=-7)
    return n.add(left, n.max_pool(right, (3, 3), pads=SAME), clamp=(4, 127))


def _separable(n: Layers, x: SSAValue) -> SSAValue:
    x = n.conv(x, 5, (3, 3), strides=(2, 2), pads=(0, 0, 1, 1), clamp=(5, 100))
    x = n.conv(n.depthwise(x, (3, 3), pads=SAME), 8, (1, 1))
    x = n.flatten(n.avg_pool(x, (4, 4)))
    return n.softmax(n.dense(x, 7))


def _flat(n: Layers, x: SSAValue) -> SSAValue:
    return n.dense(n.flatten(n.conv(x, 3, (3, 3))), 5)


CONVOLUTIONS: dict[str, tuple[Sequence[int], Callable[[Layers, SSAValue], SSAValue]]] = {
    "one_channel": ((5, 7, 1), lambda n, x: n.conv(x, 3, (3, 3), pads=SAME)),
    "three_channels": ((6, 6, 3), lambda n, x: n.conv(x, 4, (3, 3), pads=SAME)),
    "odd_channels": ((4, 9, 5), lambda n, x: n.conv(x, 7, (3, 3), pads=SAME)),
    "one_output": ((4, 5, 2), lambda n, x: n.conv(x, 1, (3, 3), pads=SAME)),
    "width_1": ((5, 1, 4), lambda n, x: n.conv(x, 3, (3, 1), pads=(1, 0, 1, 0))),
    "width_2": ((3, 2, 4), lambda n, x: n.conv(x, 4, (3, 3), pads=SAME)),
    "width_3": ((3, 3, 4), lambda n, x: n.conv(x, 5, (2, 2), pads=(0, 0, 1, 1))),
    "width_6": ((2, 6, 4), lambda n, x: n.conv(x, 4, (1, 3), pads=(0, 1, 0, 1))),
    "one_row": ((1, 11, 3), lambda n, x: n.conv(x, 4, (1, 5), pads=(0, 2, 0, 2))),
    "stride_2": ((9, 8, 3), lambda n, x: n.conv(x, 4, (3, 3), strides=(2, 2), pads=(0, 0, 1, 1))),
    "stride_2_1": ((7, 6, 2), lambda n, x: n.conv(x, 3, (3, 2), strides=(2, 1))),
    "stride_1_3": ((5, 16, 2), lambda n, x: n.conv(x, 2, (2, 2), strides=(1, 3))),
    "asymmetric": ((5, 6, 3), lambda n, x: n.conv(x, 4, (4, 3), pads=(2, 0, 1, 3))),
    "pointwise": ((4, 5, 7), lambda n, x: n.conv(x, 6, (1, 1))),
    "five": ((8, 9, 3), lambda n, x: n.conv(x, 4, (5, 5), pads=(2, 2, 2, 2))),
    "whole_input": ((4, 3, 5), lambda n, x: n.conv(x, 6, (4, 3))),
    "dilated": ((9, 9, 3), lambda n, x: n.conv(x, 4, (3, 3), dilations=(2, 3), pads=(2, 3, 2, 3))),
    "dilated_down": ((8, 6, 2), lambda n, x: n.conv(x, 3, (3, 2), dilations=(3, 1))),
    "relu": ((4, 4, 4), lambda n, x: n.conv(x, 4, (3, 3), zero_point=-128, clamp=(-128, 60))),
    "tflite": ((4, 5, 3), lambda n, x: n.conv(x, 5, (3, 3), rounding="tflite")),
    "large_ratio": ((3, 5, 1), lambda n, x: n.conv(x, 3, (1, 1), density=0.5, ratio=1.7)),
    "tflite_large": (
        (3, 5, 1),
        lambda n, x: n.conv(x, 3, (1, 1), density=0.5, ratio=2.6, rounding="tflite"),
    ),
    "two_layers": ((5, 6, 3), lambda n, x: n.conv(n.conv(x, 5, (3, 3), pads=SAME), 3, (3, 3))),
    "far_taps": ((2, 70, 33), lambda n, x: n.conv(x, 2, (2, 2), density=0.3)),
    "far_pixels": ((1, 9, 300), lambda n, x: n.conv(x, 3, (1, 2), strides=(1, 3), density=0.1)),
    "flat_odd": ((5, 5, 2), _flat),
}

OTHERS: dict[str, tuple[Sequence[int], Callable[[Layers, SSAValue], SSAValue]]] = {
    "depthwise": ((5, 6, 3), lambda n, x: n.depthwise(x, (3, 3), pads=SAME)),
    "depthwise_stride": (
        (7, 8, 4),
        lambda n, x: n.depthwise(x, (3, 3), strides=(2, 2), pads=(0, 0, 1, 1)),
    ),
    "depthwise_dilated": ((7, 7, 2), lambda n, x: n.depthwise(x, (3, 3), dilations=(2, 2))),
    "depthwise_large": ((9, 9, 3), lambda n, x: n.depthwise(x, (7, 7), pads=(3, 3, 3, 3))),
    "depthwise_tflite": ((5, 5, 2), lambda n, x: n.depthwise(x, (2, 2), rounding="tflite")),
    "dense_odd": ((13,), lambda n, x: n.dense(x, 5)),
    "dense_one": ((1,), lambda n, x: n.dense(x, 1)),
    "dense_two": ((10,), lambda n, x: n.dense(n.dense(x, 9), 4)),
    "max_pool": ((6, 6, 3), lambda n, x: n.max_pool(x, (2, 2), strides=(2, 2))),
    "max_pool_padded": (
        (7, 7, 5),
        lambda n, x: n.max_pool(x, (3, 3), strides=(2, 2), pads=SAME),
    ),
    "max_pool_large": ((8, 9, 2), lambda n, x: n.max_pool(x, (6, 6), pads=(0, 1, 0, 2))),
    "avg_pool": ((6, 6, 3), lambda n, x: n.avg_pool(x, (2, 2), strides=(2, 2))),
    "avg_pool_padded": ((5, 5, 3), lambda n, x: n.avg_pool(x, (3, 3), pads=SAME)),
    "avg_pool_inside": ((5, 4, 3), lambda n, x: n.avg_pool(x, (3, 3), inside=True, pads=SAME)),
    "avg_pool_global": ((9, 7, 5), lambda n, x: n.avg_pool(x, (9, 7))),
    "avg_pool_tflite": ((5, 5, 3), lambda n, x: n.avg_pool(x, (2, 3), rounding="tflite")),
    "avg_pool_even": ((6, 6, 3), lambda n, x: n.avg_pool(x, (2, 2), rounding="even")),
    "add": ((3, 5, 3), lambda n, x: n.add(x, n.requantize(x, 0.8))),
    "residual": ((5, 5, 3), _residual),
    "requantize": ((3, 4, 3), lambda n, x: n.requantize(x, 1.3, clamp=(-100, 90))),
    "requantize_tflite": ((3, 4, 3), lambda n, x: n.requantize(x, 0.3, rounding="tflite")),
    "requantize_even": ((3, 4, 3), lambda n, x: n.requantize(x, 0.5, rounding="even")),
    "softmax_2": ((2,), lambda n, x: n.softmax(x)),
    "softmax_64": ((64,), lambda n, x: n.softmax(x)),
    "softmax_dense": ((9,), lambda n, x: n.dense(n.softmax(x), 3)),
    "transpose": ((2, 3, 5), lambda n, x: n.transpose(x, (2, 0, 1))),
    "transpose_matrix": ((3, 4), lambda n, x: n.transpose(x, (1, 0))),
    "transpose_conv": ((3, 5, 4), lambda n, x: n.conv(n.transpose(x, (1, 2, 0)), 3, (2, 2))),
    "reshape_conv": ((24,), lambda n, x: n.conv(n.reshape(x, (2, 4, 3)), 3, (2, 2))),
    "separable": ((8, 8, 3), _separable),
}

CASES = [
    *(Case(f"{name}_unrolled", *facts) for name, facts in CONVOLUTIONS.items()),
    *(Case(f"{name}_loop", *facts, kernel="loop") for name, facts in CONVOLUTIONS.items()),
    *(Case(name, *facts) for name, facts in OTHERS.items()),
    *(
        Case(f"skip_{granularity}_{kernel}", *CONVOLUTIONS["odd_channels"], kernel, skip)
        for kernel in ("unrolled", "loop")
        for granularity in ("mac", "pair", "block")
        for skip in [(granularity, 0.5)]
    ),
    Case("skip_nearly_all", *CONVOLUTIONS["odd_channels"], skip=("pair", 0.95)),
    Case("skip_all", *CONVOLUTIONS["odd_channels"], skip=("pair", 1.1)),
    Case("skip_all_loop", *CONVOLUTIONS["odd_channels"], "loop", ("pair", 1.1)),
    Case("lowest_zero_point", *CONVOLUTIONS["odd_channels"], zero_point=-128),
    Case("highest_zero_point", *CONVOLUTIONS["asymmetric"], "loop", zero_point=127),
]


def vectors(shape: Sequence[int], count: int = 4) -> np.ndarray:
    """
    Inputs int8 [count, ...]: the extremes, and random ones.
    """
    rng = np.random.default_rng(len(shape))
    x = rng.integers(-128, 128, (count, *shape)).astype(np.int8)
    x[0], x[1] = -128, 127
    return x
