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
    PythonValues,
    impl,
    register_impls,
)
from xdsl.utils.exceptions import InterpretationError

from ..dialects import onnx_ops as onnx
from ..dialects.dense import numpy_of, tuple_of
from . import float_kernels as kernels
from .float_kernels import Window
from .interpret_pointwise import PointwiseFunctions

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
class OnnxFunctions(PointwiseFunctions):
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

    @impl(onnx.ConvTransposeOp)
    def run_conv_transpose(
        self, _: Interpreter, op: onnx.ConvTransposeOp, args: PythonValues
    ) -> PythonValues:
        """
        Each pixel becomes a block of the kernel's size.
        """
        x, weight, *bias = args
        return (kernels.conv_transpose2d(x, weight, bias[0] if bias else None),)

    @impl(onnx.ConcatOp)
    def run_concat(self, _: Interpreter, op: onnx.ConcatOp, args: PythonValues) -> PythonValues:
        """
        One after the other.
        """
        return (np.concatenate(args, axis=op.axis.value.data),)

    @impl(onnx.PadOp)
    def run_pad(self, _: Interpreter, op: onnx.PadOp, args: PythonValues) -> PythonValues:
        """
        A constant all around.
        """
        pads = tuple_of(op.pads)
        half = len(pads) // 2
        widths = list(zip(pads[:half], pads[half:], strict=True))
        return (np.pad(args[0], widths, constant_values=np.float32(op.value.value.data)),)

    @impl(onnx.ResizeOp)
    def run_resize(self, _: Interpreter, op: onnx.ResizeOp, args: PythonValues) -> PythonValues:
        """
        Rows and columns picked.
        """
        return (args[0][:, :, tuple_of(op.rows)][:, :, :, tuple_of(op.columns)],)

    @impl(onnx.LrnOp)
    def run_lrn(self, _: Interpreter, op: onnx.LrnOp, args: PythonValues) -> PythonValues:
        """
        By neighbouring channels.
        """
        alpha, beta, bias = (a.value.data for a in (op.alpha, op.beta, op.bias))
        size = op.size.value.data
        return (kernels.local_response_norm(args[0], size, alpha, beta, bias),)

    @impl(onnx.ArgMaxOp)
    def run_arg_max(self, _: Interpreter, op: onnx.ArgMaxOp, args: PythonValues) -> PythonValues:
        """
        The first of the largest.
        """
        keep = len(op.result_shape) == len(op.input_shape)
        return (args[0].argmax(axis=op.axis.value.data, keepdims=keep),)

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
