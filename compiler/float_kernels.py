"""
ONNX operators on NumPy arrays, batch in front, float32 as in ONNX Runtime.

They agree with ONNX Runtime up to the rounding of float32 sums (https://onnx.ai/onnx/operators/).
Products of matrices are summed in float64 and rounded once, so that the result does not depend on
how many threads a BLAS has. Images are [N, C, H, W]; pads are top, left, bottom, right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .channel_windows import sums_of_squares

Floats = NDArray[np.float32]
Array = NDArray[Any]

_CHUNK = 64
"""Images whose patches are held in memory at once."""
_LANES = 4
"""Width of ONNX Runtime's vectors of float32."""


@dataclass(frozen=True)
class Window:
    """
    A window that slides over an image: rows first in each pair.
    """

    kernel: Sequence[int]
    strides: Sequence[int] = (1, 1)
    pads: Sequence[int] = (0, 0, 0, 0)
    dilations: Sequence[int] = (1, 1)


def sliding_windows(x: Array, window: Window, fill: float) -> Array:
    """
    The windows of images [N, C, H, W], padded with `fill`: a view [N, C, OH, OW, KH, KW].
    """
    top, left, bottom, right = window.pads
    padding = ((0, 0), (0, 0), (top, bottom), (left, right))
    padded = np.pad(x, padding, constant_values=fill) if any(window.pads) else x
    reach = [d * (k - 1) + 1 for k, d in zip(window.kernel, window.dilations, strict=True)]
    view = np.lib.stride_tricks.sliding_window_view(padded, reach, axis=(2, 3))
    rows, columns = window.strides
    return view[:, :, ::rows, ::columns, :: window.dilations[0], :: window.dilations[1]]


def conv2d(x: Floats, weight: Floats, bias: Floats | None, window: Window, group: int) -> Floats:
    """
    Convolution of [N, C, H, W] with weights [O, C / group, KH, KW] and bias [O].
    """
    chunks = [x[start : start + _CHUNK] for start in range(0, len(x), _CHUNK)]
    y = np.concatenate([_conv2d(chunk, weight, window, group) for chunk in chunks])
    return y if bias is None else y + bias[:, None, None]


def _conv2d(x: Floats, weight: Floats, window: Window, group: int) -> Floats:
    views = sliding_windows(x, window, 0.0)
    n, channels, height, width = views.shape[:4]
    grouped = views.reshape(n, group, channels // group, height, width, *views.shape[4:])
    # [N, G, OH, OW, C / G, KH, KW]: a row is one patch of one group.
    patches = grouped.transpose(0, 1, 3, 4, 2, 5, 6).reshape(n, group, height * width, -1)
    matrices = weight.reshape(group, len(weight) // group, -1).transpose(0, 2, 1)
    y = matmul(patches, matrices).transpose(0, 1, 3, 2)
    return y.reshape(n, len(weight), height, width)


def conv_transpose2d(x: Floats, weight: Floats, bias: Floats | None) -> Floats:
    """
    Transposed convolution of [N, C, H, W] with weights [C, O, KH, KW] and strides (KH, KW).
    """
    (n, _, height, width), (_, outputs, rows, columns) = x.shape, weight.shape
    blocks = np.einsum("nchw,coab->nohawb", x.astype(np.float64), weight.astype(np.float64))
    y = blocks.astype(np.float32).reshape(n, outputs, height * rows, width * columns)
    return y if bias is None else y + bias[:, None, None]


def matmul(a: Floats, b: Floats) -> Floats:
    """
    Product of (stacks of) matrices, each element rounded once.
    """
    return (a.astype(np.float64) @ b.astype(np.float64)).astype(np.float32)


def max_pool(x: Floats, window: Window) -> Floats:
    """
    Maximum of each window; padding never wins.
    """
    return sliding_windows(x, window, -np.inf).max(axis=(4, 5))


def average_pool(x: Floats, window: Window, count_include_pad: bool) -> Floats:
    """
    Mean of each window, over what lies in the image unless `count_include_pad`.
    """
    if tuple(window.kernel) == x.shape[2:] and not any(window.pads) and max(window.strides) == 1:
        return global_average_pool(x)
    covered = np.full((1, 1, *x.shape[2:]), 1.0, np.float32)
    counts = sliding_windows(covered, window, float(count_include_pad))
    sums = _window_sums(sliding_windows(x, window, 0.0), by_rows=window.strides[1] > 2)
    return sums / _window_sums(counts, by_rows=True)


def global_average_pool(x: Floats) -> Floats:
    """
    Mean of each plane, added in four lanes.
    """
    flat = x.reshape(*x.shape[:2], -1)
    whole = flat.shape[2] // _LANES * _LANES
    lanes = flat[:, :, :whole].reshape(*x.shape[:2], -1, _LANES)
    a, b, c, d = np.moveaxis(_in_turn(lanes, 2), 2, 0)
    total = _in_turn(np.concatenate([((a + c) + (b + d))[..., None], flat[:, :, whole:]], 2), 2)
    return (total / np.float32(flat.shape[2]))[:, :, None, None]


def _window_sums(views: Floats, by_rows: bool) -> Floats:
    """
    The sum of each window, row by row, or column by column and then across.
    """
    if by_rows:
        return _in_turn(views.reshape(*views.shape[:4], -1), 4)
    return _in_turn(_in_turn(views, 4), 4)


def _in_turn(x: Floats, axis: int) -> Floats:
    """
    The sum along an axis, added one after the other.

    Pools add in ONNX Runtime's order: it matters, for means of values on a grid often lie between
    two steps of it.
    """
    return np.asarray(reduce(np.add, np.moveaxis(x, axis, 0), np.float32(0)), np.float32)


def local_response_norm(x: Floats, size: int, alpha: float, beta: float, bias: float) -> Floats:
    """
    x / (bias + alpha / size * sum of the squares of `size` neighbouring channels) ^ beta.
    """
    scale = np.float32(bias) + np.float32(alpha / size) * sums_of_squares(x, size, axis=1)
    return np.asarray(x * scale ** np.float32(-beta), np.float32)


def softmax(x: Floats, axis: int) -> Floats:
    """
    Exponentials that sum to 1 along an axis.
    """
    exponentials = np.exp(x - x.max(axis=axis, keepdims=True))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)


def _along(vector: Array, rank: int, axis: int) -> Array:
    """
    A vector [C] in the shape that broadcasts along `axis`; scalars as they are.
    """
    if vector.ndim == 0:
        return vector
    return vector.reshape([-1 if i == axis else 1 for i in range(rank)])


def quantize_linear(x: Floats, scale: Array, zero_point: Array, axis: int) -> Array:
    """
    QuantizeLinear: saturate(round_half_even(x / scale) + zero_point), of the zero point's type.

    `scale` (float32) and `zero_point` are scalars, or vectors along `axis`.
    """
    limits = np.iinfo(zero_point.dtype)
    steps = np.rint(x / _along(scale, x.ndim, axis))
    shifted = steps + _along(zero_point, x.ndim, axis).astype(np.float32)
    return np.clip(shifted, limits.min, limits.max).astype(zero_point.dtype)


def dequantize_linear(x: Array, scale: Array, zero_point: Array, axis: int) -> Floats:
    """
    DequantizeLinear: (x - zero_point) * scale in float32.
    """
    centred = x.astype(np.int32) - _along(zero_point, x.ndim, axis).astype(np.int32)
    return centred.astype(np.float32) * _along(scale, x.ndim, axis)
