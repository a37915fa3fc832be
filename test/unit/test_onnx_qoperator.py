"""
Integer operators become float ones between DequantizeLinear and QuantizeLinear, and compute the
same integers.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import onnx
import pytest
from approx_opt.compiler.onnx_graph import Graph
from approx_opt.compiler.onnx_import import check_supported, import_model
from approx_opt.compiler.onnx_qoperator import is_qoperator, to_qdq
from approx_opt.compiler.onnx_quantize import is_quantized
from approx_opt.compiler.onnx_simplify import simplify
from approx_opt.passes.fuse_qdq import FuseQdqPass
from builders import ModelBuilder, run_onnx
from onnx import helper
from qoperator_builder import QBuilder, Signed, rewritten
from qoperator_cases import CASES
from qoperator_network import quantized_cnn
from xdsl.context import Context

Built = tuple[QBuilder, onnx.ModelProto]


def integer_readers(graph: Graph) -> list[str]:
    """
    The operators that still work on int8 or uint8.
    """
    allowed = ("QuantizeLinear", "DequantizeLinear", "Identity")
    nodes = [node for node in graph.nodes if node.op_type not in allowed]
    integers = (onnx.TensorProto.INT8, onnx.TensorProto.UINT8)
    return [
        n.op_type for n in nodes if any(graph.tensors[x].element in integers for x in n.input if x)
    ]


def differences(builder: QBuilder, before: onnx.ModelProto, after: onnx.ModelProto) -> Any:
    """
    How many LSB the results of two models differ by.
    """
    x = builder.samples(24)
    expected, actual = run_onnx(before, x), run_onnx(after, x)
    assert expected.std() > 4 * builder.result_scale, "the test compares next to nothing"
    return np.abs(np.rint((actual - expected) / builder.result_scale))


@pytest.mark.parametrize("signed", [True, False], ids=["int8", "uint8"])
@pytest.mark.parametrize("name", CASES)
def test_integers_stay(name: str, signed: Signed):
    operators, build = CASES[name]
    builder, model = build(signed)
    graph = rewritten(model)
    assert not any(is_qoperator(node) for node in graph.nodes)
    kinds = Counter(node.op_type for node in graph.nodes)
    del kinds["QuantizeLinear"], kinds["DequantizeLinear"]
    assert kinds == Counter(operators)
    assert not integer_readers(graph)
    onnx.checker.check_model(graph.to_model())
    steps = differences(builder, model, graph.to_model())
    assert steps.max() <= 1
    assert np.mean(steps == 0) > 0.98


@pytest.mark.parametrize("name", CASES)
def test_names_stay_and_are_unique(name: str):
    _, model = CASES[name][1](True)
    graph = rewritten(model)
    names = [node.name for node in graph.nodes]
    tensors = [output for node in graph.nodes for output in node.output]
    assert len({*names}) == len(names)
    assert len({*tensors}) == len(tensors)
    assert {node.name for node in model.graph.node} <= {*names}
    assert {o for node in model.graph.node for o in node.output} <= {*tensors}


@pytest.mark.parametrize("name", CASES)
def test_rewriting_twice_changes_nothing(name: str):
    graph = rewritten(CASES[name][1](True)[1])
    before = graph.to_model()
    assert not to_qdq(graph)
    assert graph.to_model() == before


def test_scales_of_weights_and_bias_keep_their_axis():
    _, model = CASES["conv_channels"][1](True)
    graph = rewritten(model)
    (conv,) = (node for node in graph.nodes if node.op_type == "Conv")
    producers = [graph.producer(name) for name in conv.input]
    x, w, b = (node for node in producers if node is not None)
    scales = [graph.constants[node.input[1]] for node in (x, w, b)]
    np.testing.assert_array_equal(scales[2], scales[0] * scales[1])
    assert [helper.get_attribute_value(a) for a in (*w.attribute, *b.attribute)] == [0, 0]
    assert conv.name == "layer"
    assert x.name == f"{x.input[0]}_dequantize"
    assert graph.nodes[graph.nodes.index(conv) + 1].name == "layer_quantize"


def test_one_dequantize_serves_all_readers():
    b = QBuilder((3, 4), True)
    x = b.start()
    y = b.qlinear("QLinearAdd", [x, x])
    graph = rewritten(b.finish(b.qlinear("QLinearMul", [x, y])))
    readers = [node for node in graph.nodes if node.op_type == "DequantizeLinear"]
    assert len(readers) == 3


def test_an_operator_without_kernel_in_onnx_runtime():
    """
    QLinearReduceMean against what its description says.
    """
    b = QBuilder((3, 4, 5), True)
    y = b.qlinear("QLinearReduceMean", [b.start()], axes=[-1, -2], keepdims=1)
    model, x = b.finish(y, rank=4), b.samples(8)
    means = b.dequantized(x).mean((2, 3), keepdims=True)
    expected = np.rint(means / b.result_scale) * b.result_scale
    actual = run_onnx(rewritten(model).to_model(), x)
    np.testing.assert_allclose(actual, expected, atol=b.result_scale * 1.01)
    assert np.mean(np.abs(actual - expected) < b.result_scale / 2) > 0.95


def test_axes_are_an_input_from_opset_18_on():
    b = QBuilder((3, 4, 5), True, opset=18)
    y = b.qlinear("QLinearReduceMean", [b.start()], axes=[2, 3], keepdims=1)
    graph = rewritten(b.finish(y, rank=4))
    (mean,) = (node for node in graph.nodes if node.op_type == "ReduceMean")
    np.testing.assert_array_equal(graph.constants[mean.input[1]], [2, 3])
    assert run_onnx(graph.to_model(), b.samples(2)).shape == (2, 3, 1, 1)


def test_old_softmax_in_a_new_model_waits_for_its_rank():
    """
    Its axis is the last one, which is known only when its producer is rewritten.
    """
    b = QBuilder((7,), True)
    x = b.qlinear("QLinearSigmoid", [b.start()])
    model = b.finish(b.qlinear("QLinearSoftmax", [x], axis=1, opset=11))
    graph = simplify(model)
    assert Counter(node.op_type for node in graph.nodes)["Softmax"] == 1
    assert differences(b, model, graph.to_model()).max() <= 1


def test_zero_points_that_are_left_out_are_zero():
    b = QBuilder((3, 4), False)
    scale = b.constant(np.array(0.02, np.float32))
    x = b.node("QuantizeLinear", "x", scale)
    y = b.node("QLinearLeakyRelu", x, scale, "", scale, "", domain="com.microsoft", name="layer")
    b.result_scale = 0.02
    model = b.with_contrib(b.model(b.node("DequantizeLinear", y, scale), rank=3))
    graph = rewritten(model)
    quantize = graph.producer(y)
    assert quantize is not None
    assert graph.constants[quantize.input[2]].dtype == np.uint8
    assert not differences(b, model, graph.to_model()).any()


def test_scalars_are_spread_over_channels():
    """
    One zero point for weights with a scale for each channel, as ONNX Runtime allows.
    """
    b = QBuilder((3, 6, 5), True)
    x = b.start()
    w = b.integers(4, 3, 3, 3)
    triple = (w, b.constant(np.linspace(0.01, 0.02, 4, dtype=np.float32)), b.zero(np.int8))
    y = b.qlinear("QLinearConv", [x], extra=triple, domain="")
    graph = rewritten(model := b.finish(y, rank=4))
    assert differences(b, model, graph.to_model()).max() <= 1


def test_indices_of_a_pool_stay():
    b = QBuilder((3, 4, 4), True)
    x, *pair = b.start()
    pooled = b.node("MaxPool", x, kernel_shape=[2, 2], outputs=2)
    indices = b.nodes[-1].output[1]
    graph = rewritten(b.finish((pooled, *pair), rank=4))
    producer = graph.producer(indices)
    assert producer is not None
    assert producer.op_type == "MaxPool"


def test_weights_quantized_at_run_time_are_folded_before():
    """
    A Transpose of a constant needs no DequantizeLinear around it.
    """
    b = ModelBuilder((6,))
    pair = (b.constant(np.array(0.03, np.float32)), b.constant(np.array(0, np.int8)))
    w = b.node("Transpose", b.node("QuantizeLinear", b.weights(4, 6), *pair), perm=[1, 0])
    model = b.model(b.node("MatMul", "x", b.node("DequantizeLinear", w, *pair)))
    kinds = Counter(node.op_type for node in simplify(model).nodes)
    assert kinds == {"DequantizeLinear": 1, "MatMul": 1}


def test_a_qoperator_model_is_quantized():
    model = CASES["matmul"][1](True)[1]
    assert is_quantized(model)
    kept = [node for node in model.graph.node if node.op_type == "QLinearMatMul"]
    del model.graph.node[:]
    assert not is_quantized(model)
    model.graph.node.extend(kept)
    assert is_quantized(model)


@pytest.mark.parametrize("per_channel", [False, True], ids=["per_tensor", "per_channel"])
@pytest.mark.parametrize("signed", [True, False], ids=["s8s8", "u8s8"])
def test_a_network_of_onnx_runtime(signed: Signed, per_channel: bool):
    builder, model = quantized_cnn(signed, per_channel)
    assert {"QLinearConv", "QGemm", "QLinearAdd"} <= {node.op_type for node in model.graph.node}
    check_supported(model)
    graph = simplify(model)
    assert not any(is_qoperator(node) for node in graph.nodes)
    steps = differences(builder, model, graph.to_model())
    assert steps.max() <= 1
    assert np.mean(steps == 0) > 0.9
    module = import_model(model, "network")
    FuseQdqPass().apply(Context(), module)
    module.verify()
    assert "approx.onnx." not in str(module)


def test_a_network_of_an_old_opset():
    builder, model = quantized_cnn(signed=False, per_channel=True, opset=12)
    assert model.opset_import[0].version == 12
    check_supported(model)
    assert differences(builder, model, simplify(model).to_model()).max() <= 1
