"""
The report on a compiled network: what each layer is and costs, as JSON.
"""

from __future__ import annotations

import json
from typing import Any

from xdsl.dialects import func

from ..dialects.cortexm import LayerOp, TableOp
from ..dialects.dense import numpy_of
from .emit_text import tool_version
from .program import Program, TensorInfo, plain_value

SCHEMA_VERSION = 1


def report(program: Program) -> dict[str, Any]:
    """
    Model, pipeline, tensors, totals and everything known of each layer.

    `flash_bytes` and `predicted_cycles`, of layers and in `totals`, are what the kernel selection
    predicts; `table_bytes` (the constants of a layer), `workspace_bytes` and, with a second
    workspace, `fast_workspace_bytes` are exact.
    """
    keys = ("macs", "macs_skipped", "flash_bytes", "predicted_cycles")
    totals = {key: program.total(key) for key in keys}
    tables = _table_bytes(program)
    return {
        "schema_version": SCHEMA_VERSION,
        "compiler": tool_version(),
        "name": program.name,
        "model": program.note("approx.model"),
        "pipeline": program.note("approx.pipeline"),
        "inputs": [_tensor(tensor) for tensor in program.inputs],
        "outputs": [_tensor(tensor) for tensor in program.outputs],
        "totals": {
            **totals,
            "layers": len(program.layers),
            **{f"{one.argument}_bytes": one.size for one in program.workspaces},
        },
        "layers": [_layer(index, layer, tables) for index, layer in enumerate(program.layers)],
    }


def render_report(program: Program) -> str:
    """
    The report as indented JSON with sorted keys.
    """
    return json.dumps(report(program), indent=2, sort_keys=True) + "\n"


def _tensor(tensor: TensorInfo) -> dict[str, Any]:
    return {
        "name": tensor.name,
        "shape": list(tensor.shape),
        "scale": tensor.scale,
        "zero_point": tensor.zero_point,
    }


def _layer(index: int, layer: LayerOp, tables: dict[str, int]) -> dict[str, Any]:
    info = {key: plain_value(attr) for key, attr in layer.info.data.items()}
    calls = [op.callee.string_value() for op in layer.walk() if isinstance(op, func.CallOp)]
    constants = sum(tables[name] for name in dict.fromkeys(calls))
    return {**info, "index": index, "name": layer.label.data, "table_bytes": constants}


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
