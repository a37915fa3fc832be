"""
`plan-memory`: an offset in the workspace for every tensor.
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects import func
from xdsl.dialects.builtin import IntegerAttr, ModuleOp, i32
from xdsl.ir import BlockArgument, SSAValue
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import PassFailedException

from ..compiler.mcu import mcu_named, ram_budget
from ..compiler.memory import Buffer, plan
from ..dialects.network_ops import NetworkOp, ReshapeOp
from .layouts import plane_shape


@dataclass(frozen=True)
class PlanMemoryPass(ModulePass):
    """
    Give each layer the `offset` (bytes) of its result in the workspace.

    Two tensors share memory when they are never needed at once. A reshape is its operand; the
    network's result has no offset: its layer writes where the caller says.
    The function gets `approx.workspace_bytes`. Errors: a workspace beyond `ram_budget` (bytes;
    default: the RAM of the target).
    """

    name = "plan-memory"

    target: str = "stm32u5"
    ram_budget: int | None = None

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """
        Plan every function that holds a network with layouts.
        """
        budget = ram_budget(mcu_named(self.target), self.ram_budget)
        for function in [f for f in op.ops if isinstance(f, func.FuncOp)]:
            if any(isinstance(o, NetworkOp) for o in function.body.walk()):
                _plan(function, budget)


def root(value: SSAValue) -> SSAValue:
    """
    The tensor whose memory `value` is: a reshape is its operand.
    """
    while isinstance(value.owner, ReshapeOp):
        value = value.owner.input
    return value


def _plan(function: func.FuncOp, budget: int) -> None:
    steps = {op: step for step, op in enumerate(function.body.block.ops)}
    terminator = function.body.block.last_op
    assert isinstance(terminator, func.ReturnOp)
    returned = {root(v) for v in terminator.arguments}
    last_use: dict[SSAValue, int] = {}
    for op, step in steps.items():
        for operand in op.operands:
            last_use[root(operand)] = step
    tensors = [v for v in last_use if not isinstance(v, BlockArgument) and v not in returned]
    buffers = [Buffer(_bytes(v), steps[_layer(v)], last_use[v]) for v in tensors]
    offsets, total = plan(buffers)
    for value, offset in zip(tensors, offsets, strict=True):
        _layer(value).offset = IntegerAttr(offset, i32)
    if total > budget:
        raise PassFailedException(_over_budget(function, tensors, buffers, total, budget))
    function.attributes["approx.workspace_bytes"] = IntegerAttr(total, i32)


def _layer(value: SSAValue) -> NetworkOp:
    assert isinstance(value.owner, NetworkOp)
    return value.owner


def _bytes(value: SSAValue) -> int:
    op = _layer(value)
    if op.layout is None:
        raise PassFailedException(f"{op.layer.data} has no layout: run select-kernels first")
    height, width, _ = plane_shape(op.output_shape)
    return op.layout.elements(height, width) * op.layout.element_bytes


def _over_budget(
    function: func.FuncOp,
    tensors: list[SSAValue],
    buffers: list[Buffer],
    total: int,
    budget: int,
) -> str:
    largest = max(range(len(buffers)), key=lambda i: buffers[i].size)
    alive = [
        f"{_layer(tensors[i]).layer.data} ({buffers[i].size} bytes)"
        for i in range(len(buffers))
        if buffers[i].overlaps(buffers[largest])
    ]
    return (
        f"{function.sym_name.data} needs a workspace of {total} bytes, the RAM budget is {budget}; "
        f"alive at its peak: {', '.join(alive)}: raise ram-budget or name a larger target"
    )
