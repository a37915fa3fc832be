"""
C statements that move, fill and convert values (helper of compiler/emit_statements.py).
"""

from __future__ import annotations

import numpy as np
from xdsl.ir import Operation, SSAValue

from ..dialects import cortexm
from ..dialects.cortexm import PtrType
from ..dialects.dense import tuple_of
from .emit_context import Context, Statement, invocation, shifted


def bits(pointer: SSAValue) -> int:
    """
    Of what a pointer points to.
    """
    assert isinstance(pointer.type, PtrType)
    return pointer.type.bits


def _fill(op: cortexm.FillOp, context: Context) -> str:
    pointer = shifted(context.token(op.base), op.offset.value.data)
    function = f"approx_fill_s{bits(op.base)}"
    return f"{invocation(function, (pointer, op.value.value.data, op.count.value.data))};"


def _fill_runs(op: cortexm.FillRunsOp, context: Context) -> str:
    pointer = shifted(context.token(op.base), op.offset.value.data)
    numbers = (a.value.data for a in (op.value, op.count, op.runs, op.stride))
    return f"{invocation(f'approx_fill_runs_s{bits(op.base)}', (pointer, *numbers))};"


def _copy(op: cortexm.CopyOp, context: Context) -> str:
    function = f"approx_copy_s{bits(op.input)}_s{bits(op.output)}"
    return f"{invocation(function, (*context.tokens(op.operands), op.count.value.data))};"


def _line(op: cortexm.LineOp, context: Context) -> list[object]:
    x, y = context.tokens((op.input, op.output))
    x_stride, y_stride = tuple_of(op.strides)
    return [x, x_stride, y, y_stride, op.count.value.data]


def _to_signed(op: cortexm.ToSignedOp, context: Context) -> str:
    return f"{invocation(f'approx_signed_u8_s{bits(op.output)}', _line(op, context))};"


def _quantize(op: cortexm.QuantizeOp, context: Context) -> str:
    """
    The scale by its bits: kernels have no floats.
    """
    scale = int(np.float32(op.scale.value.data).view(np.uint32))
    arguments = *_line(op, context), f"{scale:#x}u", op.zero_point.value.data
    return f"{invocation(f'approx_quantize_f32_s{bits(op.output)}', arguments)};"


MOVE_STATEMENTS: dict[type[Operation], Statement] = {
    cortexm.CopyOp: _copy,
    cortexm.FillOp: _fill,
    cortexm.FillRunsOp: _fill_runs,
    cortexm.QuantizeOp: _quantize,
    cortexm.ToSignedOp: _to_signed,
}
"""How each op is written."""
