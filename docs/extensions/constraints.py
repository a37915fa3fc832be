"""
What operands, properties and results of an op may be, in words.
"""

from __future__ import annotations

from typing import Any

from xdsl.dialects.builtin import (
    ArrayOfConstraint,
    DenseArrayBase,
    IntegerAttr,
    SymbolNameConstraint,
)
from xdsl.irdl import (
    AllOf,
    AnyOf,
    AttrSetConstraint,
    BaseAttr,
    EqAttrConstraint,
    OperandDef,
    OptOperandDef,
    OptResultDef,
    ParamAttrConstraint,
    RangeLengthConstraint,
    RangeOf,
    ResultDef,
    SingleOf,
    VarOperandDef,
    VarResultDef,
)


def describe(constraint: Any) -> str:
    """
    A constraint of an attribute or a type: `i32`, array of `i64`, `tensor` or `vector`.
    """
    match constraint:
        case AnyOf(attr_constrs=several):
            return " or ".join(dict.fromkeys(map(describe, several)))
        case AllOf(attr_constrs=several):
            return " and ".join(dict.fromkeys(map(describe, several)))
        case AttrSetConstraint(values=several):
            return " or ".join(sorted(f"`{attr}`" for attr in several))
        case ArrayOfConstraint(elem_range_constraint=element):
            return f"array of {describe(element)}"
        case RangeOf(constr=inner) | SingleOf(constr=inner):
            return describe(inner)
        case RangeLengthConstraint(constraint=inner):
            return describe(inner)
    return _describe_one(constraint)


def _describe_one(constraint: Any) -> str:
    """
    A constraint that names one attribute or type. Errors: ValueError for a kind not known here.
    """
    match constraint:
        case EqAttrConstraint(attr=attr):
            return f"`{attr}`"
        case ParamAttrConstraint(base_attr=base, param_constrs=parameters) if base is IntegerAttr:
            return describe(parameters[1])
        case ParamAttrConstraint(base_attr=base, param_constrs=parameters) if (
            base is DenseArrayBase
        ):
            return f"array of {describe(parameters[0])}"
        case ParamAttrConstraint(base_attr=base) | BaseAttr(attr=base):
            return f"`{base.name}`"
        case SymbolNameConstraint():
            return "symbol"
    raise ValueError(f"how to describe {constraint} is not known")


def value_kind(definition: OperandDef | ResultDef) -> str:
    """
    An operand's or a result's type; whether there may be none or several.
    """
    kind = describe(definition.constr)
    if isinstance(definition, OptOperandDef | OptResultDef):
        return f"{kind}, optional"
    if isinstance(definition, VarOperandDef | VarResultDef):
        return f"{kind}, any number"
    return kind
