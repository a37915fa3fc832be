"""
What a tensor of the integer network carries besides its shape: scale, zero point, layout.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from xdsl.dialects.builtin import (
    DenseArrayBase,
    FloatAttr,
    IntegerAttr,
    IntegerType,
    Signedness,
    StringAttr,
    TensorType,
    f32,
    i8,
    i16,
    i32,
)
from xdsl.ir import Attribute, ParametrizedAttribute, SSAValue
from xdsl.irdl import irdl_attr_definition
from xdsl.parser import AttrParser
from xdsl.printer import Printer
from xdsl.utils.exceptions import VerifyException
from xdsl.utils.hints import isa

from .dense import ints, tuple_of


def _print_scale(printer: Printer, value: float) -> None:
    """
    The shortest decimal that reads back as the same float32.
    """
    printer.print_string(np.format_float_scientific(np.float32(value), unique=True, trim="0"))


@irdl_attr_definition
class QuantAttr(ParametrizedAttribute):
    """
    Affine quantization of a tensor of int8: real value = scale * (q - zero_point).

    `tensor<32x32x3xi8, #approx.quant<scale = 7.8e-03, zero_point = -1>>`
    """

    name = "approx.quant"

    scale: FloatAttr
    zero_point: IntegerAttr[IntegerType]

    def __init__(self, scale: float | FloatAttr[Any], zero_point: int | IntegerAttr[IntegerType]):
        if isinstance(scale, float):
            scale = FloatAttr(float(np.float32(scale)), f32)
        if isinstance(zero_point, int):
            zero_point = IntegerAttr(zero_point, i32)
        super().__init__(scale, zero_point)

    def verify(self) -> None:
        """
        Scale positive and finite; zero point within int8.
        """
        if not 0 < self.scale.value.data < float("inf"):
            raise VerifyException("quantization scale must be positive and finite")
        if not -128 <= self.zero_point.value.data <= 127:
            raise VerifyException("zero point must be within int8")

    def print_parameters(self, printer: Printer) -> None:
        """
        Print `<scale = S, zero_point = Z>`.
        """
        with printer.in_angle_brackets():
            printer.print_string("scale = ")
            _print_scale(printer, self.scale.value.data)
            printer.print_string(f", zero_point = {self.zero_point.value.data}")

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> Sequence[Attribute]:
        """
        Parse `<scale = S, zero_point = Z>`.
        """
        with parser.in_angle_brackets():
            parser.parse_keyword("scale")
            parser.parse_punctuation("=")
            scale = float(parser.parse_number())
            parser.parse_punctuation(",")
            parser.parse_keyword("zero_point")
            parser.parse_punctuation("=")
            zero_point = parser.parse_integer()
        return (FloatAttr(float(np.float32(scale)), f32), IntegerAttr(zero_point, i32))


@irdl_attr_definition
class LayoutAttr(ParametrizedAttribute):
    """
    How an HxWxC tensor lies in memory: row-major HWC, each pixel widened to `channels` elements,
    the plane surrounded by `pads` (top, left, bottom, right) that hold `fill`.

    `#approx.layout<i16, channels = 4, pads = [1, 1, 1, 1], fill = -128>`; without padding
    `#approx.layout<i8, channels = 3>`. Elements of the channels beyond C are never initialised and
    only ever meet a zero weight. With `order = chw` there is a padded plane for each channel:
    `#approx.layout<i16, channels = 4, order = chw, pads = [1, 1, 1, 1], fill = -128>`.
    """

    name = "approx.layout"

    element_type: IntegerType
    channels: IntegerAttr[IntegerType]
    order: StringAttr
    pads: DenseArrayBase
    fill: IntegerAttr[IntegerType]

    @staticmethod
    def get(
        width: int,
        channels: int,
        pads: Sequence[int] = (0, 0, 0, 0),
        fill: int = 0,
        order: str = "hwc",
    ) -> LayoutAttr:
        """
        A layout of elements of `width` bits (8 or 16); without padding there is no `fill`.
        """
        fill = fill if any(pads) else 0
        return LayoutAttr(
            IntegerType(width),
            IntegerAttr(channels, i32),
            StringAttr(order),
            ints(pads),
            IntegerAttr(fill, i32),
        )

    def verify(self) -> None:
        """
        Elements i8 or i16, a channel at least, a known order, four pads >= 0, fill within int8.
        """
        if self.element_type not in (i8, i16):
            raise VerifyException("layout elements are i8 or i16")
        if self.depth < 1:
            raise VerifyException("a layout has at least one channel")
        if self.order.data not in ("hwc", "chw"):
            raise VerifyException(f"the order of a layout is hwc or chw, not {self.order.data}")
        if len(self.pads) != 4 or min(self.padding) < 0:
            raise VerifyException("layout pads are four numbers >= 0: top, left, bottom, right")
        if not -128 <= self.fill.value.data <= 127:
            raise VerifyException("layout fill must be within int8")
        if self.fill.value.data and not any(self.padding):
            raise VerifyException("a layout without padding has nothing to fill")

    @property
    def padding(self) -> tuple[int, int, int, int]:
        """
        Top, left, bottom, right, in pixels.
        """
        top, left, bottom, right = tuple_of(self.pads)
        return top, left, bottom, right

    @property
    def depth(self) -> int:
        """
        Channels in memory.
        """
        return self.channels.value.data

    @property
    def is_planar(self) -> bool:
        """
        True where each channel is a plane of its own.
        """
        return self.order.data == "chw"

    @property
    def pixel(self) -> int:
        """
        Elements from one pixel to the next.
        """
        return 1 if self.is_planar else self.depth

    @property
    def element_bytes(self) -> int:
        """
        1 or 2.
        """
        return self.element_type.width.data // 8

    def row(self, width: int) -> int:
        """
        Elements from one row to the next in a tensor `width` pixels wide.
        """
        return (self.padding[1] + width + self.padding[3]) * self.pixel

    def origin(self, width: int) -> int:
        """
        Index of channel 0 of pixel (0, 0).
        """
        return self.padding[0] * self.row(width) + self.padding[1] * self.pixel

    def channel(self, height: int, width: int) -> int:
        """
        Elements from one channel to the next.
        """
        return self._rows(height) * self.row(width) if self.is_planar else 1

    def elements(self, height: int, width: int) -> int:
        """
        Elements of the whole tensor, padding included.
        """
        planes = self.depth if self.is_planar else 1
        return planes * self._rows(height) * self.row(width)

    def _rows(self, height: int) -> int:
        return self.padding[0] + height + self.padding[2]

    def print_parameters(self, printer: Printer) -> None:
        """
        Print `<i16, channels = 4, pads = [1, 1, 1, 1], fill = -128>`; no pads, no last two. The
        order is printed if it is chw.
        """
        with printer.in_angle_brackets():
            printer.print_attribute(self.element_type)
            printer.print_string(f", channels = {self.depth}")
            if self.is_planar:
                printer.print_string(f", order = {self.order.data}")
            if any(self.padding):
                printer.print_string(f", pads = {list(self.padding)}")
                printer.print_string(f", fill = {self.fill.value.data}")

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> Sequence[Attribute]:
        """
        Parse what `print_parameters` prints.
        """
        pads: Sequence[int] = (0, 0, 0, 0)
        order, fill = "hwc", 0
        with parser.in_angle_brackets():
            element_type = parser.parse_type()
            channels = _parse_named_integer(parser, "channels")
            more = parser.parse_optional_punctuation(",")
            if more and parser.parse_optional_keyword("order"):
                parser.parse_punctuation("=")
                order = parser.parse_identifier()
                more = parser.parse_optional_punctuation(",")
            if more:
                parser.parse_keyword("pads")
                parser.parse_punctuation("=")
                pads = parser.parse_comma_separated_list(
                    parser.Delimiter.SQUARE, parser.parse_integer
                )
                fill = _parse_named_integer(parser, "fill")
        numbers = IntegerAttr(channels, i32), StringAttr(order), ints(pads), IntegerAttr(fill, i32)
        return (element_type, *numbers)


def _parse_named_integer(parser: AttrParser, key: str) -> int:
    parser.parse_punctuation(",")
    parser.parse_keyword(key)
    parser.parse_punctuation("=")
    return parser.parse_integer()


UI8 = IntegerType(8, Signedness.UNSIGNED)
"""Of an input of the network, before it is made int8."""

QuantTensor: TypeAlias = TensorType[IntegerType]


def quant_tensor(shape: Sequence[int], scale: float, zero_point: int) -> QuantTensor:
    """
    `tensor<shape x i8, #approx.quant<...>>`.
    """
    return TensorType(i8, shape, QuantAttr(scale, zero_point))


def quant_of(type_: Attribute) -> QuantAttr:
    """
    The quantization of a tensor type of the integer network.
    """
    if isinstance(type_, TensorType) and isinstance(type_.encoding, QuantAttr):
        return type_.encoding
    raise VerifyException(f"expected a quantized tensor, got {type_}")


def is_quantized(type_: Attribute) -> bool:
    """
    True for tensors of the integer network.
    """
    return isinstance(type_, TensorType) and isinstance(type_.encoding, QuantAttr)


def shape_of(value: SSAValue) -> tuple[int, ...]:
    """
    The shape of a tensor.
    """
    if isa(value.type, TensorType[Attribute]):
        return value.type.get_shape()
    raise VerifyException(f"expected a tensor, got {value.type}")
