"""
One small model for each operator and form of it that the frontend takes (helper of tests).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import onnx
from builders import ModelBuilder

Case = Callable[[], tuple[ModelBuilder, onnx.ModelProto]]


def _conv(
    shape: tuple[int, int, int] = (3, 7, 6),
    filters: int = 5,
    bias: bool = True,
    **attributes: object,
) -> Case:
    kernel = attributes.get("kernel_shape", (3, 3))
    assert isinstance(kernel, tuple)

    def build() -> tuple[ModelBuilder, onnx.ModelProto]:
        b = ModelBuilder(shape)
        return b, b.model(b.conv("x", shape[0], filters, kernel, bias, **attributes), rank=4)

    return build


def _after_conv(operator: str, rank: int = 4, **attributes: object) -> Case:
    """
    An operator on the result of a convolution: 4 channels of 6 x 5.
    """

    def build() -> tuple[ModelBuilder, onnx.ModelProto]:
        b = ModelBuilder((3, 6, 5))
        x = b.conv("x", 3, 4, pads=[1, 1, 1, 1])
        return b, b.model(b.node(operator, x, **attributes), rank)

    return build


def _on_input(operator: str, shape: tuple[int, ...] = (3, 6, 5), **attributes: object) -> Case:
    def build() -> tuple[ModelBuilder, onnx.ModelProto]:
        b = ModelBuilder(shape)
        return b, b.model(b.node(operator, "x", **attributes), len(shape) + 1)

    return build


def _clip(low: float | None, high: float | None) -> Case:
    def build() -> tuple[ModelBuilder, onnx.ModelProto]:
        b = ModelBuilder((3, 6, 5))
        bounds = ["" if v is None else b.constant(np.array(v, np.float32)) for v in (low, high)]
        return b, b.model(b.node("Clip", b.conv("x", 3, 4), *bounds), rank=4)

    return build


def _gemm(trans_b: int) -> Case:
    def build() -> tuple[ModelBuilder, onnx.ModelProto]:
        b = ModelBuilder((11,))
        return b, b.model(b.gemm("x", 11, 7, trans_b))

    return build


def _matmul(add: bool) -> Case:
    def build() -> tuple[ModelBuilder, onnx.ModelProto]:
        b = ModelBuilder((11,))
        y = b.node("MatMul", "x", b.weights(11, 7), name="fc")
        return b, b.model(b.node("Add", y, b.weights(7), name="bias") if add else y)

    return build


def _relu_on_input() -> tuple[ModelBuilder, onnx.ModelProto]:
    b = ModelBuilder((3, 6, 5))
    return b, b.model(b.conv(b.node("Relu", "x"), 3, 4), rank=4)


def _residual() -> tuple[ModelBuilder, onnx.ModelProto]:
    b = ModelBuilder((3, 6, 5))
    left = b.conv("x", 3, 4, pads=[1, 1, 1, 1])
    right = b.node("Relu", b.conv(left, 4, 4, (1, 1)))
    return b, b.model(b.node("Relu", b.node("Add", left, right)), rank=4)


def _reshape(*target: int) -> Case:
    def build() -> tuple[ModelBuilder, onnx.ModelProto]:
        b = ModelBuilder((3, 6, 5))
        shape = b.constant(np.array(target, np.int64))
        return b, b.model(b.node("Reshape", b.conv("x", 3, 4), shape), len(target))

    return build


def _channels_last() -> tuple[ModelBuilder, onnx.ModelProto]:
    b = ModelBuilder((6, 5, 3), batch=1)
    x = b.node("Transpose", "x", perm=[0, 3, 1, 2])
    return b, b.model(b.conv(x, 3, 4), rank=4, result_batch=1)


def _batch_norm(shape: tuple[int, ...]) -> Case:
    def build() -> tuple[ModelBuilder, onnx.ModelProto]:
        b = ModelBuilder(shape)
        return b, b.model(b.batch_norm("x", shape[0]), len(shape) + 1)

    return build


def _gemm_batch_norm(trans_b: int) -> Case:
    def build() -> tuple[ModelBuilder, onnx.ModelProto]:
        b = ModelBuilder((11,))
        return b, b.model(b.batch_norm(b.gemm("x", 11, 7, trans_b), 7))

    return build


def _conv_batch_norm_relu() -> tuple[ModelBuilder, onnx.ModelProto]:
    b = ModelBuilder((3, 6, 5))
    return b, b.model(b.node("Relu", b.batch_norm(b.conv("x", 3, 4, bias=False), 4)), rank=4)


def _classifier() -> tuple[ModelBuilder, onnx.ModelProto]:
    b = ModelBuilder((1, 9, 7))
    x = b.node("Relu", b.conv("x", 1, 5, strides=[2, 1], pads=[1, 1, 1, 0]))
    x = b.node("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2])
    x = b.node("Relu", b.conv(x, 5, 5, group=5, pads=[1, 1, 1, 1]))
    x = b.node("GlobalAveragePool", b.conv(x, 5, 8, (1, 1)))
    x = b.gemm(b.node("Flatten", x), 8, 4)
    return b, b.model(b.node("Softmax", x, axis=-1))


CASES: dict[str, Case] = {
    "conv": _conv(),
    "conv_no_bias": _conv(bias=False),
    "conv_one_channel": _conv((1, 5, 5), 1),
    "conv_stride_asymmetric": _conv(strides=[2, 1], pads=[0, 1, 1, 2]),
    "conv_1x1": _conv(kernel_shape=(1, 1)),
    "conv_5x5": _conv(kernel_shape=(5, 5), pads=[2, 2, 2, 2]),
    "conv_1x3": _conv(kernel_shape=(1, 3)),
    "conv_dilated": _conv(dilations=[2, 1]),
    "conv_same_upper": _conv(auto_pad="SAME_UPPER", strides=[2, 2]),
    "conv_same_lower": _conv(auto_pad="SAME_LOWER", strides=[2, 2], kernel_shape=(2, 3)),
    "conv_valid": _conv(auto_pad="VALID"),
    "depthwise": _conv((6, 7, 6), 6, group=6, pads=[1, 1, 1, 1]),
    "relu": _after_conv("Relu"),
    "relu_on_input": _relu_on_input,
    "clip": _clip(-0.5, 0.75),
    "relu6": _clip(0.0, 6.0),
    "clip_below": _clip(0.25, None),
    "clip_above": _clip(None, 0.5),
    "max_pool": _after_conv("MaxPool", kernel_shape=[2, 2], strides=[2, 2]),
    "max_pool_padded": _after_conv("MaxPool", kernel_shape=[3, 3], pads=[1, 1, 0, 1]),
    "max_pool_on_input": _on_input("MaxPool", kernel_shape=[2, 3]),
    "max_pool_ceil_without_effect": _after_conv(
        "MaxPool", kernel_shape=[2, 1], strides=[2, 1], ceil_mode=1
    ),
    "average_pool": _after_conv("AveragePool", kernel_shape=[2, 3], strides=[2, 1]),
    "average_pool_padded": _after_conv("AveragePool", kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
    "average_pool_counts_padding": _after_conv(
        "AveragePool", kernel_shape=[3, 3], pads=[1, 1, 1, 1], count_include_pad=1
    ),
    "average_pool_wide_stride": _after_conv("AveragePool", kernel_shape=[2, 3], strides=[1, 3]),
    "average_pool_whole": _after_conv("AveragePool", kernel_shape=[6, 5]),
    "global_average_pool": _after_conv("GlobalAveragePool"),
    "reduce_mean": _after_conv("ReduceMean", axes=[2, 3]),
    "reduce_mean_flat": _after_conv("ReduceMean", rank=2, axes=[-1, -2], keepdims=0),
    "flatten": _after_conv("Flatten", rank=2),
    "reshape": _reshape(0, -1),
    "reshape_batch_of_one": _reshape(1, 4, 12),
    "transpose": _after_conv("Transpose", perm=[0, 2, 3, 1]),
    "channels_last": _channels_last,
    "softmax": _on_input("Softmax", (9,)),
    "gemm": _gemm(1),
    "gemm_untransposed": _gemm(0),
    "matmul": _matmul(add=False),
    "matmul_add": _matmul(add=True),
    "residual": _residual,
    "batch_norm_images": _batch_norm((3, 6, 5)),
    "batch_norm_vectors": _batch_norm((7,)),
    "gemm_batch_norm": _gemm_batch_norm(1),
    "gemm_untransposed_batch_norm": _gemm_batch_norm(0),
    "conv_batch_norm_relu": _conv_batch_norm_relu,
    "dropout": _after_conv("Dropout"),
    "identity": _after_conv("Identity"),
    "classifier": _classifier,
}
