"""
What the writers of C statements share: names of values, declarations, calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, TypeAlias

from xdsl.dialects.builtin import IndexType, i1, i32
from xdsl.ir import SSAValue
from xdsl.utils.exceptions import DiagnosticException

from ..dialects.cortexm import PtrType
from .emit_names import Scope, element_ctype


@dataclass(frozen=True)
class Context:
    """
    What a statement needs to know: the names of its function and the pointers written through.
    """

    scope: Scope
    written: AbstractSet[SSAValue]

    def token(self, value: SSAValue) -> str:
        """
        The C expression of a value.
        """
        return self.scope.token(value)

    def tokens(self, values: Iterable[SSAValue]) -> list[str]:
        """
        The C expressions of several values.
        """
        return [self.scope.token(value) for value in values]

    def pointee(self, value: SSAValue) -> str:
        """
        What a pointer points to: `int16_t`, or `const int16_t` where nothing is stored through it.
        """
        assert isinstance(value.type, PtrType)
        return f"{'' if value in self.written else 'const '}{element_ctype(value.type)}"

    def declaration(self, value: SSAValue, name: str, qualifier: str = "") -> str:
        """
        A variable of the type of `value`, without its value: `int32_t v`, `const int8_t *p`.
        """
        if isinstance(value.type, PtrType):
            return f"{self.pointee(value)} *{qualifier}{name}"
        return f"{_scalar_ctype(value)} {name}"

    def variable(self, value: SSAValue) -> str:
        """
        The declaration of a variable that is assigned to later.
        """
        return self.declaration(value, self.scope.declare(value))

    def constant(self, value: SSAValue, hint: str | None = None) -> str:
        """
        The declaration of a value that stays: `int32_t v`, `const int8_t *const p`.
        """
        return self.declaration(value, self.scope.declare(value, hint), "const ")


def _scalar_ctype(value: SSAValue) -> str:
    if value.type in (i1, i32) or isinstance(value.type, IndexType):
        return "int32_t"
    raise DiagnosticException(f"there is no C type for {value.type}")


Statement: TypeAlias = Callable[[Any, Context], str]
"""Writes an op as C; its results have names afterwards."""


def shifted(pointer: str, offset: int) -> str:
    """
    A pointer some elements further: `w + 96`, `w - 2`, `w`.
    """
    if not offset:
        return pointer
    return f"{pointer} {'+' if offset > 0 else '-'} {abs(offset)}"


def invocation(name: str, arguments: Sequence[object]) -> str:
    """
    A call of a function or macro.
    """
    return f"{name}({', '.join(map(str, arguments))})"
