"""
What the report says of the taps of a convolution (helper of `lower-to-cortexm`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..compiler.tap_levels import Levels, tap_levels
from ..dialects.dense import Array
from ..dialects.tap_ops import WINOGRAD4_POSITIONS, UnpackedConv2dOp


@dataclass(frozen=True, eq=False)
class LayerTaps:
    """
    `levels` int8 [O, P, C] (compiler/tap_levels.py): output channels, the P = KH * KW positions of
    the window or 36 of a transformed tile, input channels of the group. `largest` is the
    significance at the highest level.
    """

    levels: Levels
    largest: float


def layer_taps(op: UnpackedConv2dOp) -> LayerTaps | None:
    """
    The taps that are there and those that have been skipped; None without a significance.
    """
    significance = op.tap_significance()
    if significance is None:
        return None
    levels = tap_levels(significance, op.tap_mask())
    return LayerTaps(_by_position(op, levels), float(significance.max(initial=0.0)))


def _by_position(op: UnpackedConv2dOp, matrix: Array) -> Array:
    """
    [O, depth] as [O, P, C], C being the channels that each output sees.
    """
    outputs, inputs = op.output_shape[2], op.input_shape[2]
    positions = op.window[0] * op.window[1] if op.domain is None else WINOGRAD4_POSITIONS
    columns = matrix.reshape(outputs, positions, inputs)
    if op.groups == 1:
        return columns
    own = np.broadcast_to(op.group_mask()[:, None], columns.shape)
    return columns[own].reshape(outputs, positions, inputs // op.groups)
