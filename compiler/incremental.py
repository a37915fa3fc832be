"""
Many forms of one network on the same samples, each computed from where it begins to differ.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from numpy.typing import NDArray
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, SSAValue

from .interpreter import entry_function, network_interpreter
from .lockstep import run_in_chunks

Array: TypeAlias = NDArray[Any]
Choice = TypeVar("Choice", bound=Hashable)

_CACHE_BYTES = 1 << 30


@dataclass(frozen=True, eq=False)
class _Snapshot:
    """
    A network whose first layers are rewritten, before op number `following` runs: activations that
    this and later ops need. Values are numbered, the network's input first, then results.
    """

    module: ModuleOp
    following: int
    live: Mapping[int, Array]

    @property
    def nbytes(self) -> int:
        return sum(value.nbytes for value in self.live.values())


@dataclass(frozen=True, eq=False)
class Form:
    """
    One form of the network: the module, and the activations that were asked for, samples first.
    """

    module: ModuleOp
    values: Sequence[Array]


class IncrementalNetwork(Generic[Choice]):
    """
    A network of which some `layers` can each be rewritten in several ways.

    `rewrite(op, choice, x)` rewrites a layer in place; x is its first operand in the network with
    the layers before it rewritten, and the outcome must depend on nothing else. Forms that begin
    with the same choices share what was computed: activations in front of each layer are kept, up
    to `cache_bytes`, and those longest unused go first.
    """

    def __init__(
        self,
        module: ModuleOp,
        x: Array,
        layers: Sequence[Operation],
        rewrite: Callable[[Any, Choice, Array], None],
        wanted: Sequence[SSAValue],
        chunk: int,
        cache_bytes: int = _CACHE_BYTES,
    ):
        """
        `wanted` are the values to be given for each form.
        """
        block = entry_function(module).body.block
        ops = list(block.ops)
        numbers = _numbered([*block.args, *(result for op in ops for result in op.results)])
        self.layers = {ops.index(layer): place for place, layer in enumerate(layers)}
        self.wanted = [numbers[value] for value in wanted]
        self.rewrite = rewrite
        self.chunk = chunk
        self.cache_bytes = cache_bytes
        self._operands = [[numbers[value] for value in op.operands] for op in ops]
        self._dying = _dying(self._operands, self.wanted)
        self._start = _Snapshot(module, 0, {0: x})
        self._snapshots: OrderedDict[tuple[Choice | None, ...], _Snapshot] = OrderedDict()

    def run(self, choices: Sequence[Choice | None]) -> Form:
        """
        The network with a choice for each layer; None leaves it as it is.
        """
        begun = self._longest_begun(choices)
        module, live = begun.module.clone(), dict(begun.live)
        interpreter = network_interpreter(module)
        ops = list(entry_function(module).body.block.ops)
        for index in range(begun.following, len(ops) - 1):
            args = [live[number] for number in self._operands[index]]
            if index in self.layers:
                place = self.layers[index]
                self._keep(choices[:place], _Snapshot(module.clone(), index, dict(live)))
                choice = choices[place]
                if choice is not None:
                    self.rewrite(ops[index], choice, args[0])
            live[index + 1] = run_in_chunks(interpreter, ops[index], args, self.chunk)
            for number in self._dying[index]:
                del live[number]
        return Form(module, [live[number] for number in self.wanted])

    def _longest_begun(self, choices: Sequence[Choice | None]) -> _Snapshot:
        for place in reversed(range(len(choices) + 1)):
            key = tuple(choices[:place])
            if key in self._snapshots:
                self._snapshots.move_to_end(key)
                return self._snapshots[key]
        return self._start

    def _keep(self, choices: Sequence[Choice | None], snapshot: _Snapshot) -> None:
        key = tuple(choices)
        self._snapshots[key] = snapshot
        self._snapshots.move_to_end(key)
        while sum(one.nbytes for one in self._snapshots.values()) > self.cache_bytes:
            self._snapshots.popitem(last=False)


def _numbered(values: Sequence[SSAValue]) -> dict[SSAValue, int]:
    return {value: number for number, value in enumerate(values)}


def _dying(operands: Sequence[Sequence[int]], wanted: Sequence[int]) -> list[list[int]]:
    """
    For each op the numbers of the values that it is the last to use.
    """
    last = {number: index for index, used in enumerate(operands) for number in used}
    return [
        [number for number, end in last.items() if end == index and number not in wanted]
        for index in range(len(operands))
    ]
