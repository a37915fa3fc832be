"""
Semantics of `approx.onnx.*` ops that treat every value alike, in float32 as ONNX Runtime does.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from xdsl.interpreter import (
    Interpreter,
    InterpreterFunctions,
    PythonValues,
    impl,
    register_impls,
)

from ..dialects import onnx_ops as onnx
from ..dialects.dense import Array, numpy_of


@register_impls
class PointwiseFunctions(InterpreterFunctions):
    """
    Functions of one value, and of two that are broadcast.
    """

    @impl(onnx.AddOp)
    def run_add(self, _: Interpreter, op: onnx.AddOp, args: PythonValues) -> PythonValues:
        """
        Sum.
        """
        return (args[0] + args[1],)

    @impl(onnx.SubOp)
    def run_sub(self, _: Interpreter, op: onnx.SubOp, args: PythonValues) -> PythonValues:
        """
        Difference.
        """
        return (args[0] - args[1],)

    @impl(onnx.MulOp)
    def run_mul(self, _: Interpreter, op: onnx.MulOp, args: PythonValues) -> PythonValues:
        """
        Product.
        """
        return (args[0] * args[1],)

    @impl(onnx.DivOp)
    def run_div(self, _: Interpreter, op: onnx.DivOp, args: PythonValues) -> PythonValues:
        """
        Quotient.
        """
        return (args[0] / args[1],)

    @impl(onnx.PReluOp)
    def run_prelu(self, _: Interpreter, op: onnx.PReluOp, args: PythonValues) -> PythonValues:
        """
        What is negative times a slope.
        """
        return (_sloped(args[0], args[1]),)

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

    @impl(onnx.SigmoidOp)
    def run_sigmoid(self, _: Interpreter, op: onnx.SigmoidOp, args: PythonValues) -> PythonValues:
        """
        1 / (1 + exp(-x)) = (1 + tanh(x / 2)) / 2, computed in float64 and rounded once.
        """
        half = np.tanh(args[0].astype(np.float64) / 2)
        return (((1 + half) / 2).astype(np.float32),)

    @impl(onnx.TanhOp)
    def run_tanh(self, _: Interpreter, op: onnx.TanhOp, args: PythonValues) -> PythonValues:
        """
        Computed in float64 and rounded once.
        """
        return (np.tanh(args[0].astype(np.float64)).astype(np.float32),)

    @impl(onnx.HardSigmoidOp)
    def run_hard_sigmoid(
        self, _: Interpreter, op: onnx.HardSigmoidOp, args: PythonValues
    ) -> PythonValues:
        """
        A line between 0 and 1.
        """
        alpha, beta = np.float32(op.alpha.value.data), np.float32(op.beta.value.data)
        return (np.clip(alpha * args[0] + beta, np.float32(0), np.float32(1)),)

    @impl(onnx.HardSwishOp)
    def run_hard_swish(
        self, _: Interpreter, op: onnx.HardSwishOp, args: PythonValues
    ) -> PythonValues:
        """
        x times a line between 0 and 1.
        """
        gate = np.clip(args[0] / np.float32(6) + np.float32(0.5), np.float32(0), np.float32(1))
        return (args[0] * gate,)

    @impl(onnx.LeakyReluOp)
    def run_leaky_relu(
        self, _: Interpreter, op: onnx.LeakyReluOp, args: PythonValues
    ) -> PythonValues:
        """
        What is negative times a slope.
        """
        return (_sloped(args[0], np.float32(op.alpha.value.data)),)

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


def _sloped(x: Array, slope: Any) -> Array:
    return x * np.where(x < 0, slope, np.float32(1)).astype(np.float32)
