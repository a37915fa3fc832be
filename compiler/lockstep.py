"""
A network that is rewritten layer by layer, beside what it was.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from numpy.typing import NDArray
from xdsl.dialects.builtin import ModuleOp
from xdsl.interpreter import Interpreter
from xdsl.ir import Operation, SSAValue

from .batches import in_threads, usable_cores
from .interpreter import entry_function, network_interpreter

Array: TypeAlias = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Visit:
    """
    A layer that is to be rewritten: its first operand in the original network and in the rewritten
    one, its result in the original one, and what gives that of the layer as it is by now.
    """

    op: Operation
    original: Array
    current: Array
    result: Array
    run: Callable[[], Array]


Rewrite: TypeAlias = Callable[[Visit], bool]
"""Says whether it has changed the layer."""


def rewrite_in_lockstep(
    module: ModuleOp, x: Array, chunk: int, layers: Collection[Operation], rewrite: Rewrite
) -> None:
    """
    Rewrite `layers` in the order of the network. What each sees are values of the samples `x`
    ([N, ...], `chunk` of them run at once) in the network as it was, and in the network with the
    layers before it rewritten.

    Each op runs once in either network, and an activation lives until its last use.
    """
    interpreter = network_interpreter(module)
    block = entry_function(module).body.block
    last_use = {value: op for op in block.ops for value in op.operands}
    original: dict[SSAValue, Array] = {block.args[0]: x}
    current = dict(original)
    waiting = len(layers)
    for op in block.ops:
        if not waiting:
            return
        before = [original[value] for value in op.operands]
        now = [current[value] for value in op.operands]
        result = run_in_chunks(interpreter, op, before, chunk)
        same = all(a is b for a, b in zip(before, now, strict=True))
        if op in layers:
            waiting -= 1
            run = partial(run_in_chunks, interpreter, op, now, chunk)
            same = not rewrite(Visit(op, before[0], now[0], result, run)) and same
        original[op.results[0]] = result
        current[op.results[0]] = result if same else run_in_chunks(interpreter, op, now, chunk)
        for value in set(op.operands):
            if last_use[value] is op:
                del original[value], current[value]


def run_in_chunks(
    interpreter: Interpreter, op: Operation, args: Sequence[Array], chunk: int
) -> Array:
    """
    The result of an op for samples, `chunk` of them at once.
    """

    def part(*parts: Array) -> Array:
        return interpreter.run_op(op, parts)[0]

    return in_threads(part, args, chunk, usable_cores())
