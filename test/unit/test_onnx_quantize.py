"""
Post-training quantization: complete, faithful, reproducible, quiet.
"""

from __future__ import annotations

import logging
import warnings
from pathlib import Path

import numpy as np
import onnx
import pytest
from approx_opt.compiler import calibration as calibration_data
from approx_opt.compiler.errors import UserError
from approx_opt.compiler.interpreter import run_network
from approx_opt.compiler.onnx_import import import_model, load_model
from approx_opt.compiler.onnx_quantize import is_quantized, quantize
from builders import ModelBuilder, calibration, node_named, run_onnx
from dataset import load_split
from onnx import numpy_helper
from onnx_cases import CASES

DIGITS = Path(__file__).resolve().parents[2] / "examples" / "digits" / "digits.onnx"
LINEAR = ("QuantizeLinear", "DequantizeLinear")


def float_nodes(model: onnx.ModelProto) -> list[tuple[str, str]]:
    """
    Operator and name of the nodes that compute something.
    """
    return [(n.op_type, n.name) for n in model.graph.node if n.op_type not in LINEAR]


def left_in_float(model: onnx.ModelProto) -> list[str]:
    """
    Nodes with an activation that is not dequantized, or a result that is not quantized.
    """
    dequantized = {n.output[0] for n in model.graph.node if n.op_type == "DequantizeLinear"}
    quantized = {n.input[0] for n in model.graph.node if n.op_type == "QuantizeLinear"}
    return [
        node.name
        for node in model.graph.node
        if node.op_type not in LINEAR
        and not (node.input[0] in dequantized and node.output[0] in quantized)
    ]


@pytest.mark.parametrize("name", CASES)
def test_every_node_is_quantized(name: str):
    builder, model = CASES[name]()
    assert not is_quantized(model)
    quantized = quantize(model, calibration(builder))
    assert is_quantized(quantized)
    assert left_in_float(quantized) == []
    source, result = model.graph.input[0].name, model.graph.output[0].name
    assert [v.name for v in quantized.graph.input] == [source]
    assert [v.name for v in quantized.graph.output] == [result]


@pytest.mark.parametrize("name", CASES)
def test_quantized_models_stay_close(name: str):
    """
    Within a few steps of the float model, on the very data it was calibrated with.
    """
    builder, model = CASES[name]()
    data = calibration(builder)
    exact = run_onnx(model, data.x)
    error = np.abs(run_onnx(quantize(model, data), data.x) - exact).max()
    assert error <= 0.04 * np.ptp(exact)


def test_names_of_fused_nodes():
    b = ModelBuilder((6,))
    x = b.node("MatMul", "x", b.weights(6, 5), name="fc1")
    x = b.node("Relu", b.node("Add", x, b.weights(5), name="fc1_bias"), name="act")
    x = b.batch_norm(b.gemm(x, 5, 4), 4, name="norm")
    assert float_nodes(quantize(b.model(x), calibration(b))) == [("Gemm", "fc1"), ("Gemm", "gemm3")]


def test_batch_norm_between_other_layers():
    """
    On its own it becomes a convolution or a matrix of its own, with its name.
    """
    b = ModelBuilder((3, 4, 4))
    x = b.node("Relu", b.batch_norm("x", 3, name="images"))
    x = b.batch_norm(b.node("Flatten", b.node("GlobalAveragePool", x)), 3, name="vectors")
    quantized = quantize(b.model(x), calibration(b))
    assert ("Conv", "images") in float_nodes(quantized)
    assert ("Gemm", "vectors") in float_nodes(quantized)
    (group,) = (a.i for a in node_named(quantized, "images").attribute if a.name == "group")
    assert group == 3


def test_relu_becomes_saturation():
    builder, model = CASES["residual"]()
    assert [op for op, _ in float_nodes(quantize(model, calibration(builder)))] == [
        "Conv",
        "Conv",
        "Add",
    ]


def test_a_clip_that_leaves_out_zero_stays():
    builder, model = CASES["clip_below"]()
    data = calibration(builder)
    quantized = quantize(model, data)
    assert [op for op, _ in float_nodes(quantized)] == ["Conv", "Clip"]
    assert run_onnx(quantized, data.x).min() > 0.24


def test_weights_are_symmetric_int8():
    builder, model = CASES["classifier"]()
    quantized = quantize(model, calibration(builder))
    arrays = {t.name: numpy_helper.to_array(t) for t in quantized.graph.initializer}
    weights = [v for v in arrays.values() if v.dtype == np.int8 and v.ndim > 1]
    assert len(weights) == 4
    for value in weights:
        # Each output channel has a scale of its own, and uses the whole of it.
        peaks = np.abs(value.astype(int)).reshape(len(value), -1).max(axis=1)
        np.testing.assert_array_equal(peaks, 127)


def test_the_same_bytes_every_time():
    builder, model = CASES["classifier"]()
    data = calibration(builder, 100)
    first, second = (quantize(model, data) for _ in range(2))
    assert first.SerializeToString(deterministic=True) == second.SerializeToString(
        deterministic=True
    )


def test_a_dynamic_batch_stays_dynamic():
    builder, model = CASES["classifier"]()
    quantized = quantize(model, calibration(builder))
    assert quantized.graph.input[0].type.tensor_type.shape.dim[0].dim_param == "N"


def test_a_batch_of_one_is_calibrated_one_by_one():
    builder, model = CASES["channels_last"]()
    data = calibration(builder, 7)
    scales = [t for t in quantize(model, data).graph.initializer if t.name == "x_scale"]
    expected = (max(data.x.max(), 0) - min(data.x.min(), 0)) / 255
    np.testing.assert_allclose(numpy_helper.to_array(scales[0]), expected, rtol=1e-6)


def test_old_opsets_are_upgraded():
    b = ModelBuilder((3, 6, 5), opset=9)
    x = b.node("Clip", b.batch_norm(b.conv("x", 3, 4), 4), min=0.0, max=6.0)
    quantized = quantize(b.model(x, rank=4), calibration(b))
    onnx.checker.check_model(quantized)
    assert float_nodes(quantized) == [("Conv", "conv0")]
    import_model(quantized, "net").verify()


def test_opsets_that_cannot_be_upgraded(monkeypatch: pytest.MonkeyPatch):
    def refuse(model: onnx.ModelProto, version: int) -> onnx.ModelProto:
        raise RuntimeError(f"no adapter to opset {version}")

    monkeypatch.setattr(onnx.version_converter, "convert_version", refuse)
    b = ModelBuilder((6,), opset=11)
    with pytest.raises(UserError, match="re-export it with opset 13 or later"):
        quantize(b.model(b.gemm("x", 6, 3)), calibration(b))


def test_samples_of_another_shape():
    b = ModelBuilder((6,))
    data = calibration_data.Calibration(np.zeros((4, 5), np.float32))
    with pytest.raises(UserError, match=r"calibration samples are \(5,\), the model takes \(6,\)"):
        quantize(b.model(b.gemm("x", 6, 3)), data)


def test_quantizing_is_quiet(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture):
    builder, model = CASES["batch_norm_images"]()
    root, filters = logging.getLogger().level, list(warnings.filters)
    quantize(model, calibration(builder))
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []
    assert logging.getLogger().level == root
    assert list(warnings.filters) == filters


def test_digits():
    """
    A trained network keeps its accuracy: int8 within half a point of float.
    """
    train, test = load_split()
    model = load_model(DIGITS)
    quantized = quantize(model, calibration_data.Calibration(train.x[:256]))
    scores = run_network(import_model(quantized, "digits"), test.x)
    exact = run_network(import_model(model, "digits"), test.x)
    accuracy, reference = (np.mean(y.argmax(axis=1) == test.y) for y in (scores, exact))
    assert reference > 0.97
    assert abs(accuracy - reference) <= 0.005
