"""
Plans: what to skip in each layer, and by which kernel to run it (docs/plans.md).
"""

from __future__ import annotations

import difflib
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal, NoReturn, TypeAlias, cast, get_args

from .errors import UserError
from .significance import METRIC_NAMES
from .skipping import GRANULARITIES

VERSION = 1
Kernel: TypeAlias = Literal[
    "unrolled", "loop", "indexed", "planar", "winograd2", "winograd4", "winograd4-packed"
]
KERNELS: tuple[Kernel, ...] = get_args(Kernel)
DOMAINS = ("winograd4",)
MODEL_SHA256 = "approx.model_sha256"
"""Attribute of a module: the hash of the model that it was read from."""

Shape = tuple[int, ...]


@dataclass(frozen=True)
class LayerPlan:
    """
    One layer. None leaves a choice to the pass that makes it.

    `skip` (0 to 1: share of the layer's multiply-accumulates) or `threshold` (at least 0) says how
    much to skip; with neither the layer stays exact. `domain` is where its taps lie, by default in
    the window. `shape` is that of the weights it was planned for, [O, KH, KW, C] of a convolution.
    """

    metric: str | None = None
    granularity: str | None = None
    skip: float | None = None
    threshold: float | None = None
    kernel: str | None = None
    domain: str | None = None
    shape: Shape | None = None

    @property
    def is_exact(self) -> bool:
        """
        True where nothing is skipped.
        """
        return self.skip is None and self.threshold is None


@dataclass(frozen=True)
class Plan:
    """
    `model` is the name of the network; `layers` are named after their ONNX nodes. `sha256` is that
    of the model it was made for (compiler/onnx_load.py), in lower case; `note` is for people.
    """

    model: str
    layers: Mapping[str, LayerPlan]
    sha256: str | None = None
    note: str | None = None

    def dumps(self) -> str:
        """
        The JSON text, one line a layer, sorted by name; what is absent is left out. Equal plans
        give equal bytes.
        """
        head = {"version": VERSION, "model": self.model, "sha256": self.sha256, "note": self.note}
        lines = [f"  {_json(key)}: {_json(value)},\n" for key, value in _given(head).items()]
        layers = [
            f"\n    {_json(name)}: {_json(_given(asdict(self.layers[name])))}"
            for name in sorted(self.layers)
        ]
        listing = f"{{{','.join(layers)}\n  }}" if layers else "{}"
        return f'{{\n{"".join(lines)}  "layers": {listing}\n}}\n'

    def check(self, source: str, sha256: str | None, shapes: Mapping[str, Shape | None]) -> None:
        """
        The plan, called `source` in messages, is one for the network at hand.

        `sha256` is that of the network's model, if known; `shapes` has all its layers, with the
        shape of their weights, if any. Errors: UserError for another model, else one with all
        layers that are not there or of another shape.
        """
        if sha256 is not None and self.sha256 is not None and sha256 != self.sha256:
            raise UserError(
                f"plan {source} was made for another model: its 'sha256' is {_short(self.sha256)}, "
                f"that of this model {_short(sha256)}; explore this model, or take 'sha256' out "
                "of the plan to use it anyway"
            )
        problems = list(self._misfits(shapes))
        if problems:
            listing = "".join(f"\n  {problem}" for problem in problems)
            raise UserError(f"plan {source} does not fit the network:{listing}")

    def _misfits(self, shapes: Mapping[str, Shape | None]) -> Iterator[str]:
        for name, layer in self.layers.items():
            if name not in shapes:
                yield f"layer {unknown_name(name, shapes)}"
            elif layer.shape is not None and layer.shape != shapes[name]:
                yield (
                    f"layer '{name}': 'shape' is {list(layer.shape)}, but the layer has "
                    f"{_weights(shapes[name])}; take 'shape' out to use the entry anyway"
                )


def _given(keys: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in keys.items() if value is not None}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _short(sha256: str) -> str:
    return f"{sha256[:12]}..."


def _weights(shape: Shape | None) -> str:
    return "no weights" if shape is None else f"weights of {list(shape)}"


def unknown_name(name: str, known: Iterable[str]) -> str:
    """
    `'conv9', which there is not; did you mean 'conv1'?` (or: there are ...).
    """
    candidates = list(known)
    nearest = difflib.get_close_matches(name, candidates, n=1)
    if nearest:
        return f"'{name}', which there is not; did you mean '{nearest[0]}'?"
    listing = ", ".join(candidates) if candidates else "none"
    return f"'{name}', which there is not; there are: {listing}"


def load_plan(path: str | Path) -> Plan:
    """
    Read a plan. Errors: UserError for a file that cannot be read, or as `parse_plan`.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(f"cannot read the plan {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"plan {path}: not UTF-8 text") from error
    return parse_plan(text, str(path))


def parse_plan(text: str, source: str = "plan") -> Plan:
    """
    A plan from JSON text; `source` is its name in messages.

    Errors: UserError that names the layer and the key at fault.
    """
    return _PlanReader(source).read(text)


class _PlanReader:
    def __init__(self, source: str):
        self.source = source

    def read(self, text: str) -> Plan:
        try:
            document: Any = json.loads(
                text, object_pairs_hook=self._unique, parse_constant=self._no_constant
            )
        except (ValueError, RecursionError) as error:
            self._fail(f"not JSON: {error}")
        plan = self._object(document, "the plan", ("version", "model", "sha256", "note", "layers"))
        for key in ("version", "model", "layers"):
            if key not in plan:
                self._fail(f"'{key}' is missing")
        version: Any = plan["version"]
        if type(version) is not int or version != VERSION:
            self._fail(f"version is {version!r}, this compiler reads version {VERSION}")
        for key in ("model", "note"):
            if not isinstance(plan.get(key, ""), str):
                self._fail(f"'{key}' must be a string")
        layers = self._object(plan["layers"], "'layers'", None)
        return Plan(
            model=plan["model"],
            layers={name: self._layer(name, entry) for name, entry in layers.items()},
            sha256=self._sha256(plan),
            note=plan.get("note"),
        )

    def _sha256(self, plan: Mapping[str, Any]) -> str | None:
        if "sha256" not in plan:
            return None
        value = plan["sha256"]
        if not isinstance(value, str) or not re.fullmatch("[0-9a-fA-F]{64}", value):
            self._fail(f"'sha256' must be 64 hexadecimal digits, not {value!r}")
        return value.lower()

    def _layer(self, name: str, entry: Any) -> LayerPlan:
        where = f"layer '{name}'"
        keys = self._object(entry, where, tuple(field.name for field in fields(LayerPlan)))
        if "skip" in keys and "threshold" in keys:
            self._fail(f"{where}: has both 'skip' and 'threshold'; one says how much to skip")
        return LayerPlan(
            metric=self._choice(where, keys, "metric", METRIC_NAMES),
            granularity=self._choice(where, keys, "granularity", GRANULARITIES),
            skip=self._number(where, keys, "skip", 1.0),
            threshold=self._number(where, keys, "threshold", math.inf),
            kernel=self._choice(where, keys, "kernel", KERNELS),
            domain=self._choice(where, keys, "domain", DOMAINS),
            shape=self._shape(where, keys),
        )

    def _object(self, value: Any, where: str, known: tuple[str, ...] | None) -> dict[str, Any]:
        if not isinstance(value, dict):
            self._fail(f"{where} must be an object")
        entries = cast("dict[str, Any]", value)
        for key in entries:
            if known is not None and key not in known:
                self._fail(f"{where}: has key {unknown_name(key, known)}")
        return entries

    def _choice(
        self, where: str, keys: Mapping[str, Any], key: str, choices: Iterable[str]
    ) -> str | None:
        value = keys.get(key)
        if key in keys and value not in tuple(choices):
            self._fail(f"{where}: '{key}' is one of {', '.join(choices)}, not {value!r}")
        return value

    def _number(
        self, where: str, keys: Mapping[str, Any], key: str, largest: float
    ) -> float | None:
        if key not in keys:
            return None
        value = keys[key]
        valid = isinstance(value, int | float) and not isinstance(value, bool)
        if not valid or not 0 <= value <= largest or math.isinf(value):
            limit = "of at least 0" if math.isinf(largest) else f"from 0 to {largest:g}"
            self._fail(f"{where}: '{key}' must be a number {limit}, not {value!r}")
        return float(value)

    def _shape(self, where: str, keys: Mapping[str, Any]) -> Shape | None:
        if "shape" not in keys:
            return None
        value = keys["shape"]
        sizes = cast("list[Any]", value) if isinstance(value, list) else []
        if not sizes or not all(type(size) is int and size > 0 for size in sizes):
            self._fail(f"{where}: 'shape' must be a list of integers from 1, not {value!r}")
        return tuple(sizes)

    def _unique(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        for key, value in pairs:
            if key in entries:
                self._fail(f"'{key}' is there twice")
            entries[key] = value
        return entries

    def _no_constant(self, name: str) -> NoReturn:
        self._fail(f"{name} is not a number")

    def _fail(self, problem: str) -> NoReturn:
        raise UserError(f"plan {self.source}: {problem}")
