"""
The annotated model: the same model, with every figure of the report in one place.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import pytest
from approx_opt.compiler.main import main
from approx_opt.compiler.onnx_quantize import quantize
from builders import ModelBuilder, calibration, run_onnx
from quantized_builder import QuantizedBuilder

Notes = dict[str, str]


def float_model() -> tuple[ModelBuilder, onnx.ModelProto]:
    """
    Of all kinds: nodes that are layers, are part of one (of another name, too), and that vanish.
    """
    b = ModelBuilder((2, 6, 6))
    x = b.node("Pad", "x", b.constant(np.array([0, 0, 1, 1, 0, 0, 1, 1])), name="pad")
    x = b.batch_norm(b.conv(x, 2, 4, bias=False, name="conv"), 4, name="norm")
    x = b.node("Relu", x, name="relu")
    y = b.node("Identity", b.conv(x, 4, 4, pads=[1, 1, 1, 1], name="branch"), name="identity")
    x = b.node("Clip", b.node("Add", x, y, name="sum"), *map(b.constant, LIMITS), name="clip")
    x = b.node("Flatten", b.node("MaxPool", x, kernel_shape=[2, 2], name="pool"), name="flat")
    x = b.node("MatMul", x, b.weights(100, 3, scale=0.1), name="matmul")
    x = b.node("Add", x, b.weights(3), name="bias")
    return b, b.model(b.node("Softmax", x, axis=-1, name="softmax"))


LIMITS = (np.array(0, np.float32), np.array(6, np.float32))
PARTS = {
    "pad": None,
    "conv": "conv",
    "norm": "conv",
    "relu": "conv",
    "branch": "branch",
    "identity": None,
    "sum": "sum",
    "clip": "sum",
    "pool": "pool",
    "flat": None,
    "matmul": "matmul",
    "bias": "matmul",
    "softmax": "softmax",
}
"""The node whose layer each node is part of."""


def compiled(
    folder: Path, model: onnx.ModelProto, samples: Sequence[np.ndarray], **save: object
) -> onnx.ModelProto:
    """
    The annotated model of a run, with a third of the operands skipped.
    """
    source, data, target = folder / "net.onnx", folder / "data.npz", folder / "notes" / "net.onnx"
    onnx.save(model, str(source), **save)
    np.savez(data, x=samples)
    command = [str(source), "--calibration", str(data), "-p", "approx-to-c{skip=0.33}"]
    main([*command, "--emit-dir", str(folder / "out"), "--annotated-onnx", str(target)])
    return onnx.load(str(target))


def notes(proto: onnx.NodeProto | onnx.ModelProto) -> Notes:
    """
    Ours among the metadata.
    """
    return {
        entry.key.removeprefix("approx."): entry.value
        for entry in proto.metadata_props
        if entry.key.startswith("approx.")
    }


def without_notes(model: onnx.ModelProto) -> onnx.ModelProto:
    """
    What is left when all that an annotation may change is taken away.
    """
    plain = onnx.ModelProto()
    plain.CopyFrom(model)
    for proto in (plain, *plain.graph.node):
        proto.ClearField("metadata_props")
        proto.ClearField("doc_string")
    plain.ir_version = 8
    return plain


@pytest.fixture(scope="module", params=["float", "int8"])
def annotated(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[onnx.ModelProto, onnx.ModelProto, Path]:
    """
    A model, the annotated one, and the folder of the run.
    """
    b, model = float_model()
    if request.param == "int8":
        model = quantize(model, calibration(b))
    folder = tmp_path_factory.mktemp(request.param)
    return model, compiled(folder, model, b.samples(8)), folder


def test_it_is_the_same_model(annotated: tuple[onnx.ModelProto, onnx.ModelProto, Path]):
    """
    ONNX finds it valid; nothing but notes are new, and it computes the same to the bit.
    """
    model, after, _ = annotated
    onnx.checker.check_model(after, full_check=True)
    assert without_notes(after) == without_notes(model)
    x = np.random.default_rng(1).normal(size=(4, 2, 6, 6)).astype(np.float32)
    np.testing.assert_array_equal(run_onnx(after, x), run_onnx(model, x))


def test_every_figure_is_in_one_place(annotated: tuple[onnx.ModelProto, onnx.ModelProto, Path]):
    """
    Nodes, and layers without a node, add up to the report's totals; percentages are the report's.
    """
    _, after, folder = annotated
    report = json.loads((folder / "out" / "net_report.json").read_text())
    of_model = notes(after)
    elsewhere = {key for key in of_model if key.startswith("layer_without_node.")}
    named = [one for node in after.graph.node for one in layers_of(notes(node))]
    names = [layer["name"] for layer in report["layers"]]
    assert sorted([*named, *(key.partition(".")[2] for key in elsewhere)]) == sorted(names)
    for key in ("macs", "macs_skipped", "flash_bytes"):
        assert of_model[key] == str(report["totals"][key])
    for key in ("macs", "macs_skipped"):
        assert sum(int(notes(n).get(key, 0)) for n in after.graph.node) == report["totals"][key]
    (conv,) = (layer for layer in report["layers"] if layer["name"] == "conv")
    kept = f"{100 - 100 * conv['macs_skipped'] / conv['macs']:.1f}"
    (node,) = (node for node in after.graph.node if node.name == "conv")
    assert notes(node)["kept_percent"] == kept
    assert node.doc_string.startswith(f"ApproxOpt: {kept} % of {conv['macs']:,} MACs kept; ")


def layers_of(noted: Notes) -> list[str]:
    """
    The layers that a node has figures of.
    """
    return noted["layer"].split(", ") if "kernel" in noted else []


def test_nodes_name_the_layer_they_are_part_of(
    annotated: tuple[onnx.ModelProto, onnx.ModelProto, Path],
):
    """
    Also those that quantization has put into another, and, in a quantized model, the
    QuantizeLinear and DequantizeLinear around; what leaves no code says so.
    """
    _, after, _ = annotated
    for node in after.graph.node:
        noted = notes(node)
        assert ("layer" in noted) != (noted.get("folded") == "no code of its own")
        if node.name in PARTS:
            layers = [name.split("/")[0] for name in noted.get("layer", "").split(", ")]
            assert layers[-1] == (PARTS[node.name] or "")
    quantizers = [node for node in after.graph.node if "quantize" in node.op_type.lower()]
    assert all(notes(node)["layer"] for node in quantizers if "conv" in node.name)


def test_a_function_of_many_nodes_is_one_layer(tmp_path: Path):
    """
    Clip(x + 3, 0, 6) * x: the Clip is part of the table, not of the convolution before.
    """
    b = QuantizedBuilder((2, 5, 5))
    weights = b.quantized_weights(4, 2, 3, 3, axis=0)
    x = b.quantized(b.node("Conv", b.quantized("x"), weights, name="conv"))
    gate = b.node("Add", x, b.real(3.0), name="add")
    gate = b.node("Clip", gate, b.real(0.0), b.real(6.0), name="clip")
    y = b.quantized(b.node("Mul", gate, x, name="mul"))
    after = compiled(tmp_path, b.model(y, rank=4), b.samples(4))
    layers = {node.name: notes(node).get("layer") for node in after.graph.node}
    assert {layers[name] for name in ("add", "clip", "mul")} == {"mul"}
    assert layers["conv"].split(", ")[-1] == "conv"
    real = [layers[n.name] for n in after.graph.node if n.op_type == "DequantizeLinear"]
    assert real == ["conv", None, "conv", "mul"], "of weights, input, result and output"


def test_a_function_of_the_model_points_to_its_layers(tmp_path: Path):
    """
    What becomes of its nodes is no matter of a node of the graph: it may be called again.
    """
    b = ModelBuilder((2, 5, 5))
    y = b.node("Block", "x", b.weights(4, 2, 3, 3), name="block", domain="local")
    model = b.model(y, rank=4)
    conv = onnx.helper.make_node("Conv", ["x", "w"], ["y"], "conv")
    opsets = [onnx.helper.make_opsetid("", 17)]
    model.functions.append(
        onnx.helper.make_function("local", "Block", ["x", "w"], ["y"], [conv], opsets)
    )
    model.opset_import.append(onnx.helper.make_opsetid("local", 1))
    after = compiled(tmp_path, model, b.samples(4))
    assert "inlined" in notes(after.graph.node[0])["folded"]
    assert any(key.startswith("layer_without_node.conv") for key in notes(after))


def test_external_data_come_inside_and_notes_stay_fresh(tmp_path: Path):
    """
    The file stands alone. What others noted stays; a second annotation takes the place of the
    first, and the same run leaves the same bytes.
    """
    b, model = float_model()
    model.graph.node[1].doc_string = "From the paper."
    model.graph.node[1].metadata_props.add(key="author", value="us")
    inside = {"save_as_external_data": True, "size_threshold": 0}
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    samples = b.samples(8)
    first = compiled(tmp_path / "first", model, samples, **inside)
    assert all(not tensor.external_data for tensor in first.graph.initializer)
    conv = first.graph.node[1]
    assert conv.doc_string.startswith("From the paper.\nApproxOpt: ")
    assert conv.metadata_props[0].key == "author"
    assert compiled(tmp_path / "second", first, samples) == first
