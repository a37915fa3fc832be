"""
What a lowered module says of an input or output of the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from xdsl.dialects.builtin import (
    DenseArrayBase,
    DictionaryAttr,
    Float32Type,
    FloatAttr,
    IntegerAttr,
    IntegerType,
    StringAttr,
    i8,
)
from xdsl.utils.exceptions import DiagnosticException
from xdsl.utils.hints import isa

from ..dialects.cortexm import PtrType
from ..dialects.dense import tuple_of
from ..dialects.input_ops import INPUT_TYPES, LAYOUTS

BYTES = PtrType(i8)
"""Results, workspaces, and inputs that are not converted."""


@dataclass(frozen=True)
class TensorInfo:
    """
    An input or output of the network: int8 or uint8, real value = scale * (q - zero_point), or
    float32, then scale and zero point are what the network quantizes it with. `layout` is the order
    of an image: nhwc or nchw.
    """

    name: str
    shape: tuple[int, ...]
    scale: float
    zero_point: int
    element: PtrType = BYTES
    layout: str = "nhwc"

    @property
    def size(self) -> int:
        """
        Elements.
        """
        return prod(self.shape)

    @property
    def size_bytes(self) -> int:
        """
        Bytes.
        """
        return self.size * self.alignment

    @property
    def alignment(self) -> int:
        """
        Bytes of an element.
        """
        return self.element.bits // 8

    @property
    def is_float(self) -> bool:
        """
        True for float32.
        """
        return isinstance(self.element.element_type, Float32Type)

    @staticmethod
    def of(attr: DictionaryAttr) -> TensorInfo:
        """
        From an entry of `inputs` or `outputs` of `cortexm.model`.

        Errors: DiagnosticException naming the key that is missing or of the wrong kind.
        """
        name, shape = attr.data.get("name"), attr.data.get("shape")
        scale, zero_point = attr.data.get("scale"), attr.data.get("zero_point")
        if not isinstance(name, StringAttr):
            raise DiagnosticException("cortexm.model: a tensor needs 'name', a string")
        where = f"cortexm.model: tensor '{name.data}' needs"
        if not isa(shape, DenseArrayBase[IntegerType]):
            raise DiagnosticException(f"{where} 'shape', an array of integers")
        if not isinstance(scale, FloatAttr):
            raise DiagnosticException(f"{where} 'scale', a float")
        if not isinstance(zero_point, IntegerAttr):
            raise DiagnosticException(f"{where} 'zero_point', an integer")
        quantization = scale.value.data, zero_point.value.data
        return TensorInfo(name.data, tuple_of(shape), *quantization, *_form(where, attr))


def _form(where: str, attr: DictionaryAttr) -> tuple[PtrType, str]:
    """
    A pointer to the elements of a tensor, and its layout; int8 and nhwc need not be named.
    """
    named, layout = attr.data.get("type", i8), attr.data.get("layout", StringAttr("nhwc"))
    element = next((one for one in INPUT_TYPES.values() if one == named), None)
    if element is None:
        raise DiagnosticException(
            f"{where} 'type', one of {', '.join(map(str, INPUT_TYPES.values()))}"
        )
    if not isinstance(layout, StringAttr) or layout.data not in LAYOUTS:
        raise DiagnosticException(f"{where} 'layout', one of {', '.join(LAYOUTS)}")
    return PtrType(element), layout.data
