"""
Semantics of `approx.onnx.*`: float32 as in ONNX, quantization exact.

Values are NumPy arrays with a batch of any size where the types say 1; constants are as they are.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from xdsl.interpreter import (
    Interpreter,
    InterpreterFunctions,
    PythonValues,
    impl,
    register_impls,
)
from xdsl.utils.exceptions import InterpretationError

from ..dialects import onnx_ops as onnx
from ..dialects.dense import numpy_of, tuple_of
from . import float_kernels as kernels
from .float_kernels import Window

Array: TypeAlias = NDArray[Any]


def _window(op: onnx.MaxPoolOp | onnx.AveragePoolOp) -> Window:
    return Window(tuple_of(op.kernel_shape), tuple_of(op.strides), tuple_of(op.pads))


def _reshaped(x: Array, op: onnx.FlattenOp | onnx.ReshapeOp) -> Array:
    """
    The result's shape with the batch of `x`.
    """
    if op.result_shape[:1] != (1,):
        raise InterpretationError(f"{op.node.data} mixes the batch with other dimensions")
    return x.reshape(len(x), *op.result_shape[1:])


@register_impls
class OnnxFunctions(InterpreterFunctions):
    """
    `approx.onnx.*` on arrays [N, ...].
    """

    @impl(onnx.ConstantOp)
    def run_constant(self, _: Interpreter, op: onnx.ConstantOp, args: PythonValues) -> PythonValues:
        """
        Its value.
        """
        return (numpy_of(op.value),)

    @impl(onnx.ConvOp)
    def run_conv(self, _: Interpreter, op: onnx.ConvOp, args: PythonValues) -> PythonValues:
        """
        Convolution of [N, C, H, W].
        """
        x, weight, *bias = args
        window = Window(
            weight.shape[2:], tuple_of(op.strides), tuple_of(op.pads), tuple_of(op.dilations)
        )
        group = op.group.value.data
        return (kernels.conv2d(x, weight, bias[0] if bias else None, window, group),)

    @impl(onnx.GemmOp)
    def run_gemm(self, _: Interpreter, op: onnx.GemmOp, args: PythonValues) -> PythonValues:
        """
        alpha * A' B' + beta * C.
        """
        x, weight, *bias = args
        a = x.T if op.trans_a.value.data else x
        b = weight.T if op.trans_b.value.data else weight
        y = kernels.matmul(a, b) * np.float32(op.alpha.value.data)
        return (y + bias[0] * np.float32(op.beta.value.data) if bias else y,)

    @impl(onnx.MatMulOp)
    def run_matmul(self, _: Interpreter, op: onnx.MatMulOp, args: PythonValues) -> PythonValues:
        """
        Product of matrices.
        """
        return (kernels.matmul(*args),)

    @impl(onnx.AddOp)
    def run_add(self, _: Interpreter, op: onnx.AddOp, args: PythonValues) -> PythonValues:
        """
        Sum, broadcast.
        """
        return (args[0] + args[1],)

    @impl(onnx.ReluOp)
    def run_relu(self, _: Interpreter, op: onnx.ReluOp, args: PythonValues) -> PythonValues:
        """
        What is positive.
        """
        return (np.maximum(args[0], np.float32(0)),)

    @impl(onnx.ClipOp)
    def run_clip(self, _: Interpreter, op: onnx.ClipOp, args: PythonValues) -> PythonValues:
        """
        Within the bounds that there are.
        """
        y = args[0]
        if op.min is not None:
            y = np.maximum(y, np.float32(op.min.value.data))
        if op.max is not None:
            y = np.minimum(y, np.float32(op.max.value.data))
        return (y,)

    @impl(onnx.MaxPoolOp)
    def run_max_pool(self, _: Interpreter, op: onnx.MaxPoolOp, args: PythonValues) -> PythonValues:
        """
        Maximum of each window.
        """
        return (kernels.max_pool(args[0], _window(op)),)

    @impl(onnx.AveragePoolOp)
    def run_average_pool(
        self, _: Interpreter, op: onnx.AveragePoolOp, args: PythonValues
    ) -> PythonValues:
        """
        Mean of each window.
        """
        return (kernels.average_pool(args[0], _window(op), bool(op.count_include_pad.value.data)),)

    @impl(onnx.GlobalAveragePoolOp)
    def run_global_average_pool(
        self, _: Interpreter, op: onnx.GlobalAveragePoolOp, args: PythonValues
    ) -> PythonValues:
        """
        Mean of each plane.
        """
        return (kernels.global_average_pool(args[0]),)

    @impl(onnx.FlattenOp)
    def run_flatten(self, _: Interpreter, op: onnx.FlattenOp, args: PythonValues) -> PythonValues:
        """
        The same values.
        """
        return (_reshaped(args[0], op),)

    @impl(onnx.ReshapeOp)
    def run_reshape(self, _: Interpreter, op: onnx.ReshapeOp, args: PythonValues) -> PythonValues:
        """
        The same values.
        """
        return (_reshaped(args[0], op),)

    @impl(onnx.TransposeOp)
    def run_transpose(
        self, _: Interpreter, op: onnx.TransposeOp, args: PythonValues
    ) -> PythonValues:
        """
        Dimensions permuted.
        """
        return (args[0].transpose(tuple_of(op.perm)),)

    @impl(onnx.SoftmaxOp)
    def run_softmax(self, _: Interpreter, op: onnx.SoftmaxOp, args: PythonValues) -> PythonValues:
        """
        Along one axis.
        """
        return (kernels.softmax(args[0], op.axis.value.data),)

    @impl(onnx.BatchNormalizationOp)
    def run_batch_normalization(
        self, _: Interpreter, op: onnx.BatchNormalizationOp, args: PythonValues
    ) -> PythonValues:
        """
        (x - mean) / sqrt(variance + epsilon) * scale + bias.
        """
        shape = (1, -1, *(1 for _ in op.result_shape[2:]))
        scale, bias, mean, variance = (
            numpy_of(v).reshape(shape) for v in (op.scale, op.bias, op.mean, op.variance)
        )
        deviation = np.sqrt(variance + np.float32(op.epsilon.value.data))
        return ((args[0] - mean) / deviation * scale + bias,)

    @impl(onnx.QuantizeOp)
    def run_quantize(self, _: Interpreter, op: onnx.QuantizeOp, args: PythonValues) -> PythonValues:
        """
        Exact.
        """
        scale, zero_point = numpy_of(op.scale), numpy_of(op.zero_point)
        return (kernels.quantize_linear(args[0], scale, zero_point, op.axis.value.data),)

    @impl(onnx.DequantizeOp)
    def run_dequantize(
        self, _: Interpreter, op: onnx.DequantizeOp, args: PythonValues
    ) -> PythonValues:
        """
        Exact.
        """
        scale, zero_point = numpy_of(op.scale), numpy_of(op.zero_point)
        return (kernels.dequantize_linear(args[0], scale, zero_point, op.axis.value.data),)
