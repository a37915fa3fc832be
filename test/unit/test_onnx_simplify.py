"""
Rewrites keep what a model computes and leave only the common node types.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import onnx
import pytest
from approx_opt.compiler.onnx_simplify import simplify
from builders import ModelBuilder, run_onnx
from onnx import TensorProto, helper, numpy_helper

Built = tuple[ModelBuilder, onnx.ModelProto]


def operators(model: onnx.ModelProto, pin_batch: bool = True) -> Counter[str]:
    """
    How many nodes of each type are left.
    """
    return Counter(node.op_type for node in simplify(model, pin_batch).nodes)


def computed_reshape() -> Built:
    """
    `x.view(x.size(0), -1)` as PyTorch's older exporter writes it.
    """
    b = ModelBuilder((3, 4, 5))
    y = b.conv("x", 3, 2)
    index = b.constant(np.array(0, np.int64))
    axes, rest = (b.constant(np.array([v], np.int64)) for v in (0, -1))
    size = b.node("Gather", b.node("Shape", y), index)
    target = b.node("Concat", b.node("Unsqueeze", size, axes), rest, axis=0)
    return b, b.model(b.node("Reshape", y, target))


def zero_padding() -> Built:
    b = ModelBuilder((2, 5, 5))
    pads = b.constant(np.array([0, 0, 1, 2, 0, 0, 0, 1], np.int64))
    padded = b.node("Pad", "x", pads)
    left = b.conv(padded, 2, 3, pads=[1, 0, 0, 0])
    right = b.conv(padded, 2, 3, pads=[1, 0, 0, 0], dilations=[1, 1])
    return b, b.model(b.node("Add", left, right), rank=4)


def squeezes() -> Built:
    b = ModelBuilder((2, 5, 5))
    axes = b.constant(np.array([2, 3], np.int64))
    y = b.node("Squeeze", b.node("GlobalAveragePool", "x"), axes)
    y = b.node("Unsqueeze", b.node("Relu", y), axes)
    return b, b.model(b.conv(y, 2, 3, (1, 1)), rank=4)


def aliases() -> Built:
    """
    Identity and Dropout at the ends, in the middle, and of constants; a Cast to the same type.
    """
    b = ModelBuilder((2, 5, 5))
    x = b.node("Dropout", b.node("Identity", "x"), outputs=2)
    w = b.node("Identity", b.weights(3, 2, 1, 1))
    y = b.node("Identity", b.node("Conv", b.node("Cast", x, to=TensorProto.FLOAT), w))
    return b, b.model(b.node("Dropout", y), rank=4)


def constant_arithmetic() -> Built:
    b = ModelBuilder((6,))
    w = b.node("Transpose", b.node("Mul", b.weights(4, 6), b.weights(1)), perm=[1, 0])
    return b, b.model(b.node("MatMul", "x", w))


def quantized_at_run_time() -> Built:
    """
    Weights stored as float and quantized in the model.
    """
    b = ModelBuilder((2, 5, 5))
    scale = b.constant(np.array([0.01, 0.02, 0.003], np.float32))
    zero_point = b.constant(np.zeros(3, np.int8))
    w = b.node("QuantizeLinear", b.weights(3, 2, 3, 3), scale, zero_point, axis=0)
    w = b.node("DequantizeLinear", w, scale, zero_point, axis=0)
    return b, b.model(b.node("Conv", "x", w), rank=4)


def integer_clip() -> Built:
    """
    Brevitas clips between QuantizeLinear and DequantizeLinear.
    """
    b = ModelBuilder((50,))
    pair = (b.constant(np.array(0.03, np.float32)), b.constant(np.array(5, np.int8)))
    bounds = [b.constant(np.array(v, np.int8)) for v in (-40, 57)]
    x = b.node("Clip", b.node("QuantizeLinear", "x", *pair), *bounds, name="narrow")
    return b, b.model(b.node("DequantizeLinear", x, *pair))


def contrib_quantization() -> Built:
    b = ModelBuilder((50,))
    pair = (b.constant(np.array(0.03, np.float32)), b.constant(np.array(5, np.uint8)))
    x = b.node("QuantizeLinear", "x", *pair, domain="com.microsoft")
    x = b.node("DequantizeLinear", x, *pair, domain="com.microsoft")
    model = b.model(x)
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    return b, model


def old_opset() -> Built:
    b = ModelBuilder((2, 5, 5), opset=9)
    y = b.node("Clip", b.batch_norm(b.conv("x", 2, 3), 3), min=0.0, max=6.0)
    y = b.node("Flatten", b.node("Dropout", y, ratio=0.5))
    return b, b.model(b.node("Softmax", y, axis=1))


def function_call() -> Built:
    """
    A model-local function, as PyTorch's newer exporter may write modules.
    """
    b = ModelBuilder((2, 5, 5))
    b.node("Twice", "x", domain="local")
    model = b.model(b.nodes[0].output[0], rank=4)
    body = [helper.make_node("Relu", ["a"], ["t"]), helper.make_node("Add", ["t", "t"], ["c"])]
    opsets = [helper.make_opsetid("", 17)]
    model.functions.append(helper.make_function("local", "Twice", ["a"], ["c"], body, opsets))
    model.opset_import.append(helper.make_opsetid("local", 1))
    return b, model


def dead_nodes() -> Built:
    b = ModelBuilder((2, 5, 5))
    y = b.node("Relu", "x")
    b.node("NonZero", y)
    return b, b.model(y, rank=4)


MODELS: dict[str, tuple[Callable[[], Built], dict[str, int]]] = {
    "computed_reshape": (computed_reshape, {"Conv": 1, "Reshape": 1}),
    "zero_padding": (zero_padding, {"Conv": 2, "Add": 1}),
    "squeezes": (squeezes, {"GlobalAveragePool": 1, "Relu": 1, "Conv": 1}),
    "aliases": (aliases, {"Conv": 1}),
    "constant_arithmetic": (constant_arithmetic, {"MatMul": 1}),
    "quantized_at_run_time": (quantized_at_run_time, {"DequantizeLinear": 1, "Conv": 1}),
    "integer_clip": (integer_clip, {"Clip": 1, "QuantizeLinear": 1, "DequantizeLinear": 1}),
    "contrib": (contrib_quantization, {"QuantizeLinear": 1, "DequantizeLinear": 1}),
    "old_opset": (
        old_opset,
        {"Conv": 1, "BatchNormalization": 1, "Clip": 1, "Flatten": 1, "Softmax": 1},
    ),
    "function": (function_call, {"Relu": 1, "Add": 1}),
    "dead_nodes": (dead_nodes, {"Relu": 1}),
}


@pytest.mark.parametrize("name", MODELS)
def test_simplified_models_compute_the_same(name: str):
    build, left = MODELS[name]
    builder, model = build()
    before = model.SerializeToString(deterministic=True)
    graph = simplify(model)
    assert Counter(node.op_type for node in graph.nodes) == left
    assert model.SerializeToString(deterministic=True) == before
    assert graph.outputs[0].name == model.graph.output[0].name
    x = builder.samples()
    actual, expected = run_onnx(graph.to_model(), x), run_onnx(model, x)
    np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", MODELS)
def test_simplifying_is_idempotent(name: str):
    _, model = MODELS[name][0]()
    once = simplify(model)
    again = simplify(once.to_model())
    assert [n.name for n in again.nodes] == [n.name for n in once.nodes]
    assert operators(once.to_model()) == operators(model)


def test_the_batch_stays_dynamic():
    b = ModelBuilder((2, 5, 5))
    shape = b.constant(np.array([0, -1], np.int64))
    model = b.model(b.node("Reshape", b.conv("x", 2, 3), shape))
    graph = simplify(model, pin_batch=False)
    assert graph.tensors["x"].shape == (None, 2, 5, 5)
    assert simplify(model).tensors["x"].shape == (1, 2, 5, 5)


@pytest.mark.parametrize("build", [computed_reshape, None])
def test_the_batch_is_pinned_where_shapes_depend_on_it(build: Callable[[], Built] | None):
    if build is None:
        b = ModelBuilder((6,))
        model = b.model(b.node("Reshape", "x", b.constant(np.array([1, 3, 2]))), rank=3)
    else:
        _, model = build()
    assert simplify(model, pin_batch=False).tensors["x"].shape[0] == 1


def test_padding_stays_where_it_is_not_zero():
    b = ModelBuilder((2, 5, 5))
    pads = b.constant(np.array([0, 0, 1, 1, 0, 0, 1, 1], np.int64))
    one = b.constant(np.array(1, np.float32))
    model = b.model(b.conv(b.node("Pad", "x", pads, one), 2, 3), rank=4)
    assert operators(model)["Pad"] == 1


def test_folded_weights_are_exact():
    b, model = quantized_at_run_time()
    (weights,) = (v for v in simplify(model).constants.values() if v.ndim == 4)
    real, scale = (numpy_helper.to_array(t) for t in (b.constants[2], b.constants[0]))
    expected = np.clip(np.rint(real / scale[:, None, None, None]), -128, 127)
    np.testing.assert_array_equal(weights, expected.astype(np.int8))
