"""
Small modules at the kernel level (helper of tests).
"""

from __future__ import annotations

from pathlib import Path

from approx_opt.dialects.cortexm import CortexM
from xdsl.context import Context
from xdsl.dialects import arith, builtin, func, scf
from xdsl.dialects.builtin import ModuleOp
from xdsl.parser import Parser

PROGRAMS = Path(__file__).parent / "programs"


def parse(name: str) -> ModuleOp:
    """
    A module of the folder programs, a network called @net.
    """
    context = Context()
    for dialect in (arith.Arith, builtin.Builtin, CortexM, func.Func, scf.Scf):
        context.load_dialect(dialect)
    module = Parser(context, (PROGRAMS / f"{name}.mlir").read_text()).parse_module()
    module.verify()
    return module
