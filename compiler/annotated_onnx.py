"""
The model that was compiled, each node with what became of it, for viewers such as Netron.

Netron shows `doc_string` of a node as its description and `metadata_props` below its attributes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import onnx

from .errors import UserError
from .onnx_graph import named
from .onnx_load import parse_model

Layers: TypeAlias = Sequence[Mapping[str, Any]]
"""Entries of `layers` in the report."""
Notes: TypeAlias = tuple[Mapping[str, str], str]
"""Metadata, and a sentence."""

_PREFIX = "approx."
_SIGNATURE = "ApproxOpt: "
_METADATA_IR_VERSION = 10
"""The first in which nodes have metadata_props."""
_ABSORBED = ("Add", "BatchNormalization", "Clip", "Relu")
"""Where such nodes are gone before fusion, the layer above has taken them up: bias, range."""
_FOLDED = "no code of its own"
_INLINED = "a function, inlined: its layers are in the notes of the model"
_SUMS = ("macs", "macs_skipped", "predicted_cycles", "flash_bytes")


@dataclass(frozen=True)
class SourceModel:
    """
    A model as it was read: the bytes of its file, the folder of its external data, and which of
    its nodes become one layer (compiler/layer_sources.py).
    """

    data: bytes
    folder: Path
    groups: Sequence[frozenset[str]]

    def annotated(self, report: Mapping[str, Any]) -> bytes:
        """
        The bytes of the model with notes on every node, its external data inside.

        Errors: UserError beyond the 2 GiB that a file of ONNX can have.
        """
        model = parse_model(self.data, self.folder)
        annotate(model, self.groups, report)
        try:
            return model.SerializeToString(deterministic=True)
        except ValueError as error:
            raise UserError(f"the annotated model is too large for one file: {error}") from error


def annotate(
    model: onnx.ModelProto, groups: Sequence[frozenset[str]], report: Mapping[str, Any]
) -> None:
    """
    Note in the nodes of a model the layers of `report` that they are, or are part of; the model
    computes what it did.

    A node that layers are named after has the figures of all of them. Nodes that are part of such
    a layer only name it (`approx.layer`), so that nothing counts twice. All others leave no code.
    What the model has noted already stays, but for notes of an earlier run.
    """
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    names = [node.name for node in named(copy.graph.node)]
    layers = _by_node(report["layers"], {*names, *(name for group in groups for name in group)})
    parts = _parts(model.graph.node, names, groups, layers)
    functions = {(function.domain, function.name) for function in model.functions}
    for node, name, part in zip(model.graph.node, names, parts, strict=True):
        own = layers.get(name, [])
        if own:
            notes = _figures(own, report["totals"])
        elif (node.domain, node.op_type) in functions:
            notes = {"folded": _INLINED}, _INLINED
        else:
            notes = _membership(part)
        _write(node, *notes)
    elsewhere = [one for name in layers if name not in names for one in layers[name]]
    _write(model, *_model_notes(report, elsewhere))
    model.ir_version = max(model.ir_version, _METADATA_IR_VERSION)


def _by_node(layers: Layers, nodes: Iterable[str]) -> dict[str, list[Mapping[str, Any]]]:
    """
    The layers named after each node: after `conv` these are `conv` and, say, `conv/pack`.
    """
    known = sorted(nodes, key=len, reverse=True)
    found: dict[str, list[Mapping[str, Any]]] = {}
    for layer in layers:
        origins = (node for node in known if f"{layer['name']}/".startswith(f"{node}/"))
        found.setdefault(next(origins, layer["name"]), []).append(layer)
    return found


def _parts(
    nodes: Iterable[onnx.NodeProto],
    names: Iterable[str],
    groups: Sequence[frozenset[str]],
    layers: Mapping[str, Layers],
) -> list[tuple[str, ...]]:
    """
    For each node the nodes whose layers it is part of, itself if it has some.
    """
    parts: list[tuple[str, ...]] = []
    of_tensor: dict[str, tuple[str, ...]] = {}
    for node, name in zip(nodes, names, strict=True):
        own = [group for group in groups if name in group]
        if name in layers:
            part = (name,)
        elif not own and node.op_type in _ABSORBED:
            above = [of_tensor[one] for one in node.input if one in of_tensor]
            part = above[0] if len(above) == 1 else ()
        else:
            part = tuple(one for one in layers if any(one in group for group in own))
        parts.append(part)
        of_tensor |= dict.fromkeys(node.output, part)
    return parts


def _membership(part: Sequence[str]) -> Notes:
    """
    On a node that is part of the layers of others, or leaves no code.
    """
    if not part:
        return {"folded": _FOLDED}, _FOLDED
    return {"layer": ", ".join(part)}, f"part of {', '.join(part)}"


def _figures(layers: Layers, totals: Mapping[str, int]) -> Notes:
    """
    On a node that layers are named after.
    """
    sums = {key: sum(layer[key] for layer in layers) for key in _SUMS}
    kernels = ", ".join(dict.fromkeys(layer["kernel"] for layer in layers))
    share = _percent(sums["predicted_cycles"], totals["predicted_cycles"])
    notes = {"layer": ", ".join(layer["name"] for layer in layers), "kernel": kernels}
    notes |= {key: str(value) for key, value in sums.items()}
    notes["cycles_percent"] = share
    text = [f"{sums['predicted_cycles']:,} cycles predicted ({share} % of all)"]
    if sums["macs"]:
        kept = notes["kept_percent"] = _percent(sums["macs"] - sums["macs_skipped"], sums["macs"])
        text.insert(0, f"{kept} % of {sums['macs']:,} MACs kept")
    return notes, "; ".join([*text, f"{sums['flash_bytes']:,} bytes of flash", f"kernel {kernels}"])


def _model_notes(report: Mapping[str, Any], elsewhere: Layers) -> Notes:
    """
    Totals; and the layers that stem from no node, such as a quantization to another scale.
    """
    totals: Mapping[str, int] = report["totals"]
    target: Mapping[str, Any] = report["target"] or {}
    notes = {key: str(totals[key]) for key in (*_SUMS, "workspace_bytes")}
    notes |= {"compiler": report["compiler"], "pipeline": report["pipeline"] or ""}
    notes |= {"target": target["name"]} if target else {}
    for layer in elsewhere:
        notes[f"layer_without_node.{layer['name']}"] = f"{layer['predicted_cycles']} cycles"
    kept = _percent(totals["macs"] - totals["macs_skipped"], totals["macs"])
    return notes, f"{kept} % of {totals['macs']:,} MACs kept"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else "0.0"


def _write(proto: onnx.NodeProto | onnx.ModelProto, notes: Mapping[str, str], text: str) -> None:
    """
    Put notes, and a line of description below what is there already.
    """
    kept = [entry for entry in proto.metadata_props if not entry.key.startswith(_PREFIX)]
    ours = [
        onnx.StringStringEntryProto(key=f"{_PREFIX}{key}", value=value)
        for key, value in notes.items()
    ]
    del proto.metadata_props[:]
    proto.metadata_props.extend([*kept, *ours])
    lines = [line for line in proto.doc_string.splitlines() if not line.startswith(_SIGNATURE)]
    proto.doc_string = "\n".join([*lines, f"{_SIGNATURE}{text}"])
