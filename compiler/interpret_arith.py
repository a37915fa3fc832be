"""
Semantics of integer `arith` as it is in C: overflow is an error, not a wrap.
"""

from __future__ import annotations

from typing import Any

from xdsl.dialects import arith
from xdsl.interpreter import Interpreter, PythonValues, impl, register_impls
from xdsl.interpreters.arith import ArithFunctions
from xdsl.ir import Operation
from xdsl.utils.exceptions import InterpretationError


def _within_int32(op: Operation, value: int) -> PythonValues:
    if not -(2**31) <= value < 2**31:
        raise InterpretationError(f"{op.name} overflows: {value}")
    return (value,)


@register_impls
class CheckedArithFunctions(ArithFunctions):
    """
    The upstream functions, with checked arithmetic of int32 and index, and min and max.
    """

    @impl(arith.AddiOp)
    def run_addi(self, interpreter: Interpreter, op: arith.AddiOp, args: tuple[Any, ...]):
        """
        lhs + rhs.
        """
        return _within_int32(op, args[0] + args[1])

    @impl(arith.SubiOp)
    def run_subi(self, interpreter: Interpreter, op: arith.SubiOp, args: tuple[Any, ...]):
        """
        lhs - rhs.
        """
        return _within_int32(op, args[0] - args[1])

    @impl(arith.MuliOp)
    def run_muli(self, interpreter: Interpreter, op: arith.MuliOp, args: tuple[Any, ...]):
        """
        lhs * rhs.
        """
        return _within_int32(op, args[0] * args[1])

    @impl(arith.ShLIOp)
    def run_shlsi(self, interpreter: Interpreter, op: arith.ShLIOp, args: tuple[Any, ...]):
        """
        lhs * 2^rhs.
        """
        return _within_int32(op, args[0] << args[1])

    @impl(arith.MaxSIOp)
    def run_maxsi(self, interpreter: Interpreter, op: arith.MaxSIOp, args: tuple[Any, ...]):
        """
        The larger one.
        """
        return (max(args),)

    @impl(arith.MinSIOp)
    def run_minsi(self, interpreter: Interpreter, op: arith.MinSIOp, args: tuple[Any, ...]):
        """
        The smaller one.
        """
        return (min(args),)
