"""
C statements that work on tiles of accumulators.
"""

from __future__ import annotations

from xdsl.dialects.builtin import IntegerType, VectorType
from xdsl.ir import Operation
from xdsl.utils.exceptions import DiagnosticException
from xdsl.utils.hints import isa

from ..dialects import cortexm
from ..dialects.cortexm import PtrType
from ..dialects.dense import tuple_of
from .emit_context import Context, Statement, invocation, shifted
from .emit_moves import bits


def tile_suffix(shape: tuple[int, int]) -> str:
    """
    How the macros for a tile of so many channels and pixels end.
    """
    return f"{shape[0]}X{shape[1]}"


def _tile(op: cortexm.TileOp, context: Context) -> str:
    channels, pixels = op.result.type.get_shape()
    name = context.scope.declare(op.result)
    macro = f"APPROX_TILE_{tile_suffix((channels, pixels))}"
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
        macro = f"APPROX_MAC_{tile_suffix(op.tile_shape)}"
        return f"{invocation(macro, (name, *source, *weights))};"
    return f"{invocation(f'APPROX_MAC_ROW_X{pixels}', (name, rows[0], *source, *weights))};"


def _dot(op: cortexm.DotOp, context: Context) -> str:
    name = _in_place(op, context)
    source = context.token(op.input), op.offset.value.data, op.stride.value.data
    weights = shifted(context.token(op.weights), op.weights_offset.value.data)
    assert isinstance(op.weights.type, PtrType)
    kind = f"S{op.weights.type.bits}" if op.sums is None else "SUMS"
    macro = f"APPROX_DOT_{kind}_{tile_suffix(op.tile_shape)}"
    runs = (a.value.data for a in (op.length, op.runs, op.below))
    return f"{invocation(macro, (name, *source, weights, *runs))};"


def _taps(op: cortexm.TapsOp, context: Context) -> str:
    name = _in_place(op, context)
    pointers = context.tokens((op.input, op.taps))
    places = op.pixel.value.data, op.line.value.data
    arguments = (name, *pointers, *tuple_of(op.copies), *places)
    return f"{invocation(f'APPROX_TAPS_{tile_suffix(op.tile_shape)}', arguments)};"


def _split(op: cortexm.SplitOp, context: Context) -> str:
    name = _in_place(op, context)
    return f"{invocation(f'APPROX_SPLIT_{tile_suffix(op.tile_shape)}', (name,))};"


def _requantize(op: cortexm.RequantizeOp, context: Context) -> str:
    rounding = "" if op.rounding is None or op.rounding.data == "nearest" else op.rounding.data
    lo, hi = tuple_of(op.clamp)
    numbers = op.shift.value.data, op.zero_point.value.data, lo, hi
    arguments = (*context.tokens(op.multipliers), *numbers)
    if isinstance(op.acc.type, VectorType):
        middle = f"_{rounding.upper()}" if rounding else ""
        macro = f"APPROX_REQUANTIZE{middle}_{tile_suffix(op.tile_shape)}"
        return f"{invocation(macro, (_in_place(op, context), *arguments))};"
    function = f"approx_requantize{f'_{rounding}' if rounding else ''}"
    value = invocation(function, (context.token(op.acc), *arguments))
    return f"{context.constant(op.result)} = {value};"


def _store_tile(op: cortexm.StoreTileOp, context: Context) -> str:
    assert isinstance(op.base.type, PtrType)
    assert isa(op.tile.type, VectorType[IntegerType])
    channels, pixels = op.tile.type.get_shape()
    width = op.base.type.bits
    suffix = f"{tile_suffix((channels, pixels))}_S{width}"
    plane = 1 if op.plane is None else op.plane.value.data
    target = context.token(op.base), op.offset.value.data, op.stride.value.data
    tile = context.token(op.tile)
    if op.rows is not None:
        arguments = (tile, op.rows.value.data, *target, plane)
        return f"{invocation(f'APPROX_PUT_{suffix}', arguments)};"
    if op.line is not None:
        arguments = (tile, *target, op.line.value.data, plane)
        return f"{invocation(f'APPROX_STORE_GRID_{suffix}', arguments)};"
    if plane == 1 or channels == 1:
        return f"{invocation(f'APPROX_STORE_{suffix}', (tile, *target))};"
    return f"{invocation(f'APPROX_STORE_PLANES_{suffix}', (tile, *target, plane))};"


def _sum_window(op: cortexm.SumWindowOp, context: Context) -> str:
    source, name = context.token(op.input), _in_place(op, context)
    numbers = (a.value.data for a in (op.height, op.width, op.row, op.pixel))
    macro = f"APPROX_SUM_{tile_suffix(op.tile_shape)}_S{bits(op.input)}"
    return f"{invocation(macro, (name, source, *numbers))};"


TILE_STATEMENTS: dict[type[Operation], Statement] = {
    cortexm.DotOp: _dot,
    cortexm.MacOp: _mac,
    cortexm.RequantizeOp: _requantize,
    cortexm.SplitOp: _split,
    cortexm.StoreTileOp: _store_tile,
    cortexm.SumWindowOp: _sum_window,
    cortexm.TapsOp: _taps,
    cortexm.TileOp: _tile,
}
"""How each of these ops is written."""
