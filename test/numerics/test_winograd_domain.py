"""
Convolutions with taps in Winograd's domain: whole ones are those of the window, and what skipping
leaves is computed alike by both interpreters.
"""

from __future__ import annotations

import numpy as np
from approx_opt.compiler.interpret_cortexm import run_cortexm
from approx_opt.compiler.interpreter import run_network
from approx_opt.passes.transform_winograd import TransformWinogradPass
from approx_opt.passes.unpack_operands import UnpackOperandsPass
from cases import lower, thin_out, unpacked, vectors
from hypothesis import given, settings
from hypothesis import strategies as st
from layers import Layers
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp

seeds = st.integers(0, 99)
zero_points = st.integers(-128, 127)


@st.composite
def convolutions(draw: st.DrawFn, channels: int = 6) -> tuple[ModuleOp, Layers]:
    """
    A convolution that suits, unpacked, and where its random numbers come from.
    """
    pads = tuple(draw(st.integers(0, 2)) for _ in range(4))
    plane = [draw(st.integers(4, 13)) + 2 - pads[i] - pads[i + 2] for i in range(2)]
    shape = (*(max(2, size) for size in plane), draw(st.integers(1, channels)))
    pads = (*pads[:2], max(pads[2], 4 - shape[0]), max(pads[3], 4 - shape[1]))
    layers = Layers("net", shape, draw(seeds), draw(zero_points))
    widest = draw(st.sampled_from([127, 255]))
    options = {"zero_point": draw(zero_points), "widest": widest}
    result = layers.conv(layers.input, draw(st.integers(1, 5)), (3, 3), pads=pads, **options)
    module = layers.finish(result)
    UnpackOperandsPass().apply(Context(), module)
    return module, layers


def inputs(layers: Layers) -> np.ndarray:
    """
    Extremes and random values.
    """
    return vectors(layers.input.type.get_shape(), 3)


@settings(max_examples=60)
@given(convolutions())
def test_transforming_keeps_every_bit(convolution: tuple[ModuleOp, Layers]):
    """
    In the network, and in the kernels.
    """
    module, layers = convolution
    x = inputs(layers)
    expected = run_network(module, x)
    TransformWinogradPass().apply(Context(), module)
    module.verify()
    assert all(op.domain is not None for op in unpacked(module))
    np.testing.assert_array_equal(run_network(module, x), expected)
    found = run_cortexm(lower(module, None), x)
    np.testing.assert_array_equal(found, expected.reshape(len(x), -1))


@settings(max_examples=60)
@given(convolutions(40), st.sampled_from(["mac", "pair", "block"]), st.floats(0, 1))
def test_kernels_skip_what_the_network_skips(
    convolution: tuple[ModuleOp, Layers], granularity: str, share: float
):
    """
    Few channels and small shares run by dense filters, the others by lists of taps.
    """
    module, layers = convolution
    TransformWinogradPass().apply(Context(), module)
    for op in unpacked(module):
        thin_out(op, granularity, share, layers.rng)
    module.verify()
    x = inputs(layers)
    expected = run_network(module, x).reshape(len(x), -1)
    np.testing.assert_array_equal(run_cortexm(lower(module, None), x), expected)
