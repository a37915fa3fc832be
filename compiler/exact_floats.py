"""
Integer arithmetic in floating point, where it is exact: matrix products then are those of BLAS.

IEEE 754 represents every integer up to 2^24 in float32 and up to 2^53 in float64. A sum of products
whose partial sums all stay within that is never rounded, in whatever order it is added up, and
whether or not multiplications and additions are fused.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
FloatType: TypeAlias = type[np.float32] | type[np.float64]

FLOAT32_INTEGERS = 2**24
FLOAT64_INTEGERS = 2**53


def exact_type(bound: int) -> FloatType:
    """
    The smallest type in which integers of magnitude up to `bound` are exact: float32 or float64.
    """
    assert bound <= FLOAT64_INTEGERS
    return np.float32 if bound <= FLOAT32_INTEGERS else np.float64


def largest_sum(weights: Array, bias: Array, zero_point: int) -> int:
    """
    A bound on |bias + sum of (x - z_x) w| of every row, and on every partial sum in whatever order:
    weights int [O, K], bias int [O], x int8.
    """
    reach = max(127 - zero_point, 128 + zero_point)
    magnitudes = np.abs(weights.astype(np.int64)).sum(axis=1)
    return int((np.abs(bias.astype(np.int64)) + reach * magnitudes).max())


def requantize_floats(
    acc: Array,
    multipliers: Array,
    shift: int,
    zero_point: int,
    bounds: tuple[int, int],
    rounding: str = "nearest",
) -> NDArray[np.int8]:
    """
    `requantize` (compiler/fixedpoint.py) of integers of any type: int8 in the shape of `acc`,
    against which int32 `multipliers` broadcast. `rounding` is `nearest` or `even`.

    acc M 2^(k-32) is exact in float64 while |acc M| <= 2^53, and so is what is added to it here. Of
    larger products the result is beyond 2^20, rounded or not, and ends at a bound all the same.
    """
    scaled = acc.astype(np.float64)
    scaled *= np.ldexp(multipliers.astype(np.float64), shift - 32)
    if rounding == "even":
        np.rint(scaled, out=scaled)
        scaled += zero_point
    else:
        scaled += zero_point + 0.5
        np.floor(scaled, out=scaled)
    np.clip(scaled, *bounds, out=scaled)
    return scaled.astype(np.int8)
