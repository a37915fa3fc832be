"""
Fixed-point arithmetic: the exact integer maths that interpreter, host C and MCU share.

Requantization multiplies an int32 accumulator by a real ratio r = s_x s_w / s_y:

    nearest  M = round(2^(32-k) r),  y = z + floor((acc 2^k M + 2^31) / 2^32)
             one SMMLAR on the DSP extension (Arm DDI 0403E, A7.7.182)
    even     the same, but halves go to the even neighbour, as ONNX QuantizeLinear has it: for
             averages, where halves are common
    tflite   gemmlowp's SaturatingRoundingDoublingHighMul by M in Q31, then RoundingDivideByPOT:
             the double rounding of TensorFlow Lite's reference kernels
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .channel_windows import sums_of_squares

INT32_MAX = 2**31 - 1

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Multipliers:
    """
    `values` (int32, one a channel) and the common `shift` of a requantization.

    `shift` >= 0 is the left shift k of `nearest`; with `tflite` it is gemmlowp's exponent and may
    be negative (a rounding right shift).
    """

    values: NDArray[np.int32]
    shift: int


def nearest_multipliers(ratios: Sequence[float] | NDArray[np.float64]) -> Multipliers:
    """
    Multipliers for positive ratios; the smallest common shift that keeps each below 2^31.

    Errors: ValueError for ratios that are not positive and finite, or beyond 2^30.
    """
    array = _checked_ratios(ratios)
    shift = 0
    while np.rint(array.max() * 2.0 ** (32 - shift)) > INT32_MAX:
        shift += 1
    values = np.rint(array * 2.0 ** (32 - shift)).astype(np.int32)
    return Multipliers(values, shift)


def tflite_multipliers(ratios: Sequence[float] | NDArray[np.float64]) -> Multipliers:
    """
    Multipliers in Q31 at one common exponent, that of the largest ratio.

    Errors: as `nearest_multipliers`.
    """
    array = _checked_ratios(ratios)
    _, exponent = math.frexp(float(array.max()))
    if np.rint(math.ldexp(float(array.max()), 31 - exponent)) > INT32_MAX:
        exponent += 1
    values = np.rint(np.ldexp(array, 31 - exponent)).astype(np.int32)
    return Multipliers(values, exponent)


def multipliers_for(ratios: Sequence[float] | NDArray[np.float64], rounding: str) -> Multipliers:
    """
    Multipliers of a rounding mode.
    """
    return tflite_multipliers(ratios) if rounding == "tflite" else nearest_multipliers(ratios)


def _checked_ratios(ratios: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
    array = np.asarray(ratios, np.float64)
    if not array.size or not np.all(np.isfinite(array)) or array.min() <= 0:
        raise ValueError("requantization ratios must be positive and finite")
    if array.max() >= 2.0**30:
        raise ValueError("requantization ratio beyond 2^30")
    return array


def requantize(
    acc: NDArray[Any] | int,
    multiplier: NDArray[Any] | int,
    shift: int,
    zero_point: int,
    bounds: tuple[int, int],
    rounding: str = "nearest",
) -> IntArray:
    """
    Accumulators (int32 values) to the int8 range; broadcasts `multiplier` against `acc`.

    Returns int64 values within `bounds`.
    """
    wide = np.asarray(acc, np.int64)
    factor = np.asarray(multiplier, np.int64)
    if rounding == "tflite":
        scaled = _tflite_scaled(wide, factor, shift)
    else:
        product = (wide << shift) * factor + (1 << 31)
        scaled = product >> 32
        if rounding == "even":
            scaled -= scaled & ((product & 0xFFFFFFFF) == 0)
    return np.clip(scaled + zero_point, *bounds)


def _tflite_scaled(acc: IntArray, multiplier: IntArray, exponent: int) -> IntArray:
    high = _doubling_high_mul(acc << max(exponent, 0), multiplier)
    right = max(-exponent, 0)
    remainder = high & ((1 << right) - 1)
    threshold = (((1 << right) - 1) >> 1) + (high < 0)
    return (high >> right) + (remainder > threshold)


def _doubling_high_mul(a: IntArray, b: IntArray) -> IntArray:
    """
    round(a b / 2^31), ties upward, as gemmlowp writes it: a nudge, then a truncating division. The
    saturating case a = b = -2^31 cannot occur: multipliers are positive.
    """
    product = a * b
    nudged = product + np.where(product >= 0, 1 << 30, 1 - (1 << 30))
    return np.sign(nudged) * (np.abs(nudged) >> 31)


def accumulator_bound(weights: NDArray[Any], bias: NDArray[Any]) -> NDArray[np.int64]:
    """
    A bound on |acc| of each row, and on every partial sum in whatever order: weights int [O, K],
    bias int [O].

    |x - z_x| is at most 255; with z_x folded into the bias a tap still contributes at most
    |x| + |z_x| <= 256 times its weight.
    """
    magnitude = np.abs(weights.astype(np.int64)).sum(axis=1)
    return np.abs(bias.astype(np.int64)) + 256 * magnitude


@dataclass(frozen=True)
class AddTerms:
    """
    The integers of `approx.add`: y = clamp((a A + b B + constant) >> shift).
    """

    lhs: int
    rhs: int
    constant: int
    shift: int


def add_terms(scales: tuple[float, float, float], zero_points: tuple[int, int, int]) -> AddTerms:
    """
    Terms for (lhs, rhs, result) scales and zero points, with the largest shift (at most 30) for
    which 128 (|A| + |B|) + |constant| stays below 2^31.

    Errors: ValueError when even shift 0 leaves int32.
    """
    ratios = scales[0] / scales[2], scales[1] / scales[2]
    for shift in range(30, -1, -1):
        lhs, rhs = (round(math.ldexp(ratio, shift)) for ratio in ratios)
        half = (1 << shift) >> 1
        constant = half + (zero_points[2] << shift) - zero_points[0] * lhs - zero_points[1] * rhs
        if 128 * (abs(lhs) + abs(rhs)) + abs(constant) < 2**31:
            return AddTerms(lhs, rhs, constant, shift)
    raise ValueError("the scales of an addition are too far apart")


def softmax_table(scale: float, count: int) -> NDArray[np.uint32]:
    """
    table[d] = round(exp(-d scale) 2^F), d = 0..255, F the largest (at most 24) for which `count`
    entries sum to less than 2^32 (uint32 [256]).
    """
    fraction = min(24, 31 - (count - 1).bit_length())
    steps = np.arange(256, dtype=np.float64)
    return np.rint(np.exp(-steps * scale) * 2.0**fraction).astype(np.uint32)


def softmax(
    x: NDArray[np.int8], table: NDArray[np.uint32], multiplier: int, zero_point: int
) -> NDArray[np.int8]:
    """
    Integer softmax over the last axis of int8 [..., C], as `approx.softmax` defines it.
    """
    wide = x.astype(np.int64)
    terms = table.astype(np.int64)[wide.max(axis=-1, keepdims=True) - wide]
    total = np.maximum(1, (terms.sum(axis=-1, keepdims=True) * multiplier) >> 32)
    quotient = (terms + total // 2) // total
    return np.clip(quotient + zero_point, -128, 127).astype(np.int8)


@dataclass(frozen=True)
class NormTable:
    """
    The integers of `approx.local_response_norm`: `values` int32 [nodes], their distance 2^step in
    sums of squares, 2^fraction as their unit.
    """

    values: NDArray[np.int32]
    step: int
    fraction: int


def norm_table(
    size: int, ratio: float, weight: float, bias: float, beta: float, nodes: int
) -> NormTable:
    """
    ratio (bias + weight S)^-beta for sums S of `size` squares of at most 255, at `nodes` places.

    Errors: ValueError where straight lines between them are off by more than a quarter of a step of
    the result, or where there is no such power.
    """
    most = size * 255 * 255
    step = max(0, (most // (nodes - 1)).bit_length())
    sums = np.arange(nodes, dtype=np.float64) * 2.0**step
    with np.errstate(all="ignore"):
        factors = ratio * (bias + weight * sums) ** -beta
        exact = ratio * (bias + weight * (sums[:-1] + 2.0 ** (step - 1))) ** -beta
    if not np.all(np.isfinite(factors)) or factors.min() <= 0:
        raise ValueError("its powers are not positive and finite")
    fraction = min(30, math.floor(math.log2(2.0**22 / factors.max())))
    middle = (factors[:-1] + factors[1:]) / 2
    if fraction < 1 or 255 * np.abs(middle - exact).max() > 0.25:
        raise ValueError("its powers are too steep for a table")
    return NormTable(np.rint(factors * 2.0**fraction).astype(np.int32), step, fraction)


def local_response_norm(
    x: NDArray[np.int8], table: NormTable, size: int, zero_points: tuple[int, int]
) -> NDArray[np.int8]:
    """
    `approx.local_response_norm` of int8 [..., C]; zero points of x and of the result.
    """
    centred = x.astype(np.int64) - zero_points[0]
    sums = sums_of_squares(centred, size, axis=-1)
    values = table.values.astype(np.int64)
    index = sums >> table.step
    part = sums & ((1 << table.step) - 1)
    factor = values[index] + ((values[index + 1] - values[index]) * part >> table.step)
    y = (centred * factor + (1 << (table.fraction - 1))) >> table.fraction
    return np.clip(y + zero_points[1], -128, 127).astype(np.int8)
