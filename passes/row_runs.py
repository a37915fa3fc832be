"""
Convolutions over few channels: a row of the window as one run, whatever the number of channels.

Inputs are read in pairs. With an odd number of channels each pixel would have to be filled up to an
even number; instead only rows are even, and a window that begins at an odd place is read from one
element before, with a weight of zero.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from xdsl.dialects.builtin import StringAttr

from ..dialects import network_ops as approx
from ..dialects.dense import Array
from ..dialects.tap_ops import UnpackedConv2dOp
from .convolutions import Columns, Convolution


def reads_rows(op: approx.Conv2dOp | UnpackedConv2dOp) -> bool:
    """
    True for a loop that takes rows of the input as they are.
    """
    return op.kernel == StringAttr("loop") and suits_rows(op)


def suits_rows(op: approx.Conv2dOp | UnpackedConv2dOp) -> bool:
    """
    True for an odd number of channels where an eighth less is to do if they are not filled up. A
    loop over each phase of the columns has weights of its own.
    """
    channels, width = op.input_shape[2], op.window[1]
    if op.groups != 1 or op.dilation[1] != 1:
        return False
    return channels % 2 == 1 and 8 * row_pairs(op) <= 7 * width * (channels + 1) // 2


def row_pairs(op: approx.Conv2dOp | UnpackedConv2dOp) -> int:
    """
    Pairs of inputs of a row of the window, when it is one run: that of an odd column, if there are
    any.
    """
    length, odd = op.window[1] * op.input_shape[2], op.stride[1] % 2
    return (length + odd + 1) // 2


def column_phases(conv: Convolution) -> list[Convolution]:
    """
    A convolution as one for its even and one for its odd columns where windows begin at even and at
    odd places in turn.
    """
    if conv.windows.across % 2 == 0:
        return [conv]
    phases = range(min(2, conv.output.width))
    return [replace(conv, columns=Columns(first, 2)) for first in phases]


def row_weights(conv: Convolution) -> Array:
    """
    Weights [O, KH, run]: rows from the even place on at which, or before which, windows begin.
    """
    weights: Array = conv.weights.reshape(*conv.weights.shape[:2], -1)
    before = conv.first_input % 2
    after = (weights.shape[2] + before) % 2
    return np.pad(weights, ((0, 0), (0, 0), (before, after)))
