"""
C statements of Winograd's convolutions.
"""

from __future__ import annotations

from xdsl.ir import Operation

from ..dialects import cortexm
from ..dialects.cortexm import PtrType
from ..dialects.dense import tuple_of
from .emit_context import Context, Statement, invocation


def _winograd_input(op: cortexm.WinogradInputOp, context: Context) -> str:
    numbers = (a.value.data for a in (op.row, op.pixel, op.pairs))
    source, target = context.tokens((op.input, op.output))
    return f"{invocation('approx_winograd_input', (source, *numbers, target))};"


def _winograd_product(op: cortexm.WinogradProductOp, context: Context) -> str:
    pointers = context.tokens((op.input, op.filters, op.output))
    return f"{invocation('approx_winograd_product', (*pointers, op.pairs.value.data))};"


def _winograd_output(op: cortexm.WinogradOutputOp, context: Context) -> str:
    assert isinstance(op.output.type, PtrType)
    function = f"approx_winograd_output_s{op.output.type.element_type.width.data}"
    products, bias, multipliers, target = context.tokens(op.operands)
    arguments = (
        *(products, op.channels.value.data, bias, multipliers),
        *(op.shift.value.data, op.zero_point.value.data, *tuple_of(op.clamp)),
        *(target, *(a.value.data for a in (op.row, op.pixel, op.rows, op.columns))),
    )
    return f"{invocation(function, arguments)};"


def _winograd4_input(op: cortexm.Winograd4InputOp, context: Context) -> str:
    numbers = (a.value.data for a in (op.row, op.pixel, op.pairs))
    source, target = context.tokens((op.input, op.output))
    return f"{invocation('approx_winograd4_input', (source, *numbers, target))};"


def _winograd4_product(op: cortexm.Winograd4ProductOp, context: Context) -> str:
    pointers = context.tokens((op.input, op.filters, op.output))
    return f"{invocation('APPROX_WINOGRAD4_PRODUCT', (*pointers, op.pairs.value.data))};"


def _winograd4_filters(op: cortexm.Winograd4FiltersOp, context: Context) -> str:
    filters, target = context.tokens((op.filters, op.output))
    return f"{invocation('approx_winograd4_filters', (filters, op.pairs.value.data, target))};"


def _winograd4_packed_product(op: cortexm.Winograd4PackedProductOp, context: Context) -> str:
    arguments = (*context.tokens((op.input, op.filters, op.output)), op.pairs.value.data)
    return f"{invocation('APPROX_WINOGRAD4_PACKED_PRODUCT', arguments)};"


def _winograd4_output(op: cortexm.Winograd4OutputOp, context: Context) -> str:
    assert isinstance(op.outputs[0].type, PtrType)
    function = f"approx_winograd4_output_s{op.outputs[0].type.element_type.width.data}"
    products, bias, multipliers, *targets = context.tokens(op.operands)
    arguments = (
        *(products, op.channels.value.data, bias, multipliers),
        *(op.shift.value.data, op.zero_point.value.data, *tuple_of(op.clamp)),
        *(*targets, op.row.value.data, op.pixel.value.data),
    )
    return f"{invocation(function, arguments)};"


def _winograd4_taps(op: cortexm.Winograd4TapsOp, context: Context) -> str:
    return f"{invocation('approx_winograd4_taps', context.tokens(op.operands))};"


def _winograd4_skipped(op: cortexm.Winograd4SkippedOp, context: Context) -> str:
    assert isinstance(op.outputs[0].type, PtrType)
    function = f"approx_winograd4_skipped_s{op.outputs[0].type.element_type.width.data}"
    products, bias, multipliers, centers, *targets = context.tokens(op.operands)
    arguments = (
        *(products, op.channels.value.data, bias, multipliers, centers),
        *(op.shift.value.data, op.zero_point.value.data, *tuple_of(op.clamp)),
        *(*targets, op.row.value.data, op.pixel.value.data),
    )
    return f"{invocation(function, arguments)};"


WINOGRAD_STATEMENTS: dict[type[Operation], Statement] = {
    cortexm.Winograd4FiltersOp: _winograd4_filters,
    cortexm.Winograd4InputOp: _winograd4_input,
    cortexm.Winograd4OutputOp: _winograd4_output,
    cortexm.Winograd4PackedProductOp: _winograd4_packed_product,
    cortexm.Winograd4ProductOp: _winograd4_product,
    cortexm.Winograd4SkippedOp: _winograd4_skipped,
    cortexm.Winograd4TapsOp: _winograd4_taps,
    cortexm.WinogradInputOp: _winograd_input,
    cortexm.WinogradOutputOp: _winograd_output,
    cortexm.WinogradProductOp: _winograd_product,
}
