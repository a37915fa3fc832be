"""
What the layers of the integer network share.
"""

from __future__ import annotations

from typing import Any

from xdsl.dialects.builtin import (
    DenseIntOrFPElementsAttr,
    StringAttr,
    TensorType,
    UnitAttr,
    i8,
    i32,
)
from xdsl.ir import Attribute
from xdsl.irdl import (
    IRDLOperation,
    ParsePropInAttrDict,
    eq,
    operand_def,
    opt_prop_def,
    prop_def,
    result_def,
    traits_def,
)
from xdsl.traits import Pure
from xdsl.utils.exceptions import VerifyException

from .dense import INTEGER, INTEGERS, tuple_of
from .quant import LayoutAttr, QuantAttr, is_quantized, quant_of, shape_of
from .requantization import verify_clamp, verify_scaling

TENSOR = TensorType.constr(eq(i8))


def verify_constant(
    name: str,
    constant: DenseIntOrFPElementsAttr[Any],
    element_type: Attribute,
    *shapes: tuple[int, ...],
) -> None:
    """
    A constant of an element type in one of `shapes`.
    """
    expected = [TensorType(element_type, shape) for shape in shapes]
    if constant.type not in expected:
        types = " or ".join(map(str, expected))
        raise VerifyException(f"{name} must be {types}, not {constant.type}")


class NetworkOp(IRDLOperation):
    """
    A layer: one int8 tensor out.

    `layer` is the name of the ONNX node it came from. `kernel`, `layout` (kernel selection) and
    `offset` (memory planning: bytes into the workspace, the `fast` one or the other) say how the
    layer is carried out; `scratch` and `fast_scratch` where the memory lies that only its kernel
    uses.
    """

    layer = prop_def(StringAttr)
    kernel = opt_prop_def(StringAttr)
    layout = opt_prop_def(LayoutAttr)
    offset = opt_prop_def(INTEGER)
    fast = opt_prop_def(UnitAttr)
    scratch = opt_prop_def(INTEGER)
    fast_scratch = opt_prop_def(UnitAttr)
    output = result_def(TENSOR)

    traits = traits_def(Pure())
    irdl_options = (ParsePropInAttrDict(),)

    @property
    def output_shape(self) -> tuple[int, ...]:
        """
        Shape of the result.
        """
        return shape_of(self.output)

    @property
    def output_quant(self) -> QuantAttr:
        """
        Scale and zero point of the result.
        """
        return quant_of(self.output.type)

    @property
    def output_zero_point(self) -> int:
        """
        Zero point of the result.
        """
        return self.output_quant.zero_point.value.data

    def verify_(self) -> None:
        """
        The result is a quantized tensor.
        """
        if not is_quantized(self.output.type):
            raise VerifyException("the result must be a tensor with #approx.quant")


class UnaryNetworkOp(NetworkOp):
    """
    A layer with one input.
    """

    input = operand_def(TENSOR)

    assembly_format = "$layer $input attr-dict `:` type($input) `->` type($output)"

    @property
    def input_shape(self) -> tuple[int, ...]:
        """
        Shape of the input.
        """
        return shape_of(self.input)

    @property
    def input_zero_point(self) -> int:
        """
        Zero point of the input.
        """
        return quant_of(self.input.type).zero_point.value.data

    def verify_(self) -> None:
        """
        Input and result are quantized tensors.
        """
        super().verify_()
        if not is_quantized(self.input.type):
            raise VerifyException("the input must be a tensor with #approx.quant")


class WindowedOp(UnaryNetworkOp):
    """
    A layer that slides a window over an HxWxC input. `pads` are top, left, bottom, right.
    """

    kernel_shape = prop_def(INTEGERS)
    strides = prop_def(INTEGERS)
    pads = prop_def(INTEGERS)

    @property
    def window(self) -> tuple[int, int]:
        """
        Kernel height and width.
        """
        height, width = tuple_of(self.kernel_shape)
        return height, width

    @property
    def stride(self) -> tuple[int, int]:
        """
        Vertical and horizontal step.
        """
        vertical, horizontal = tuple_of(self.strides)
        return vertical, horizontal

    @property
    def padding(self) -> tuple[int, int, int, int]:
        """
        Top, left, bottom, right, in pixels.
        """
        top, left, bottom, right = tuple_of(self.pads)
        return top, left, bottom, right

    @property
    def dilation(self) -> tuple[int, int]:
        """
        Vertical and horizontal distance of taps.
        """
        return 1, 1

    def verify_(self) -> None:
        """
        The output is as large as window, stride and padding make it.
        """
        super().verify_()
        if len(self.input_shape) != 3 or len(self.output_shape) != 3:
            raise VerifyException("input and result must be HxWxC")
        if len(self.kernel_shape) != 2 or len(self.strides) != 2 or len(self.pads) != 4:
            raise VerifyException("a window has 2 kernel sizes, 2 strides and 4 pads")
        if min(*self.window, *self.stride, *self.dilation) < 1 or min(self.padding) < 0:
            raise VerifyException("kernel, strides and dilations are at least 1, pads at least 0")
        expected = self._expected_plane()
        if self.output_shape[:2] != expected:
            raise VerifyException(f"result plane is {self.output_shape[:2]}, expected {expected}")

    def _expected_plane(self) -> tuple[int, int]:
        top, left, bottom, right = self.padding
        padded = (self.input_shape[0] + top + bottom, self.input_shape[1] + left + right)
        reach = [d * (k - 1) + 1 for k, d in zip(self.window, self.dilation, strict=True)]
        height, width = (
            (size - r) // s + 1 for size, r, s in zip(padded, reach, self.stride, strict=True)
        )
        return height, width


class DilatedOp(WindowedOp):
    """
    A window whose taps can lie apart.
    """

    dilations = prop_def(INTEGERS)

    @property
    def dilation(self) -> tuple[int, int]:
        """
        Vertical and horizontal distance of taps.
        """
        vertical, horizontal = tuple_of(self.dilations)
        return vertical, horizontal

    def verify_(self) -> None:
        """
        Two dilations.
        """
        if len(self.dilations) != 2:
            raise VerifyException("a window has 2 dilations")
        super().verify_()


class RequantizedOp(IRDLOperation):
    """
    The properties of `requantize`; `multipliers` has one entry a channel or one for all.
    """

    multipliers = prop_def(DenseIntOrFPElementsAttr)
    shift = prop_def(INTEGER)
    clamp = prop_def(INTEGERS)
    rounding = opt_prop_def(StringAttr)

    @property
    def bounds(self) -> tuple[int, int]:
        """
        The clamp.
        """
        lo, hi = tuple_of(self.clamp)
        return lo, hi

    @property
    def left_shift(self) -> int:
        """
        k of `acc * 2^k`; negative only with tflite rounding (a right shift after).
        """
        return self.shift.value.data

    @property
    def rounding_mode(self) -> str:
        """
        "nearest", "even" or "tflite".
        """
        return "nearest" if self.rounding is None else self.rounding.data

    def verify_requantization(self, *shapes: tuple[int, ...]) -> None:
        """
        Multipliers in one of `shapes`; clamp, rounding and shift in range.
        """
        verify_constant("multipliers", self.multipliers, i32, *shapes)
        verify_clamp(tuple_of(self.clamp))
        verify_scaling(self.left_shift, self.rounding_mode)
