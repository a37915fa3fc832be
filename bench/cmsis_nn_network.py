"""
The C of a whole network for CMSIS-NN, in the form of generated code: NAME.h, NAME_run().
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

from approx_opt.compiler.interpreter import entry_function
from approx_opt.compiler.memory import Buffer, Plan, plan
from approx_opt.dialects import network_ops as approx
from approx_opt.dialects.quant import shape_of
from cmsis_nn_code import LayerCode, identifier, layer_code
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import SSAValue


@dataclass(frozen=True)
class LibraryLayer:
    """
    A layer, the function that calls CMSIS-NN for it, and what it has to do.
    """

    op: approx.NetworkOp
    function: str
    code: LayerCode


class LibraryNetwork:
    """
    An integer network as calls of CMSIS-NN, its tensors planned into one workspace.

    Errors: UserError for a layer that CMSIS-NN has no function for.
    """

    def __init__(self, module: ModuleOp):
        function = entry_function(module)
        self.name = function.sym_name.data
        self.input: SSAValue = function.args[0]
        self._roots: dict[SSAValue, SSAValue] = {}
        self.layers: list[LibraryLayer] = []
        for op in function.body.block.ops:
            if isinstance(op, approx.ReshapeOp):
                self._roots[op.output] = self._root(op.input)
            elif isinstance(op, approx.NetworkOp):
                name = f"{self.name}_{len(self.layers)}_{identifier(op.layer.data)}"
                self.layers.append(LibraryLayer(op, name, layer_code(op)))
        terminator = function.body.block.last_op
        assert terminator is not None
        self.output = self._root(terminator.operands[0])

    def _root(self, value: SSAValue) -> SSAValue:
        return self._roots.get(value, value)

    @cached_property
    def _buffers(self) -> dict[SSAValue | int, Buffer]:
        """
        Results of layers, and by the number of the layer its scratch memory.
        """
        last: dict[SSAValue, int] = {}
        for step, layer in enumerate(self.layers):
            last |= {self._root(operand): step for operand in layer.op.operands}
        buffers: dict[SSAValue | int, Buffer] = {
            step: Buffer(layer.code.scratch, step, step) for step, layer in enumerate(self.layers)
        }
        for step, layer in enumerate(self.layers):
            value = layer.op.output
            if value != self.output:
                buffers[value] = Buffer(prod(shape_of(value)), step, last[value])
        return buffers

    @cached_property
    def _plan(self) -> Plan:
        return plan(list(self._buffers.values()))

    def _place(self, value: SSAValue | int) -> str:
        if value == self.input:
            return "input"
        if value == self.output:
            return "output"
        offset = self._plan.offsets[list(self._buffers).index(value)]
        return f"memory + {offset}"

    def header(self) -> str:
        """
        NAME.h, with what the vector runner wants of it.
        """
        upper = self.name.upper()
        return f"""#include <stdint.h>
#define {upper}_IN_0_SIZE_BYTES {prod(shape_of(self.input))}
#define {upper}_OUT_0_SIZE_BYTES {prod(shape_of(self.output))}
#define {upper}_DECLARE_WORKSPACE(name) static uint64_t name[{self._plan.total // 8 + 1}]
int {self.name}_run(const int8_t *input, int8_t *output, void *workspace);
"""

    def source(self) -> str:
        """
        NAME.c.
        """
        functions = "\n".join(map(_function, self.layers))
        calls = "\n".join(
            f"  if ({layer.function}({', '.join(self._arguments(step, layer))}) != 0) return -1;"
            for step, layer in enumerate(self.layers)
        )
        return f"""#include "{self.name}.h"
#include "arm_nnfunctions.h"
#include "arm_nnsupportfunctions.h"

{functions}
int {self.name}_run(const int8_t *input, int8_t *output, void *workspace) {{
  int8_t *const memory = workspace;
{calls}
  return 0;
}}
"""

    def _arguments(self, step: int, layer: LibraryLayer) -> Sequence[str]:
        values = [*map(self._root, layer.op.operands), layer.op.output]
        return [*map(self._place, values), self._place(step)]


def _function(layer: LibraryLayer) -> str:
    """
    One that is called as it is, so that the simulator tells its cycles apart and can call it.
    """
    inputs = ["x", "x2"][: len(layer.op.operands)]
    pointers = [*(f"const int8_t *{x}" for x in inputs), "int8_t *y", "void *scratch"]
    arguments = ", ".join(pointers)
    statements = [*(table.definition for table in layer.code.tables), *layer.code.body]
    lines = "".join(f"  {line}\n" for line in statements)
    return (
        f"__attribute__((noipa)) int {layer.function}({arguments}) {{\n"
        f"  enum {{ SCRATCH = {layer.code.scratch} }};\n  (void)scratch;\n{lines}}}\n"
    )
