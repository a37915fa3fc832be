"""
What this package adds to xDSL: dialects, passes, targets.

The factories import on demand: this module is loaded by every `xdsl-opt` on the machine.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from xdsl.ir import Dialect
from xdsl.universe import Universe

_PACKAGE = __package__.rpartition(".")[0] if __package__ else ""

_PASSES = (
    "annotate-significance",
    "approx-to-c",
    "collect-statistics",
    "convert-inputs",
    "fold-pads",
    "fold-transposes",
    "fuse-qdq",
    "lower-to-cortexm",
    "plan-memory",
    "reconstruct-operands",
    "select-kernels",
    "skip-operands",
    "transform-winograd",
    "unpack-operands",
)


def _approx() -> Dialect:
    from ..dialects.approx import Approx

    return Approx


def _cortexm() -> Dialect:
    from ..dialects.cortexm import CortexM

    return CortexM


def _pass_factory(name: str) -> Callable[[], Any]:
    """
    The class of a pass, by the rule that `skip-operands` is `SkipOperandsPass` in
    passes/skip_operands.py.
    """
    module = f"{_PACKAGE}.passes.{name.replace('-', '_')}"
    class_name = "".join(part.capitalize() for part in name.split("-")) + "Pass"
    return lambda: getattr(import_module(module), class_name)


def _target_factory(class_name: str) -> Callable[[], Any]:
    return lambda: getattr(import_module(f"{_PACKAGE}.compiler.targets"), class_name)


APPROX_UNIVERSE = Universe(
    all_dialects={"approx": _approx, "cortexm": _cortexm},
    all_passes={name: _pass_factory(name) for name in _PASSES},
    all_targets={
        "c": _target_factory("CTarget"),
        "c-header": _target_factory("CHeaderTarget"),
        "report": _target_factory("ReportTarget"),
    },
)
