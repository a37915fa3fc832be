"""
Integer arithmetic as C expressions: int32_t throughout, and proven not to overflow.
"""

from __future__ import annotations

from typing import Any

from xdsl.dialects import arith
from xdsl.ir import Operation
from xdsl.utils.exceptions import DiagnosticException

from .emit_context import Context, Statement


def _infix(operator: str) -> Statement:
    def write(op: Any, context: Context) -> str:
        lhs, rhs = context.tokens(op.operands)
        return f"{context.constant(op.results[0])} = {lhs} {operator} {rhs};"

    return write


def _extremum(operator: str) -> Statement:
    def write(op: Any, context: Context) -> str:
        lhs, rhs = context.tokens(op.operands)
        return f"{context.constant(op.results[0])} = {lhs} {operator} {rhs} ? {lhs} : {rhs};"

    return write


def _shift_left(op: arith.ShLIOp, context: Context) -> str:
    """
    As a multiplication: shifting a negative number to the left is undefined in C.
    """
    lhs, rhs = context.tokens(op.operands)
    if rhs.isdigit() and int(rhs) > 30:
        raise DiagnosticException(f"arith.shli by {rhs} leaves int32_t")
    factor = str(1 << int(rhs)) if rhs.isdigit() else f"(1 << {rhs})"
    return f"{context.constant(op.result)} = {lhs} * {factor};"


_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")


def _compare(op: arith.CmpiOp, context: Context) -> str:
    predicate = op.predicate.value.data
    if predicate >= len(_COMPARISONS):
        raise DiagnosticException("arith.cmpi: values are signed, an unsigned comparison is not C")
    return _infix(_COMPARISONS[predicate])(op, context)


def _select(op: arith.SelectOp, context: Context) -> str:
    condition, lhs, rhs = context.tokens(op.operands)
    return f"{context.constant(op.result)} = {condition} ? {lhs} : {rhs};"


ARITH_STATEMENTS: dict[type[Operation], Statement] = {
    arith.AddiOp: _infix("+"),
    arith.AndIOp: _infix("&"),
    arith.CmpiOp: _compare,
    arith.MaxSIOp: _extremum(">"),
    arith.MinSIOp: _extremum("<"),
    arith.MuliOp: _infix("*"),
    arith.SelectOp: _select,
    arith.ShLIOp: _shift_left,
    arith.ShRSIOp: _infix(">>"),
    arith.SubiOp: _infix("-"),
}
"""How each op of `arith` is written; constants and casts are no statements."""
