"""
Every operator between quantized values (helper of tests).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import onnx
from quantized_builder import QuantizedBuilder as Builder

IMAGE = (4, 5, 6)
SEQUENCE = (4, 9)
VECTOR = (7,)

Operator = Callable[[Builder, str], str]


def squeeze_and_excite(b: Builder, x: str) -> str:
    pooled = b.quantized(b.node("GlobalAveragePool", x), 0.01)
    w = b.quantized_weights(4, 4, 1, 1, axis=0)
    gate = b.quantized(b.node("Conv", pooled, w), 0.02)
    gate = b.quantized(b.node("HardSigmoid", gate, alpha=1 / 6, beta=0.5), 1 / 255, -128)
    return b.node("Mul", x, gate)


def hard_swish_written_out(b: Builder, x: str) -> str:
    gate = b.node("Clip", b.node("Add", x, b.real(3)), b.real(0), b.real(6))
    return b.node("Div", b.node("Mul", x, gate), b.real(6))


def other_scale(b: Builder, x: str) -> str:
    return b.quantized(b.node("MaxPool", x, kernel_shape=[1, 1]), 0.0317, -9)


def normalized(b: Builder, x: str) -> str:
    scale, shift, mean = (b.weights(4) for _ in range(3))
    variance = b.constant(b.rng.uniform(0.5, 2, 4).astype(np.float32))
    return b.node("BatchNormalization", x, scale, shift, mean, variance)


def scaled_channels(b: Builder, x: str) -> str:
    y = b.node("Mul", x, b.real([[[1.5]], [[-0.5]], [[0.0]], [[0.01]]]))
    return b.node("Add", y, b.real([[[0.3]], [[-1.0]], [[0.7]], [[2.5]]]))


def resized(**attributes: object) -> Operator:
    def build(b: Builder, x: str) -> str:
        scales = b.real([1, 1, 2, 2.5])
        return b.node("Resize", x, "", scales, mode="nearest", **attributes)

    return build


def grouped(filters: int, group: int) -> Operator:
    def build(b: Builder, x: str) -> str:
        w = b.quantized_weights(filters, 4 // group, 3, 3, axis=0)
        return b.node("Conv", x, w, group=group, pads=[1, 1, 1, 1])

    return build


def unsigned_weights(b: Builder, x: str) -> str:
    w = b.quantized_weights(6, 4, 3, 3, zero_point=117, kind=np.uint8)
    return b.node("Conv", x, w, pads=[1, 1, 1, 1], name="conv")


def padded(value: float, *pads: int) -> Operator:
    def build(b: Builder, x: str) -> str:
        return b.node("Pad", x, b.constant(np.array(pads, np.int64)), b.real(value))

    return build


def transposed_convolution(b: Builder, x: str) -> str:
    w = b.quantized_weights(4, 3, 2, 2, axis=1)
    return b.node("ConvTranspose", x, w, b.weights(3), strides=[2, 2])


def matmul_and_bias(b: Builder, x: str) -> str:
    return b.node("Add", b.node("MatMul", x, b.quantized_weights(7, 5, axis=1)), b.weights(5))


def pooled_by_mean(b: Builder, x: str) -> str:
    mean = b.node("ReduceMean", x, axes=[2, 3], keepdims=0)
    return b.node("Reshape", mean, b.constant(np.array([1, -1], np.int64)))


IMAGES: dict[str, Operator] = {
    "add": lambda b, x: b.node("Add", x, other_scale(b, x)),
    "sub": lambda b, x: b.node("Sub", x, other_scale(b, x)),
    "mul": lambda b, x: b.node("Mul", x, other_scale(b, x)),
    "add_constant": lambda b, x: b.node("Add", x, b.real(1.5)),
    "sub_from_constant": lambda b, x: b.node("Sub", b.real([1.5]), x),
    "mul_constant": lambda b, x: b.node("Mul", x, b.real([[[-0.7]]])),
    "channels": scaled_channels,
    "batch_normalization": normalized,
    "sigmoid": lambda b, x: b.node("Sigmoid", x),
    "silu": lambda b, x: b.node("Mul", x, b.node("Sigmoid", x)),
    "tanh": lambda b, x: b.node("Tanh", x),
    "hard_sigmoid": lambda b, x: b.node("HardSigmoid", x),
    "hard_swish": lambda b, x: b.node("HardSwish", x),
    "hard_swish_written_out": hard_swish_written_out,
    "leaky_relu": lambda b, x: b.node("LeakyRelu", x, alpha=0.2),
    "prelu": lambda b, x: b.node("PRelu", x, b.real([[[0.1]], [[-0.3]], [[2.0]], [[0.0]]])),
    "prelu_scalar": lambda b, x: b.node("PRelu", x, b.real([0.25])),
    "relu_of_sum": lambda b, x: b.node("Relu", b.node("Add", x, other_scale(b, x))),
    "squeeze_and_excite": squeeze_and_excite,
    "concat": lambda b, x: b.node("Concat", x, other_scale(b, x), x, axis=1),
    "concat_rows": lambda b, x: b.node("Concat", x, other_scale(b, x), axis=2),
    "concat_columns": lambda b, x: b.node("Concat", x, other_scale(b, x), axis=-1),
    "pad": padded(0.0, 0, 0, 1, 2, 0, 0, 0, 3),
    "pad_pool": lambda b, x: b.node(
        "AveragePool", b.quantized(padded(0.0, 0, 0, 1, 1, 0, 0, 1, 1)(b, x)), kernel_shape=[3, 2]
    ),
    "pad_value": padded(1.3, 0, 1, 1, 0, 0, 2, 0, 0),
    "resize": resized(),
    "resize_asymmetric": resized(coordinate_transformation_mode="asymmetric", nearest_mode="floor"),
    "resize_corners": resized(coordinate_transformation_mode="align_corners", nearest_mode="ceil"),
    "groups": grouped(6, 2),
    "depth_multiplier": grouped(8, 4),
    "depthwise": grouped(4, 4),
    "dilated": lambda b, x: b.node("Conv", x, b.quantized_weights(3, 4, 2, 2), dilations=[3, 2]),
    "unsigned_weights": unsigned_weights,
    "conv_transpose": transposed_convolution,
    "lrn": lambda b, x: b.node("LRN", x, size=3, alpha=0.05, beta=0.75, bias=1.0),
    "lrn_wide": lambda b, x: b.node("LRN", x, size=5, alpha=1e-3, beta=0.5, bias=2.0),
    "softmax_channels": lambda b, x: b.node("Softmax", x, axis=1),
    "softmax_columns": lambda b, x: b.node("Softmax", x, axis=3),
    "mean": pooled_by_mean,
    "ceil_pool": lambda b, x: b.node(
        "MaxPool", x, kernel_shape=[2, 3], strides=[3, 2], ceil_mode=1
    ),
    "mean_of_channels_last": lambda b, x: b.node(
        "ReduceMean", b.node("Transpose", x, perm=[0, 2, 3, 1]), axes=[1, 2]
    ),
    "transpose": lambda b, x: b.node("Transpose", x, perm=[0, 2, 3, 1]),
}

VECTORS: dict[str, Operator] = {
    "gemm": lambda b, x: b.node("Gemm", x, b.quantized_weights(5, 7, axis=0), transB=1),
    "gemm_columns": lambda b, x: b.node("Gemm", x, b.quantized_weights(7, 5, axis=1), b.weights(5)),
    "matmul_bias": matmul_and_bias,
    "mul_vector": lambda b, x: b.node("Mul", x, b.weights(7)),
    "sum_vector": lambda b, x: b.node("Add", b.weights(7), x),
    "tanh_vector": lambda b, x: b.node("Tanh", x),
    "concat_vectors": lambda b, x: b.node("Concat", x, x, axis=1),
    "softmax": lambda b, x: b.node("Softmax", x),
    "unsqueezed": lambda b, x: b.node("Unsqueeze", x, b.constant(np.array([2, 3], np.int64))),
}


def convolution_1d(b: Builder, x: str) -> str:
    w = b.quantized_weights(6, 4, 3, axis=0)
    return b.node("Conv", x, w, b.weights(6), strides=[2], pads=[1, 0])


SEQUENCES: dict[str, Operator] = {
    "conv_1d": convolution_1d,
    "max_pool_1d": lambda b, x: b.node("MaxPool", x, kernel_shape=[3], strides=[2]),
    "average_pool_1d": lambda b, x: b.node("AveragePool", x, kernel_shape=[2], pads=[1, 0]),
    "global_pool_1d": lambda b, x: b.node("GlobalAveragePool", x),
    "mean_1d": lambda b, x: b.node("ReduceMean", x, axes=[2], keepdims=0),
    "channels_1d": lambda b, x: b.node("Mul", x, b.real([[1.5], [-0.5], [2.0], [0.1]])),
}

CASES: dict[str, tuple[Sequence[int], Operator]] = {
    **{name: (IMAGE, build) for name, build in IMAGES.items()},
    **{name: (SEQUENCE, build) for name, build in SEQUENCES.items()},
    **{name: (VECTOR, build) for name, build in VECTORS.items()},
}


def model_of(builder: Builder, result: str) -> onnx.ModelProto:
    """
    The model; type and shape of its result are inferred.
    """
    model = builder.model(result)
    model.graph.output[0].ClearField("type")
    return onnx.shape_inference.infer_shapes(model)


def operator_model(name: str, unsigned: bool = False) -> tuple[onnx.ModelProto, Builder]:
    """
    The model of a case, int8 or uint8 activations, and its builder.
    """
    shape, build = CASES[name]
    builder = Builder(shape, unsigned=unsigned, seed=len(name))
    # No simple ratio of the input's scale: values halfway between two steps are rare.
    scale = 1 / 256 if name.startswith("softmax") else 0.0413
    result = build(builder, builder.quantized("x"))
    return model_of(builder, builder.quantized(result, scale, -5)), builder
