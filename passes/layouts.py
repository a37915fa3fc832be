"""
What each layer asks of the memory layout of its inputs (helper of `select-kernels`).
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.dialects import func
from xdsl.ir import Operation, SSAValue
from xdsl.utils.exceptions import PassFailedException

from ..dialects import network_ops as approx
from ..dialects.quant import LayoutAttr, quant_of
from ..dialects.tap_ops import UnpackedConv2dOp
from .planar_layers import is_planar_depthwise, planar_pads
from .row_runs import reads_rows
from .winograd_layers import is_winograd, winograd_pads

Pads = tuple[int, int, int, int]
_NO_PADS: Pads = (0, 0, 0, 0)


@dataclass(frozen=True)
class Demand:
    """
    Conditions on a layout: element width (0: any), padding of at least `pads` holding `fill`,
    channels a multiple of `multiple`, or nothing between the values at all (`contiguous`), in an
    order.

    `even_rows`: where channels are odd in number, rows and what is before the padding are even, so
    that rows can be read in pairs.
    """

    width: int = 0
    pads: Pads = _NO_PADS
    fill: int = 0
    multiple: int = 1
    contiguous: bool = False
    order: str = "hwc"
    even_rows: bool = False

    def merged(self, other: Demand) -> Demand | None:
        """
        Both conditions at once; None where they contradict.
        """
        if self.width and other.width and self.width != other.width:
            return None
        if any(self.pads) and any(other.pads) and self.fill != other.fill:
            return None
        if self.order != other.order:
            return None
        pads = tuple(max(a, b) for a, b in zip(self.pads, other.pads, strict=True))
        top, left, bottom, right = pads
        return Demand(
            width=self.width or other.width,
            pads=(top, left, bottom, right),
            fill=self.fill if any(self.pads) else other.fill,
            multiple=max(self.multiple, other.multiple),
            contiguous=self.contiguous or other.contiguous,
            order=self.order,
            even_rows=self.even_rows or other.even_rows,
        )

    def layout(self, shape: tuple[int, ...]) -> LayoutAttr | None:
        """
        The layout of a tensor that meets the conditions; None where they contradict.
        """
        _, width, channels = plane_shape(shape)
        pixel = -(-channels // self.multiple) * self.multiple
        top, left, bottom, right = self.pads
        if self.even_rows:
            right += (left + width + right) * pixel % 2
        holes = any((top, left, bottom, right)) or (pixel != channels and len(shape) > 1)
        if self.contiguous and holes:
            return None
        pads = (top, left, bottom, right)
        return LayoutAttr.get(self.width or 8, pixel, pads, self.fill, self.order)

    def met_by(self, layout: LayoutAttr, shape: tuple[int, ...]) -> bool:
        """
        True for a layout that meets the conditions.
        """
        if self.width not in (0, layout.element_type.width.data):
            return False
        if self.order != layout.order.data:
            return False
        if any(self.pads) and layout.fill.value.data != self.fill:
            return False
        if any(have < want for have, want in zip(layout.padding, self.pads, strict=True)):
            return False
        _, width, channels = plane_shape(shape)
        if layout.depth % self.multiple:
            return False
        before = (layout.padding[1] - self.pads[1]) * layout.pixel
        if self.even_rows and (layout.row(width) % 2 or before % 2):
            return False
        holes = any(layout.padding) or (layout.depth != channels and len(shape) > 1)
        return not (self.contiguous and holes)


DENSE = Demand(width=8, contiguous=True)
"""The form of the network's input and output: int8, nothing in between."""


def plane_shape(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """
    Any tensor as height, width, channels: a vector is one pixel.

    Errors: PassFailedException for more dimensions.
    """
    if len(shape) > 3:
        raise PassFailedException(
            f"a tensor of shape {shape}: layers work on height x width x channels"
        )
    padded = (1,) * (3 - len(shape)) + shape
    height, width, channels = padded
    return height, width, channels


def demand(op: Operation, value: SSAValue) -> Demand:
    """
    What `op` asks of its operand `value`.

    Convolutions and fully connected layers read pairs of int16; a view reads what its result is
    laid out as.
    """
    zero_point = quant_of(value.type).zero_point.value.data
    match op:
        case approx.Conv2dOp() | UnpackedConv2dOp() if is_winograd(op):
            return Demand(16, winograd_pads(op), zero_point, multiple=2)
        case approx.Conv2dOp() | UnpackedConv2dOp() if reads_rows(op):
            return Demand(16, op.padding, zero_point, even_rows=True)
        case approx.Conv2dOp() | UnpackedConv2dOp():
            return Demand(16, op.padding, zero_point, multiple=2)
        case approx.FullyConnectedOp():
            return Demand(16, multiple=2, contiguous=True)
        case approx.DepthwiseConv2dOp() if is_planar_depthwise(op):
            return Demand(16, planar_pads(op), zero_point, order="chw")
        case approx.DepthwiseConv2dOp() | approx.AvgPool2dOp():
            return Demand(pads=op.padding, fill=zero_point)
        case approx.MaxPool2dOp():
            return Demand(pads=op.padding, fill=-128)
        case approx.ReshapeOp():
            assert op.layout is not None
            return Demand(op.layout.element_type.width.data, contiguous=True)
        case func.ReturnOp() | approx.SoftmaxOp():
            return DENSE
        case _:
            return Demand()


def merged_demand(demands: list[Demand], contiguous: bool) -> Demand:
    """
    One demand that meets as many of `demands` as can be met together, the first ones first.

    `contiguous`: the value itself has to be (the result of a view).
    """
    total = Demand(contiguous=contiguous, order=demands[0].order if demands else "hwc")
    for one in demands:
        both = total.merged(one)
        if both is not None and not (both.contiguous and any(both.pads)):
            total = both
    return total
