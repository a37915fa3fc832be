"""
Networks at the kernel level, from the statements of their run function.
"""

from __future__ import annotations

import numpy as np
from approx_opt.compiler.interpret_cortexm import run_cortexm
from approx_opt.dialects.cortexm import CortexM
from xdsl.context import Context
from xdsl.dialects import arith, builtin, func, scf
from xdsl.dialects.builtin import ModuleOp
from xdsl.parser import Parser

P8, P16, P32 = "!cortexm.ptr<i8>", "!cortexm.ptr<i16>", "!cortexm.ptr<i32>"


def program(body: str, inputs: int = 8, outputs: int = 8, workspace: int = 64) -> ModuleOp:
    """
    A network @net of one int8 input and output (sizes in bytes) whose run function is `body`.
    """
    tensor = '{{name = "t", shape = array<i64: {}>, scale = 1.0 : f32, zero_point = 0 : i32}}'
    text = f"""
    cortexm.model @net {{inputs = [{tensor.format(inputs)}], outputs = [{tensor.format(outputs)}],
                        workspace_bytes = {workspace} : i32}}
    func.func @net_run(%x: {P8}, %y: {P8}, %workspace: {P8}) {{
      {body}
      func.return
    }}"""
    context = Context()
    for dialect in (arith.Arith, builtin.Builtin, CortexM, func.Func, scf.Scf):
        context.load_dialect(dialect)
    module = Parser(context, text).parse_module()
    module.verify()
    return module


def run(body: str, x: list[int] | np.ndarray, outputs: int = 8, workspace: int = 64) -> list[int]:
    """
    The output of one inference.
    """
    inputs = np.array([x], np.int8)
    module = program(body, inputs.shape[1], outputs, workspace)
    return run_cortexm(module, inputs)[0].tolist()


WIDEN = f"""
%b = cortexm.buffer %workspace[0] : {P8} -> {P16}
%lo = arith.constant 0 : index
%one = arith.constant 1 : index
%hi = arith.constant {{count}} : index
scf.for %i = %lo to %hi step %one {{{{
  %from = cortexm.address %x[%i] {{{{strides = array<i64: 1>, offset = 0 : i32}}}} : {P8} -> {P8}
  %to = cortexm.address %b[%i] {{{{strides = array<i64: 1>, offset = 0 : i32}}}} : {P16} -> {P16}
  %value = cortexm.load %from[0] : {P8} -> i32
  cortexm.store %value, %to[0] : i32, {P16}
}}}}
"""
"""Copy `count` input bytes to int16 in the workspace, as %b."""
