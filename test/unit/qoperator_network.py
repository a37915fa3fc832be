"""
A network that ONNX Runtime quantizes to QOperator form (helper of tests).
"""

from __future__ import annotations

import onnx
from approx_opt.compiler.ort_quantization import CalibrationReader, quiet_workspace
from builders import ModelBuilder
from onnxruntime.quantization import QuantFormat, QuantType, quantize_static
from qoperator_builder import Built, QBuilder, Signed


def _cnn(opset: int) -> tuple[ModelBuilder, onnx.ModelProto]:
    b = ModelBuilder((3, 10, 9), opset=opset)
    x = b.node("Relu", b.conv("x", 3, 6, strides=[2, 2], pads=[1, 1, 1, 1], name="first"))
    y = b.node("Relu", b.conv(x, 6, 6, group=6, pads=[1, 1, 1, 1], name="depthwise"))
    y = b.node("Relu", b.node("Add", x, b.conv(y, 6, 6, (1, 1), name="pointwise")))
    y = b.node("MaxPool", y, kernel_shape=[2, 2], strides=[2, 2])
    y = b.node("AveragePool", y, kernel_shape=[2, 1])
    y = b.gemm(b.node("Flatten", y), 12, 8)
    return b, b.model(y)


def quantized_cnn(signed: Signed, per_channel: bool, opset: int = 17) -> Built:
    """
    A float network that ONNX Runtime has quantized to QOperator form, weights int8.
    """
    builder, model = _cnn(opset)
    kind = QuantType.QInt8 if signed else QuantType.QUInt8
    with quiet_workspace() as folder:
        target = folder / "quantized.onnx"
        quantize_static(
            model,
            target,
            CalibrationReader("x", [builder.samples(32)]),
            quant_format=QuantFormat.QOperator,
            activation_type=kind,
            weight_type=QuantType.QInt8,
            per_channel=per_channel,
        )
        quantized = onnx.load(target)
    b = QBuilder(builder.shape[1:], signed, opset)
    last = next(n for n in quantized.graph.node if n.output[0] == quantized.graph.output[0].name)
    (scale,) = (t for t in quantized.graph.initializer if t.name == last.input[1])
    b.result_scale = float(onnx.numpy_helper.to_array(scale).reshape(()))
    return b, quantized
