"""
Depthwise 3x3 convolution at the kernel level: a channel whose inputs are a plane of their own.
"""

from __future__ import annotations

from collections.abc import Mapping

from xdsl.dialects.builtin import IntegerAttr, i8, i16, i32
from xdsl.ir import SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, prop_def
from xdsl.utils.exceptions import VerifyException

from .cortexm_types import PTR, PTR_I16, PTR_I32, CortexMOp, PtrType
from .dense import INTEGER, INTEGERS, ints, tuple_of
from .requantization import verify_clamp

LOAD_REACH = 4095
"""Bytes that the offset of a load or store covers."""


@irdl_op_definition
class DepthwisePlaneOp(CortexMOp):
    """
    One channel of a depthwise 3x3 convolution: windows of the int16 plane from x on, `stride`
    apart, times the weights of table w, plus its bias, requantized and stored.

        cortexm.depthwise_plane %x, %w, %y {stride = 1 : i32, height = 25 : i32, width = 5 : i32,
            row = 8 : i32, y_row = 320 : i32, y_pixel = 64 : i32, ...} : ...
        APPROX_DEPTHWISE_STRIDE1_S16(25, 5, x, 8, w, y, 320, 64, zp, lo, hi);

    `height` and `width` are those of the outputs. The table of a channel holds pairs of int16 in
    i32, the second one in the upper half, as runtime/approx_depthwise.h says, bias and multiplier.
    The plane has room for an even number of rows and columns of outputs.
    """

    name = "cortexm.depthwise_plane"

    input = operand_def(PTR_I16)
    weights = operand_def(PTR_I32)
    output = operand_def(PTR)
    stride = prop_def(INTEGER)
    height = prop_def(INTEGER)
    width = prop_def(INTEGER)
    row = prop_def(INTEGER)
    y_row = prop_def(INTEGER)
    y_pixel = prop_def(INTEGER)
    zero_point = prop_def(INTEGER)
    clamp = prop_def(INTEGERS)

    assembly_format = (
        "$input `,` $weights `,` $output attr-dict"
        " `:` type($input) `,` type($weights) `,` type($output)"
    )

    @staticmethod
    def get(
        operands: tuple[SSAValue, SSAValue, SSAValue],
        numbers: Mapping[str, int],
        clamp: tuple[int, int],
    ) -> DepthwisePlaneOp:
        """
        `operands` are the first window, the table of the channel and where its outputs go.
        """
        properties = {key: IntegerAttr(value, i32) for key, value in numbers.items()}
        return DepthwisePlaneOp(
            operands=list(operands), properties={**properties, "clamp": ints(clamp)}
        )

    @property
    def inputs_read(self) -> tuple[int, int]:
        """
        Rows and columns of inputs that are loaded, of an even number of rows and columns of
        outputs.
        """
        stride, height, width = (a.value.data for a in (self.stride, self.height, self.width))
        height, width = height + height % 2, width + width % 2
        return stride * (height - 1) + 3, stride * width + 2

    def verify_(self) -> None:
        """
        There are outputs, int8 or int16; rows of whole words, offsets that immediates can hold.
        """
        stride, height, width = (a.value.data for a in (self.stride, self.height, self.width))
        if stride not in (1, 2):
            raise VerifyException(f"there is no kernel of stride {stride}")
        if height < 1 or width < 1:
            raise VerifyException(f"there are no {height} x {width} outputs")
        row, columns = self.row.value.data, self.inputs_read[1]
        if row % 2 or row < columns or 2 * (stride + 2) * row + 8 > LOAD_REACH:
            raise VerifyException(f"rows of {row} inputs are odd, too short or too long")
        if self.output.type not in (PtrType(i8), PtrType(i16)):
            raise VerifyException(f"outputs are stored as i8 or i16, not to {self.output.type}")
        if not 1 <= self.y_pixel.value.data <= min(self.y_row.value.data, LOAD_REACH // 2):
            raise VerifyException("outputs of a row are too far apart, or rows too close")
        if not -128 <= self.zero_point.value.data <= 127:
            raise VerifyException("zero point must be within int8")
        verify_clamp(tuple_of(self.clamp))
