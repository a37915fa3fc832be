"""
`select-kernels`: how each layer is carried out, and how each tensor lies in memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from xdsl.context import Context
from xdsl.dialects import func
from xdsl.dialects.builtin import DictionaryAttr, IntegerAttr, ModuleOp, StringAttr, i32, i64
from xdsl.ir import Operation, SSAValue, Use
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import PassFailedException

from ..compiler.cost import Cost
from ..compiler.kernel_choice import fastest
from ..compiler.mcu import flash_budget, mcu_named, ram_budget
from ..compiler.plan import Kernel, load_plan
from ..compiler.sizes import Size
from ..dialects import network_ops as approx
from ..dialects.quant import LayoutAttr, is_quantized, quant_of, quant_tensor, shape_of
from .kernel_costs import kernels
from .layer_plans import planned_kernels
from .layouts import DENSE, Demand, demand, merged_demand
from .tensor_memory import working_bytes
from .winograd_layers import scratch_bytes


@dataclass(frozen=True)
class SelectKernelsPass(ModulePass):
    """
    Choose `kernel` and `layout` of every layer.

    Of the kernels a layer can have (kernel_costs.py) those are chosen that take the fewest cycles
    together, by prediction, within `flash_budget` (default: the target's flash less 32 KiB).
    One whose input, result and memory of its own are more than `ram_budget` (default: the target's
    RAM) is left out. Sizes are bytes: 65536, 64K, 1M. A plan's `kernel` is kept; the option
    `kernel` asks for one wherever it can be had, and for loops elsewhere. Tensors that a layer
    wants laid out otherwise than the rest get an `approx.repack`. The function gets what the
    runtime is to be told of the caches of the target as `approx.settings`, if anything
    (compiler/mcu.py); the module, for the report, `approx.target`, the budgets, and the plan's
    file name and note.
    Errors: a network larger than the budget with the smallest kernels there are, or with those of
    the plan.
    """

    name = "select-kernels"

    target: str = "stm32u5"
    flash_budget: Size | None = None
    ram_budget: Size | None = None
    plan: str | None = None
    kernel: tuple[Kernel, ...] | None = None

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """
        Kernels first: layouts follow from them.
        """
        chosen: Mapping[str, str] = {}
        if self.plan is not None:
            chosen = planned_kernels(self.plan, op)
        self._note_choice(op)
        for function in [f for f in op.ops if isinstance(f, func.FuncOp)]:
            layers = [o for o in function.body.block.ops if isinstance(o, approx.NetworkOp)]
            self._choose_kernels(layers, chosen)
            _choose_layouts(function)
            function.attributes.pop("approx.settings", None)
            if settings := mcu_named(self.target).settings:
                numbers = {name: IntegerAttr(value, i32) for name, value in settings.items()}
                function.attributes["approx.settings"] = DictionaryAttr(numbers)

    def _choose_kernels(
        self, layers: Sequence[approx.NetworkOp], planned: Mapping[str, str]
    ) -> None:
        """
        What is planned; else what takes the fewest cycles.
        """
        options = [self._options(op, planned.get(op.layer.data)) for op in layers]
        budget = flash_budget(mcu_named(self.target), self.flash_budget)
        numbers = fastest([list(costs.values()) for costs in options], budget)
        if numbers is None:
            _refuse(layers, options, budget)
        for op, costs, number in zip(layers, options, numbers, strict=True):
            op.kernel = StringAttr(list(costs)[number])

    def _note_choice(self, module: ModuleOp) -> None:
        """
        For the report: what the options come to.
        """
        mcu, notes = mcu_named(self.target), module.attributes
        budgets = {
            "approx.flash_budget": flash_budget(mcu, self.flash_budget),
            "approx.ram_budget": ram_budget(mcu, self.ram_budget),
        }
        notes["approx.target"] = StringAttr(mcu.name)
        notes.update({key: IntegerAttr(budget, i64) for key, budget in budgets.items()})
        for key in ("approx.plan", "approx.plan_note"):
            notes.pop(key, None)
        if self.plan is not None:
            notes["approx.plan"] = StringAttr(Path(self.plan).name)
            if (note := load_plan(self.plan).note) is not None:
                notes["approx.plan_note"] = StringAttr(note)

    def _options(self, op: approx.NetworkOp, planned: str | None) -> dict[str, Cost]:
        """
        Kernels to choose from; the first is the one that there always is.
        """
        costs = kernels(op)
        if planned is not None:
            _check_planned(op, planned, costs)
            return {planned: costs[planned]}
        if self.kernel is not None:
            asked = {name: cost for name, cost in costs.items() if name in self.kernel}
            return asked or dict([next(iter(costs.items()))])
        ram = ram_budget(mcu_named(self.target), self.ram_budget)
        others = list(costs)[1:]
        large = {k for k in others if scratch_bytes(op, k) and working_bytes(op, k) > ram}
        return {name: cost for name, cost in costs.items() if name not in large}


def _check_planned(op: approx.NetworkOp, planned: str, costs: Mapping[str, Cost]) -> None:
    """
    Errors: PassFailedException for a kernel that is not for this layer.
    """
    if planned not in costs:
        raise PassFailedException(
            f"the plan runs {op.layer.data} ({op.name}) by {planned}, which is not for it: its "
            f"'kernel' is one of {', '.join(costs)}"
        )


def _refuse(
    layers: Sequence[approx.NetworkOp], options: Sequence[Mapping[str, Cost]], budget: int
) -> NoReturn:
    """
    Errors: PassFailedException that names the largest layer.
    """
    least = [min(cost.flash for cost in costs.values()) for costs in options]
    size, largest = max(zip(least, layers, strict=True), key=lambda pair: pair[0])
    raise PassFailedException(
        f"the network needs about {sum(least)} bytes of flash, the budget is {budget}; the largest "
        f"layer is {largest.layer.data} ({largest.name}) with {size} bytes: "
        "raise flash-budget, name a larger target, or skip more"
    )


def _choose_layouts(function: func.FuncOp) -> None:
    """
    From the last layer to the first: what a view asks for depends on its own layout.
    """
    for op in reversed(list(function.body.block.ops)):
        if isinstance(op, approx.NetworkOp):
            wanted = _offered(op)
            layout = wanted.layout(op.output_shape)
            assert layout is not None
            op.layout = layout
            _repack_others(op.output, layout)
    for argument in filter(lambda argument: is_quantized(argument.type), function.body.block.args):
        layout = DENSE.layout(shape_of(argument))
        assert layout is not None
        _repack_others(argument, layout, is_argument=True)


def _offered(op: approx.NetworkOp) -> Demand:
    """
    What a layer can do of what is wanted: softmax gives int8, a reshape is contiguous.
    """
    if isinstance(op, approx.SoftmaxOp):
        return DENSE
    return _wanted(op.output, contiguous=isinstance(op, approx.ReshapeOp))


def _wanted(value: SSAValue, contiguous: bool) -> Demand:
    """
    The demand that suits most uses; convolutions come first, for they cannot do without.
    """
    demands = sorted(
        (demand(use.operation, value) for use in value.uses),
        key=lambda d: (not any(d.pads), d.multiple == 1),
    )
    merged = merged_demand(demands, contiguous)
    while merged.layout(shape_of(value)) is None:
        demands = demands[:-1]
        merged = merged_demand(demands, contiguous)
    return merged


def _repack_others(value: SSAValue, layout: LayoutAttr, is_argument: bool = False) -> None:
    """
    One `approx.repack` for all uses with the same demand that `layout` does not meet.
    """
    repacks: dict[Demand, approx.RepackOp] = {}
    for use in list(value.uses):
        if isinstance(use.operation, approx.RepackOp):
            continue
        one = demand(use.operation, value)
        returned = is_argument and isinstance(use.operation, func.ReturnOp)
        if one.met_by(layout, shape_of(value)) and not returned:
            continue
        if one not in repacks:
            repacks[one] = _repack(value, one, use.operation)
        _replace_use(use, repacks[one].output)


def _repack(value: SSAValue, one: Demand, before: Operation) -> approx.RepackOp:
    quant = quant_of(value.type)
    layout = one.layout(shape_of(value))
    assert layout is not None
    consumer = before.layer.data if isinstance(before, approx.NetworkOp) else "output"
    op = approx.RepackOp(
        operands=[value],
        properties={
            "layer": StringAttr(f"{consumer}/pack"),
            "kernel": StringAttr("loop"),
            "layout": layout,
        },
        result_types=[
            quant_tensor(shape_of(value), quant.scale.value.data, quant.zero_point.value.data)
        ],
    )
    block = before.parent
    assert block is not None
    users = {use.operation for use in value.uses}
    block.insert_op_before(op, next(user for user in block.ops if user in users))
    return op


def _replace_use(use: Use, value: SSAValue) -> None:
    use.operation.operands[use.index] = value
