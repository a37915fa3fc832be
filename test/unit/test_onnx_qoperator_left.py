"""
Integer operators that cannot become float ones stay, and the reason is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import pytest
from approx_opt.compiler.errors import UserError
from approx_opt.compiler.onnx_check import check_supported
from approx_opt.compiler.onnx_graph import Graph
from approx_opt.compiler.onnx_qoperator import to_qdq, why_not
from onnx import helper, numpy_helper
from qoperator_builder import QBuilder, Triple, rewritten

Left = Callable[[QBuilder], Triple | str]

CONTRIB = "com.microsoft"


def channels_last(b: QBuilder) -> Triple:
    return b.qlinear("QLinearGlobalAveragePool", [b.start()], channels_last=1)


def computed_scale(b: QBuilder) -> str:
    scale = b.node("Add", b.constant(np.array(0.01, np.float32)), "x")
    x = b.start()
    return b.node("QLinearSigmoid", x[0], scale, x[2], *x[1:], name="layer", domain=CONTRIB)


def foreign_type(b: QBuilder) -> str:
    x = b.start()
    scale, zero_point = x[1], b.constant(np.array(0, np.uint8))
    return b.node("QLinearSigmoid", x[0], scale, zero_point, *x[1:], name="layer", domain=CONTRIB)


def several_scales(b: QBuilder) -> str:
    x = b.start()
    scales = b.constant(np.full(3, 0.01, np.float32))
    zeros = b.constant(np.zeros(3, np.int8))
    return b.node("QLinearSigmoid", x[0], scales, zeros, *x[1:], name="layer", domain=CONTRIB)


def other_softmax(b: QBuilder) -> Triple:
    return b.qlinear("QLinearSoftmax", [b.start()], axis=1, opset=11)


def no_inputs(b: QBuilder) -> str:
    return b.node("QLinearConcat", *b.start()[1:], name="layer", domain=CONTRIB, axis=1)


def nothing_at_all(b: QBuilder) -> str:
    return b.node("QLinearSigmoid", name="layer", domain=CONTRIB)


def long_scales(b: QBuilder) -> Triple:
    x, w = b.start(), b.integers(4, 3, 1, 1)
    triple = (w, b.constant(np.ones(5, np.float32)), b.constant(np.zeros(5, np.int8)))
    return b.qlinear("QLinearConv", [x], extra=triple, domain="")


def real_bias(b: QBuilder) -> Triple:
    x, w = b.start(), b.weight(4, 3, 1, 1)
    return b.qlinear("QLinearConv", [x, w], last=b.weights(4), domain="")


LEFT: dict[str, tuple[Left, str]] = {
    "channels_last": (channels_last, "its channels come last"),
    "computed_scale": (computed_scale, "its scale must be constant"),
    "foreign_type": (foreign_type, "a tensor is int8, its zero point uint8"),
    "several_scales": (several_scales, "its activations have more than one scale"),
    "other_softmax": (other_softmax, "it is the Softmax of another opset"),
    "no_inputs": (no_inputs, "it has no inputs"),
    "nothing_at_all": (nothing_at_all, "it lacks an input"),
    "long_scales": (long_scales, r"its weights are \(4, 3, 1, 1\), its scales \(5,\)"),
    "real_bias": (real_bias, "its bias is float32"),
}


@pytest.mark.parametrize("name", LEFT)
def test_what_cannot_be_rewritten_stays_and_says_why(name: str):
    build, reason = LEFT[name]
    b = QBuilder((3, 6, 5), True)
    model = b.finish(build(b), rank=4)
    graph = Graph.of(model)
    graph.infer()
    assert not to_qdq(graph)
    (node,) = (n for n in graph.nodes if n.name == "layer")
    assert re.search(reason, why_not(graph, node))
    with pytest.raises(UserError, match=r"layer \(QLinear"):
        check_supported(model)


@pytest.mark.parametrize("operator", ["MaxPool", "Flatten", "Pad", "Concat"])
def test_integers_of_unknown_scale_stay(operator: str):
    pads = numpy_helper.from_array(np.array([0, 0, 1, 1, 0, 0, 1, 1]), "pads")
    inputs = {"Pad": ["x", "pads"], "Concat": ["x", "x"]}.get(operator, ["x"])
    attributes: dict[str, Any] = {"MaxPool": {"kernel_shape": [2, 2]}, "Concat": {"axis": 1}}
    node = helper.make_node(operator, inputs, ["y"], "layer", **attributes.get(operator, {}))
    x = helper.make_tensor_value_info("x", onnx.TensorProto.INT8, [1, 2, 4, 4])
    y = helper.make_tensor_value_info("y", onnx.TensorProto.INT8, None)
    graph = Graph.of(helper.make_model(helper.make_graph([node], "test", [x], [y], [pads])))
    graph.infer()
    assert not to_qdq(graph)
    assert graph.nodes == [node]


@pytest.mark.parametrize(
    "attributes",
    [{"mode": "linear"}, {"coordinate_transformation_mode": "tf_crop_and_resize"}],
)
def test_resize_stays_where_it_makes_new_values(attributes: dict[str, str]):
    b = QBuilder((3, 4, 4), True)
    x, *pair = b.start()
    factors = b.constant(np.array([1, 1, 2, 2], np.float32))
    regions = b.constant(np.array([0] * 4 + [1] * 4, np.float32))
    y = b.node("Resize", x, regions, factors, **attributes)
    graph = Graph.of(b.finish((y, *pair), rank=4))
    graph.infer()
    assert not to_qdq(graph)


def test_concat_of_different_scales_stays():
    b = QBuilder((3, 4), True)
    x = b.start()
    y = b.qlinear("QLinearSigmoid", [x])
    b.node("Concat", x[0], y[0], axis=1, name="joined")
    graph = rewritten(b.finish(y, rank=3))
    (concat,) = (node for node in graph.nodes if node.name == "joined")
    assert list(concat.input) == [x[0], y[0]]
