"""
Layers drawn at random: whatever verifies is computed alike by both interpreters.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from approx_opt.compiler.interpret_cortexm import run_cortexm
from approx_opt.compiler.interpreter import run_network
from approx_opt.passes.unpack_operands import UnpackOperandsPass
from cases import lower, thin_out, unpacked, vectors
from hypothesis import given, settings
from hypothesis import strategies as st
from layers import FULL, Layers
from xdsl.context import Context

SMALL = st.integers(1, 4)


@st.composite
def windows(draw: st.DrawFn) -> tuple[tuple[int, int, int], tuple[int, int], dict[str, Any]]:
    """
    An input shape, a kernel shape, and options of a window that fits.
    """
    kernel = (draw(SMALL), draw(SMALL))
    strides, dilations = (draw(SMALL), draw(SMALL)), (draw(st.integers(1, 2)), draw(SMALL))
    pads = tuple(draw(st.integers(0, 2)) for _ in range(4))
    reach = [d * (k - 1) + 1 for k, d in zip(kernel, dilations, strict=True)]
    least = (max(1, reach[0] - pads[0] - pads[2]), max(1, reach[1] - pads[1] - pads[3]))
    height, width = (size + draw(st.integers(0, 9)) for size in least)
    shape = (height, width, draw(st.integers(1, 6)))
    lo = draw(st.integers(-128, 0))
    options = {
        "strides": strides,
        "dilations": dilations,
        "pads": pads,
        "clamp": draw(st.sampled_from([FULL, (lo, draw(st.integers(lo, 127)))])),
        "rounding": draw(st.sampled_from(["nearest", "tflite"])),
        "zero_point": draw(st.integers(-128, 127)),
    }
    return shape, kernel, options


def agree(layers: Layers, result: Any, kernel: str, skip: float = 0.0) -> None:
    """
    The network and its kernels give the same bytes.
    """
    module = layers.finish(result)
    UnpackOperandsPass().apply(Context(), module)
    for op in unpacked(module):
        thin_out(op, "mac", skip, layers.rng)
    x = vectors(layers.input.type.get_shape(), 3)
    expected = run_network(module, x).reshape(len(x), -1)
    np.testing.assert_array_equal(run_cortexm(lower(module, kernel), x), expected)


@settings(max_examples=150)
@given(
    windows(),
    st.integers(1, 9),
    st.sampled_from(["unrolled", "loop", "indexed"]),
    st.floats(0, 1),
    st.integers(-128, 127),
    st.integers(0, 99),
)
def test_convolution(
    window: Any, outputs: int, kernel: str, skip: float, zero_point: int, seed: int
):
    """
    Any window, any channels, any share of skipped taps, all kernels.
    """
    shape, size, options = window
    layers = Layers("net", shape, seed, zero_point)
    agree(layers, layers.conv(layers.input, outputs, size, **options), kernel, skip)


@settings(max_examples=60)
@given(windows(), st.sampled_from(["depthwise", "max_pool", "avg_pool"]), st.integers(0, 99))
def test_windows(window: Any, kind: str, seed: int):
    """
    The layers that slide a window over each channel.
    """
    shape, size, options = window
    if kind != "depthwise":
        options["dilations"] = (1, 1)
        options["pads"] = tuple(
            min(p, s - 1) for p, s in zip(options["pads"], size * 2, strict=True)
        )
        shape = (shape[0] + 4, shape[1] + 4, shape[2])
    layers = Layers("net", shape, seed)
    agree(layers, getattr(layers, kind)(layers.input, size, **options), "unrolled")


@settings(max_examples=40)
@given(
    windows(), windows(), st.lists(st.integers(1, 9), min_size=1, max_size=3), st.integers(0, 99)
)
def test_chains(first: Any, second: Any, widths: list[int], seed: int):
    """
    What one layer writes another reads: layouts, padding and memory of a chain and a branch.
    """
    shape, size, options = first
    layers = Layers("net", shape, seed)
    x = layers.conv(layers.input, widths[0], size, **options)
    _, size, options = second
    same = {**options, "strides": (1, 1), "dilations": (1, 1)}
    same["pads"] = ((size[0] - 1) // 2, (size[1] - 1) // 2, size[0] // 2, size[1] // 2)
    branch = layers.conv(x, widths[0], size, **same)
    x = layers.add(layers.depthwise(x, size, **same), layers.max_pool(branch, (1, 1)))
    x = layers.flatten(x)
    for width in widths:
        x = layers.dense(x, width)
    agree(layers, x, "unrolled", 0.4)
