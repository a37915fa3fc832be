"""
`--emit-dir`: everything that the driver leaves of a network, and of how it was made.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from xdsl.dialects.builtin import FloatAttr, ModuleOp, StringAttr

from ..dialects.cortexm import LayerOp
from .annotated_onnx import SourceModel
from .depfile import depfile, prerequisites
from .emit_files import emit_files
from .files import write_files
from .plan import KERNELS, MODEL_SHA256, LayerPlan, Plan
from .program import Program, info_integers
from .report_csv import summary_csv
from .report_files import load_front
from .report_page import render_page

_CONVOLUTIONS = ("conv2d", "depthwise_conv2d")


def emit_directory(
    module: ModuleOp, args: argparse.Namespace, source: SourceModel | None = None
) -> None:
    """
    Write a lowered module to `args.emit_dir` (compiler/emit_files.py) with the plan that was used
    and, where asked for, the page `args.report`, `args.csv` and, from the model that was read,
    `args.annotated_onnx`; then `args.depfile`, if any, whose target is the header.

    The network keeps its name where `args.name` is None. Errors: UserError for another name than
    the network's, and where files cannot be written; DiagnosticException for a module that is not
    lowered.
    """
    program = Program.of(module)
    name = args.name or program.name
    plan, more = plan_used(program).dumps(), partial(_more, args, source)
    emit_files(module, args.emit_dir, name, args.shards, plan, more)
    if args.depfile is not None:
        rule = depfile(args.emit_dir / f"{name}.h", prerequisites(args))
        write_files({args.depfile: rule})


def _more(
    args: argparse.Namespace, source: SourceModel | None, figures: Mapping[str, Any]
) -> dict[Path, str | bytes]:
    """
    Files beside those of the folder, from the report.
    """
    contents: dict[Path, str | bytes] = {}
    if args.report is not None:
        fronts = [] if args.front is None else [load_front(args.front)]
        contents[args.report] = render_page([figures], fronts)
    if args.csv is not None:
        contents[args.csv] = summary_csv(figures)
    if source is not None:
        contents[args.annotated_onnx] = source.annotated(figures)
    return contents


def plan_used(program: Program) -> Plan:
    """
    The plan that repeats every choice: for each convolution what was skipped, and the kernel. It
    holds for this model and these shapes.
    """
    entries = {layer.label.data: _entry(layer) for layer in program.layers if _is_planned(layer)}
    return Plan(program.name, entries, sha256=program.note(MODEL_SHA256))


def _is_planned(layer: LayerOp) -> bool:
    return _string(layer, "op") in _CONVOLUTIONS and _string(layer, "kernel") in KERNELS


def _entry(layer: LayerOp) -> LayerPlan:
    skip = layer.info.data.get("skip")
    return LayerPlan(
        metric=_string(layer, "metric"),
        granularity=_string(layer, "granularity"),
        skip=skip.value.data if isinstance(skip, FloatAttr) else None,
        kernel=_string(layer, "kernel"),
        domain=_string(layer, "domain"),
        shape=info_integers(layer, "weight_shape"),
    )


def _string(layer: LayerOp, key: str) -> str | None:
    attr = layer.info.data.get(key)
    return attr.data if isinstance(attr, StringAttr) else None
