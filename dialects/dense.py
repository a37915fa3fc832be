"""
NumPy arrays in and out of dense attributes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from xdsl.dialects.builtin import (
    BytesAttr,
    DenseArrayBase,
    DenseIntOrFPElementsAttr,
    IntegerAttr,
    IntegerType,
    TensorType,
    f32,
    f64,
    i8,
    i16,
    i32,
    i64,
)
from xdsl.ir import Attribute

Array: TypeAlias = NDArray[Any]

INTEGER = IntegerAttr.constr(i32)
"""Constraint of an integer property: `5`."""
INTEGERS = DenseArrayBase.constr(i64)
"""Constraint of a list of small integers: `[1, 2]`."""

_ELEMENT_TYPES: dict[str, Any] = {
    "int8": i8,
    "int16": i16,
    "int32": i32,
    "int64": i64,
    "float32": f32,
    "float64": f64,
    "uint8": IntegerType(8),
    "uint32": IntegerType(32),
}
_DTYPES: dict[Any, str] = {
    i8: "int8",
    i16: "int16",
    i32: "int32",
    i64: "int64",
    f32: "float32",
    f64: "float64",
}


def dense(array: Array) -> DenseIntOrFPElementsAttr[Any]:
    """
    A dense attribute with the shape and values of `array` (int8/16/32/64, float32/64).

    Unsigned arrays keep their bits in a signless type of the same width.
    """
    contiguous = np.ascontiguousarray(array)
    element = _ELEMENT_TYPES[contiguous.dtype.name]
    little = contiguous.astype(contiguous.dtype.newbyteorder("<"), copy=False)
    shape = TensorType(element, array.shape)
    return DenseIntOrFPElementsAttr(shape, BytesAttr(little.tobytes()))


def dense_array(array: Array) -> DenseArrayBase[Any]:
    """
    A rank-1 `array<...>` attribute; as `dense`.
    """
    attr = dense(array.reshape(-1))
    return DenseArrayBase(attr.get_element_type(), attr.data)


def ints(values: Iterable[int]) -> DenseArrayBase[Any]:
    """
    `array<i64: ...>`, the form of strides, pads and other small integer lists.
    """
    return DenseArrayBase.from_list(i64, tuple(values))


def i32_properties(**numbers: int) -> dict[str, Attribute]:
    """
    Integer properties by name.
    """
    return {name: IntegerAttr(number, i32) for name, number in numbers.items()}


def numpy_of(attr: DenseIntOrFPElementsAttr[Any] | DenseArrayBase[Any]) -> Array:
    """
    The values of a dense attribute (a read-only view where nothing has to be expanded).
    """
    dtype = np.dtype(_DTYPES[attr.get_element_type()])
    values = np.frombuffer(attr.data.data, dtype)
    if isinstance(attr, DenseArrayBase):
        return values
    shape = attr.get_shape()
    if values.size == 1 and int(np.prod(shape)) != 1:
        return np.broadcast_to(values, shape)
    return values.reshape(shape)


def tuple_of(attr: DenseArrayBase[Any]) -> tuple[int, ...]:
    """
    The values of `array<i64: ...>` as plain integers.
    """
    values: Sequence[int] = attr.get_values()
    return tuple(values)
