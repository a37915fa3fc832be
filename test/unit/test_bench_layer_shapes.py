"""
Single layers of the benchmark: their text, and the networks around them.
"""

from __future__ import annotations

import numpy as np
import pytest
from approx_opt.compiler.errors import UserError
from approx_opt.compiler.interpreter import entry_function, run_network
from approx_opt.dialects import network_ops as approx
from approx_opt.dialects.quant import shape_of
from cases import vectors
from layer_shapes import LayerShape

SHAPES = [
    "conv:6x8x3:5:3x3:1x1:1,1,1,1",
    "conv:9x8x4:2:5x1:2x1:0,0,4,0",
    "depthwise:5x7x6:3x3:2x2:0,0,1,1",
    "maxpool:8x6x4:2x2:2x2:0,0,0,0",
    "avgpool:4x4x8:4x4:4x4:0,0,0,0",
    "dense:24:10",
    "add:3x5x4",
]


@pytest.mark.parametrize("text", SHAPES)
def test_round_trip(text: str):
    """
    Text to shape to network, where the layer of that name has the shape, and to text.
    """
    shape = LayerShape.parse(text)
    assert str(shape) == text
    network, label = shape.network("network")
    layers = [op for op in network.walk() if isinstance(op, approx.NetworkOp)]
    (op,) = [op for op in layers if op.layer.data == label]
    assert LayerShape.of(op) == shape
    assert op is not layers[-1]
    x = vectors(shape_of(entry_function(network).args[0]))
    assert len(np.unique(run_network(network, x))) > 1


def test_short_forms():
    """
    Stride 1 and no padding need not be said.
    """
    assert str(LayerShape.parse("conv:6x8x3:5:3x3")) == "conv:6x8x3:5:3x3:1x1:0,0,0,0"
    assert LayerShape.parse("maxpool:8x8x2:2x2:2").stride == (2, 2)


@pytest.mark.parametrize("text", ["", "conv:6x8:5:3x3", "dense:5", "add:5", "conv:6x8x3:5:3x3:1:1"])
def test_no_layer(text: str):
    """
    Named, with what there is.
    """
    with pytest.raises(UserError, match=r"is no layer; there are conv:HxWxC"):
        LayerShape.parse(text)


def test_kinds_that_are_not_measured_alone():
    """
    Such as softmax.
    """
    network, _ = LayerShape.parse("add:3x5x4").network("network")
    (op,) = [op for op in network.walk() if isinstance(op, approx.RequantizeOp)]
    assert LayerShape.of(op) is None
