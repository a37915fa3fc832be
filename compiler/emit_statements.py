"""
One op, one C statement: a table from op class to the function that writes it.

All numbers are in the IR; the macros and functions are those of runtime/approx_runtime.h.
"""

from __future__ import annotations

from xdsl.dialects import func
from xdsl.dialects.builtin import IntegerType, VectorType
from xdsl.ir import Operation
from xdsl.utils.exceptions import DiagnosticException
from xdsl.utils.hints import isa

from ..dialects import cortexm
from ..dialects.cortexm import PtrType
from ..dialects.dense import numpy_of, tuple_of
from .emit_arith import ARITH_STATEMENTS
from .emit_context import Context, Statement, invocation, shifted
from .emit_moves import MOVE_STATEMENTS, bits
from .emit_names import element_ctype, integer_literal
from .emit_planes import PLANE_STATEMENTS
from .emit_winograd import WINOGRAD_STATEMENTS

_VALUES_A_LINE = 16


def _tile_suffix(shape: tuple[int, int]) -> str:
    return f"{shape[0]}X{shape[1]}"


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
    if op.workspace.type.element_type.width.data != 8:
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


def _tile(op: cortexm.TileOp, context: Context) -> str:
    channels, pixels = op.result.type.get_shape()
    name = context.scope.declare(op.result)
    macro = f"APPROX_TILE_{_tile_suffix((channels, pixels))}"
    return f"{invocation(macro, (name, *context.tokens(op.init)))};"


def _in_place(op: cortexm.TileUpdateOp, context: Context) -> str:
    """
    The variables of the operand are those of the result.
    """
    if not isinstance(op.acc.type, VectorType):
        raise DiagnosticException(f"{op.name} needs a tile, not an i32")
    name = context.token(op.acc)
    context.scope.alias(op.result, name)
    return name


def _mac(op: cortexm.MacOp, context: Context) -> str:
    name = _in_place(op, context)
    source = context.token(op.input), op.offset.value.data, op.stride.value.data
    rows, weights = tuple_of(op.rows), tuple_of(op.weights)
    channels, pixels = op.tile_shape
    if len(rows) == channels:
        macro = f"APPROX_MAC_{_tile_suffix(op.tile_shape)}"
        return f"{invocation(macro, (name, *source, *weights))};"
    return f"{invocation(f'APPROX_MAC_ROW_X{pixels}', (name, rows[0], *source, *weights))};"


def _dot(op: cortexm.DotOp, context: Context) -> str:
    name = _in_place(op, context)
    source = context.token(op.input), op.offset.value.data, op.stride.value.data
    weights = shifted(context.token(op.weights), op.weights_offset.value.data)
    assert isinstance(op.weights.type, PtrType)
    kind = f"S{op.weights.type.element_type.width.data}" if op.sums is None else "SUMS"
    macro = f"APPROX_DOT_{kind}_{_tile_suffix(op.tile_shape)}"
    runs = (a.value.data for a in (op.length, op.runs, op.below))
    return f"{invocation(macro, (name, *source, weights, *runs))};"


def _split(op: cortexm.SplitOp, context: Context) -> str:
    name = _in_place(op, context)
    return f"{invocation(f'APPROX_SPLIT_{_tile_suffix(op.tile_shape)}', (name,))};"


def _requantize(op: cortexm.RequantizeOp, context: Context) -> str:
    rounding = "" if op.rounding is None or op.rounding.data == "nearest" else op.rounding.data
    lo, hi = tuple_of(op.clamp)
    numbers = op.shift.value.data, op.zero_point.value.data, lo, hi
    arguments = (*context.tokens(op.multipliers), *numbers)
    if isinstance(op.acc.type, VectorType):
        middle = f"_{rounding.upper()}" if rounding else ""
        macro = f"APPROX_REQUANTIZE{middle}_{_tile_suffix(op.tile_shape)}"
        return f"{invocation(macro, (_in_place(op, context), *arguments))};"
    function = f"approx_requantize{f'_{rounding}' if rounding else ''}"
    value = invocation(function, (context.token(op.acc), *arguments))
    return f"{context.constant(op.result)} = {value};"


def _clamp(op: cortexm.ClampOp, context: Context) -> str:
    bounds = (integer_literal(bound) for bound in tuple_of(op.bounds))
    value = invocation("approx_clamp", (context.token(op.value), *bounds))
    return f"{context.constant(op.result)} = {value};"


def _store_tile(op: cortexm.StoreTileOp, context: Context) -> str:
    assert isinstance(op.base.type, PtrType)
    assert isa(op.tile.type, VectorType[IntegerType])
    channels, pixels = op.tile.type.get_shape()
    width = op.base.type.element_type.width.data
    suffix = f"{_tile_suffix((channels, pixels))}_S{width}"
    plane = 1 if op.plane is None else op.plane.value.data
    target = context.token(op.base), op.offset.value.data, op.stride.value.data
    tile = context.token(op.tile)
    if op.rows is not None:
        arguments = (tile, op.rows.value.data, *target, plane)
        return f"{invocation(f'APPROX_PUT_{suffix}', arguments)};"
    if plane == 1 or channels == 1:
        return f"{invocation(f'APPROX_STORE_{suffix}', (tile, *target))};"
    return f"{invocation(f'APPROX_STORE_PLANES_{suffix}', (tile, *target, plane))};"


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
    macro = f"APPROX_MAX_POOL_{_tile_suffix((size, size))}_S{bits(op.output)}"
    return f"{invocation(macro, (op.channels.value.data, source, *numbers, target))};"


def _sum_window(op: cortexm.SumWindowOp, context: Context) -> str:
    source, name = context.token(op.input), _in_place(op, context)
    numbers = (a.value.data for a in (op.height, op.width, op.row, op.pixel))
    macro = f"APPROX_SUM_{_tile_suffix(op.tile_shape)}_S{bits(op.input)}"
    return f"{invocation(macro, (name, source, *numbers))};"


def _call(op: func.CallOp, context: Context) -> str:
    call = invocation(op.callee.string_value(), context.tokens(op.arguments))
    if not op.results:
        return f"{call};"
    return f"{context.constant(op.results[0])} = {call};"


STATEMENTS: dict[type[Operation], Statement] = {
    **ARITH_STATEMENTS,
    **MOVE_STATEMENTS,
    **PLANE_STATEMENTS,
    **WINOGRAD_STATEMENTS,
    cortexm.AddOp: _add,
    cortexm.AddressOp: _address,
    cortexm.BufferOp: _buffer,
    cortexm.ClampOp: _clamp,
    cortexm.DotOp: _dot,
    cortexm.LoadOp: _load,
    cortexm.MacOp: _mac,
    cortexm.MaxPoolOp: _max_pool,
    cortexm.RequantizeOp: _requantize,
    cortexm.SoftmaxOp: _softmax,
    cortexm.SplitOp: _split,
    cortexm.StoreOp: _store,
    cortexm.StoreTileOp: _store_tile,
    cortexm.SumWindowOp: _sum_window,
    cortexm.TableOp: _table,
    cortexm.TileOp: _tile,
    func.CallOp: _call,
}
"""How each op is written; what has a body is written by `CPrinter`."""
