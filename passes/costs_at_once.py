"""
The cost of layers that compute or move several values at a time (helper of `select-kernels`).
"""

from __future__ import annotations

from math import prod

from ..compiler.cost import Cost
from ..compiler.cost_elementwise import (
    add_cost,
    copy_cost,
    max_pool_cost,
    plain_pool_cost,
    quantize_cost,
    short_copy_cost,
    signed_cost,
    softmax_cost,
    sum_pool_cost,
)
from ..dialects import network_ops as approx
from ..dialects.quant import shape_of
from .copies import LEAST_RUN, longest_run
from .layouts import DENSE, plane_shape
from .lowering_inputs import lines_of
from .lowering_rows_at_once import suits_words
from .lowering_sums import suits_sums
from .planes import Plane

_WORD = 4


def at_once_form(op: approx.NetworkOp) -> Cost | None:
    """
    Additions of equal shapes, pooling, conversion, repacking and softmax; None for all else.
    """
    match op:
        case approx.AddOp() if shape_of(op.lhs) == shape_of(op.rhs):
            return add_cost(op.output_shape)
        case approx.MaxPool2dOp() if suits_words(op):
            return max_pool_cost(op.output_shape, op.window[0])
        case approx.AvgPool2dOp():
            return _average_cost(op)
        case approx.ConvertOp():
            return _convert_cost(op)
        case approx.RepackOp():
            return _repack_cost(op)
        case approx.SoftmaxOp():
            return softmax_cost(prod(op.output_shape[:-1]), op.output_shape[-1])
        case _:
            return None


def _average_cost(op: approx.AvgPool2dOp) -> Cost:
    (height, width), rounding = op.window, op.rounding_mode
    if not suits_sums(op):
        return plain_pool_cost(op.output_shape, op.window, rounding)
    if width == op.input_shape[1] and not any(op.padding):
        height, width = 1, height * width
    return sum_pool_cost(op.output_shape, (height, width), rounding)


def _repack_cost(op: approx.RepackOp) -> Cost | None:
    """
    That of the layouts, as far as they are known.
    """
    shape = plane_shape(op.output_shape)
    owner = op.operands[0].owner
    known = owner.layout if isinstance(owner, approx.NetworkOp) else DENSE.layout(op.output_shape)
    if known is None or op.layout is None:
        return None
    x, y = Plane(*shape, known), Plane(*shape, op.layout)
    run, _ = longest_run(shape, (x.row, x.pixel, x.channel), (y.row, y.pixel, y.channel))
    runs = prod(shape) // run
    if run < LEAST_RUN:
        return short_copy_cost(runs, run)
    return copy_cost(runs, run, (x.layout.element_bytes, y.layout.element_bytes), _before_word(y))


def _convert_cost(op: approx.ConvertOp) -> Cost:
    """
    That of the layouts; of a dense one as long as none is known.
    """
    layout = op.layout or DENSE.layout(op.output_shape)
    dense = DENSE.layout(shape_of(op.input))
    assert layout is not None
    assert dense is not None
    x, y = (
        Plane(*plane_shape(shape_of(op.input)), dense),
        Plane(*plane_shape(op.output_shape), layout),
    )
    lines, _ = lines_of(op, x, y)
    cost = signed_cost if op.element_type == approx.UI8 else quantize_cost
    return cost(prod(op.output_shape) // lines.count, lines.count)


def _before_word(y: Plane) -> int:
    """
    The values of the first row that lie before a whole word.
    """
    aligned = _WORD // y.layout.element_bytes
    return -y.origin % aligned
