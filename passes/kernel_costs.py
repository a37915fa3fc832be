"""
The cost of each form a layer can take (helper of `select-kernels`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import prod

import numpy as np

from ..compiler.cost import (
    SIMPLE_LAYER_BYTES,
    Cost,
    loop_cost,
    table_bytes,
)
from ..compiler.cost_depthwise import depthwise_cost
from ..compiler.cost_streaming import Streamed
from ..compiler.cost_unrolled import unrolled_cost
from ..compiler.cost_winograd import (
    winograd2_cost,
    winograd4_cost,
    winograd4_packed_cost,
    winograd4_taps_cost,
)
from ..compiler.packing import WeightOrder, weight_order
from ..compiler.streaming import Window
from ..dialects import network_ops as approx
from ..dialects.dense import numpy_of
from ..dialects.tap_ops import UnpackedConv2dOp
from .convolutions import dense_weights
from .costs_at_once import at_once_form
from .indexed_layers import indexed_form, suits_indexed
from .planar_layers import feeds_planes, suits_planar
from .row_runs import row_pairs, suits_rows
from .tiling import tile_pixels
from .winograd_layers import is_in_domain, lacks_taps, suited_kernels

_NEAR_PLANE = 600
"""Outputs of int16 of which three planes, with borders, lie within the 4095 bytes of an offset."""
_LARGEST_FUNCTION = 2048
"""Taps of a channel that are straight-line code: a function of two channels has 64 KiB or so."""


def kernels(op: approx.NetworkOp) -> dict[str, Cost]:
    """
    Every kernel a layer can have, and what it takes; first the one that it has if nothing else is
    wanted, the loop if taps are not in Winograd's domain.
    """
    return {name: cost() for name, cost in _forms(op).items()}


def form(op: approx.NetworkOp) -> Cost:
    """
    What a layer takes with the kernel it has.
    """
    name = "loop" if op.kernel is None else op.kernel.data
    return _forms(op)[name]()


def _forms(op: approx.NetworkOp) -> dict[str, Callable[[], Cost]]:
    """
    The costs of kernels, to be worked out when they are asked for.
    """
    if isinstance(op, UnpackedConv2dOp) and is_in_domain(op):
        cost = taps_form if lacks_taps(op) else partial(winograd_form, kernel="winograd4")
        return {"winograd4": partial(cost, op)}
    forms: dict[str, Callable[[], Cost]] = {"loop": partial(simple_form, op)}
    if isinstance(op, UnpackedConv2dOp) and _most_taps(op) <= _LARGEST_FUNCTION:
        forms["unrolled"] = partial(unrolled_form, op)
    if isinstance(op, UnpackedConv2dOp) and suits_indexed(op):
        forms["indexed"] = partial(indexed_form, op)
    if isinstance(op, approx.Conv2dOp | UnpackedConv2dOp) and not feeds_planes(op):
        forms |= {name: partial(winograd_form, op, name) for name in suited_kernels(op)}
    if isinstance(op, approx.DepthwiseConv2dOp) and suits_planar(op):
        forms["planar"] = partial(planar_form, op)
    return forms


def _most_taps(op: UnpackedConv2dOp) -> int:
    return max(len(channel.columns) for channel in op.channels)


def planar_form(op: approx.DepthwiseConv2dOp) -> Cost:
    """
    Channels that are planes of their own.
    """
    return depthwise_cost(op.output_shape[:2], op.output_shape[2], op.stride[0])


_WINOGRAD_COSTS = {
    "winograd2": winograd2_cost,
    "winograd4": winograd4_cost,
    "winograd4-packed": winograd4_packed_cost,
}


def winograd_form(op: UnpackedConv2dOp | approx.Conv2dOp, kernel: str) -> Cost:
    """
    Transforms, and products of transformed filters.
    """
    return _WINOGRAD_COSTS[kernel](op.output_shape[2], op.input_shape[2], op.output_shape[:2])


def taps_form(op: UnpackedConv2dOp) -> Cost:
    """
    Taps in Winograd's domain: those that are left, or all and zeros, whichever is faster.
    """
    return min(_streamed_taps(op), winograd_form(op, "winograd4"), key=lambda cost: cost.cycles)


def streams_taps(op: UnpackedConv2dOp) -> bool:
    """
    True where it is faster to go through the taps that are left.
    """
    return _streamed_taps(op).cycles < winograd_form(op, "winograd4").cycles


def _streamed_taps(op: UnpackedConv2dOp) -> Cost:
    return winograd4_taps_cost(op.tap_mask(), op.input_shape[2], op.output_shape[:2])


def unrolled_form(op: UnpackedConv2dOp) -> Cost:
    """
    Straight-line code for the taps that are left.
    """
    return unrolled_cost(op.tap_mask(), op.input_shape[2], op.output_shape[:2], _pixels(op))


def _pixels(op: UnpackedConv2dOp | approx.Conv2dOp) -> int:
    channels = op.input_shape[2]
    return tile_pixels(op.output_shape[1], op.stride[1] * (channels + channels % 2))


def loop_form(op: UnpackedConv2dOp | approx.Conv2dOp) -> Cost:
    """
    A loop over dense weights, one for each group and each phase of the columns.
    """
    (height, width), (rows, columns) = op.window, op.output_shape[:2]
    channels = op.input_shape[2] // op.groups
    pairs = (channels + 1) // 2
    phases = [columns]
    if suits_rows(op):
        window = Window(height, row_pairs(op))
        phases = [(columns + 1) // 2, columns // 2] if op.stride[1] % 2 else phases
    elif op.dilation[1] == 1 and op.groups == 1:
        window = Window(height, width * pairs)
    else:
        window = Window(height * width, pairs)
    order, outputs = _order(op), op.output_shape[2] // op.groups
    dense = op.window == op.stride == (1, 1) and not any(op.padding) and not feeds_planes(op)
    grids = [_grid(1, rows * columns)] if dense else [_grid(rows, n) for n in phases if n]
    plain = (op.left_shift, op.bounds, op.rounding_mode) == (0, (-128, 127), "nearest")
    far = feeds_planes(op) and rows * columns > _NEAR_PLANE
    parts = [Streamed(window, outputs, *grid, order, plain, far) for grid in grids]
    return loop_cost(*parts * op.groups)


def _grid(rows: int, columns: int) -> tuple[int, int, int]:
    """
    Lines of a plane, their outputs, and how many make up a tile: two, side by side or one below the
    other. A plane read pixel by pixel is a line (passes/pixel_grid.py), if where it is written has
    no border.
    """
    if rows == columns == 1:
        return 1, 1, 1
    lines, count = rows, columns
    if columns * -(-rows // 2) < rows * -(-columns // 2):
        lines, count = columns, rows
    return lines, count, 2


def _order(op: UnpackedConv2dOp | approx.Conv2dOp | approx.FullyConnectedOp) -> WeightOrder:
    """
    Of the weights, as they are stored.
    """
    weights, bias = dense_weights(op)
    matrix = weights.reshape(len(weights), -1)
    folded = bias - op.input_zero_point * matrix.astype(np.int64).sum(axis=1)
    return weight_order(matrix, folded)


def simple_form(op: approx.NetworkOp) -> Cost:
    """
    The only form of all other layers.
    """
    match op:
        case approx.Conv2dOp() | UnpackedConv2dOp():
            return loop_form(op)
        case approx.FullyConnectedOp():
            outputs, depth = op.weights.get_shape()
            return loop_cost(Streamed(Window(1, (depth + 1) // 2), outputs, 1, 1, 1, _order(op)))
        case approx.DepthwiseConv2dOp():
            tables = numpy_of(op.weights), numpy_of(op.bias), numpy_of(op.multipliers)
            macs = prod(op.output_shape) * op.window[0] * op.window[1]
            return Cost(SIMPLE_LAYER_BYTES + table_bytes(*tables), 5.4 * macs)
        case approx.LocalResponseNormOp():
            flash = SIMPLE_LAYER_BYTES + table_bytes(numpy_of(op.table))
            return Cost(flash, 20.0 * op.size.value.data * prod(op.output_shape))
        case approx.LookupOp():
            flash = SIMPLE_LAYER_BYTES + table_bytes(numpy_of(op.table))
            return Cost(flash, 10.0 * prod(op.output_shape))
        case approx.ResizeNearest2dOp():
            flash = SIMPLE_LAYER_BYTES + 4 * (len(op.rows) + len(op.columns))
            return Cost(flash, 10.0 * prod(op.output_shape))
        case approx.ReshapeOp():
            return Cost(0, 0.0)
        case _:
            return at_once_form(op) or Cost(SIMPLE_LAYER_BYTES, 10.0 * prod(op.output_shape))
