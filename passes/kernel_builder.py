"""
Builds the functions of the kernel level: constants once, loops as `with` blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import TypeAlias, TypeVar

from xdsl.dialects import arith, func, scf
from xdsl.dialects.builtin import IndexType, IntegerAttr, IntegerType, i32
from xdsl.ir import Block, Operation, SSAValue

from ..dialects import cortexm

Index: TypeAlias = SSAValue | None
"""The counter of a loop; None for that of a loop of one round, which is no loop."""

Step: TypeAlias = tuple[Index, int]
"""An index and the elements it counts."""

_OpT = TypeVar("_OpT", bound=Operation)


class KernelBuilder:
    """
    Appends ops to a block; constants go to the front of `entry`, one op a value.
    """

    def __init__(self, entry: Block):
        self.entry = entry
        self.block = entry
        self._constants: dict[IntegerAttr[IndexType | IntegerType], SSAValue] = {}

    def add(self, op: _OpT) -> _OpT:
        """
        Append an op.
        """
        self.block.add_op(op)
        return op

    def number(self, value: int) -> SSAValue:
        """
        A constant i32.
        """
        return self._constant(IntegerAttr(value, i32))

    def index(self, value: int) -> SSAValue:
        """
        A constant index.
        """
        return self._constant(IntegerAttr(value, IndexType()))

    def _constant(self, attr: IntegerAttr[IndexType | IntegerType]) -> SSAValue:
        if attr not in self._constants:
            op = arith.ConstantOp(attr)
            first = self.entry.first_op
            if first is None:
                self.entry.add_op(op)
            else:
                self.entry.insert_op_before(op, first)
            self._constants[attr] = op.result
        return self._constants[attr]

    @contextmanager
    def inside(self, block: Block) -> Generator[None]:
        """
        Append to another block for a while.
        """
        outer, self.block = self.block, block
        yield
        self.block = outer

    @contextmanager
    def loop(self, count: int, step: int = 1) -> Generator[Index]:
        """
        `for (i = 0; i < count; i += step)`, at least one round; yields i.
        """
        if count <= step:
            yield None
            return
        body = Block(arg_types=[IndexType()])
        with self.inside(body):
            yield body.args[0]
            self.add(scf.YieldOp())
        self.add(scf.ForOp(self.index(0), self.index(count), self.index(step), [], body))

    def within(self, start: Index, count: int, step: int) -> Index:
        """
        The index of a loop over `count` by `step`, moved back where a step would go beyond the end:
        the last one overlaps that before.
        """
        if start is None or count % step == 0:
            return start
        return self.add(arith.MinSIOp(start, self.index(count - step))).result

    def fold(
        self, count: int, start: SSAValue, body: Callable[[Index, SSAValue], SSAValue]
    ) -> SSAValue:
        """
        `acc = start; for (i = 0; i < count; i++) acc = body(i, acc)`; returns the last acc.
        """
        if count == 1:
            return body(None, start)
        block = Block(arg_types=[IndexType(), start.type])
        with self.inside(block):
            result = body(block.args[0], block.args[1])
            self.add(scf.YieldOp(result))
        loop = scf.ForOp(self.index(0), self.index(count), self.index(1), [start], block)
        return self.add(loop).results[0]

    def address(
        self, base: SSAValue, steps: Sequence[Step], offset: int = 0, hint: str | None = None
    ) -> SSAValue:
        """
        base + offset + sum of index * elements.
        """
        live = [(index, elements) for index, elements in steps if index is not None]
        if not live and not offset:
            return base
        op = cortexm.AddressOp.get(base, [i for i, _ in live], [n for _, n in live], offset)
        op.result.name_hint = hint or base.name_hint
        return self.add(op).result

    def as_index(self, value: SSAValue) -> SSAValue:
        """
        An i32 that counts elements.
        """
        return self.add(arith.IndexCastOp(value, IndexType())).result

    def load(self, base: SSAValue, offset: int = 0) -> SSAValue:
        """
        base[offset] as i32.
        """
        return self.add(cortexm.LoadOp.get(base, offset)).result

    def store(self, value: SSAValue, base: SSAValue) -> None:
        """
        *base = value.
        """
        self.add(cortexm.StoreOp.get(value, base))

    def table(self, op: cortexm.TableOp) -> SSAValue:
        """
        Constants in flash, before everything else.
        """
        op.result.name_hint = op.label.data
        return self.add(op).result

    def plus(self, lhs: SSAValue, rhs: SSAValue) -> SSAValue:
        """
        lhs + rhs.
        """
        return self.add(arith.AddiOp(lhs, rhs)).result

    def times(self, lhs: SSAValue, rhs: SSAValue) -> SSAValue:
        """
        lhs * rhs.
        """
        return self.add(arith.MuliOp(lhs, rhs)).result


class Kernel(KernelBuilder):
    """
    A private function `name(x..., y)` over pointers to the inputs and the output of a layer.
    """

    def __init__(self, name: str, types: Sequence[cortexm.PtrType]):
        self.function = func.FuncOp(name, (list(types), []), visibility="private")
        super().__init__(self.function.body.block)
        *inputs, self.output = self.function.args
        self.inputs: tuple[SSAValue, ...] = tuple(inputs)
        self.output.name_hint = "y"
        for argument, hint in zip(inputs, _input_names(len(inputs)), strict=True):
            argument.name_hint = hint

    @property
    def input(self) -> SSAValue:
        """
        The only input.
        """
        (value,) = self.inputs
        return value

    def finish(self) -> func.FuncOp:
        """
        The function.
        """
        self.add(func.ReturnOp())
        return self.function


def _input_names(count: int) -> Sequence[str]:
    return ("x",) if count == 1 else tuple(f"x{i}" for i in range(count))
