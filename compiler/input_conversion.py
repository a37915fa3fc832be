"""
Inputs of a network between the forms that a caller may have them in: int8, uint8, float32.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

UNSIGNED_OFFSET = 128
"""Of uint8 to int8 of the same real value."""


def quantize_input(x: NDArray[np.float32], scale: float, zero_point: int) -> NDArray[np.int8]:
    """
    float32 of any shape as int8: clamp(round(x / scale) + zero_point, -128, 127).

    As QuantizeLinear of ONNX: the division is in float32, ties go to even. NaN becomes -128.
    """
    low, high = np.float32(-128 - zero_point), np.float32(127 - zero_point)
    with np.errstate(over="ignore", invalid="ignore"):
        steps = x.astype(np.float32) / np.float32(scale)
        steps = np.where(steps > low, steps, low)
    return (np.rint(np.minimum(steps, high)) + zero_point).astype(np.int8)


def signed_input(x: NDArray[np.uint8]) -> NDArray[np.int8]:
    """
    uint8 of any shape as int8: x - 128.
    """
    return (x.astype(np.int16) - UNSIGNED_OFFSET).astype(np.int8)


def unsigned_input(q: NDArray[np.int8]) -> NDArray[np.uint8]:
    """
    int8 of any shape as uint8: q + 128.
    """
    return (q.astype(np.int16) + UNSIGNED_OFFSET).astype(np.uint8)


def as_int8(x: NDArray[Any], scale: float, zero_point: int) -> NDArray[np.int8]:
    """
    uint8 or float32 as int8 of a scale and zero point. Errors: TypeError for other types.
    """
    if x.dtype == np.uint8:
        return signed_input(x)
    if x.dtype == np.float32:
        return quantize_input(x, scale, zero_point)
    raise TypeError(f"inputs are uint8 or float32, not {x.dtype}")
