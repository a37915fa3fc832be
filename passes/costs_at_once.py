"""
The cost of layers that compute several values at a time (helper of `select-kernels`).
"""

from __future__ import annotations

from ..compiler.cost import Cost
from ..compiler.cost_elementwise import add_cost, max_pool_cost
from ..dialects import network_ops as approx
from ..dialects.quant import shape_of
from .lowering_rows_at_once import suits_words


def at_once_form(op: approx.NetworkOp) -> Cost | None:
    """
    Additions of equal shapes and max pooling of channels four by four; None for all else.
    """
    match op:
        case approx.AddOp() if shape_of(op.lhs) == shape_of(op.rhs):
            return add_cost(op.output_shape)
        case approx.MaxPool2dOp() if suits_words(op):
            return max_pool_cost(op.output_shape, op.window[0])
        case _:
            return None
