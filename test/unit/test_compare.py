"""
The integer network beside ONNX Runtime, layer by layer.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from approx_opt.compiler.calibration import Calibration
from approx_opt.compiler.compare import compare, difference, main, share_beyond, table
from approx_opt.compiler.onnx_quantize import quantize
from builders import ModelBuilder
from onnx import numpy_helper


def quantized() -> tuple[onnx.ModelProto, np.ndarray]:
    """
    A small network with a branch, quantized, and samples for it.
    """
    builder = ModelBuilder((3, 8, 8), seed=4)
    x = builder.node("Relu", builder.conv("x", 3, 6, pads=[1, 1, 1, 1], name="stem"))
    y = builder.conv(x, 6, 6, pads=[1, 1, 1, 1], group=6, name="depthwise")
    x = builder.node("Add", x, y, name="sum")
    x = builder.node("AveragePool", x, kernel_shape=[8, 8], name="pool")
    x = builder.gemm(builder.node("Flatten", x), 6, 4)
    model = builder.model(x)
    samples = builder.samples(24)
    return quantize(model, Calibration(samples)), samples


def test_histogram():
    """
    Ours minus theirs.
    """
    ours, theirs = np.array([1, 2, -128], np.int8), np.array([1, 4, 127], np.int8)
    assert difference(ours, theirs) == {-255: 1, -2: 1, 0: 1}
    assert share_beyond({-2: 1, 0: 1, 1: 2}, 1) == 0.25


def test_every_layer_is_within_one():
    """
    On the reference's inputs, whatever the layers before did.
    """
    model, samples = quantized()
    result = compare(model, samples)
    assert [layer.op for layer in result.layers][:3] == ["conv2d", "depthwise_conv2d", "add"]
    assert result.first_beyond_one is None
    assert result.samples == len(samples)
    assert result.top1_agreement >= 0.9
    assert sum(result.output.values()) == 4 * len(samples)


def test_a_wrong_layer_is_named(monkeypatch: pytest.MonkeyPatch):
    """
    With the reference's weights of one layer changed, that layer differs, and it alone.
    """
    model, samples = quantized()
    broken = onnx.ModelProto()
    broken.CopyFrom(model)
    (weight,) = (t for t in broken.graph.initializer if t.dims == [6, 1, 3, 3])
    values = numpy_helper.to_array(weight)
    weight.CopyFrom(numpy_helper.from_array(-values, weight.name))
    from approx_opt.compiler import compare as module

    reference = module.quantized_tensors
    monkeypatch.setattr(module, "quantized_tensors", lambda _, x: reference(broken, x))
    result = compare(model, samples)
    assert result.first_beyond_one == "depthwise"
    wrong = [layer.name for layer in result.layers if share_beyond(layer.alone, 1) > 0]
    assert wrong == ["depthwise"]
    assert "first layer beyond 1 LSB on the reference's inputs: depthwise" in table(result)


def test_tool(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """
    Files in, a table and JSON out.
    """
    model, samples = quantized()
    onnx.save(model, tmp_path / "model.onnx")
    np.savez(tmp_path / "data.npz", x=samples)
    arguments = [str(tmp_path / "model.onnx"), "--data", str(tmp_path / "data.npz")]
    main([*arguments, "--samples", "5", "--json", str(tmp_path / "result.json")])
    assert "top-1 agreement" in capsys.readouterr().out
    assert json.loads((tmp_path / "result.json").read_text())["samples"] == 5


def test_tool_without_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """
    One message, exit status 1.
    """
    model, _ = quantized()
    onnx.save(model, tmp_path / "model.onnx")
    with pytest.raises(SystemExit, match="1"):
        main([str(tmp_path / "model.onnx"), "--data", str(tmp_path / "none.npz")])
    assert capsys.readouterr().err.startswith("approx-compare: error: ")
