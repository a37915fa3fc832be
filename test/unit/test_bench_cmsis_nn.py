"""
C that calls CMSIS-NN: its numbers, and the network as a whole.
"""

from __future__ import annotations

import re

import pytest
from approx_opt.compiler.errors import UserError
from cmsis_nn_network import LibraryNetwork
from cmsis_nn_tables import quantized_multiplier
from hypothesis import given
from hypothesis import strategies as st
from layers import Layers


@given(st.floats(2.0**-30, 2.0**20))
def test_quantized_multiplier(ratio: float):
    """
    31 bits, the first of which is set, and a power of two.
    """
    multiplier, exponent = quantized_multiplier(ratio)
    assert 2**30 <= multiplier < 2**31
    assert multiplier * 2.0 ** (exponent - 31) == pytest.approx(ratio, rel=2**-30)


def test_largest_fraction():
    """
    What rounds up to 2^31 is the next power of two.
    """
    assert quantized_multiplier(1 - 2.0**-40) == (2**30, 1)


def test_network():
    """
    One function a layer, called in order; tensors that live at once do not share memory, and a
    reshape is none.
    """
    n = Layers("toy", (6, 6, 2), seed=0)
    left = n.conv(n.input, 4, (3, 3), pads=(1, 1, 1, 1))
    right = n.depthwise(n.conv(left, 4, (1, 1)), (3, 3), pads=(1, 1, 1, 1))
    network = LibraryNetwork(n.finish(n.dense(n.flatten(n.add(left, right)), 3)))
    calls = re.findall(r"if \(toy_(\d)_(\w+)\(([^)]*)\)", network.source())
    assert [(number, kind) for number, kind, _ in calls] == [
        ("0", "conv2d1"),
        ("1", "conv2d2"),
        ("2", "depthwise_conv2d3"),
        ("3", "add4"),
        ("4", "fully_connected6"),
    ]
    places = [arguments.split(", ") for _, _, arguments in calls]
    assert (places[0][0], places[-1][1]) == ("input", "output")
    first, second, third = places[0][1], places[1][1], places[2][1]
    assert places[3][:2] == [first, third]
    assert len({first, second, third}) == 3
    assert places[4][0] == places[3][2]
    assert "TOY_IN_0_SIZE_BYTES 72\n" in network.header()


def test_no_function():
    """
    The layer that CMSIS-NN has nothing for is named.
    """
    n = Layers("toy", (6, 6, 2), seed=0)
    with pytest.raises(UserError, match=r"layer lookup1: no CMSIS-NN function for approx\.lookup"):
        LibraryNetwork(n.finish(n.lookup(n.input)))
