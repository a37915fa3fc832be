"""
`plan-memory`: an offset in the workspace for every tensor.
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects import func
from xdsl.dialects.builtin import IntegerAttr, ModuleOp, UnitAttr, i32
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import PassFailedException

from ..compiler.mcu import mcu_named, ram_budget
from ..compiler.memory import Plan, plan, plan_regions
from ..compiler.sizes import Size, size_in_bytes
from ..dialects.network_ops import NetworkOp
from .tensor_memory import SharedBuffer, scratch_buffers, shared_buffers


@dataclass(frozen=True)
class PlanMemoryPass(ModulePass):
    """
    Give each layer the `offset` (bytes) of its result in the workspace.

    Two tensors share memory when they are never needed at once, or when an element-wise layer, the
    last one to need the first, writes the second over it. A reshape is its operand; the network's
    result has no offset: its layer writes where the caller says. What a kernel needs for itself is
    its layer's `scratch`. The function gets `approx.workspace_bytes`.

    With `fast_ram` there is a second workspace of at most that many bytes, in fast memory (DTCM,
    SRAM1), for the tensors with most traffic a byte: each is written once and read as often as
    windows of a layer overlap, times the channel pairs of a layer that sums channels up. Layers
    with results there are `fast`; the function gets `approx.fast_workspace_bytes`.

    Errors: a workspace beyond `ram_budget` (default: the RAM of the target). Sizes are bytes:
    65536, 64K, 1M.
    """

    name = "plan-memory"

    target: str = "stm32u5"
    ram_budget: Size | None = None
    fast_ram: Size | None = None

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """
        Plan every function that holds a network with layouts.
        """
        self.check_options()
        budget = ram_budget(mcu_named(self.target), self.ram_budget)
        for function in [f for f in op.ops if isinstance(f, func.FuncOp)]:
            if any(isinstance(o, NetworkOp) for o in function.body.walk()):
                _plan(function, budget, self._fast_bytes())

    def check_options(self) -> None:
        """
        Errors: PassFailedException for a size of fast memory that is none.
        """
        fast = self._fast_bytes()
        if fast is not None and fast < 1:
            raise PassFailedException(f"fast-ram is a number of bytes, not {fast}")

    def _fast_bytes(self) -> int | None:
        return None if self.fast_ram is None else size_in_bytes(self.fast_ram)


def _plan(function: func.FuncOp, budget: int, fast_ram: int | None) -> None:
    results = shared_buffers(function)
    shared = [*results, *scratch_buffers(function)]
    buffers = [one.buffer for one in shared]
    found = plan(buffers) if fast_ram is None else plan_regions(buffers, fast_ram)
    if found.total > budget:
        raise PassFailedException(_over_budget(function, shared, found, budget))
    for index, one in enumerate(shared):
        offset = IntegerAttr(found.offsets[index], i32)
        fast = UnitAttr() if index in found.fast else None
        for op in one.layers:
            if index < len(results):
                op.offset, op.fast = offset, fast
            else:
                op.scratch, op.fast_scratch = offset, fast
    function.attributes["approx.workspace_bytes"] = IntegerAttr(found.total, i32)
    function.attributes.pop("approx.fast_workspace_bytes", None)
    if fast_ram is not None:
        fast_bytes = IntegerAttr(found.fast_total, i32)
        function.attributes["approx.fast_workspace_bytes"] = fast_bytes


def _over_budget(
    function: func.FuncOp, shared: list[SharedBuffer], found: Plan, budget: int
) -> str:
    slow = [one for index, one in enumerate(shared) if index not in found.fast]
    largest = max(slow, key=lambda one: one.buffer.size).buffer
    alive = ", ".join(one.description for one in slow if one.buffer.overlaps(largest))
    return (
        f"{function.sym_name.data} needs a workspace of {found.total} bytes, the RAM budget is "
        f"{budget}; alive at its peak: {alive}: raise ram-budget or name a larger target"
    )
