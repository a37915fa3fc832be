"""
`--list-passes`: every pass that a pipeline can name, what it does, and its options.
"""

from __future__ import annotations

import argparse
import dataclasses
import inspect
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

from xdsl.passes import ModulePass

from .specs import option_types, unknown_pass
from .universe import APPROX_UNIVERSE

Passes: TypeAlias = Mapping[str, Callable[[], type[ModulePass]]]

_WIDTH = 80
"""Columns, whatever the terminal has: the text is the same everywhere."""
_INDENT = "    "
_NO_BREAK = "\N{NO-BREAK SPACE}"


class ListPasses(argparse.Action):
    """
    `--list-passes [NAME]`: print `pass_listing` or `pass_help`, and exit.
    """

    def __init__(self, option_strings: list[str], dest: str, passes: Passes, **settings: Any):
        super().__init__(option_strings, dest, nargs="?", **settings)
        self._passes = passes

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """
        Errors: through the parser, for a pass that there is not.
        """
        if values is None:
            print(pass_listing(self._passes))
        elif values in self._passes:
            print(pass_help(values, self._passes[values]()))
        else:
            parser.error(f"--list-passes: pass {unknown_pass(values, self._passes)}")
        parser.exit()


def pass_listing(passes: Passes) -> str:
    """
    Ours, then the others, each by the first sentence of its docstring and with its options in
    short: `name: type = default`.
    """
    ours = [name for name in passes if name in APPROX_UNIVERSE.all_passes]
    others = [name for name in passes if name not in APPROX_UNIVERSE.all_passes]
    sections = (("Passes of approx-opt", ours), ("Passes of xDSL and its plug-ins", others))
    end = _wrapped(
        "--list-passes NAME says all about one. In a pipeline options follow the name: "
        "-p 'skip-operands{fraction=0.3 granularity=pair},select-kernels'.",
        "",
    )
    blocks = [_section(title, {name: passes[name] for name in names}) for title, names in sections]
    return "\n".join([*blocks, end])


def _section(title: str, passes: Passes) -> str:
    entries = (_entry(name, factory()) for name, factory in passes.items())
    return f"{title}:\n\n" + "\n".join(entries)


def _entry(name: str, pass_class: type[ModulePass]) -> str:
    lines = [name]
    sentence = first_sentence(documentation(pass_class))
    options = ", ".join(_in_one_piece(str(one)) for one in options_of(pass_class))
    lines += [_wrapped(text, _INDENT) for text in (sentence, options) if text]
    return "\n".join(lines) + "\n"


def _in_one_piece(option: str) -> str:
    """
    An option that is not broken where it fits a line.
    """
    fits = len(f"{_INDENT}{option},") <= _WIDTH
    return option.replace(" ", _NO_BREAK) if fits else option


def pass_help(name: str, pass_class: type[ModulePass]) -> str:
    """
    The whole docstring of a pass, then its options, one a line.
    """
    text = documentation(pass_class) or "(not documented)"
    options = [f"{_INDENT}{option}" for option in options_of(pass_class)]
    listing = ["", "Options:", *options] if options else []
    return "\n".join([name, "", textwrap.indent(text, _INDENT), *listing])


@dataclasses.dataclass(frozen=True)
class Option:
    """
    An option of a pass: name as in a pipeline, type and default in words; `choices` are all
    values it can have, where they are few.
    """

    name: str
    type: str
    default: str | None
    is_required: bool
    choices: tuple[str, ...]

    def __str__(self) -> str:
        if self.is_required:
            return f"{self.name}: {self.type} (required)"
        return f"{self.name}: {self.type}" + (f" = {self.default}" if self.default else "")


def options_of(pass_class: type[ModulePass]) -> Iterator[Option]:
    """
    The options of a pass in their order.
    """
    types = option_types(pass_class)
    for field in dataclasses.fields(pass_class):
        name = field.name.replace("_", "-")
        hint = types[name]
        is_required = field.default is dataclasses.MISSING
        default = None if is_required else _value(field.default)
        yield Option(name, _type(hint), default, is_required, tuple(_choices(hint)))


def _value(default: Any) -> str | None:
    """
    A default as a pipeline has it; None for one that is no value.
    """
    if default is None or default == ():
        return None
    return str(default).lower() if isinstance(default, bool) else str(default)


def _alternatives(hint: Any) -> tuple[Any, ...]:
    """
    The types of a union other than None; of another type none.
    """
    is_union = get_origin(hint) in (Union, UnionType)
    return tuple(one for one in get_args(hint) if one is not NoneType) if is_union else ()


def _type(hint: Any) -> str:
    """
    Such as `int`, `float|int`, `mean|variance`, `str,...`; of an annotated type what it says.
    """
    if get_origin(hint) is Annotated:
        return str(hint.__metadata__[0])
    if get_origin(hint) is Literal:
        return "|".join(map(str, get_args(hint)))
    if get_origin(hint) is tuple:
        return f"{_type(get_args(hint)[0])},..."
    alternatives = _alternatives(hint)
    return "|".join(map(_type, alternatives)) if alternatives else hint.__name__


def _choices(hint: Any) -> Iterable[str]:
    for one in _alternatives(hint) or (hint,):
        if get_origin(one) is Literal:
            yield from map(str, get_args(one))
        elif one is bool:
            yield from ("true", "false")


def documentation(pass_class: type[ModulePass]) -> str:
    """
    The docstring of a pass; "" where there is none but the signature that a dataclass makes up.
    """
    text = inspect.cleandoc(pass_class.__doc__ or "")
    return "" if text.startswith(f"{pass_class.__name__}(") else text


def first_sentence(text: str) -> str:
    """
    What comes before a period and a space, or before the end of the paragraph.
    """
    paragraph = " ".join(text.split("\n\n")[0].split())
    return re.split(r"(?<=\.) (?=[A-Z`])", paragraph)[0]


def _wrapped(text: str, indent: str) -> str:
    lines = textwrap.wrap(
        text, _WIDTH - len(indent), break_on_hyphens=False, break_long_words=False
    )
    return textwrap.indent("\n".join(lines), indent).replace(_NO_BREAK, " ")
