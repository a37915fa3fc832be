"""
The report on a compiled network as JSON: what each layer is and costs, which taps it keeps, what
lies where in memory. `report_schema.json` is its schema, docs/report.md explains it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xdsl.dialects import func

from ..dialects.cortexm import LayerOp, TableOp
from ..dialects.dense import numpy_of
from .emit_names import element_ctype
from .emit_text import tool_version
from .mcu import MCUS
from .plan import MODEL_SHA256
from .program import Program, plain_value
from .sim_profiles import PROFILES
from .tap_levels import ENCODING, encoded, histogram
from .tensor_info import TensorInfo

SCHEMA_VERSION = 2
SCHEMA = Path(__file__).with_name("report_schema.json")
"""JSON Schema, draft 2020-12."""

_MEGA = 1_000_000


def report(program: Program) -> dict[str, Any]:
    """
    Model, target, plan, pipeline, tensors, totals, everything known of each layer, memory map.

    `flash_bytes` and `predicted_cycles`, of layers and in `totals`, are what the kernel selection
    predicts; `table_bytes` (the constants of a layer), `working_bytes` (what lies in the workspaces
    while it runs), `workspace_bytes` and, with a second workspace, `fast_workspace_bytes` are
    exact.
    """
    keys = ("macs", "macs_skipped", "flash_bytes", "predicted_cycles")
    totals = {key: program.total(key) for key in keys}
    tables = _table_bytes(program)
    return {
        "schema_version": SCHEMA_VERSION,
        "compiler": tool_version(),
        "name": program.name,
        "model": program.note("approx.model"),
        "model_sha256": program.note(MODEL_SHA256),
        "pipeline": program.note("approx.pipeline"),
        "plan": _plan(program),
        "target": _target(program),
        "inputs": [_tensor(tensor) for tensor in program.inputs],
        "outputs": [_tensor(tensor) for tensor in program.outputs],
        "totals": {
            **totals,
            "layers": len(program.layers),
            **{f"{one.argument}_bytes": one.size for one in program.workspaces},
        },
        "layers": [
            _layer(index, layer, tables) | _working_bytes(program, index)
            for index, layer in enumerate(program.layers)
        ],
        "memory": list(program.memory),
    }


def render_report(program: Program) -> str:
    """
    The report as text.
    """
    return as_json(report(program))


def as_json(figures: Mapping[str, Any]) -> str:
    """
    A report as indented JSON with sorted keys.
    """
    return json.dumps(figures, indent=2, sort_keys=True) + "\n"


def _plan(program: Program) -> dict[str, Any] | None:
    file = program.note("approx.plan")
    return None if file is None else {"file": file, "note": program.note("approx.plan_note")}


def _target(program: Program) -> dict[str, Any] | None:
    """
    The device, its clock at full speed, and what the network may take of it.
    """
    mcu = MCUS.get(program.note("approx.target") or "")
    if mcu is None:
        return None
    profile = PROFILES.get(mcu.name)
    return {
        "name": mcu.name,
        "cpu": mcu.cpu,
        "clock_hz": None if profile is None else profile.clock * _MEGA,
        "flash_bytes": mcu.flash,
        "ram_bytes": mcu.ram,
        "flash_budget": program.number("approx.flash_budget"),
        "ram_budget": program.number("approx.ram_budget"),
    }


def _tensor(tensor: TensorInfo) -> dict[str, Any]:
    return {
        "name": tensor.name,
        "shape": list(tensor.shape),
        "dtype": element_ctype(tensor.element),
        "layout": tensor.layout,
        "scale": tensor.scale,
        "zero_point": tensor.zero_point,
    }


def _layer(index: int, layer: LayerOp, tables: Mapping[str, int]) -> dict[str, Any]:
    info = {key: plain_value(attr) for key, attr in layer.info.data.items()}
    calls = [op.callee.string_value() for op in layer.walk() if isinstance(op, func.CallOp)]
    constants = sum(tables[name] for name in dict.fromkeys(calls))
    entry = {**info, "index": index, "name": layer.label.data, "table_bytes": constants}
    return entry | _taps(layer)


def _taps(layer: LayerOp) -> dict[str, Any]:
    """
    Levels of significance, and how many taps have which, where that is known.
    """
    if layer.taps is None:
        return {}
    levels = numpy_of(layer.taps)
    taps = {"shape": list(levels.shape), "encoding": ENCODING, "levels": encoded(levels)}
    return {"taps": taps, "significance_histogram": dict(histogram(levels))}


def _working_bytes(program: Program, index: int) -> dict[str, int]:
    """
    What the workspaces hold while a layer runs, where there is a memory map. A result that is
    written over an operand takes no more than the larger of the two.
    """
    if not program.memory:
        return {}
    alive = [one for one in program.memory if one["first"] <= index <= one["last"]]
    spans = sorted((one["workspace"], one["offset"], one["size"]) for one in alive)
    total, end = 0, ("", 0)
    for workspace, offset, size in spans:
        start = max(offset, end[1]) if workspace == end[0] else offset
        stop = max(offset + size, start)
        total += stop - start
        end = (workspace, stop)
    return {"working_bytes": total}


def _table_bytes(program: Program) -> dict[str, int]:
    """
    Bytes of the constants of each private function.
    """
    return {
        function.sym_name.data: sum(
            numpy_of(op.value).nbytes for op in function.walk() if isinstance(op, TableOp)
        )
        for function in program.helpers
    }
