"""
C statements of Winograd's convolutions.
"""

from __future__ import annotations

from xdsl.ir import Operation

from ..dialects import cortexm
from ..dialects.cortexm import PtrType
from ..dialects.cortexm_winograd_steps import ProductOp, TransformOp
from ..dialects.dense import tuple_of
from .emit_context import Context, Statement, invocation

_TRANSFORMS: dict[type[Operation], str] = {
    cortexm.WinogradInputOp: "approx_winograd_input",
    cortexm.Winograd4InputOp: "approx_winograd4_input",
}
_PRODUCTS: dict[type[Operation], str] = {
    cortexm.WinogradProductOp: "approx_winograd_product",
    cortexm.Winograd4PackedProductOp: "APPROX_WINOGRAD4_PACKED_PRODUCT",
    cortexm.Winograd4ProductOp: "APPROX_WINOGRAD4_PRODUCT",
}


def _transform(op: TransformOp, context: Context) -> str:
    numbers = (a.value.data for a in (op.row, op.pixel, op.pairs))
    source, target = context.tokens((op.input, op.output))
    return f"{invocation(_TRANSFORMS[type(op)], (source, *numbers, target))};"


def _product(op: ProductOp, context: Context) -> str:
    pointers = context.tokens((op.input, op.filters, op.output))
    return f"{invocation(_PRODUCTS[type(op)], (*pointers, op.pairs.value.data))};"


def _winograd_output(op: cortexm.WinogradOutputOp, context: Context) -> str:
    assert isinstance(op.output.type, PtrType)
    function = f"approx_winograd_output_s{op.output.type.bits}"
    products, bias, multipliers, target = context.tokens(op.operands)
    arguments = (
        *(products, op.channels.value.data, bias, multipliers),
        *(op.shift.value.data, op.zero_point.value.data, *tuple_of(op.clamp)),
        *(target, *(a.value.data for a in (op.row, op.pixel, op.rows, op.columns))),
    )
    return f"{invocation(function, arguments)};"


def _winograd4_filters(op: cortexm.Winograd4FiltersOp, context: Context) -> str:
    filters, target = context.tokens((op.filters, op.output))
    return f"{invocation('approx_winograd4_filters', (filters, op.pairs.value.data, target))};"


def _winograd4_output(op: cortexm.Winograd4OutputOp, context: Context) -> str:
    assert isinstance(op.outputs[0].type, PtrType)
    function = f"approx_winograd4_output_s{op.outputs[0].type.bits}"
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
    function = f"approx_winograd4_skipped_s{op.outputs[0].type.bits}"
    products, bias, multipliers, centers, *targets = context.tokens(op.operands)
    arguments = (
        *(products, op.channels.value.data, bias, multipliers, centers),
        *(op.shift.value.data, op.zero_point.value.data, *tuple_of(op.clamp)),
        *(*targets, op.row.value.data, op.pixel.value.data),
    )
    return f"{invocation(function, arguments)};"


WINOGRAD_STATEMENTS: dict[type[Operation], Statement] = {
    **dict.fromkeys(_TRANSFORMS, _transform),
    **dict.fromkeys(_PRODUCTS, _product),
    cortexm.Winograd4FiltersOp: _winograd4_filters,
    cortexm.Winograd4OutputOp: _winograd4_output,
    cortexm.Winograd4SkippedOp: _winograd4_skipped,
    cortexm.Winograd4TapsOp: _winograd4_taps,
    cortexm.WinogradOutputOp: _winograd_output,
}
