"""
Weights and biases of a quantized ONNX model (helper of `fuse-qdq`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from xdsl.ir import Operation, SSAValue

from ..dialects import onnx_ops as onnx
from ..dialects.dense import numpy_of


class Unfusable(Exception):
    """
    A node that has no place in the integer network, and why.
    """

    def __init__(self, op: Operation | None, reason: str):
        where = f"{op.node.data} ({op.name}): " if isinstance(op, onnx.OnnxOp) else ""
        super().__init__(where + reason)


@dataclass(frozen=True)
class Weights:
    """
    Integer values, int8 or (where a zero point was taken off) int16 within [-255, 255], with their
    real scale for each output channel (float64, along `axis` of the stored values).
    """

    values: NDArray[Any]
    scales: NDArray[np.float64]

    def transposed(self) -> Weights:
        """
        A matrix stored inputs x outputs, as outputs x inputs.
        """
        return Weights(self.values.T, self.scales)


def weights_of(op: onnx.OnnxOp, value: SSAValue, axis: int) -> Weights:
    """
    The weights of a layer from DequantizeLinear of a constant.

    `axis` is the output channel's dimension, along which scales may differ.
    """
    dequantize = value.owner
    if not isinstance(dequantize, onnx.DequantizeOp):
        raise Unfusable(op, "its weights are not quantized")
    constant = _constant(op, dequantize.input)
    if constant.dtype != np.int8:
        raise Unfusable(op, f"its weights are {constant.dtype.name}, not int8")
    scales = numpy_of(dequantize.scale).astype(np.float64).reshape(-1)
    if not (np.isfinite(scales).all() and scales.min() > 0):
        raise Unfusable(op, "its weights have a scale that is not positive and finite")
    if scales.size > 1 and dequantize.axis.value.data % constant.ndim != axis:
        raise Unfusable(op, "its weights have scales along another axis than output channels")
    values = _less_zero_point(constant, numpy_of(dequantize.zero_point), axis)
    return Weights(values, np.broadcast_to(scales, (constant.shape[axis],)))


def _less_zero_point(
    stored: NDArray[np.int8], zero_point: NDArray[np.int8], axis: int
) -> NDArray[Any]:
    """
    The distances from the zero point: int8 where they fit, else int16.
    """
    if not zero_point.any():
        return stored
    shape = [-1 if i == axis else 1 for i in range(stored.ndim)]
    values = stored.astype(np.int16) - zero_point.astype(np.int16).reshape(shape)
    narrow = values.astype(np.int8)
    return narrow if np.array_equal(narrow, values) else values


def bias_values(
    op: onnx.OnnxOp, value: SSAValue | None, scales: NDArray[np.float64]
) -> NDArray[np.int32]:
    """
    The bias in units of `scales` (s_x s_w, [O]); int32 [O], zeros where there is none.

    A bias that is quantized at just these scales is taken as it is; a float one is rounded.
    """
    if value is None:
        return np.zeros(scales.shape, np.int32)
    dequantize = value.owner
    if not isinstance(dequantize, onnx.DequantizeOp):
        real = _constant(op, value).astype(np.float64).reshape(-1)
    else:
        stored = _constant(op, dequantize.input).reshape(-1)
        steps = numpy_of(dequantize.scale).astype(np.float64).reshape(-1)
        centred = stored.astype(np.int64) - numpy_of(dequantize.zero_point).reshape(-1)
        if stored.dtype == np.int32 and np.allclose(steps, scales, rtol=1e-5, atol=0):
            return centred.astype(np.int32)
        real = centred * steps
    quantized = np.rint(np.broadcast_to(real, scales.shape) / scales)
    if not np.all(np.abs(quantized) < 2**31):
        raise Unfusable(op, "its bias is no int32 at the scale of its accumulator")
    return quantized.astype(np.int32)


def _constant(op: onnx.OnnxOp, value: SSAValue) -> NDArray[Any]:
    owner = value.owner
    if not isinstance(owner, onnx.ConstantOp):
        raise Unfusable(op, "its weights are computed at run time")
    return numpy_of(owner.value)
