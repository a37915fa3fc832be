"""
`select-kernels`: how each layer is carried out, and how each tensor lies in memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

from xdsl.context import Context
from xdsl.dialects import func
from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.ir import Operation, SSAValue, Use
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import PassFailedException

from ..compiler.cost import Cost
from ..compiler.mcu import flash_budget, mcu_named
from ..dialects import network_ops as approx
from ..dialects.quant import LayoutAttr, quant_of, quant_tensor, shape_of
from ..dialects.tap_ops import UnpackedConv2dOp
from .kernel_costs import form, loop_form, unrolled_form, winograd_form
from .layer_plans import planned_kernels
from .layouts import DENSE, Demand, demand, merged_demand
from .winograd_layers import FORMS, suits_winograd

_LOOP = StringAttr("loop")


@dataclass(frozen=True)
class SelectKernelsPass(ModulePass):
    """
    Choose `kernel` and `layout` of every layer.

    Unpacked convolutions can run `unrolled`, straight-line code without the taps that were skipped;
    with the option `winograd`, 3x3 convolutions of stride 1 also by Winograd's algorithm, exact, in
    which skipped taps cost as much as others. What saves most cycles a byte comes first, as long as
    the network fits into `flash_budget` (bytes; default: the target's flash less 32 KiB); all else
    is a `loop`. A plan's `kernel` is kept; the option `kernel` asks for one wherever it can be had.
    Tensors that a layer wants laid out otherwise than the rest get an `approx.repack`.
    Errors: a network larger than the budget with nothing but loops, or with those of the plan.
    """

    name = "select-kernels"

    target: str = "stm32u5"
    flash_budget: int | None = None
    plan: str | None = None
    kernel: Literal["unrolled", "loop", "winograd2", "winograd4"] | None = None
    winograd: bool = False

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """
        Kernels first: layouts follow from them.
        """
        budget = flash_budget(mcu_named(self.target), self.flash_budget)
        chosen: Mapping[str, str] = {}
        if self.plan is not None:
            chosen = planned_kernels(self.plan, op)
        for function in [f for f in op.ops if isinstance(f, func.FuncOp)]:
            layers = [o for o in function.body.block.ops if isinstance(o, approx.NetworkOp)]
            _choose_kernels(layers, budget, chosen, self._allowed())
            _choose_layouts(function)

    def _allowed(self) -> AbstractSet[str]:
        """
        What there is to choose from, besides the loop.
        """
        if self.kernel is not None:
            return {self.kernel}
        return {"unrolled", *FORMS} if self.winograd else {"unrolled"}


def _choose_kernels(
    layers: list[approx.NetworkOp],
    budget: int,
    planned: Mapping[str, str],
    allowed: AbstractSet[str],
) -> None:
    """
    What is planned; else, as long as flash lasts, what saves most cycles a byte of what is allowed.
    """
    for op in layers:
        op.kernel = StringAttr(planned.get(op.layer.data, "loop"))
    costs = {op: form(op) for op in layers}
    _check_budget(costs, budget)
    free = [op for op in layers if op.layer.data not in planned]
    choices = [choice for op in free for choice in _choices(op) if choice.kernel in allowed]
    for choice in sorted(choices, key=_Choice.gain_per_byte, reverse=True):
        others = sum(cost.flash for op, cost in costs.items() if op is not choice.op)
        if choice.is_better(costs[choice.op]) and others + choice.cost.flash <= budget:
            choice.op.kernel = StringAttr(choice.kernel)
            costs[choice.op] = choice.cost


@dataclass(frozen=True)
class _Choice:
    """
    A kernel that a layer could have instead of the loop.
    """

    op: approx.NetworkOp
    kernel: str
    cost: Cost
    loop: Cost

    def is_better(self, than: Cost) -> bool:
        """
        Anything is preferred to the loop: what is skipped costs nothing in straight-line code, and
        Winograd's algorithm is asked for.
        """
        return self.op.kernel == _LOOP or self.cost.cycles < than.cycles

    def gain_per_byte(self) -> float:
        """
        Cycles saved for each byte of flash that it takes more than the loop.
        """
        return (self.loop.cycles - self.cost.cycles) / max(self.cost.flash - self.loop.flash, 1)


def _choices(op: approx.NetworkOp) -> list[_Choice]:
    """
    Straight-line code where unpacked, Winograd's algorithm where it fits.
    """
    found: list[_Choice] = []
    if isinstance(op, UnpackedConv2dOp):
        found.append(_Choice(op, "unrolled", unrolled_form(op), loop_form(op)))
    if isinstance(op, approx.Conv2dOp | UnpackedConv2dOp):
        suited = [(name, form) for name, form in FORMS.items() if suits_winograd(op, form)]
        found += [_Choice(op, name, winograd_form(op, f), loop_form(op)) for name, f in suited]
    return found


def _check_budget(costs: dict[approx.NetworkOp, Cost], budget: int) -> None:
    total = sum(cost.flash for cost in costs.values())
    if total <= budget:
        return
    largest = max(costs, key=lambda op: costs[op].flash)
    raise PassFailedException(
        f"the network needs about {total} bytes of flash, the budget is {budget}; the largest "
        f"layer is {largest.layer.data} ({largest.name}) with {costs[largest].flash} bytes: "
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
    for argument in function.body.block.args:
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
