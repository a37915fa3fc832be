"""
Which convolutions Winograd's algorithm can compute, and what it takes (helper of `select-kernels`
and `plan-memory`).
"""

from __future__ import annotations

from xdsl.dialects.builtin import StringAttr
from xdsl.ir import Operation

from ..compiler.fixedpoint import accumulator_bound
from ..compiler.winograd import POSITIONS, TILES
from ..dialects import network_ops as approx
from ..dialects.tap_ops import UnpackedConv2dOp
from .convolutions import dense_weights

WINOGRAD = StringAttr("winograd")

_PRODUCT_BYTES = POSITIONS * 2 * TILES * 4


def suits_winograd(op: Operation) -> bool:
    """
    True for 3x3 convolutions of stride 1 whose sums, four times as large, are within int32.
    """
    if not isinstance(op, approx.Conv2dOp | UnpackedConv2dOp) or op.groups != 1:
        return False
    if (op.window, op.stride, op.dilation) != ((3, 3), (1, 1), (1, 1)):
        return False
    if op.rounding_mode != "nearest":
        return False
    weights, bias = dense_weights(op)
    bound = int(accumulator_bound(weights.reshape(len(weights), -1), bias).max())
    return 4 * bound < 2**31


def is_winograd(op: Operation) -> bool:
    """
    True for a layer that runs so.
    """
    return isinstance(op, approx.NetworkOp) and op.kernel == WINOGRAD


def transformed_bytes(op: approx.Conv2dOp | UnpackedConv2dOp) -> int:
    """
    The transformed input of a group of tiles.
    """
    channels = op.input_shape[2]
    return POSITIONS * TILES * 2 * (channels + channels % 2)


def scratch_bytes(op: Operation) -> int:
    """
    Memory that only the kernel of a layer uses: transformed input, then products.
    """
    if not is_winograd(op):
        return 0
    assert isinstance(op, approx.Conv2dOp | UnpackedConv2dOp)
    return transformed_bytes(op) + _PRODUCT_BYTES


def winograd_pads(op: approx.Conv2dOp | UnpackedConv2dOp) -> tuple[int, int, int, int]:
    """
    The padding of the input: on an output smaller than a group of tiles, room for its last ones.
    """
    top, left, bottom, right = op.padding
    height, width, _ = op.output_shape
    return top, left, bottom + max(0, 2 - height), right + max(0, 2 * TILES - width)
