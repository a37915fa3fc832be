"""
The C emitter: structure here, statements in emit_statements.py, files in emit_sources.py.

All decisions are in the IR. A loop becomes a `for`, a value a variable, a tile the variables its
macro declares; constants are written where they are used.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import singledispatchmethod
from io import StringIO

from xdsl.dialects import arith, func, scf
from xdsl.dialects.builtin import VectorType
from xdsl.ir import Block, Operation, SSAValue
from xdsl.utils.base_printer import BasePrinter
from xdsl.utils.exceptions import DiagnosticException

from ..dialects.cortexm import LayerOp
from .emit_context import Context
from .emit_names import Scope, element_ctype
from .emit_statements import STATEMENTS
from .emit_text import comment_text
from .pointer_writes import loop_variable
from .program import Program, plain_value


class CPrinter(BasePrinter):
    """
    Prints the functions of a program.
    """

    def __init__(self, program: Program, written: AbstractSet[SSAValue], stream: StringIO):
        """
        `written` is what `written_pointers` says of the program.
        """
        super().__init__(stream)
        self._program = program
        self._symbols = [function.sym_name.data for function in program.functions]
        self._context = Context(Scope(self._symbols), written)
        self._depth = 0
        self._layer = 0

    def line(self, text: str) -> None:
        """
        Start a new line at the current indentation.
        """
        self.print_string(f"\n{text}")

    def prototype(self, function: func.FuncOp, prefix: str = "") -> str:
        """
        `prefix void name(const int8_t *x, ...)` of a helper; its arguments get their names.
        """
        self._context = Context(Scope(self._symbols), self._context.written)
        name = function.sym_name.data
        arguments = ", ".join(self._context.variable(arg) for arg in function.args) or "void"
        return f"{prefix}{_result_ctype(function)} {name}({arguments})"

    def print_helper(self, function: func.FuncOp, prefix: str = "") -> None:
        """
        A private function.
        """
        self.line(f"APPROX_CODE_SECTION {self.prototype(function, prefix)} {{")
        with self.indented():
            for argument in function.args:
                if not argument.uses:
                    self.line(f"(void){self._context.token(argument)};")
            self._print_block(function.body.block)
        self.line("}")

    def print_run(self) -> None:
        """
        The public function: checks, layers, 0.
        """
        program = self._program
        self._context = Context(Scope(self._symbols), self._context.written)
        self.line(f"APPROX_CODE_SECTION {run_prototype(program)} {{")
        with self.indented():
            self._print_checks()
            self._name_run_arguments()
            self._print_block(program.run.body.block)
            self.line("return 0;")
        self.line("}")

    def _print_checks(self) -> None:
        program, upper = self._program, self._program.name.upper()
        unused = {workspace.argument for workspace in program.workspaces if not workspace.size}
        names = [name for name in program.argument_names if name not in unused]
        self.line(f"if ({' || '.join(f'!{name}' for name in names)}) {{")
        self.line(f"  return {upper}_ERROR_NULL;")
        self.line("}")
        aligned = [(one.argument, one.argument.upper()) for one in program.workspaces]
        aligned += [
            (name, f"IN_{index}")
            for index, (name, tensor) in enumerate(zip(names, program.inputs, strict=False))
            if tensor.alignment > 1
        ]
        for name, macro in aligned:
            self.line(f"if (((uintptr_t){name} & ({upper}_{macro}_ALIGNMENT - 1)) != 0) {{")
            self.line(f"  return {upper}_ERROR_ALIGNMENT;")
            self.line("}")

    def _name_run_arguments(self) -> None:
        """
        A workspace is bytes to the layers; an input is not to be written.
        """
        scope, arguments = self._context.scope, self._program.run.args
        workspaces = self._program.workspaces
        for argument, name in zip(arguments, self._program.argument_names, strict=True):
            scope.alias(argument, scope.fresh(name))
        for argument in arguments[: len(self._program.inputs)]:
            if argument in self._context.written:
                raise DiagnosticException(f"@{self._program.run.sym_name.data} writes to its input")
        for argument, workspace in zip(arguments[-len(workspaces) :], workspaces, strict=True):
            if argument.uses:
                source = scope.token(argument)
                self.line(f"{self._context.constant(argument, workspace.hint)} = {source};")

    def _print_block(self, block: Block) -> None:
        for op in block.ops:
            statement = STATEMENTS.get(type(op))
            if statement is not None:
                self.line(statement(op, self._context))
            else:
                self.print_op(op)

    @singledispatchmethod
    def print_op(self, op: Operation) -> None:
        """
        An op that is no plain statement.
        """
        raise DiagnosticException(f"there is no C for {op.name}")

    @print_op.register
    def _(self, op: arith.ConstantOp) -> None:
        self._context.scope.constant(op)

    @print_op.register
    def _(self, op: arith.IndexCastOp) -> None:
        self._context.scope.alias(op.result, self._context.token(op.input))

    @print_op.register
    def _(self, op: func.ReturnOp) -> None:
        if op.arguments:
            self.line(f"return {', '.join(self._context.tokens(op.arguments))};")

    @print_op.register
    def _(self, op: scf.YieldOp) -> None:
        """
        Written by the loop.
        """

    @print_op.register
    def _(self, op: LayerOp) -> None:
        index, name = self._layer, self._program.name.upper()
        self._layer += 1
        self.print_string("\n", indent=0)
        self.line(f"/* {comment_text(f'{index}: {op.label.data}{layer_summary(op)}')} */")
        self.line(f"{name}_ON_LAYER_BEGIN({index});")
        self.line("{")
        with self.indented():
            self._print_block(op.body.block)
        self.line("}")
        self.line(f"{name}_ON_LAYER_END({index});")

    @print_op.register
    def _(self, op: scf.ForOp) -> None:
        for index in range(len(op.iter_args)):
            self._print_loop_variable(op, index)
        lower, upper, step = self._context.tokens((op.lb, op.ub, op.step))
        counter = self._context.scope.counter(op.body.block.args[0], self._depth)
        advance = f"{counter}++" if step == "1" else f"{counter} += {step}"
        self.line(f"for (int32_t {counter} = {lower}; {counter} < {upper}; {advance}) {{")
        self._depth += 1
        with self.indented():
            self._print_block(op.body.block)
            self._print_updates(op)
        self._depth -= 1
        self.line("}")

    def _print_loop_variable(self, op: scf.ForOp, index: int) -> None:
        """
        Declare what the loop carries; a tile is carried by the variables it has.
        """
        first, inner, _, result = loop_variable(op, index)
        scope, token = self._context.scope, self._context.token(first)
        if isinstance(inner.type, VectorType):
            scope.alias(inner, token)
        else:
            self.line(f"{self._context.variable(inner)} = {token};")
        scope.alias(result, scope.token(inner))

    def _print_updates(self, op: scf.ForOp) -> None:
        """
        Assign the values of the next round, all at once: one that another assignment would spoil is
        first copied to a variable of its own.
        """
        context = self._context
        values = [loop_variable(op, index)[1:3] for index in range(len(op.iter_args))]
        updates = [(inner, context.token(inner), context.token(new)) for inner, new in values]
        updates = [(inner, target, new) for inner, target, new in updates if target != new]
        targets = {target for _, target, _ in updates}
        assignments: list[str] = []
        for inner, target, new in updates:
            if isinstance(inner.type, VectorType):
                raise DiagnosticException("scf.for: the tile it yields is not the one it carries")
            if new in targets:
                copy = context.scope.fresh("next")
                self.line(f"{context.declaration(inner, copy, 'const ')} = {new};")
                new = copy
            assignments.append(f"{target} = {new};")
        for assignment in assignments:
            self.line(assignment)


def run_prototype(program: Program) -> str:
    """
    `int NAME_run(const int8_t *input, int8_t *output, void *workspace)`; `, void *fast_workspace`.
    Inputs are `const uint8_t *` or `const float *` where the network converts them.
    """
    types = [f"const {element_ctype(tensor.element)} *" for tensor in program.inputs]
    types += ["int8_t *"] * len(program.outputs) + ["void *"] * len(program.workspaces)
    arguments = map("".join, zip(types, program.argument_names, strict=True))
    return f"int {program.name}_run({', '.join(arguments)})"


def layer_summary(layer: LayerOp) -> str:
    """
    The `info` of a layer in one line: `: conv2d unrolled, 32x32x3 to 32x32x16, 442368 MACs`.
    """
    info = {key: plain_value(attr) for key, attr in layer.info.data.items()}
    parts = [" ".join(str(info[key]) for key in ("op", "kernel") if info.get(key))]
    shapes = ["x".join(map(str, info[key])) for key in ("in_shape", "out_shape") if key in info]
    parts.append(" to ".join(shapes))
    if info.get("macs"):
        skipped = info.get("macs_skipped")
        parts.append(f"{info['macs']} MACs{f' of which {skipped} skipped' if skipped else ''}")
    text = ", ".join(part for part in parts if part)
    return f": {text}" if text else ""


def _result_ctype(function: func.FuncOp) -> str:
    results = function.function_type.outputs.data
    if len(results) > 1:
        raise DiagnosticException(f"@{function.sym_name.data}: a C function has one result")
    return "int32_t" if results else "void"
