"""
Layers that write their result over an operand: where they do, and that nobody misses it.
"""

from __future__ import annotations

import numpy as np
import pytest
from approx_opt.compiler.interpret_cortexm import run_cortexm
from approx_opt.compiler.interpreter import run_network
from approx_opt.passes.tensor_memory import shared_buffers
from cases import vectors
from hypothesis import given, settings
from hypothesis import strategies as st
from layers import Layers
from regions import SAME, SHAPE, lowered, network, planned, unpacked
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import SSAValue


@pytest.mark.parametrize(
    ("name", "shared"),
    [
        ("chain", {"conv2d1, requantize2, requantize5", "add3, lookup4"}),
        ("bordered", {"conv2d1, requantize3"}),
        ("stack", set()),
    ],
)
def test_what_is_computed_in_place(name: str, shared: set[str]):
    """
    The networks of this file have layers that write over their operands, with and without border;
    what reads windows does not, even where operand and result are laid out alike.
    """
    (function,) = planned(network(name), None).ops
    found = {
        ", ".join(op.layer.data for op in one.layers)
        for one in shared_buffers(function)
        if len(one.layers) > 1
    }
    assert found == shared


@st.composite
def webs(draw: st.DrawFn) -> Layers:
    """
    Layers of one shape that read any two results before them, half of them element-wise.
    """
    layers = Layers("web", SHAPE, draw(st.integers(0, 99)))
    values = [layers.input]
    kinds = st.sampled_from(["add", "mul", "lookup", "requantize", "conv", "depthwise", "max_pool"])
    for kind in draw(st.lists(kinds, min_size=2, max_size=9)):
        x, y = (values[-1 - draw(st.integers(0, min(2, len(values) - 1)))] for _ in range(2))
        values.append(_layer(layers, kind, x, y))
    layers.finish(layers.add(values[-1], values[-2]))
    return layers


def _layer(n: Layers, kind: str, x: SSAValue, y: SSAValue) -> SSAValue:
    match kind:
        case "add" | "mul":
            return getattr(n, kind)(x, y)
        case "lookup":
            return n.lookup(x)
        case "requantize":
            return n.requantize(x, 0.9, zero_point=4)
        case "conv":
            return n.conv(x, SHAPE[2], (3, 3), pads=SAME, zero_point=4)
        case _:
            return getattr(n, kind)(x, (3, 3), pads=SAME)


@settings(max_examples=30)
@given(webs(), st.sampled_from([None, 1, 100, 200, 500]))
def test_webs(layers: Layers, fast_ram: int | None):
    """
    Whoever reads what: a tensor that is still needed is never written over.
    """
    module = layers.function.parent_op()
    assert isinstance(module, ModuleOp)
    x = vectors(SHAPE, 3)
    reference = unpacked(module)
    expected = run_network(reference, x).reshape(len(x), -1)
    np.testing.assert_array_equal(run_cortexm(lowered(reference, fast_ram), x), expected)
