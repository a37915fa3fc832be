"""
C statements that compute a whole plane of outputs.
"""

from __future__ import annotations

from xdsl.ir import Operation

from ..dialects import cortexm
from ..dialects.dense import tuple_of
from .emit_context import Context, Statement, invocation
from .emit_moves import bits


def _dense_plane(op: cortexm.DensePlaneOp, context: Context) -> str:
    source, weights, bias, multipliers, target = context.tokens(op.operands)
    windows = (op.x_line, op.x_pixel), (op.length, op.runs, op.below)
    to_window, runs = ([a.value.data for a in numbers] for numbers in windows)
    arguments = (
        *(op.lines.value.data, op.count.value.data, source, *to_window, weights, *runs),
        *(bias, multipliers, op.zero_point.value.data),
        *(target, op.y_line.value.data, op.y_pixel.value.data, op.y_channel.value.data),
    )
    order = f"S{bits(op.weights)}" if op.sums is None else "SUMS"
    return f"{invocation(f'APPROX_DENSE_PLANE_{order}_S{bits(op.output)}', arguments)};"


def _depthwise_planes(op: cortexm.DepthwisePlanesOp, context: Context) -> str:
    source, weights, target = context.tokens(op.operands)
    arguments = (
        *(op.planes.value.data, op.x_plane.value.data, op.y_plane.value.data),
        *(op.height.value.data, op.width.value.data, source, op.row.value.data, weights, target),
        *(op.y_row.value.data, op.y_pixel.value.data, op.zero_point.value.data),
        *tuple_of(op.clamp),
    )
    macro = f"APPROX_DEPTHWISE_STRIDE{op.stride.value.data}_S{bits(op.output)}"
    return f"{invocation(macro, arguments)};"


PLANE_STATEMENTS: dict[type[Operation], Statement] = {
    cortexm.DensePlaneOp: _dense_plane,
    cortexm.DepthwisePlanesOp: _depthwise_planes,
}
"""How each of these ops is written."""
