"""
Passes and targets as users write them: mistakes are named before any work is done.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from inspect import signature
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from xdsl.passes import ModulePass
from xdsl.utils.arg_spec import (
    ArgSpec,
    ArgSpecConvertible,
    ParameterListType,
    parse_pipeline,
    parse_spec,
)
from xdsl.utils.hints import isa, type_repr

from .errors import UserError
from .plan import unknown_name
from .sizes import SIZE_FORMS, Size, is_size
from .universe import APPROX_UNIVERSE


def check_pipeline(text: str, passes: Mapping[str, Callable[[], type[ModulePass]]]) -> None:
    """
    Errors: UserError for a pass that is not there and for a wrong option, with the nearest name;
    ArgSpecParseError for what is no pipeline.
    """
    for spec in parse_pipeline(text):
        if spec.name not in passes:
            raise UserError(f"the pipeline names pass {unknown_pass(spec.name, passes)}")
        _check_options("pass", passes[spec.name](), spec)


def check_target(text: str, targets: Mapping[str, Any]) -> None:
    """
    Errors: UserError for a wrong option. Targets of xDSL without options are not checked.
    """
    spec = parse_spec(text)
    if not signature(targets[spec.name]).parameters:
        _check_options("target", targets[spec.name](), spec)


def option_types(spec_class: type[ArgSpecConvertible]) -> dict[str, Any]:
    """
    The options of a pass or target as a pipeline names them, with their types.
    """
    hints = get_type_hints(spec_class, include_extras=True)
    return {f.name.replace("_", "-"): hints[f.name] for f in dataclasses.fields(spec_class)}


def unknown_pass(name: str, passes: Mapping[str, Any]) -> str:
    """
    As `unknown_name`, but that only ours are listed where none resembles it.
    """
    message = unknown_name(name, passes)
    return message if "did you mean" in message else unknown_name(name, APPROX_UNIVERSE.all_passes)


def _check_options(kind: str, spec_class: type[ArgSpecConvertible], spec: ArgSpec) -> None:
    options = option_types(spec_class)
    where = f"{kind} {spec.name}"
    for key, values in spec.parameters.items():
        option = key.replace("_", "-")
        if option not in options:
            raise UserError(f"{where} is given option {unknown_name(option, options)}")
        if not _fits(values, options[option]):
            raise UserError(f"{where}: {option} must be {_expected(options[option])}{_not(values)}")
    try:
        spec_class.from_spec(spec)
    except ValueError as error:
        raise UserError(f"{where}: {error}") from error


def _fits(values: ParameterListType, hint: Any) -> bool:
    """
    True for values that xDSL would convert to the type of an option.
    """
    if not values:
        return NoneType in get_args(hint)
    if Size in get_args(hint):
        return len(values) == 1 and is_size(values[0])
    return (len(values) == 1 and isa(values[0], hint)) or isa(values, hint)


def _expected(hint: Any) -> str:
    """
    A type in words: `int`, `float or int`, `one of mean, variance`.
    """
    if Size in get_args(hint):
        return SIZE_FORMS
    if get_origin(hint) is Literal:
        return f"one of {', '.join(map(str, get_args(hint)))}"
    if NoneType not in get_args(hint):
        return type_repr(hint)
    return " or ".join(_expected(each) for each in get_args(hint) if each is not NoneType)


def _not(values: ParameterListType) -> str:
    text = ",".join(map(str, values))
    return f", not '{text}'" if text else ""
