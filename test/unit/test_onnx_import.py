"""
ONNX models as IR: structure, names, and the forms in which exporters write quantization.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from approx_opt.compiler.errors import UserError
from approx_opt.compiler.interpreter import entry_function, run_network
from approx_opt.compiler.onnx_import import (
    check_supported,
    import_model,
    input_shape,
    load_model,
    parse_model,
)
from approx_opt.dialects import onnx_ops as ops
from approx_opt.dialects.approx import Approx
from approx_opt.dialects.dense import numpy_of, tuple_of
from builders import Array, ModelBuilder, run_onnx
from onnx import helper, numpy_helper
from xdsl.context import Context
from xdsl.dialects.builtin import Builtin, ModuleOp, StringAttr
from xdsl.dialects.func import Func
from xdsl.ir import Operation
from xdsl.parser import Parser


def nodes(module: ModuleOp) -> list[tuple[str, str]]:
    """
    Op and node name of every ONNX op, constants left out.
    """
    found = [op for op in module.walk() if isinstance(op, ops.OnnxOp)]
    return [(op.name, op.node.data) for op in found if not isinstance(op, ops.ConstantOp)]


def only(module: ModuleOp, cls: type[Operation]) -> Operation:
    """
    The one op of a class.
    """
    (op,) = (op for op in module.walk() if isinstance(op, cls))
    return op


def small_network(batch: int | str = "N") -> onnx.ModelProto:
    """
    Conv, Relu, Flatten, Gemm; two nodes have no name, two share one.
    """
    b = ModelBuilder((1, 4, 4), batch)
    x = b.node("Relu", b.conv("x", 1, 2, name="layer"), name="")
    return b.model(b.gemm(b.node("Flatten", x, name=""), 8, 3), result_batch=batch)


def test_function():
    module = import_model(small_network(), "tiny")
    module.verify()
    function = entry_function(module)
    assert function.sym_name.data == "tiny"
    assert str(function.function_type) == "(tensor<1x1x4x4xf32>) -> tensor<1x3xf32>"
    assert function.arg_attrs is not None
    assert function.res_attrs is not None
    assert function.arg_attrs.data[0].data == {"approx.name": StringAttr("x")}
    assert function.res_attrs.data[0].data == {"approx.name": StringAttr("gemm3_out0")}


def test_nodes_keep_their_names():
    assert nodes(import_model(small_network(), "tiny")) == [
        ("approx.onnx.conv", "layer"),
        ("approx.onnx.relu", "Relu_1"),
        ("approx.onnx.flatten", "Flatten_2"),
        ("approx.onnx.gemm", "gemm3"),
    ]


def test_names_are_unique():
    b = ModelBuilder((1, 4, 4))
    x = b.node("Relu", b.node("Relu", "x", name="same"), name="same")
    module = import_model(b.model(b.node("Relu", x, name="same_1"), rank=4), "net")
    assert [name for _, name in nodes(module)] == ["same", "same_1_", "same_1"]


def test_text_round_trip():
    module = import_model(small_network(), "tiny")
    context = Context()
    for dialect in (Builtin, Func, Approx):
        context.load_dialect(dialect)
    text = str(module)
    again = Parser(context, text).parse_module()
    again.verify()
    assert str(again) == text
    x = np.random.default_rng(1).normal(size=(3, 1, 4, 4)).astype(np.float32)
    np.testing.assert_array_equal(run_network(again, x), run_network(module, x))


@pytest.mark.parametrize("batch", ["N", 1])
def test_the_batch_is_pinned(batch: int | str):
    model = small_network(batch)
    assert input_shape(model) == (1, 1, 4, 4)
    assert (
        run_network(import_model(model, "tiny"), np.zeros((5, 1, 4, 4), np.float32)).shape[0] == 5
    )


def test_automatic_padding_becomes_pads():
    b = ModelBuilder((1, 5, 6))
    module = import_model(b.model(b.conv("x", 1, 1, auto_pad="SAME_UPPER", strides=[2, 2]), 4), "n")
    conv = only(module, ops.ConvOp)
    assert isinstance(conv, ops.ConvOp)
    assert tuple_of(conv.pads) == (1, 0, 1, 1)


def test_clip_bounds_as_attributes():
    b = ModelBuilder((1, 4, 4), opset=6)
    module = import_model(b.model(b.node("Clip", "x", min=-0.5, max=3.4028234663852886e38), 4), "n")
    clip = only(module, ops.ClipOp)
    assert isinstance(clip, ops.ClipOp)
    assert clip.min is not None
    assert clip.min.value.data == -0.5
    assert clip.max is None


def test_initializers_among_the_inputs():
    model = small_network()
    for tensor in model.graph.initializer:
        info = helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims)
        model.graph.input.append(info)
    model.ir_version = 3
    assert input_shape(model) == (1, 1, 4, 4)
    assert len(nodes(import_model(model, "net"))) == 4


# Quantized models.


def qdq_network(dtype: type, zero_points: tuple[int, int, int]) -> ModelBuilder:
    """
    Quantized input, convolution and output, written by hand: the last node gives "y_out".
    """
    b = ModelBuilder((2, 5, 4), seed=3)
    weights = b.constant(b.rng.integers(1, 120, (3, 2, 3, 3)).astype(dtype), "w")
    scales = [b.constant(np.array(s, np.float32)) for s in (0.05, 0.25)]
    zeros = [b.constant(np.array(z, dtype)) for z in zero_points]
    w_scale = b.constant(np.array([0.01, 0.02, 0.005], np.float32))
    w_zero = b.constant(np.full(3, zero_points[1], dtype))
    x = b.node("QuantizeLinear", "x", scales[0], zeros[0])
    x = b.node("DequantizeLinear", x, scales[0], zeros[0])
    w = b.node("DequantizeLinear", weights, w_scale, w_zero, axis=0)
    y = b.node("QuantizeLinear", b.node("Conv", x, w), scales[1], zeros[2])
    b.node("DequantizeLinear", y, scales[1], zeros[2], name="y")
    return b


@pytest.mark.parametrize(
    ("dtype", "zero_points"), [(np.int8, (-5, 0, 7)), (np.uint8, (123, 60, 135))]
)
def test_int8_and_uint8_models(dtype: type, zero_points: tuple[int, int, int]):
    b = qdq_network(dtype, zero_points)
    model = b.model(b.nodes[-1].output[0], rank=4)
    check_supported(model)
    module = import_model(model, "net")
    module.verify()
    assert "ui8" not in str(module)
    x = b.samples()
    np.testing.assert_array_equal(run_network(module, x), run_onnx(model, x))


def test_uint8_is_shifted():
    b = qdq_network(np.uint8, (123, 60, 135))
    module = import_model(b.model(b.nodes[-1].output[0], rank=4), "net")
    points = [
        np.unique(numpy_of(op.zero_point)).tolist()
        for op in module.walk()
        if isinstance(op, ops.QuantizeOp | ops.DequantizeOp)
    ]
    assert points == [[-5], [-5], [-68], [7], [7]]
    weights = only(module, ops.ConstantOp)
    assert isinstance(weights, ops.ConstantOp)
    stored = numpy_helper.to_array(b.constants[0]).astype(int)
    np.testing.assert_array_equal(numpy_of(weights.value), stored - 128)


def constant_form(b: ModelBuilder, value: Array, form: str) -> str:
    """
    A constant as an initializer of shape () or [1], a Constant node, or an alias of one.
    """
    if form == "vector":
        return b.constant(value.reshape(1))
    if form == "node":
        return b.node("Constant", value=numpy_helper.from_array(value))
    name = b.constant(value)
    return b.node("Identity", name) if form == "alias" else name


@pytest.mark.parametrize("form", ["scalar", "vector", "node", "alias"])
def test_scales_in_every_form(form: str):
    b = ModelBuilder((6,))
    scale = constant_form(b, np.array(0.1, np.float32), form)
    zero_point = constant_form(b, np.array(3, np.int8), form)
    x = b.node("QuantizeLinear", "x", scale, zero_point)
    module = import_model(b.model(b.node("DequantizeLinear", x, scale, zero_point)), "net")
    quantize = only(module, ops.QuantizeOp)
    assert isinstance(quantize, ops.QuantizeOp)
    assert quantize.scale.get_shape() == ()
    assert numpy_of(quantize.scale) == np.float32(0.1)
    assert numpy_of(quantize.zero_point) == 3


def test_an_absent_zero_point_is_that_of_uint8():
    b = ModelBuilder((6,))
    scale = b.constant(np.array(0.1, np.float32))
    model = b.model(b.node("DequantizeLinear", b.node("QuantizeLinear", "x", scale), scale))
    module = import_model(model, "net")
    x = b.samples()
    np.testing.assert_array_equal(run_network(module, x), run_onnx(model, x))
    quantize = only(module, ops.QuantizeOp)
    assert isinstance(quantize, ops.QuantizeOp)
    assert numpy_of(quantize.zero_point) == -128


# Files.


def test_load_model(tmp_path: Path):
    file = tmp_path / "tiny.onnx"
    file.write_bytes(small_network().SerializeToString())
    assert load_model(file) == parse_model(file.read_bytes()) == small_network()


def test_external_data(tmp_path: Path):
    file = tmp_path / "tiny.onnx"
    onnx.save(small_network(), file, save_as_external_data=True, location="w", size_threshold=0)
    assert nodes(import_model(load_model(file), "net")) == nodes(import_model(small_network(), "n"))
    (tmp_path / "w").unlink()
    with pytest.raises(UserError, match="cannot read the external data of the model"):
        load_model(file)


@pytest.mark.parametrize("data", [b"", b"not an ONNX file at all", b"\x00" * 64, b'{"a": 1}'])
def test_not_an_onnx_file(data: bytes):
    with pytest.raises(UserError, match="the input is not an ONNX model"):
        parse_model(data)


def test_a_missing_file(tmp_path: Path):
    with pytest.raises(UserError, match=r"cannot read .*none\.onnx: No such file"):
        load_model(tmp_path / "none.onnx")
