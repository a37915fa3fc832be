"""
Calibration data as the integer network takes it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from xdsl.dialects import func
from xdsl.dialects.builtin import TensorType

from ..dialects.dense import tuple_of
from ..dialects.input_ops import input_quant
from .errors import UserError
from .input_conversion import quantize_input


def onnx_input_shape(function: func.FuncOp) -> tuple[int, ...]:
    """
    The shape, batch in front, in which the ONNX model takes its input.

    From the argument's attribute `approx.onnx_shape`; without it, the argument's own shape.
    Errors: UserError unless the function has one argument, a tensor.
    """
    noted = _noted(function, "approx.onnx_shape")
    return (1, *_argument_shape(function)) if noted is None else noted


def quantized_inputs(function: func.FuncOp, x: NDArray[np.float32]) -> NDArray[np.int8]:
    """
    Samples in the ONNX model's layout, float32 [N, ...], as int8 [N, ...] for the function.

    Argument dimension i is ONNX dimension `perm[i]` (attribute `approx.perm`, batch left out). As
    ONNX QuantizeLinear: q = clip(round_half_even(x / scale) + zero_point), x / scale in float32.
    Errors: UserError for samples of another shape.
    """
    shape = onnx_input_shape(function)[1:]
    if x.shape[1:] != shape:
        raise UserError(f"calibration samples are {x.shape[1:]}, the network takes {shape}")
    perm = _noted(function, "approx.perm") or tuple(range(len(shape)))
    quant = input_quant(function.body.block.args[0])
    ordered = x.transpose(0, *(p + 1 for p in perm))
    return quantize_input(ordered, quant.scale.value.data, quant.zero_point.value.data)


def _argument_shape(function: func.FuncOp) -> tuple[int, ...]:
    arguments = function.body.block.args
    if len(arguments) != 1 or not isinstance(type_ := arguments[0].type, TensorType):
        raise UserError(f"{function.sym_name.data} must have one argument, a tensor")
    shape: tuple[int, ...] = type_.get_shape()
    return shape


def _noted(function: func.FuncOp, key: str) -> tuple[int, ...] | None:
    """
    A list of integers among the attributes of the only argument.
    """
    _argument_shape(function)
    if function.arg_attrs is None:
        return None
    attr: Any = function.arg_attrs.data[0].data.get(key)
    return None if attr is None else tuple_of(attr)
