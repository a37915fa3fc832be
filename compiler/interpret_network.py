"""
Semantics of the integer network, batched and exact.
"""

from __future__ import annotations

from functools import partial, reduce
from math import prod

import numpy as np
from xdsl.interpreter import (
    Interpreter,
    InterpreterFunctions,
    PythonValues,
    impl,
    register_impls,
)

from ..dialects import network_ops as approx
from ..dialects.dense import numpy_of, tuple_of
from ..dialects.tap_ops import UnpackedConv2dOp
from .batches import in_cache
from .exact_floats import exact_type, largest_sum
from .fixedpoint import NormTable, local_response_norm, softmax
from .input_conversion import as_int8
from .integer_kernels import (
    convolution,
    depthwise_convolution,
    domain_convolution,
    requantized,
    weighted_sum,
    window_of,
)
from .patches import centred, windows


@register_impls
class NetworkFunctions(InterpreterFunctions):
    """
    `approx.*` on int8 arrays with the batch in front.
    """

    @impl(approx.Conv2dOp)
    def run_conv2d(self, _: Interpreter, op: approx.Conv2dOp, args: PythonValues) -> PythonValues:
        """
        Convolution of OHWI weights.
        """
        weights = op.full_weights()
        return (convolution(args[0], op, weights.reshape(len(weights), -1), numpy_of(op.bias)),)

    @impl(UnpackedConv2dOp)
    def run_unpacked_conv2d(
        self, _: Interpreter, op: UnpackedConv2dOp, args: PythonValues
    ) -> PythonValues:
        """
        Convolution of the taps that are left.
        """
        bias = op.biases()
        if op.domain is not None:
            return (domain_convolution(args[0], op, bias),)
        return (convolution(args[0], op, op.tap_matrix(), bias),)

    @impl(approx.DepthwiseConv2dOp)
    def run_depthwise(
        self, _: Interpreter, op: approx.DepthwiseConv2dOp, args: PythonValues
    ) -> PythonValues:
        """
        Windows of one channel.
        """
        return (in_cache(partial(depthwise_convolution, op), args, 12 * prod(op.output_shape)),)

    @impl(approx.FullyConnectedOp)
    def run_fully_connected(
        self, _: Interpreter, op: approx.FullyConnectedOp, args: PythonValues
    ) -> PythonValues:
        """
        Matrix times vector.
        """
        weights, bias = numpy_of(op.weights), numpy_of(op.bias)
        exact = exact_type(largest_sum(weights, bias, op.input_zero_point))
        x = centred(args[0], op.input_zero_point, exact)
        acc = x @ weights.T.astype(exact) + bias.astype(exact)
        return (requantized(acc, op, op.output_zero_point, numpy_of(op.multipliers)),)

    @impl(approx.MaxPool2dOp)
    def run_max_pool(
        self, _: Interpreter, op: approx.MaxPool2dOp, args: PythonValues
    ) -> PythonValues:
        """
        Maximum of each window.
        """
        by_place = windows(args[0], window_of(op), -128).transpose(3, 4, 0, 1, 2, 5)
        return (reduce(np.maximum, (place for row in by_place for place in row)),)

    @impl(approx.AvgPool2dOp)
    def run_avg_pool(
        self, _: Interpreter, op: approx.AvgPool2dOp, args: PythonValues
    ) -> PythonValues:
        """
        Requantized sum of each window.
        """
        zero_point = op.input_zero_point
        acc = (windows(args[0], window_of(op), zero_point).astype(np.int64) - zero_point).sum(
            axis=(3, 4)
        )
        multipliers = numpy_of(op.multipliers)
        if multipliers.ndim == 2:
            multipliers = multipliers[..., None]
        return (requantized(acc, op, op.output_zero_point, multipliers),)

    @impl(approx.AddOp)
    def run_add(self, _: Interpreter, op: approx.AddOp, args: PythonValues) -> PythonValues:
        """
        Two multiplications, one shift.
        """
        return (in_cache(partial(weighted_sum, op), args, 12 * prod(op.output_shape)),)

    @impl(approx.MulOp)
    def run_mul(self, _: Interpreter, op: approx.MulOp, args: PythonValues) -> PythonValues:
        """
        Requantized product.
        """
        lhs, rhs = (a.astype(np.int64) - z for a, z in zip(args, op.zero_points, strict=True))
        return (requantized(lhs * rhs, op, op.output_zero_point, numpy_of(op.multipliers)),)

    @impl(approx.LookupOp)
    def run_lookup(self, _: Interpreter, op: approx.LookupOp, args: PythonValues) -> PythonValues:
        """
        One entry a value.
        """
        table, index = numpy_of(op.table), args[0].astype(np.int64) + 128
        if op.is_per_channel:
            return (table[np.arange(len(table)), index],)
        return (table[index],)

    @impl(approx.RequantizeOp)
    def run_requantize(
        self, _: Interpreter, op: approx.RequantizeOp, args: PythonValues
    ) -> PythonValues:
        """
        Another scale, or a clamp.
        """
        acc = args[0].astype(np.int64) - op.input_zero_point
        return (requantized(acc, op, op.output_zero_point, numpy_of(op.multipliers)),)

    @impl(approx.SoftmaxOp)
    def run_softmax(self, _: Interpreter, op: approx.SoftmaxOp, args: PythonValues) -> PythonValues:
        """
        By table.
        """
        table = numpy_of(op.table).view(np.uint32)
        multiplier = op.multiplier.value.data & 0xFFFFFFFF
        return (softmax(args[0], table, multiplier, op.output_zero_point),)

    @impl(approx.LocalResponseNormOp)
    def run_norm(
        self, _: Interpreter, op: approx.LocalResponseNormOp, args: PythonValues
    ) -> PythonValues:
        """
        By table.
        """
        table = NormTable(numpy_of(op.table), op.step.value.data, op.fraction.value.data)
        zero_points = op.input_zero_point, op.output_zero_point
        return (local_response_norm(args[0], table, op.size.value.data, zero_points),)

    @impl(approx.ArgMaxOp)
    def run_argmax(self, _: Interpreter, op: approx.ArgMaxOp, args: PythonValues) -> PythonValues:
        """
        The first of the largest.
        """
        return ((args[0].argmax(axis=-1, keepdims=True) - 128).astype(np.int8),)

    @impl(approx.ConcatOp)
    def run_concat(self, _: Interpreter, op: approx.ConcatOp, args: PythonValues) -> PythonValues:
        """
        Joined behind the batch.
        """
        return (np.concatenate(args, axis=op.axis.value.data + 1),)

    @impl(approx.PadOp)
    def run_pad(self, _: Interpreter, op: approx.PadOp, args: PythonValues) -> PythonValues:
        """
        One value all around.
        """
        widths = [(0, 0), *zip(tuple_of(op.before), tuple_of(op.after), strict=True)]
        return (np.pad(args[0], widths, constant_values=op.value.value.data),)

    @impl(approx.ResizeNearest2dOp)
    def run_resize(
        self, _: Interpreter, op: approx.ResizeNearest2dOp, args: PythonValues
    ) -> PythonValues:
        """
        Rows and columns picked.
        """
        return (args[0][:, tuple_of(op.rows)][:, :, tuple_of(op.columns)],)

    @impl(approx.ReshapeOp)
    def run_reshape(self, _: Interpreter, op: approx.ReshapeOp, args: PythonValues) -> PythonValues:
        """
        The same values.
        """
        return (args[0].reshape(args[0].shape[0], *op.output_shape),)

    @impl(approx.TransposeOp)
    def run_transpose(
        self, _: Interpreter, op: approx.TransposeOp, args: PythonValues
    ) -> PythonValues:
        """
        Dimensions permuted, the batch left in front.
        """
        return (args[0].transpose(0, *(p + 1 for p in op.permutation)),)

    @impl(approx.ConvertOp)
    def run_convert(self, _: Interpreter, op: approx.ConvertOp, args: PythonValues) -> PythonValues:
        """
        Dimensions permuted, elements made int8.
        """
        scale, zero_point = op.output_quant.scale.value.data, op.output_zero_point
        ordered = args[0].transpose(0, *(p + 1 for p in op.permutation))
        return (as_int8(ordered, scale, zero_point),)

    @impl(approx.RepackOp)
    def run_repack(self, _: Interpreter, op: approx.RepackOp, args: PythonValues) -> PythonValues:
        """
        The same values.
        """
        return args
