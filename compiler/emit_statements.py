"""
One op, one C statement: a table from op class to the function that writes it.

All numbers are in the IR; the macros and functions are those of runtime/approx_runtime.h.
"""

from __future__ import annotations

from xdsl.dialects import func
from xdsl.ir import Operation
from xdsl.utils.exceptions import DiagnosticException

from ..dialects import cortexm
from ..dialects.cortexm import PtrType
from ..dialects.dense import numpy_of, tuple_of
from .emit_arith import ARITH_STATEMENTS
from .emit_context import Context, Statement, invocation, shifted
from .emit_moves import MOVE_STATEMENTS, bits
from .emit_names import element_ctype, integer_literal
from .emit_planes import PLANE_STATEMENTS
from .emit_tiles import TILE_STATEMENTS, tile_suffix
from .emit_winograd import WINOGRAD_STATEMENTS

_VALUES_A_LINE = 16


def _table(op: cortexm.TableOp, context: Context) -> str:
    """
    Words of weights are loaded at once, so bytes and half words are aligned like words.
    """
    if op.result in context.written:
        raise DiagnosticException(f"cortexm.table '{op.label.data}': stores into constants")
    values = [integer_literal(value) for value in numpy_of(op.value).reshape(-1).tolist()]
    name = context.scope.declare(op.result, op.label.data)
    ctype = element_ctype(op.result.type)
    prefix = f"APPROX_CONST_SECTION {'APPROX_ALIGNED(4) ' if ctype != 'int32_t' else ''}"
    declaration = f"{prefix}static const {ctype} {name}[{len(values)}]"
    if len(values) <= _VALUES_A_LINE:
        return f"{declaration} = {{{', '.join(values)}}};"
    starts = range(0, len(values), _VALUES_A_LINE)
    lines = [f"  {', '.join(values[i : i + _VALUES_A_LINE])}," for i in starts]
    return "\n".join((f"{declaration} = {{", *lines, "};"))


def _buffer(op: cortexm.BufferOp, context: Context) -> str:
    assert isinstance(op.workspace.type, PtrType)
    if op.workspace.type.bits != 8:
        raise DiagnosticException("cortexm.buffer: a workspace is a pointer to i8")
    offset = op.offset.value.data
    address = shifted(context.token(op.workspace), offset)
    declaration = context.constant(op.result)
    if op.result.type == op.workspace.type:
        return f"{declaration} = {address};"
    qualifier = "" if op.result in context.written else "const "
    pointee = context.pointee(op.result)
    operand = f"({address})" if offset else address
    return f"{declaration} = ({pointee} *)({qualifier}void *){operand};"


def _address(op: cortexm.AddressOp, context: Context) -> str:
    text = context.token(op.base)
    for index, stride in zip(op.indices, tuple_of(op.strides), strict=True):
        if stride:
            factor = "" if abs(stride) == 1 else f"{abs(stride)} * "
            text += f" {'+' if stride > 0 else '-'} {factor}{context.token(index)}"
    return f"{context.constant(op.result)} = {shifted(text, op.offset.value.data)};"


def _load(op: cortexm.LoadOp, context: Context) -> str:
    source = f"{context.token(op.base)}[{op.offset.value.data}]"
    return f"{context.constant(op.result)} = {source};"


def _store(op: cortexm.StoreOp, context: Context) -> str:
    assert isinstance(op.base.type, PtrType)
    ctype = element_ctype(op.base.type)
    value = context.token(op.value)
    cast = value if ctype == "int32_t" else f"({ctype}){value}"
    return f"{context.token(op.base)}[{op.offset.value.data}] = {cast};"


def _clamp(op: cortexm.ClampOp, context: Context) -> str:
    bounds = (integer_literal(bound) for bound in tuple_of(op.bounds))
    value = invocation("approx_clamp", (context.token(op.value), *bounds))
    return f"{context.constant(op.result)} = {value};"


def _softmax(op: cortexm.SoftmaxOp, context: Context) -> str:
    arguments = (
        *context.tokens((op.input, op.output)),
        op.count.value.data,
        context.token(op.table),
        f"{op.multiplier.value.data & 0xFFFFFFFF}u",
        op.zero_point.value.data,
    )
    return f"{invocation('approx_softmax_s8', arguments)};"


def _add(op: cortexm.AddOp, context: Context) -> str:
    arguments = (
        *(*map(bits, op.operands), op.count.value.data, *context.tokens(op.operands)),
        *map(integer_literal, tuple_of(op.multipliers)),
        *(integer_literal(op.constant.value.data), op.shift.value.data, *tuple_of(op.clamp)),
    )
    return f"{invocation('APPROX_ADD', arguments)};"


def _max_pool(op: cortexm.MaxPoolOp, context: Context) -> str:
    size = op.window.value.data
    source, target = context.tokens(op.operands)
    numbers = op.row.value.data, op.pixel.value.data
    macro = f"APPROX_MAX_POOL_{tile_suffix((size, size))}_S{bits(op.output)}"
    return f"{invocation(macro, (op.channels.value.data, source, *numbers, target))};"


def _call(op: func.CallOp, context: Context) -> str:
    call = invocation(op.callee.string_value(), context.tokens(op.arguments))
    if not op.results:
        return f"{call};"
    return f"{context.constant(op.results[0])} = {call};"


STATEMENTS: dict[type[Operation], Statement] = {
    **ARITH_STATEMENTS,
    **MOVE_STATEMENTS,
    **PLANE_STATEMENTS,
    **TILE_STATEMENTS,
    **WINOGRAD_STATEMENTS,
    cortexm.AddOp: _add,
    cortexm.AddressOp: _address,
    cortexm.BufferOp: _buffer,
    cortexm.ClampOp: _clamp,
    cortexm.LoadOp: _load,
    cortexm.MaxPoolOp: _max_pool,
    cortexm.SoftmaxOp: _softmax,
    cortexm.StoreOp: _store,
    cortexm.TableOp: _table,
    func.CallOp: _call,
}
"""How each op is written; what has a body is written by `CPrinter`."""
