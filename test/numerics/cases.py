"""
The layers that every way of running a network is tested on (helper of tests).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from approx_opt.compiler.input_conversion import unsigned_input
from approx_opt.compiler.interpreter import entry_function
from approx_opt.compiler.plan import LayerPlan, Plan
from approx_opt.compiler.skipping import unit_index
from approx_opt.dialects.dense import numpy_of
from approx_opt.dialects.input_ops import input_quant
from approx_opt.dialects.network_ops import NetworkOp
from approx_opt.dialects.quant import UI8, QuantAttr, shape_of
from approx_opt.dialects.tap_ops import ChannelOp, UnpackedConv2dOp
from approx_opt.passes.fit_sums import fit_sums
from approx_opt.passes.kernel_costs import kernels
from approx_opt.passes.lower_to_cortexm import LowerToCortexmPass
from approx_opt.passes.plan_memory import PlanMemoryPass
from approx_opt.passes.select_kernels import SelectKernelsPass
from approx_opt.passes.transform_winograd import TransformWinogradPass
from approx_opt.passes.unpack_operands import UnpackOperandsPass
from kernels_at_hand import DEPTHWISE, PACKED, SUITED, WINOGRAD2, WINOGRAD4
from layers import Layers
from layers_at_hand import CONVOLUTIONS, OTHERS
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, f32
from xdsl.ir import SSAValue

BOTH = "indexed, planar"
"""Both of these kernels, where they can be had."""


@dataclass(frozen=True)
class Case:
    """
    A network: its input, its layers, by which kernel convolutions run and what is skipped in them
    (granularity and share), in Winograd's domain if `transformed`.
    """

    name: str
    shape: Sequence[int]
    build: Callable[[Layers, SSAValue], SSAValue]
    kernel: str = "unrolled"
    skip: tuple[str, float] | None = None
    zero_point: int = -3
    transformed: bool = False

    def network(self, seed: int = 0) -> ModuleOp:
        """
        The integer network, convolutions unpacked and thinned out.
        """
        layers = Layers(self.name, self.shape, seed, self.zero_point)
        module = layers.finish(self.build(layers, layers.input))
        UnpackOperandsPass().apply(Context(), module)
        if self.transformed:
            TransformWinogradPass().apply(Context(), module)
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


def lower(network: ModuleOp, kernel: Any = "unrolled") -> ModuleOp:
    """
    A copy of a network at the kernel level, all convolutions by one kernel, if they can.
    """
    module = network.clone()
    if kernel == BOTH:
        _select_both(module)
    else:
        SelectKernelsPass(kernel=(kernel,)).apply(Context(), module)
    PlanMemoryPass().apply(Context(), module)
    module.verify()
    LowerToCortexmPass().apply(Context(), module)
    module.verify()
    return module


def _select_both(module: ModuleOp) -> None:
    """
    Convolutions that go through lists of taps and write planes for depthwise ones.
    """
    layers = [op for op in module.walk() if isinstance(op, NetworkOp)]
    chosen = [(op.layer.data, set(kernels(op)) & {"indexed", "planar"}) for op in layers]
    plan = Plan("net", {layer: LayerPlan(kernel=name) for layer, names in chosen for name in names})
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(plan.dumps())
        file.flush()
        SelectKernelsPass(plan=file.name).apply(Context(), module)


def unpacked(module: ModuleOp) -> list[UnpackedConv2dOp]:
    """
    The unpacked convolutions.
    """
    return [op for op in module.walk() if isinstance(op, UnpackedConv2dOp)]


def thin_out(
    op: UnpackedConv2dOp, granularity: str, share: float, rng: np.random.Generator
) -> None:
    """
    Skip a random share of the units of a layer, as skip-operands does.
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
    if op.domain is not None:
        fit_sums(op)


CASES = [
    *(Case(f"{name}_unrolled", *facts) for name, facts in CONVOLUTIONS.items()),
    *(Case(f"{name}_loop", *facts, kernel="loop") for name, facts in CONVOLUTIONS.items()),
    *(Case(f"{name}_indexed", *facts, kernel="indexed") for name, facts in CONVOLUTIONS.items()),
    *(Case(f"{name}_indexed_planar", *f, kernel=BOTH) for name, f in DEPTHWISE.items()),
    *(
        Case(f"{name}_{kernel.replace('-', '_')}", *facts, kernel=kernel)
        for kernel, others in (
            ("winograd2", WINOGRAD2),
            ("winograd4", WINOGRAD4),
            ("winograd4-packed", {**WINOGRAD4, **PACKED}),
        )
        for name, facts in {
            **{name: CONVOLUTIONS[name] for name in SUITED[kernel]},
            **others,
        }.items()
    ),
    *(Case(name, *facts) for name, facts in OTHERS.items()),
    *(Case(f"{name}_planar", *facts, kernel="planar") for name, facts in DEPTHWISE.items()),
    *(Case(f"{name}_planar_loop", *facts, kernel="loop") for name, facts in DEPTHWISE.items()),
    *(
        Case(f"skip_{granularity}_{kernel}", *CONVOLUTIONS["odd_channels"], kernel, skip)
        for kernel in ("unrolled", "loop", "indexed")
        for granularity in ("mac", "pair", "block")
        for skip in [(granularity, 0.5)]
    ),
    *(
        Case(
            f"skip_{granularity}_{name}",
            *WINOGRAD4[name],
            skip=(granularity, share),
            transformed=True,
        )
        for name in ("ragged", "one_row", "one_tile", "twice", "many_channels")
        for granularity, share in (("mac", 0.2), ("pair", 0.6), ("block", 0.9))
    ),
    Case("skip_none_transformed", *WINOGRAD4["ragged"], transformed=True),
    Case("skip_all_transformed", *WINOGRAD4["ragged"], skip=("pair", 1.1), transformed=True),
    Case(
        "skip_lowest_transformed",
        *WINOGRAD4["nine_pairs"],
        skip=("pair", 0.5),
        zero_point=-128,
        transformed=True,
    ),
    Case("skip_nearly_all", *CONVOLUTIONS["odd_channels"], skip=("pair", 0.95)),
    Case("skip_all", *CONVOLUTIONS["odd_channels"], skip=("pair", 1.1)),
    *(
        Case(
            f"skip_{100 * share:.0f}_{name}_indexed",
            *CONVOLUTIONS[name],
            "indexed",
            ("pair", share),
        )
        for name in ("width_1", "width_2", "width_3", "width_6", "five", "long_row")
        for share in (0.5, 0.9, 1.1)
    ),
    Case("skip_one_output_indexed", *CONVOLUTIONS["one_output"], "indexed", ("pair", 0.5)),
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


def input_vectors(network: ModuleOp, count: int = 4) -> np.ndarray:
    """
    Inputs [count, ...] of a network in the type that it takes: int8, uint8 or float32.
    """
    argument = entry_function(network).args[0]
    x = vectors(shape_of(argument), count)
    element = argument.type.get_element_type()
    if element == UI8:
        return unsigned_input(x)
    return float_vectors(x.shape, input_quant(argument)) if element == f32 else x


def float_vectors(shape: Sequence[int], quant: QuantAttr) -> np.ndarray:
    """
    float32 of a shape [N, ...], the first such as are hard to quantize: halves of steps, those
    beside them, beyond int8, and what are no numbers.
    """
    rng = np.random.default_rng(len(shape))
    scale, zero_point = np.float32(quant.scale.value.data), quant.zero_point.value.data
    x = scale * (rng.uniform(-128, 127, shape) - zero_point).astype(np.float32)
    shape = shape[1:]
    halves = rng.integers(-600, 601, shape).astype(np.float32) / 2 * scale
    beside = np.nextafter(halves, rng.choice(np.array([-np.inf, np.inf], np.float32), shape))
    spread = rng.normal(0, 60, shape).astype(np.float32) * scale
    odd = rng.choice(np.array([np.nan, np.inf, -np.inf, -0.0, 1e-45, 3.4e38], np.float32), shape)
    x[0] = np.choose(rng.choice(4, shape, p=[0.4, 0.25, 0.25, 0.1]), [halves, beside, spread, odd])
    return x
