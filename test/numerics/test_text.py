"""
The IR is text at every level: a pipeline run pass by pass, through text, gives the same C.
"""

from __future__ import annotations

from approx_opt.compiler.emit_sources import Sources
from approx_opt.compiler.program import Program
from approx_opt.dialects.approx import Approx
from approx_opt.dialects.cortexm import CortexM
from approx_opt.passes.lower_to_cortexm import LowerToCortexmPass
from approx_opt.passes.plan_memory import PlanMemoryPass
from approx_opt.passes.select_kernels import SelectKernelsPass
from networks import digits
from xdsl.context import Context
from xdsl.dialects import arith, builtin, func, scf
from xdsl.dialects.builtin import ModuleOp
from xdsl.parser import Parser

STEPS = (SelectKernelsPass(), PlanMemoryPass(), LowerToCortexmPass())


def reparsed(module: ModuleOp) -> ModuleOp:
    """
    The module, printed and parsed.
    """
    context = Context()
    for dialect in (Approx, CortexM, arith.Arith, builtin.Builtin, func.Func, scf.Scf):
        context.load_dialect(dialect)
    text = str(module)
    again = Parser(context, text).parse_module()
    assert str(again) == text
    return again


def test_text_loses_nothing():
    """
    On the network of the demo.
    """
    straight = digits()
    by_text = reparsed(straight)
    for step in STEPS:
        step.apply(Context(), straight)
        step.apply(Context(), by_text)
        by_text = reparsed(by_text)
        by_text.verify()
    straight_c, text_c = (Sources(Program.of(m), 1).single() for m in (straight, by_text))
    assert straight_c == text_c
