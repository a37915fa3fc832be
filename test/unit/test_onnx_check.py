"""
What the frontend refuses: every problem at once, in the user's words.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import onnx
import pytest
from approx_opt.compiler.errors import UserError
from approx_opt.compiler.interpreter import run_network
from approx_opt.compiler.onnx_import import check_supported, import_model, input_shape
from builders import ModelBuilder, run_onnx
from onnx import TensorProto, helper


def refusal(model: onnx.ModelProto) -> str:
    """
    The message with which a model is refused.
    """
    with pytest.raises(UserError) as caught:
        check_supported(model)
    return str(caught.value)


def image(channels: int = 4) -> ModelBuilder:
    """
    A builder of networks on images.
    """
    return ModelBuilder((channels, 8, 8))


def test_every_unsupported_node_is_listed():
    b = image()
    x = b.node("Elu", b.conv("x", 4, 4, name="stem"), name="act")
    x = b.node(
        "Resize", x, "", b.constant(np.array([1, 1, 2, 2], np.float32)), mode="linear", name="up"
    )
    x = b.node("MaxPool", x, kernel_shape=[3, 3], dilations=[2, 2], name="pool")
    x = b.node("Softplus", x, name="")
    assert refusal(b.model(x, rank=4)) == (
        "4 nodes are not supported:\n"
        "  act (Elu): there is no such operator here\n"
        '  up (Resize): its mode is "linear"; only "nearest" is supported\n'
        "  pool (MaxPool): it has dilations\n"
        "  Softplus_4 (Softplus): there is no such operator here"
    )


def test_nodes_behind_an_unknown_operator():
    """
    Their shapes are unknown, which is not their fault: only the cause is told.
    """
    b = image()
    x = b.node("Mystery", "x", name="odd")
    x = b.node("MaxPool", b.conv(x, 4, 4), kernel_shape=[2, 2])
    assert refusal(b.model(x, rank=4)) == (
        "1 node is not supported:\n  odd (Mystery): there is no such operator here"
    )


def test_foreign_domains():
    b = image()
    x = b.node("FusedConv", "x", b.weights(4, 4, 3, 3), name="fused", domain="com.microsoft")
    model = b.model(x, rank=4)
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    reason = "fused (FusedConv): there is no such operator of domain com.microsoft here"
    assert reason in refusal(model)


def one_node(operator: str, *inputs: str, **attributes: object) -> onnx.ModelProto:
    """
    A network of a single node called "node" on an image.
    """
    b = image()
    return b.model(b.node(operator, *(inputs or ("x",)), name="node", **attributes), rank=4)


def conv_3d() -> onnx.ModelProto:
    b = ModelBuilder((4, 8, 8, 8))
    return b.model(b.node("Conv", "x", b.weights(4, 4, 3, 3, 3), name="node"), rank=5)


def weights_at_run_time() -> onnx.ModelProto:
    b = ModelBuilder((4,))
    return b.model(b.node("MatMul", "x", "x", name="node"))


def computed_shape() -> onnx.ModelProto:
    b = ModelBuilder((4,))
    x = b.node("Cast", "x", to=TensorProto.INT64)
    return b.model(b.node("Reshape", "x", b.node("Squeeze", x), name="node"))


def integer_clip() -> onnx.ModelProto:
    b = ModelBuilder((4,))
    return b.model(b.node("Clip", "x", b.node("ReduceMax", "x", keepdims=0), name="node"))


def float64() -> onnx.ModelProto:
    b = ModelBuilder((4,))
    x = b.node("Cast", "x", to=TensorProto.DOUBLE, name="cast")
    return b.model(b.node("Relu", x, name="node"))


def int16_activations() -> onnx.ModelProto:
    b = ModelBuilder((4,), opset=21)
    scale = b.constant(np.array(0.1, np.float32))
    zero_point = b.constant(np.array(0, np.int16))
    x = b.node("QuantizeLinear", "x", scale, zero_point, name="node")
    return b.model(b.node("DequantizeLinear", x, scale, zero_point))


def quantized_operator() -> onnx.ModelProto:
    b = image()
    scale, zero_point = b.constant(np.array(0.1, np.float32)), b.constant(np.array(0, np.int8))
    w = b.constant(np.ones((4, 4, 3, 3), np.int8))
    x = b.node("QuantizeLinear", "x", scale, zero_point)
    x = b.node("ConvInteger", x, w, zero_point, zero_point, name="node")
    return b.model(b.node("Cast", x, to=TensorProto.FLOAT), rank=4)


def concat_constant() -> onnx.ModelProto:
    b = image()
    return b.model(b.node("Concat", "x", b.weights(1, 4, 8, 8), axis=1, name="node"), rank=4)


def deconvolution() -> onnx.ModelProto:
    b = image()
    w = b.weights(4, 2, 3, 3)
    return b.model(b.node("ConvTranspose", "x", w, strides=[2, 2], name="node"), rank=4)


def reflected() -> onnx.ModelProto:
    b = image()
    pads = b.constant(np.array([0, 0, 1, 1, 0, 0, 1, 1], np.int64))
    return b.model(b.node("Pad", "x", pads, mode="reflect", name="node"), rank=4)


def used_indices() -> onnx.ModelProto:
    b = image()
    b.node("MaxPool", "x", kernel_shape=[2, 2], outputs=2, name="node")
    return b.model(b.node("Cast", b.nodes[-1].output[1], to=TensorProto.FLOAT), rank=4)


REFUSED: dict[str, tuple[Callable[[], onnx.ModelProto], str]] = {
    "ceil_mode": (
        lambda: one_node(
            "AveragePool", kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1, count_include_pad=1
        ),
        "ceil_mode adds outputs at the border, whose averages include padding",
    ),
    "concat_constant": (
        concat_constant,
        "it joins a constant",
    ),
    "deconvolution": (
        deconvolution,
        "transposed convolution needs one group, and strides of the kernel's size (kernel [3, 3], "
        "strides [2, 2])",
    ),
    "reflected": (reflected, 'its mode is "reflect"'),
    "concat_batch": (lambda: one_node("Concat", "x", "x", axis=0), "it works over the batch"),
    "conv_3d": (conv_3d, "a convolution in 3 dimensions; only 2 are supported"),
    "weights": (weights_at_run_time, "its second matrix must be constant"),
    "computed_shape": (computed_shape, "its shape must be constant"),
    "computed_bound": (integer_clip, "its min must be constant"),
    "float64": (float64, "it works on float64"),
    "int16": (int16_activations, "it works on int16"),
    "quantized_operator": (quantized_operator, "the QDQ form of quantized models is"),
    "flatten_batch": (lambda: one_node("Flatten", axis=2), "it mixes the batch with other"),
    "transpose_batch": (
        lambda: one_node("Transpose", perm=[1, 0, 2, 3]),
        "it moves the batch dimension",
    ),
    "indices": (used_indices, "its indices are used"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_nodes(name: str):
    build, reason = REFUSED[name]
    message = refusal(build())
    assert "  node (" in message
    assert reason in message
    with pytest.raises(UserError):
        import_model(build(), "net")


def test_old_softmax_over_several_dimensions():
    b = ModelBuilder((3, 4), opset=11)
    model = b.model(b.node("Softmax", "x", axis=1, name="node"), rank=3)
    # ONNX's own conversion to opset 13 works on the two dimensions flattened into one.
    check_supported(model)
    x = b.samples()
    actual, expected = run_network(import_model(model, "net"), x), run_onnx(model, x)
    np.testing.assert_allclose(actual, expected, rtol=1e-5)


# The model as a whole.


def test_dynamic_dimensions():
    b = ModelBuilder((4, 8, 8))
    model = b.model(b.conv("x", 4, 4), rank=4)
    model.graph.input[0].type.tensor_type.shape.dim[2].dim_param = "height"
    message = (
        'input "x" has a dynamic dimension 2 (height); only dimension 0, the batch, may be dynamic'
    )
    assert refusal(model) == message
    with pytest.raises(UserError, match="dynamic dimension 2"):
        input_shape(model)


def test_a_fixed_batch():
    b = ModelBuilder((4, 8, 8), batch=8)
    assert "fixed batch of 8" in refusal(b.model(b.conv("x", 4, 4), rank=4))


def test_an_unknown_input_shape():
    model = one_node("Relu")
    model.graph.input[0].type.tensor_type.shape.ClearField("dim")
    assert refusal(model) == 'the shape of input "x" is unknown'


def test_several_inputs_and_outputs():
    b = ModelBuilder((4,))
    relu = b.node("Relu", "x")
    model = b.model(b.node("Add", relu, "z"))
    model.graph.input.append(helper.make_tensor_value_info("z", TensorProto.FLOAT, ["N", 4]))
    assert refusal(model) == "the model must have one input, not 2 (x, z)"
    del model.graph.input[1]
    model.graph.node[1].input[1] = "x"
    model.graph.output.append(helper.make_tensor_value_info(relu, TensorProto.FLOAT, ["N", 4]))
    assert "the model must have one output, not 2" in refusal(model)


def test_integer_inputs():
    b = ModelBuilder((4,))
    model = b.model(b.node("Cast", "x", to=TensorProto.FLOAT))
    model.graph.input[0].type.tensor_type.elem_type = TensorProto.INT32
    assert refusal(model) == 'input "x" must be float32 or 8 bits, it is int32'


def test_shapes_that_do_not_fit():
    b = ModelBuilder((4,))
    model = b.model(b.gemm("x", 5, 3))
    with pytest.raises(UserError, match="the shapes of the model do not fit"):
        import_model(model, "net")


def test_invalid_models():
    b = ModelBuilder((4,))
    assert "the model is not valid ONNX" in refusal(b.model(b.node("Relu", "nowhere")))


def test_channels_of_an_old_opset():
    """
    DequantizeLinear had no axis before opset 13, which older versions of exporters overlooked.
    """
    b = ModelBuilder((1, 3, 3), opset=12)
    scale = b.constant(np.ones(2, np.float32))
    weights = b.constant(np.ones((2, 1, 3, 3), np.int8))
    zero_point = b.constant(np.zeros(2, np.int8))
    w = b.node("DequantizeLinear", weights, scale, zero_point, axis=0)
    message = refusal(b.model(b.node("Conv", "x", w), rank=4))
    assert "re-export it with opset 13 or later" in message


def test_a_model_that_computes_nothing():
    b = ModelBuilder((4,))
    assert refusal(b.model(b.node("Identity", "x"))) == "the model computes nothing"
