"""
Plans: what to skip in each layer, and by which kernel to run it (docs/plans.md).
"""

from __future__ import annotations

import difflib
import json
import math
from collections.abc import Iterable, Mapping
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


@dataclass(frozen=True)
class LayerPlan:
    """
    One layer. None leaves a choice to the pass that makes it.

    `skip` (0 to 1: share of the layer's multiply-accumulates) or `threshold` (at least 0) says how
    much to skip; with neither the layer stays exact. `domain` is where its taps lie, by default in
    the window.
    """

    metric: str | None = None
    granularity: str | None = None
    skip: float | None = None
    threshold: float | None = None
    kernel: str | None = None
    domain: str | None = None

    @property
    def is_exact(self) -> bool:
        """
        True where nothing is skipped.
        """
        return self.skip is None and self.threshold is None


@dataclass(frozen=True)
class Plan:
    """
    `model` is the name of the network; `layers` are named after their ONNX nodes.
    """

    model: str
    layers: Mapping[str, LayerPlan]

    def dumps(self) -> str:
        """
        The JSON text: keys sorted, absent choices left out. Equal plans give equal bytes.
        """
        layers = {
            name: {key: value for key, value in asdict(layer).items() if value is not None}
            for name, layer in self.layers.items()
        }
        document = {"version": VERSION, "model": self.model, "layers": layers}
        return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"

    def check_layers(self, names: Iterable[str]) -> None:
        """
        Every layer of the plan is one of `names`. Errors: UserError with the nearest name.
        """
        known = list(names)
        for name in self.layers:
            if name not in known:
                raise UserError(f"the plan names layer {unknown_name(name, known)}")


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
        plan = self._object(document, "the plan", ("version", "model", "layers"))
        for key in ("version", "model", "layers"):
            if key not in plan:
                self._fail(f"'{key}' is missing")
        version: Any = plan["version"]
        if type(version) is not int or version != VERSION:
            self._fail(f"version is {version!r}, this compiler reads version {VERSION}")
        if not isinstance(plan["model"], str):
            self._fail("'model' must be a string")
        layers = self._object(plan["layers"], "'layers'", None)
        return Plan(plan["model"], {name: self._layer(name, e) for name, e in layers.items()})

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
