"""
The constants of a layer as CMSIS-NN takes them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from approx_opt.compiler.errors import UserError
from approx_opt.dialects import network_ops as approx
from approx_opt.dialects.dense import numpy_of
from numpy.typing import NDArray

Weighted: TypeAlias = approx.Conv2dOp | approx.DepthwiseConv2dOp | approx.FullyConnectedOp


@dataclass(frozen=True)
class Table:
    """
    A list of constants, int8 or int32.
    """

    name: str
    values: NDArray[Any]

    @property
    def definition(self) -> str:
        """
        In C.
        """
        values = ", ".join(map(str, self.values.tolist()))
        return f"static const {self.values.dtype}_t {self.name}[] = {{{values}}};"


def quantized_multiplier(ratio: float) -> tuple[int, int]:
    """
    (m, e) with ratio = m 2^(e - 31) and m in 2^30 .. 2^31 - 1, as exactly as that can be.
    """
    fraction, exponent = math.frexp(ratio)
    value = round(fraction * 2**31)
    return (value // 2, exponent + 1) if value == 2**31 else (value, exponent)


def weight_tables(op: Weighted) -> list[Table]:
    """
    Weights, bias and the requantization of each channel.
    """
    multipliers, shifts = np.array(multipliers_of(op), np.int32).T
    return [*constant_tables(op), Table("multipliers", multipliers), Table("shifts", shifts)]


def constant_tables(op: Weighted) -> list[Table]:
    """
    Weights and bias. Errors: UserError for weights that are not int8.
    """
    weights = numpy_of(op.weights)
    if weights.dtype != np.int8:
        raise UserError(f"layer {op.layer.data}: CMSIS-NN's weights are int8")
    return [Table("weights", weights.reshape(-1)), Table("bias", numpy_of(op.bias))]


def multipliers_of(op: Weighted) -> list[tuple[int, int]]:
    """
    Multiplier and shift of each channel.
    """
    one = 31 if op.rounding_mode == "tflite" else 32
    ratios = numpy_of(op.multipliers) * 2.0 ** (op.shift.value.data - one)
    return [quantized_multiplier(float(ratio)) for ratio in ratios]
