"""
Which convolutions can go through a list of their taps, and what it takes (helper of
`select-kernels`).
"""

from __future__ import annotations

import numpy as np
from xdsl.dialects.builtin import StringAttr

from ..compiler.cost import Cost
from ..dialects.tap_ops import UnpackedConv2dOp
from .convolutions import dense_weights
from .indexed_parts import indexed_parts
from .pixel_grid import Axis
from .planar_layers import feeds_planes

INDEXED = StringAttr("indexed")


def suits_indexed(op: UnpackedConv2dOp) -> bool:
    """
    True for convolutions of one group with taps in the window, of int8 weights.
    """
    if op.groups != 1 or op.domain is not None:
        return False
    weights, _ = dense_weights(op)
    return bool(np.all(weights == weights.astype(np.int8)))


def indexed_form(op: UnpackedConv2dOp) -> Cost:
    """
    Lists of taps for two channels at a time, and for the last of an odd number.
    """
    weights, _ = dense_weights(op)
    weights = np.pad(weights, ((0, 0), (0, 0), (0, 0), (0, weights.shape[3] % 2)))
    _, left, _, right = op.padding
    pixel = weights.shape[3]
    row = (left + op.input_shape[1] + right) * pixel
    (height, width), (down, across) = op.window, op.dilation
    taps = [i * down * row + j * across * pixel for i in range(height) for j in range(width)]
    costs = [part.cost for part in indexed_parts(weights, taps, _axes(op, row, pixel), True)]
    return Cost(sum(cost.flash for cost in costs), sum(cost.cycles for cost in costs))


def _axes(op: UnpackedConv2dOp, row: int, pixel: int) -> list[tuple[Axis, Axis]]:
    """
    Of the plane, if where it is written has no border (passes/pixel_grid.py).
    """
    height, width = op.output_shape[:2]
    rows = Axis(height, op.stride[0] * row, 0)
    columns = Axis(width, op.stride[1] * pixel, 0)
    if rows.source == width * columns.source and not feeds_planes(op):
        return [(Axis(1, 0, 0), Axis(height * width, columns.source, 0))]
    return [(rows, columns), (columns, rows)]
