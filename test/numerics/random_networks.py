"""
Whole small networks drawn at random (helper of tests).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from approx_opt.compiler.interpreter import entry_function
from approx_opt.dialects.network_ops import NetworkOp
from approx_opt.dialects.quant import shape_of
from approx_opt.passes.unpack_operands import UnpackOperandsPass
from cases import thin_out, unpacked
from hypothesis import strategies as st
from layers import Layers
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import SSAValue

Step: TypeAlias = Callable[[Any, Layers, SSAValue], SSAValue]
"""Draws a layer and appends it."""

SMALL = st.integers(1, 3)


@dataclass(frozen=True)
class Network:
    """
    A network and the kernel of its convolutions; says of itself which layers it has.
    """

    module: ModuleOp
    kernel: str

    def __repr__(self) -> str:
        layers = (op for op in self.module.walk() if isinstance(op, NetworkOp))
        names = (f"{op.name.removeprefix('approx.')} {op.output_shape}" for op in layers)
        shape = shape_of(entry_function(self.module).args[0])
        return f"{self.kernel}: {shape}, {', '.join(names)}"


def _window(draw: Any, x: SSAValue) -> tuple[tuple[int, int], dict[str, Any]]:
    """
    A kernel that fits, with padding smaller than it.
    """
    height, width, _ = shape_of(x)
    kernel = (draw(SMALL), draw(SMALL))
    pads = tuple(draw(st.integers(0, size - 1)) for size in kernel * 2)
    reach = height + pads[0] + pads[2], width + pads[1] + pads[3]
    kernel = tuple(min(size, limit) for size, limit in zip(kernel, reach, strict=True))
    return kernel, {"pads": pads, "strides": (draw(st.integers(1, 2)), draw(st.integers(1, 2)))}


def _conv(draw: Any, n: Layers, x: SSAValue) -> SSAValue:
    kernel, options = _window(draw, x)
    channels = shape_of(x)[2]
    group = draw(st.sampled_from([g for g in (1, 2, 3) if channels % g == 0]))
    widest = draw(st.sampled_from([127, 127, 255]))
    return n.conv(x, group * draw(SMALL), kernel, group=group, widest=widest, **options)


def _depthwise(draw: Any, n: Layers, x: SSAValue) -> SSAValue:
    kernel, options = _window(draw, x)
    return n.depthwise(x, kernel, multiplier=draw(st.integers(1, 2)), **options)


def _pool(kind: str) -> Step:
    def build(draw: Any, n: Layers, x: SSAValue) -> SSAValue:
        kernel, options = _window(draw, x)
        return getattr(n, kind)(x, kernel, **options)

    return build


def _residual(draw: Any, n: Layers, x: SSAValue) -> SSAValue:
    branch = n.conv(x, shape_of(x)[2], (1, 1))
    return n.add(x, branch, negate=draw(st.booleans()))


def _excite(draw: Any, n: Layers, x: SSAValue) -> SSAValue:
    gate = n.lookup(n.avg_pool(x, shape_of(x)[:2]))
    return n.mul(x, gate, rounding=draw(st.sampled_from(["nearest", "even", "tflite"])))


def _concat(draw: Any, n: Layers, x: SSAValue) -> SSAValue:
    other = n.max_pool(x, (1, 1))
    return n.concat(x, other, axis=draw(st.integers(0, len(shape_of(x)) - 1)))


def _pad(draw: Any, n: Layers, x: SSAValue) -> SSAValue:
    before, after = ([draw(st.integers(0, 1)) for _ in shape_of(x)] for _ in range(2))
    return n.pad(x, before, after, draw(st.integers(-128, 127)))


def _resize(draw: Any, n: Layers, x: SSAValue) -> SSAValue:
    height, width, _ = shape_of(x)
    rows = draw(st.lists(st.integers(0, height - 1), min_size=1, max_size=7))
    columns = draw(st.lists(st.integers(0, width - 1), min_size=1, max_size=7))
    return n.resize(x, rows, columns)


def _dense(draw: Any, n: Layers, x: SSAValue) -> SSAValue:
    return n.dense(x, draw(st.integers(1, 9)), widest=draw(st.sampled_from([127, 255])))


def _lookup(draw: Any, n: Layers, x: SSAValue) -> SSAValue:
    return n.lookup(x, per_channel=draw(st.booleans()))


def _requantize(draw: Any, n: Layers, x: SSAValue) -> SSAValue:
    return n.requantize(x, draw(st.floats(0.1, 3)))


IMAGE_STEPS: list[Step] = [
    _conv,
    _conv,
    _depthwise,
    _pool("max_pool"),
    _pool("avg_pool"),
    _residual,
    _excite,
    _concat,
    _pad,
    _resize,
    _lookup,
    _requantize,
    lambda draw, n, x: n.local_response_norm(x, draw(st.integers(1, 5))),
    lambda draw, n, x: n.transpose(x, draw(st.permutations(range(3)))),
]
VECTOR_STEPS: list[Step] = [
    lambda draw, n, x: n.dense(
        x, draw(st.integers(1, 9)), widest=draw(st.sampled_from([127, 255]))
    ),
    lambda draw, n, x: n.softmax(x),
    lambda draw, n, x: n.mul(x, n.dense(x, shape_of(x)[0])),
    _lookup,
    _requantize,
]
KERNELS = ("unrolled", "loop", "indexed", "winograd2", "winograd4", "winograd4-packed")
LARGEST = 600
"""Values of a tensor: a network that grew beyond is not let grow further."""


@st.composite
def networks(draw: st.DrawFn, name: str) -> Network:
    """
    A network @name of up to seven layers, convolutions unpacked and thinned out, and a kernel.
    """
    shape = tuple(draw(st.integers(1, 7)) for _ in range(3))
    n = Layers(name, shape, draw(st.integers(0, 999)), draw(st.integers(-128, 127)))
    x = draw(st.sampled_from(IMAGE_STEPS))(draw, n, n.input)
    for _ in range(draw(st.integers(0, 4))):
        if math.prod(shape_of(x)) < LARGEST:
            x = draw(st.sampled_from(IMAGE_STEPS))(draw, n, x)
    if draw(st.booleans()):
        x = n.flatten(x)
        for _ in range(draw(st.integers(1, 2))):
            x = draw(st.sampled_from(VECTOR_STEPS))(draw, n, x)
    # A layer of its own at the end: a network cannot return its input, or one tensor twice.
    x = draw(st.sampled_from([n.lookup, n.argmax]))(x)
    module = n.finish(x)
    UnpackOperandsPass().apply(Context(), module)
    for op in unpacked(module):
        thin_out(op, "mac", draw(st.sampled_from([0.0, 0.5])), n.rng)
    module.verify()
    return Network(module, draw(st.sampled_from(KERNELS)))
