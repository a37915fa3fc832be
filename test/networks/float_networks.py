"""
The networks of MLPerf Tiny and others for microcontrollers, float, with random weights.

Architectures: github.com/mlcommons/tiny (benchmark/training); arXiv:1801.04381 for the inverted
residual.
"""

from __future__ import annotations

from collections.abc import Callable

import onnx
from network_builder import NetworkBuilder

_SAME = [1, 1, 1, 1]
_SAME_HALVED = [0, 0, 1, 1]
"""TensorFlow's padding of a 3 x 3 window of stride 2 on an even size."""

_GAIN = 3.0
"""Standard deviation of logits: a Softmax that is neither flat nor saturated."""


def resnet8() -> onnx.ModelProto:
    """
    ResNet-8 on 32 x 32 x 3 images (image classification): input NHWC, as Keras has it.
    """
    b = NetworkBuilder((32, 32, 3), seed=1, batch_norm=False)
    x = b.node("Transpose", "input", perm=[0, 3, 1, 2])
    x = b.node("Relu", b.conv(x, 16, (3, 3), pads=_SAME))
    x = _residual(b, x, 16, stride=1)
    x = _residual(b, x, 32, stride=2)
    x = _residual(b, x, 64, stride=2)
    x = b.node("AveragePool", x, kernel_shape=[8, 8], strides=[8, 8])
    return _classifier(b, x, 10)


def _residual(b: NetworkBuilder, x: str, filters: int, stride: int) -> str:
    strides, pads = [stride, stride], _SAME if stride == 1 else _SAME_HALVED
    y = b.node("Relu", b.conv(x, filters, (3, 3), pads=pads, strides=strides))
    y = b.conv(y, filters, (3, 3), pads=_SAME)
    if stride != 1:
        x = b.conv(x, filters, (1, 1), strides=strides)
    return b.node("Relu", b.node("Add", x, y))


def dscnn() -> onnx.ModelProto:
    """
    DS-CNN on 49 x 10 spectrograms (keyword spotting): input NHWC.
    """
    b = NetworkBuilder((49, 10, 1), seed=2, batch_norm=False)
    x = b.node("Transpose", "input", perm=[0, 3, 1, 2])
    x = b.node("Relu", b.conv(x, 64, (10, 4), pads=[4, 1, 5, 1], strides=[2, 2]))
    for _ in range(4):
        x = b.node("Relu", b.depthwise(x, (3, 3), pads=_SAME))
        x = b.node("Relu", b.pointwise(x, 64))
    x = b.node("AveragePool", x, kernel_shape=[25, 5], strides=[25, 5])
    return _classifier(b, x, 12)


def mobilenet_v1() -> onnx.ModelProto:
    """
    MobileNetV1 of width 0.25 on 3 x 96 x 96 images (visual wake words).
    """
    b = NetworkBuilder((3, 96, 96), seed=3, batch_norm=True)
    x = b.node("Relu", b.conv("input", 8, (3, 3), pads=_SAME_HALVED, strides=[2, 2]))
    blocks = [(16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 2)]
    for filters, stride in [*blocks, *[(128, 1)] * 5, (256, 2), (256, 1)]:
        pads = _SAME if stride == 1 else _SAME_HALVED
        x = b.node("Relu", b.depthwise(x, (3, 3), pads=pads, strides=[stride, stride]))
        x = b.node("Relu", b.pointwise(x, filters))
    return _classifier(b, b.node("GlobalAveragePool", x), 2)


def autoencoder() -> onnx.ModelProto:
    """
    The dense autoencoder of 640 values (anomaly detection): its result is a spectrogram again.
    """
    b = NetworkBuilder((640,), seed=4, batch_norm=False)
    x = "input"
    for size in (128, 128, 128, 128, 8, 128, 128, 128, 128):
        x = b.node("Relu", b.matmul(x, size))
    return b.model(b.dense(x, 640))


def inverted_residual() -> onnx.ModelProto:
    """
    Three blocks of MobileNetV2 on 3 x 24 x 24 images, as PyTorch writes them: ReLU6 as Clip, the
    mean of each channel as ReduceMean, no Softmax.
    """
    b = NetworkBuilder((3, 24, 24), seed=5, batch_norm=True)
    x = b.clip(b.conv("input", 8, (3, 3), pads=_SAME, strides=[2, 2]), 0, 6)
    for filters, stride in ((8, 1), (16, 2), (16, 1)):
        x = _bottleneck(b, x, filters, stride)
    x = b.clip(b.pointwise(x, 48), 0, 6)
    x = b.node("ReduceMean", x, axes=[2, 3], keepdims=0)
    return b.model(b.dense(x, 10, _GAIN))


def _bottleneck(b: NetworkBuilder, x: str, filters: int, stride: int) -> str:
    channels = b.values[x].shape[1]
    y = b.clip(b.pointwise(x, 3 * channels), 0, 6)
    y = b.clip(b.depthwise(y, (3, 3), pads=_SAME, strides=[stride, stride]), 0, 6)
    y = b.pointwise(y, filters)
    return b.node("Add", x, y) if stride == 1 and filters == channels else y


def separable_1d() -> onnx.ModelProto:
    """
    Separable convolutions along time on 40 channels x 1 x 40 (streaming wake word).
    """
    b = NetworkBuilder((40, 1, 40), seed=6, batch_norm=True)
    x = b.node("Relu", b.conv("input", 16, (1, 3), pads=[0, 1, 0, 1]))
    for kernel, filters in ((3, 24), (5, 24), (5, 32)):
        x = b.depthwise(x, (1, kernel), pads=[0, kernel // 2, 0, kernel // 2])
        x = b.node("Relu", b.pointwise(x, filters))
        x = b.node("MaxPool", x, kernel_shape=[1, 2], strides=[1, 2])
    x = b.node("AveragePool", x, kernel_shape=[1, 5], strides=[1, 5])
    return _classifier(b, x, 3)


def _classifier(b: NetworkBuilder, x: str, classes: int) -> onnx.ModelProto:
    x = b.dense(b.node("Flatten", x, axis=1), classes, _GAIN)
    return b.model(b.node("Softmax", x, axis=-1))


NETWORKS: dict[str, Callable[[], onnx.ModelProto]] = {
    "resnet8": resnet8,
    "dscnn": dscnn,
    "mobilenet_v1": mobilenet_v1,
    "autoencoder": autoencoder,
    "inverted_residual": inverted_residual,
    "separable_1d": separable_1d,
}
