"""
Names in generated C: every value of a function gets one, in constant time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from xdsl.dialects import arith
from xdsl.dialects.builtin import Float32Type, IntegerAttr, VectorType
from xdsl.ir import SSAValue
from xdsl.utils.exceptions import DiagnosticException

from ..dialects.cortexm import PtrType
from ..dialects.quant import UI8
from .names import C_KEYWORDS

_INT32_MIN = -(2**31)
_INT32_MAX = 2**31 - 1
_MAX_LENGTH = 40
_COUNTERS = "ijk"

_TYPES = [f"{sign}int{width}_t" for sign in ("", "u") for width in (8, 16, 32, 64, "ptr")]
_MACROS_OF_COMPILERS = ["arm", "i386", "linux", "unix"]
_RESERVED = frozenset((*C_KEYWORDS, *_TYPES, *_MACROS_OF_COMPILERS, *_COUNTERS))


def identifier(hint: str) -> str:
    """
    A lower-case C identifier that resembles `hint`.

    Lower case keeps clear of macros; a leading underscore or digit is reserved or wrong; the prefix
    `approx_` belongs to the runtime header, and names that end in two digits to its macros: a tile
    `acc` is the variables acc00 .. acc13.
    """
    words = re.findall(r"[a-z0-9]+", hint.lower())
    name = "_".join(words)[:_MAX_LENGTH].strip("_")
    if not name or name[0].isdigit() or name.startswith("approx_"):
        name = f"v{name}"
    return _no_tile_variable(name)


def _no_tile_variable(name: str) -> str:
    return f"{name}_" if name[-2:].isdigit() else name


def integer_literal(value: int) -> str:
    """
    A C expression of type int with the value of an int32.

    Errors: DiagnosticException beyond int32.
    """
    if not _INT32_MIN <= value <= _INT32_MAX:
        raise DiagnosticException(f"constant {value} does not fit int32_t")
    return "(-2147483647 - 1)" if value == _INT32_MIN else str(value)


def element_ctype(type_: PtrType) -> str:
    """
    `int8_t`, `int16_t` or `int32_t`; of inputs `uint8_t` or `float`.
    """
    if isinstance(type_.element_type, Float32Type):
        return "float"
    return f"{'u' if type_.element_type == UI8 else ''}int{type_.bits}_t"


class Scope:
    """
    The names of one C function.
    """

    def __init__(self, taken: Iterable[str] = ()):
        """
        `taken` are names that already mean something, such as those of functions.
        """
        self._taken = set(taken) | _RESERVED
        self._next: dict[str, int] = {}
        self._tokens: dict[SSAValue, str] = {}

    def fresh(self, hint: str) -> str:
        """
        A name that nothing else in the function has.
        """
        base = identifier(hint)
        name, count = base, self._next.get(base, 0)
        while name in self._taken:
            count += 1
            name = _no_tile_variable(f"{base}_{count}")
        self._next[base] = count
        self._taken.add(name)
        return name

    def counter(self, value: SSAValue, depth: int) -> str:
        """
        The name of the counter of a loop inside `depth` others; loops side by side share it.
        """
        name = _COUNTERS[depth] if depth < len(_COUNTERS) else self.fresh("l")
        self.alias(value, name)
        return name

    def declare(self, value: SSAValue, hint: str | None = None) -> str:
        """
        A new name for a value, after its name hint.
        """
        self._tokens[value] = name = self.fresh(hint or value.name_hint or _default_hint(value))
        return name

    def alias(self, value: SSAValue, token: str) -> None:
        """
        Let `value` be written as `token`: a literal, or the name of another value.
        """
        self._tokens[value] = token

    def constant(self, op: arith.ConstantOp) -> None:
        """
        A constant is written where it is used.
        """
        if not isinstance(op.value, IntegerAttr):
            raise DiagnosticException(f"there is no C for the constant {op.value}")
        self.alias(op.result, integer_literal(op.value.value.data))

    def token(self, value: SSAValue) -> str:
        """
        The C expression of a value: its name or its literal.
        """
        return self._tokens[value]


def _default_hint(value: SSAValue) -> str:
    if isinstance(value.type, PtrType):
        return "p"
    return "acc" if isinstance(value.type, VectorType) else "v"
