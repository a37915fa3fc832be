"""
Taps in the window and in Winograd's domain alike (helper of the passes that weigh them).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..compiler.integer_kernels import window_of
from ..compiler.patches import im2col
from ..compiler.second_moments import WINDOW_EFFECTS, Floats
from ..compiler.significance import output_gains
from ..compiler.winograd_domain import effects, transformed_tiles
from ..dialects.dense import numpy_of
from ..dialects.tap_ops import WINOGRAD4_POSITIONS, UnpackedConv2dOp

_WINDOW_DAMPING = 0.01
_WINOGRAD_DAMPING = 0.0001
"""Less, as some positions of a transformed tile vary a hundred times as much as others, and what is
added to all follows from the mean."""


def tap_effects(op: UnpackedConv2dOp) -> Floats:
    """
    What a unit of each position adds to each output of a sample (compiler/second_moments.py).
    """
    return WINDOW_EFFECTS if op.domain is None else effects()


def tap_columns(op: UnpackedConv2dOp, x: NDArray[np.int8]) -> Floats:
    """
    What the taps multiply, of a batch int8 [N, H, W, C]: float64 [samples, positions, columns of
    each].
    """
    if op.domain is None:
        return im2col(x, window_of(op), op.input_zero_point, np.float64)[:, np.newaxis]
    tiles = transformed_tiles(x, window_of(op), op.input_zero_point)
    return tiles.reshape(-1, WINOGRAD4_POSITIONS, op.input_shape[2])


def tap_damping(op: UnpackedConv2dOp) -> float:
    """
    For `normal_equations` (compiler/surgeon.py).
    """
    return _WINDOW_DAMPING if op.domain is None else _WINOGRAD_DAMPING


def tap_gains(op: UnpackedConv2dOp) -> Floats:
    """
    Output LSB per unit of the accumulator: float64 [O].
    """
    gains = output_gains(numpy_of(op.multipliers), op.left_shift, op.rounding_mode)
    return np.broadcast_to(gains, (len(op.channels),))
