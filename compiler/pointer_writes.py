"""
Which pointers are written through: the others are `const` in C.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from xdsl.dialects import arith, func, scf
from xdsl.ir import Block, BlockArgument, Operation, OpResult, SSAValue

from ..dialects import cortexm
from ..dialects.cortexm import PtrType


def written_pointers(functions: Iterable[func.FuncOp]) -> set[SSAValue]:
    """
    Every pointer that some statement writes through, directly or by way of what is derived from it.

    Starts at the stores and goes back to where their pointers come from; a pointer that a callee
    writes through is written by the caller.
    """
    pending, calls = _stores_and_calls(functions)
    written: set[SSAValue] = set()
    while pending:
        value = pending.pop()
        if value not in written:
            written.add(value)
            pending.extend(_sources(value, calls))
    return written


_Calls = dict[str, list[func.CallOp]]


def _stores_and_calls(functions: Iterable[func.FuncOp]) -> tuple[list[SSAValue], _Calls]:
    targets: list[SSAValue] = []
    calls: _Calls = defaultdict(list)
    for function in functions:
        for op in function.body.walk():
            match op:
                case (
                    cortexm.StoreOp()
                    | cortexm.StoreTileOp()
                    | cortexm.FillOp()
                    | cortexm.FillRunsOp()
                ):
                    targets.append(op.base)
                case (
                    cortexm.AddOp()
                    | cortexm.CopyOp()
                    | cortexm.DensePlaneOp()
                    | cortexm.DepthwisePlanesOp()
                    | cortexm.LineOp()
                    | cortexm.MaxPoolOp()
                    | cortexm.SoftmaxOp()
                    | cortexm.WinogradInputOp()
                    | cortexm.WinogradProductOp()
                    | cortexm.WinogradOutputOp()
                    | cortexm.Winograd4FiltersOp()
                    | cortexm.Winograd4InputOp()
                    | cortexm.Winograd4PackedProductOp()
                    | cortexm.Winograd4ProductOp()
                    | cortexm.Winograd4TapsOp()
                ):
                    targets.append(op.output)
                case cortexm.Winograd4OutputOp() | cortexm.Winograd4SkippedOp():
                    targets += op.outputs
                case func.CallOp():
                    calls[op.callee.string_value()].append(op)
                case _:
                    pass
    return targets, calls


def _sources(value: SSAValue, calls: _Calls) -> Iterator[SSAValue]:
    """
    The values that have to be writable for `value` to be.
    """
    if isinstance(value, OpResult):
        yield from _operand_sources(value.op, value)
    elif isinstance(value, BlockArgument):
        yield from _argument_sources(value.block, value.index, calls)


def _operand_sources(op: Operation, value: OpResult) -> Iterator[SSAValue]:
    match op:
        case cortexm.AddressOp():
            yield op.base
        case cortexm.BufferOp():
            yield op.workspace
        case arith.SelectOp():
            yield op.lhs
            yield op.rhs
        case scf.ForOp():
            yield from loop_variable(op, value.index)
        case _:
            pass


def _argument_sources(block: Block, index: int, calls: _Calls) -> Iterator[SSAValue]:
    match block.parent_op():
        case scf.ForOp() as loop if index:
            yield from loop_variable(loop, index - 1)
        case func.FuncOp() as function:
            yield from (call.arguments[index] for call in calls[function.sym_name.data])
        case _:
            pass


def loop_variable(loop: scf.ForOp, index: int) -> tuple[SSAValue, SSAValue, SSAValue, SSAValue]:
    """
    The values that are one variable in C: first value, value in the body, next value, result.
    """
    block = loop.body.block
    terminator = block.last_op
    assert isinstance(terminator, scf.YieldOp)
    return (
        loop.iter_args[index],
        block.args[index + 1],
        terminator.arguments[index],
        loop.results[index],
    )


def is_pointer(value: SSAValue) -> bool:
    """
    True for `!cortexm.ptr`.
    """
    return isinstance(value.type, PtrType)
