"""
Which layers work on channels that are planes of their own: depthwise 3x3 convolutions, and who can
write what they read (helper of `select-kernels`).
"""

from __future__ import annotations

from xdsl.dialects.builtin import StringAttr
from xdsl.ir import Operation

from ..dialects import network_ops as approx
from ..dialects.tap_ops import UnpackedConv2dOp
from .winograd_layers import is_winograd

PLANAR = StringAttr("planar")

_REACH = 4095
"""Bytes that the offset of a load or store covers."""
_WRITERS = (
    approx.AddOp,
    approx.Conv2dOp,
    approx.DepthwiseConv2dOp,
    approx.LookupOp,
    approx.MulOp,
    approx.RequantizeOp,
    UnpackedConv2dOp,
)
"""Layers that can write planes, unless they are made of groups or by Winograd's algorithm."""


def suits_planar(op: Operation) -> bool:
    """
    True for 3x3 depthwise convolutions of stride 1 or 2 that are requantized without shift, whose
    input is for them alone and comes from a layer that can write planes.
    """
    if not isinstance(op, approx.DepthwiseConv2dOp) or op.multiplier != 1:
        return False
    if op.window != (3, 3) or op.dilation != (1, 1) or op.stride not in ((1, 1), (2, 2)):
        return False
    if op.rounding_mode != "nearest" or op.left_shift != 0:
        return False
    return _within_reach(op) and _is_written_as_planes(op)


def _within_reach(op: approx.DepthwiseConv2dOp) -> bool:
    """
    The kernel addresses a tile by immediate offsets: rows of inputs, two outputs side by side.
    """
    _, left, _, right = planar_pads(op)
    row = left + op.input_shape[1] + right
    return 2 * 4 * row + 8 <= _REACH and 2 * (op.output_shape[2] + 1) <= _REACH


def _is_written_as_planes(op: approx.DepthwiseConv2dOp) -> bool:
    writer = op.input.owner
    if not isinstance(writer, _WRITERS) or is_winograd(writer):
        return False
    if isinstance(writer, approx.Conv2dOp | UnpackedConv2dOp) and writer.groups != 1:
        return False
    return op.input.has_one_use()


def feeds_planes(op: approx.NetworkOp) -> bool:
    """
    True for a layer whose result is read by a depthwise convolution that can work on planes.
    """
    return any(suits_planar(use.operation) for use in op.output.uses)


def is_planar_depthwise(op: Operation) -> bool:
    """
    True for a depthwise convolution that runs so.
    """
    return isinstance(op, approx.DepthwiseConv2dOp) and op.kernel == PLANAR


def planar_pads(op: approx.DepthwiseConv2dOp) -> tuple[int, int, int, int]:
    """
    The padding of the input: room for tiles of 2x2 outputs, rows of whole words.
    """
    top, left, bottom, right = op.padding
    height, width = (size + size % 2 for size in op.output_shape[:2])
    below = op.stride[0] * (height - 1) + 3 - (top + op.input_shape[0] + bottom)
    row = left + op.input_shape[1] + right
    beside = op.stride[1] * width + 2 - row
    right += max(0, beside)
    return top, left, bottom + max(0, below), right + (left + op.input_shape[1] + right) % 2
