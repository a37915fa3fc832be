"""
Networks with layers in place, in one or two memories (helper of tests).
"""

from __future__ import annotations

from collections.abc import Callable

from approx_opt.passes.lower_to_cortexm import LowerToCortexmPass
from approx_opt.passes.plan_memory import PlanMemoryPass
from approx_opt.passes.select_kernels import SelectKernelsPass
from approx_opt.passes.unpack_operands import UnpackOperandsPass
from layers import Layers
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import SSAValue

SAME = (1, 1, 1, 1)
SHAPE = (5, 6, 3)


def _chain(n: Layers, x: SSAValue) -> SSAValue:
    x = n.requantize(n.conv(x, 4, (3, 3), pads=SAME), 0.9)
    return n.dense(n.flatten(n.mul(n.lookup(n.add(x, x)), n.requantize(x, 1.1))), 5)


def _bordered(n: Layers, x: SSAValue) -> SSAValue:
    first = n.conv(x, 4, (3, 3), pads=SAME)
    left = n.conv(first, 2, (3, 3), pads=SAME)
    return n.add(left, n.conv(n.requantize(first, 0.7), 2, (3, 3), pads=SAME))


def _residual(n: Layers, x: SSAValue) -> SSAValue:
    first = n.conv(x, 4, (3, 3), pads=SAME)
    again = n.conv(n.depthwise(first, (3, 3), pads=SAME), 4, (1, 1))
    return n.softmax(n.dense(n.flatten(n.requantize(n.add(first, again), 1.2)), 7))


def _stack(n: Layers, x: SSAValue) -> SSAValue:
    for _ in range(3):
        x = n.conv(x, 3, (3, 3), pads=SAME)
    for _ in range(2):
        x = n.max_pool(x, (3, 3), pads=SAME)
    return x


NETWORKS: dict[str, Callable[[Layers, SSAValue], SSAValue]] = {
    "chain": _chain,
    "bordered": _bordered,
    "residual": _residual,
    "stack": _stack,
}


def network(name: str) -> ModuleOp:
    """
    One of `NETWORKS`, unpacked.
    """
    layers = Layers(name, SHAPE, 3)
    return unpacked(layers.finish(NETWORKS[name](layers, layers.input)))


def unpacked(module: ModuleOp) -> ModuleOp:
    """
    The same module with convolutions unpacked.
    """
    UnpackOperandsPass().apply(Context(), module)
    return module


def planned(module: ModuleOp, fast_ram: int | None) -> ModuleOp:
    """
    A copy with kernels, layouts and places in memory.
    """
    copy = module.clone()
    SelectKernelsPass().apply(Context(), copy)
    PlanMemoryPass(fast_ram=fast_ram).apply(Context(), copy)
    copy.verify()
    return copy


def lowered(module: ModuleOp, fast_ram: int | None) -> ModuleOp:
    """
    A copy at the kernel level.
    """
    copy = planned(module, fast_ram)
    LowerToCortexmPass().apply(Context(), copy)
    copy.verify()
    return copy
