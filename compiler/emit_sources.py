"""
The C files of a program: one for all, or a main file and shards.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from io import StringIO

from xdsl.dialects import func
from xdsl.ir import SSAValue

from .emit_c import CPrinter
from .emit_text import banner, string_literal
from .pointer_writes import written_pointers
from .program import Program
from .sharding import shard_functions

ABI_VERSION = 1
"""`APPROX_ABI_VERSION` of the runtime header that the code is written for."""


class Sources:
    """
    Writes the C files of one program.
    """

    def __init__(self, program: Program, shards: int = 1):
        """
        `shards` is the number of files for the private functions, when they get their own.
        """
        self.program = program
        self.shards = shards

    @cached_property
    def _written(self) -> set[SSAValue]:
        return written_pointers(self.program.functions)

    @cached_property
    def _shards(self) -> list[list[func.FuncOp]]:
        return shard_functions(self.program, self.shards)

    def single(self) -> str:
        """
        Everything in one file; the private functions are static, and never inlined: registers are
        allotted for each by itself, and a profile has a line for each.
        """
        helpers = self.program.helpers
        static = "static APPROX_NOINLINE "
        forward = self._prototypes(_called_before_definition(helpers), static)
        bodies = [self._helper(function, static) for function in helpers]
        return self._file([*forward, *bodies, self._hooks(), self._run()])

    def main(self) -> str:
        """
        The public function; the private ones are elsewhere.
        """
        called = self._prototypes(self._callees([self.program.run]))
        return self._file([*called, self._hooks(), self._run()])

    def shard(self, index: int) -> str:
        """
        The private functions of one shard. Errors: IndexError beyond the number of shards.
        """
        functions = self._shards[index]
        if not functions:
            name = f"{self.program.name}_shard_{index}_is_empty"
            return self._file([f"/* No function fell into this file. */\ntypedef int {name};"])
        known = [*functions, *self._callees(functions)]
        prototypes = self._prototypes(list(dict.fromkeys(known)))
        return self._file([*prototypes, *(self._helper(function) for function in functions)])

    def _file(self, sections: Sequence[str]) -> str:
        includes = (
            f'#include "{self.program.name}.h"\n{self._settings()}#include "approx_runtime.h"'
        )
        check = (
            f"#if APPROX_ABI_VERSION != {ABI_VERSION}\n"
            '#error "approx_runtime.h is of another version than this file"\n#endif'
        )
        return "\n\n".join((banner(self.program), includes, check, *sections)) + "\n"

    def _settings(self) -> str:
        """
        What the runtime is told of the target, unless whoever compiles the file says otherwise.
        """
        settings = self.program.model.runtime_settings()
        macros = {f"APPROX_{name.upper()}": value for name, value in settings.items()}
        return "".join(
            f"#ifndef {name}\n#define {name} {value}\n#endif\n" for name, value in macros.items()
        )

    def _callees(self, functions: Sequence[func.FuncOp]) -> list[func.FuncOp]:
        by_name = {function.sym_name.data: function for function in self.program.helpers}
        names = dict.fromkeys(name for function in functions for name in callees(function))
        return [by_name[name] for name in names]

    def _printer(self) -> tuple[CPrinter, StringIO]:
        stream = StringIO()
        return CPrinter(self.program, self._written, stream), stream

    def _prototypes(self, functions: Sequence[func.FuncOp], prefix: str = "") -> list[str]:
        printer, _ = self._printer()
        lines = [f"{printer.prototype(function, prefix)};" for function in functions]
        return ["\n".join(lines)] if lines else []

    def _helper(self, function: func.FuncOp, prefix: str = "") -> str:
        printer, stream = self._printer()
        printer.print_helper(function, prefix)
        return stream.getvalue().lstrip("\n")

    def _run(self) -> str:
        printer, stream = self._printer()
        printer.print_run()
        return stream.getvalue().lstrip("\n")

    def _hooks(self) -> str:
        """
        What a layer calls at its begin and end: nothing, or with APPROX_PROFILE a weak function.
        """
        name, upper = self.program.name, self.program.name.upper()
        labels = ", ".join(string_literal(layer.label.data) for layer in self.program.layers)
        lines = ["#ifdef APPROX_PROFILE"]
        lines.append(
            f"const char *const {name}_layer_names[{upper}_LAYER_COUNT + 1] ="
            f" {{{labels}{', ' if labels else ''}0}};"
        )
        for edge in ("begin", "end"):
            hook = f"{name}_on_layer_{edge}"
            lines.append(
                f"__attribute__((weak)) void {hook}(uint16_t layer) {{\n  (void)layer;\n}}"
            )
            lines.append(f"#define {upper}_ON_LAYER_{edge.upper()}(layer) {hook}(layer)")
        lines.append("#else")
        for edge in ("BEGIN", "END"):
            lines.append(f"#define {upper}_ON_LAYER_{edge}(layer) ((void)0)")
        return "\n".join([*lines, "#endif"])


def callees(function: func.FuncOp) -> list[str]:
    """
    The functions that `function` calls, each once, in the order of the calls.
    """
    calls = (op for op in function.body.walk() if isinstance(op, func.CallOp))
    return list(dict.fromkeys(call.callee.string_value() for call in calls))


def _called_before_definition(functions: Sequence[func.FuncOp]) -> list[func.FuncOp]:
    by_name = {function.sym_name.data: function for function in functions}
    defined: set[str] = set()
    early: dict[str, None] = {}
    for function in functions:
        defined.add(function.sym_name.data)
        early |= dict.fromkeys(name for name in callees(function) if name not in defined)
    return [by_name[name] for name in early]
