"""
C statements that move and fill values (helper of compiler/emit_statements.py).
"""

from __future__ import annotations

from xdsl.ir import Operation, SSAValue

from ..dialects import cortexm
from ..dialects.cortexm import PtrType
from .emit_context import Context, Statement, invocation, shifted


def bits(pointer: SSAValue) -> int:
    """
    Of what a pointer points to.
    """
    assert isinstance(pointer.type, PtrType)
    return pointer.type.element_type.width.data


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


MOVE_STATEMENTS: dict[type[Operation], Statement] = {
    cortexm.CopyOp: _copy,
    cortexm.FillOp: _fill,
    cortexm.FillRunsOp: _fill_runs,
}
"""How each op is written."""
