"""
The reference, written from the code while the site is built: passes, dialects, targets, commands.

What a page in docs/reference/ says by itself is followed by what the registries hold
(compiler/universe.py) and what the commands print.
"""

from __future__ import annotations

import io
import os
import tomllib
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from importlib import import_module
from typing import Any
from unittest.mock import patch

from approx_opt.compiler.pass_listing import Option, first_sentence, options_of
from approx_opt.compiler.universe import APPROX_UNIVERSE
from constraints import describe, value_kind
from docstrings import ROOT, docstring, inline, to_markdown
from xdsl.ir import Attribute, Dialect, Operation
from xdsl.irdl import IRDLOperation, OptPropertyDef

_UP = "../../"
"""From the pages of the reference to the root of the repository."""

_COLUMNS = "96"
"""How wide the help of the commands is printed."""

COMMANDS: dict[str, str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
    "scripts"
]
"""The function of each command, such as approx_opt.compiler.sim:main."""


def passes_page() -> str:
    """
    Every pass: what it does, its options with types and defaults.
    """
    classes = [factory() for _, factory in sorted(APPROX_UNIVERSE.all_passes.items())]
    return "\n\n".join([_index(classes, "pass"), *map(_configurable, classes)])


def targets_page() -> str:
    """
    What `approx-opt -t` takes, with options.
    """
    classes = [factory() for _, factory in sorted(APPROX_UNIVERSE.all_targets.items())]
    return "\n\n".join([_index(classes, "target"), *map(_configurable, classes)])


def dialect_page(name: str) -> str:
    """
    Every op and attribute of a dialect.
    """
    dialect: Dialect = APPROX_UNIVERSE.all_dialects[name]()
    operations = sorted(dialect.operations, key=lambda op: op.name)
    attributes = sorted(dialect.attributes, key=lambda attribute: attribute.name)
    things = [*operations, *attributes]
    return "\n\n".join(
        [
            _index(things, "op or attribute"),
            "## Ops",
            *map(_operation, operations),
            "## Attributes and types",
            *map(_attribute, attributes),
        ]
    )


def commands_page() -> str:
    """
    What each command prints with `--help`.
    """
    return "\n\n".join(
        f"## {name}\n\n```text\n{help_of(name).strip()}\n```" for name in sorted(COMMANDS)
    )


PAGES: dict[str, Callable[[], str]] = {
    "reference/passes": passes_page,
    "reference/targets": targets_page,
    "reference/approx": lambda: dialect_page("approx"),
    "reference/cortexm": lambda: dialect_page("cortexm"),
    "reference/commands": commands_page,
}
"""What follows the text of a page, by its name."""


def help_of(command: str) -> str:
    """
    What a command prints with `--help`.
    """
    module, _, function = COMMANDS[command].partition(":")
    main = getattr(import_module(module), function)
    printed = io.StringIO()
    environment = {**os.environ, "COLUMNS": _COLUMNS, "NO_COLOR": "1"}
    with patch.dict(os.environ, environment), redirect_stdout(printed):
        try:
            main(["--help"])
        except SystemExit:
            pass
    return printed.getvalue()


def _index(things: list[Any], kind: str) -> str:
    rows = [f"| [`{thing.name}`](#{_anchor(thing.name)}) | {_summary(thing)} |" for thing in things]
    return "\n".join([f"| {kind} | |", "| --- | --- |", *rows])


def _anchor(name: str) -> str:
    return name.replace(".", "")


def _summary(thing: Any) -> str:
    return inline(first_sentence(docstring(thing)).rstrip(",:;"), _UP)


def _configurable(spec: Any) -> str:
    """
    A pass or a target.
    """
    parts = [f"## {spec.name}", to_markdown(docstring(spec), _UP)]
    rows = [_option(option) for option in options_of(spec)]
    if rows:
        parts.append("\n".join(["| option | type | default |", "| --- | --- | --- |", *rows]))
    return "\n\n".join(parts)


def _option(option: Option) -> str:
    kind = option.type.replace("|", "\\|")
    without = "required" if option.is_required else f"`{option.default}`" if option.default else "-"
    return f"| `{option.name}` | `{kind}` | {without} |"


def _operation(op: type[Operation]) -> str:
    parts = [f"### {op.name}", to_markdown(docstring(op), _UP)]
    rows = list(_parts_of_operation(op)) if issubclass(op, IRDLOperation) else []
    if rows:
        parts.append("\n".join(["| | name | |", "| --- | --- | --- |", *rows]))
    traits = sorted(type(trait).__name__ for trait in op.traits.traits)
    if traits:
        parts.append(f"Traits: {', '.join(f'`{trait}`' for trait in traits)}.")
    return "\n\n".join(parts)


def _parts_of_operation(op: type[IRDLOperation]) -> Iterator[str]:
    definition = op.get_irdl_definition()
    for name, operand in definition.operands:
        yield f"| operand | `{name}` | {value_kind(operand)} |"
    for name, property_ in definition.properties.items():
        optional = ", optional" if isinstance(property_, OptPropertyDef) else ""
        yield f"| property | `{name}` | {describe(property_.constr)}{optional} |"
    for name, result in definition.results:
        yield f"| result | `{name}` | {value_kind(result)} |"
    for name, _ in definition.regions:
        yield f"| region | `{name}` | |"


def _attribute(attribute: type[Attribute]) -> str:
    return f"### {attribute.name}\n\n{to_markdown(docstring(attribute), _UP)}"


def _append(app: Any, name: str, source: list[str]) -> None:
    """
    Event `source-read` of Sphinx.
    """
    if name in PAGES:
        source[0] = f"{source[0]}\n\n{PAGES[name]()}\n"


def setup(app: Any) -> dict[str, bool]:
    """
    What Sphinx asks of an extension.
    """
    app.connect("source-read", _append)
    return {"parallel_read_safe": True}
