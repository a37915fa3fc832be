"""
A lowered module as the emitter, the interpreter and the report see it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from xdsl.dialects import func
from xdsl.dialects.builtin import (
    DenseArrayBase,
    FloatAttr,
    IntegerAttr,
    IntegerType,
    ModuleOp,
    StringAttr,
)
from xdsl.ir import Attribute
from xdsl.utils.exceptions import DiagnosticException
from xdsl.utils.hints import isa

from ..dialects.cortexm import LayerOp, ModelOp
from ..dialects.dense import tuple_of
from .tensor_info import BYTES, TensorInfo


@dataclass(frozen=True)
class Workspace:
    """
    Memory that @NAME_run works in: `size` bytes, called `argument` in C, and `hint` when it is
    seen as bytes; NAME_ and upper-case `argument` begin its macros.
    """

    argument: str
    hint: str
    size: int


@dataclass(frozen=True)
class Program:
    """
    A network ready to be written as C.

    `run` is the public function @NAME_run over inputs, outputs and the workspaces; `helpers` are
    the private functions, in the order of the module.
    """

    module: ModuleOp
    model: ModelOp
    run: func.FuncOp
    helpers: tuple[func.FuncOp, ...]

    @staticmethod
    def of(module: ModuleOp) -> Program:
        """
        Check the form of a module.

        Errors: DiagnosticException that says what is missing.
        """
        models = [op for op in module.ops if isinstance(op, ModelOp)]
        if len(models) != 1:
            raise DiagnosticException(
                f"expected one cortexm.model, found {len(models)}: run lower-to-cortexm first"
            )
        functions = [op for op in module.ops if isinstance(op, func.FuncOp)]
        entry = f"{_symbol(models[0])}_run"
        runs = [f for f in functions if f.sym_name.data == entry]
        if not runs:
            raise DiagnosticException(f"there is no function @{entry}")
        helpers = tuple(f for f in functions if f is not runs[0])
        program = Program(module, models[0], runs[0], helpers)
        program._check()
        return program

    def _check(self) -> None:
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", self.name):
            raise DiagnosticException(f"'{self.name}' is no name for C")
        for function in self.functions:
            name = function.sym_name.data
            if function.is_declaration:
                raise DiagnosticException(f"function @{name} has no body")
            if not name.startswith(f"{self.name}_"):
                raise DiagnosticException(f"function @{name} must start with '{self.name}_'")
        types = [tensor.element for tensor in (*self.inputs, *self.outputs)]
        types += [BYTES] * len(self.workspaces)
        if self.run.function_type.inputs.data != tuple(types):
            raise DiagnosticException(
                f"@{self.run.sym_name.data} takes inputs, outputs and a workspace"
                f"{' and a fast one' * (len(self.workspaces) - 1)}: {len(types)} pointers to "
                f"{', '.join(dict.fromkeys(str(one.element_type) for one in types))}"
            )

    @property
    def name(self) -> str:
        """
        The name of the network; every symbol in C starts with it.
        """
        return _symbol(self.model)

    @property
    def functions(self) -> tuple[func.FuncOp, ...]:
        """
        Helpers, then `run`.
        """
        return (*self.helpers, self.run)

    @cached_property
    def inputs(self) -> tuple[TensorInfo, ...]:
        """
        The network's inputs.
        """
        return tuple(TensorInfo.of(attr) for attr in self.model.inputs)

    @cached_property
    def outputs(self) -> tuple[TensorInfo, ...]:
        """
        The network's outputs.
        """
        return tuple(TensorInfo.of(attr) for attr in self.model.outputs)

    @property
    def argument_names(self) -> tuple[str, ...]:
        """
        What the arguments of `run` are called in C.
        """
        inputs = _numbered("input", len(self.inputs))
        outputs = _numbered("output", len(self.outputs))
        return (*inputs, *outputs, *(workspace.argument for workspace in self.workspaces))

    @property
    def workspace_bytes(self) -> int:
        """
        Bytes that `run` needs, not counting fast memory.
        """
        return self.model.workspace_bytes.value.data

    @property
    def workspaces(self) -> tuple[Workspace, ...]:
        """
        The memory of `run`: one workspace, or the one and another in fast memory.
        """
        main = Workspace("workspace", "memory", self.workspace_bytes)
        fast = self.model.fast_workspace_bytes
        if fast is None:
            return (main,)
        return (main, Workspace("fast_workspace", "fast_memory", fast.value.data))

    @cached_property
    def layers(self) -> tuple[LayerOp, ...]:
        """
        The layers in the order they run.
        """
        return tuple(op for op in self.run.body.walk() if isinstance(op, LayerOp))

    def total(self, key: str) -> int:
        """
        The sum over all layers of an integer in their `info`.
        """
        return sum(info_integer(layer, key) for layer in self.layers)

    def note(self, key: str) -> str | None:
        """
        A string attribute of the module (`approx.model`, `approx.target`, `approx.plan` ...).
        """
        attr = self.module.attributes.get(key)
        return attr.data if isinstance(attr, StringAttr) else None

    def number(self, key: str) -> int | None:
        """
        An integer attribute of the module (`approx.flash_budget`, `approx.ram_budget`).
        """
        attr = self.module.attributes.get(key)
        return attr.value.data if isinstance(attr, IntegerAttr) else None

    @cached_property
    def memory(self) -> tuple[Mapping[str, Any], ...]:
        """
        What lies where in the workspaces, and when (passes/memory_map.py).
        """
        entries = self.model.memory or ()
        return tuple(
            {key: plain_value(attr) for key, attr in entry.data.items()} for entry in entries
        )


def info_integer(layer: LayerOp, key: str) -> int:
    """
    An integer in the `info` of a layer, 0 where there is none.
    """
    attr = layer.info.data.get(key)
    return attr.value.data if isinstance(attr, IntegerAttr) else 0


def info_integers(layer: LayerOp, key: str) -> tuple[int, ...] | None:
    """
    An array of integers in the `info` of a layer, None where there is none.
    """
    attr = layer.info.data.get(key)
    return tuple_of(attr) if isa(attr, DenseArrayBase[IntegerType]) else None


def plain_value(attr: Attribute) -> Any:
    """
    An attribute of `info` as a Python value: str, int, float, list of int, or its text.
    """
    if isinstance(attr, StringAttr):
        return attr.data
    if isinstance(attr, IntegerAttr | FloatAttr):
        return attr.value.data
    if isa(attr, DenseArrayBase[IntegerType]):
        return list(tuple_of(attr))
    return str(attr)


def _symbol(model: ModelOp) -> str:
    return model.sym_name.data


def _numbered(name: str, count: int) -> Sequence[str]:
    return (name,) if count == 1 else tuple(f"{name}_{i}" for i in range(count))
