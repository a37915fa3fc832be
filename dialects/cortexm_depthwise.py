"""
Depthwise 3x3 convolution at the kernel level: channels whose inputs are planes of their own.
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
_MOST_PLANES = 0xFFFF


@irdl_op_definition
class DepthwisePlanesOp(CortexMOp):
    """
    Channels of a depthwise 3x3 convolution: for each windows of an int16 plane, `stride` apart,
    times the weights of its table, plus its bias, requantized and stored. From one channel to the
    next it is `x_plane` inputs and `y_plane` outputs; tables follow each other.

        cortexm.depthwise_planes %x, %w, %y {stride = 1 : i32, planes = 64 : i32,
            x_plane = 216 : i32, y_plane = 1 : i32, height = 25 : i32, width = 5 : i32,
            row = 8 : i32, y_row = 320 : i32, y_pixel = 64 : i32, ...} : ...
        APPROX_DEPTHWISE_STRIDE1_S16(64, 216, 1, 25, 5, x, 8, w, y, 320, 64, zp, lo, hi);

    `height` and `width` are those of the outputs. The table of a channel holds bias, multiplier and
    pairs of int16 in i32, the second one in the upper half, as runtime/approx_depthwise.h says.
    A plane has room for an even number of rows and columns of outputs.
    """

    name = "cortexm.depthwise_planes"

    input = operand_def(PTR_I16)
    weights = operand_def(PTR_I32)
    output = operand_def(PTR)
    stride = prop_def(INTEGER)
    planes = prop_def(INTEGER)
    x_plane = prop_def(INTEGER)
    y_plane = prop_def(INTEGER)
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
    ) -> DepthwisePlanesOp:
        """
        `operands` are the first window, the first table and where the first output goes.
        """
        properties = {key: IntegerAttr(value, i32) for key, value in numbers.items()}
        return DepthwisePlanesOp(
            operands=list(operands), properties={**properties, "clamp": ints(clamp)}
        )

    @property
    def inputs_read(self) -> tuple[int, int]:
        """
        Rows and columns of inputs of a plane that are loaded, of an even number of rows and columns
        of outputs.
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
        if not 1 <= self.planes.value.data <= _MOST_PLANES:
            raise VerifyException(f"there are {self.planes.value.data} channels")
        if height < 1 or width < 1:
            raise VerifyException(f"there are no {height} x {width} outputs")
        row, columns = self.row.value.data, self.inputs_read[1]
        if row % 2 or row < columns or 2 * (stride + 2) * row + 8 > LOAD_REACH:
            raise VerifyException(f"rows of {row} inputs are odd, too short or too long")
        if self.x_plane.value.data % 2:
            raise VerifyException("planes of inputs do not begin with a whole word")
        if self.output.type not in (PtrType(i8), PtrType(i16)):
            raise VerifyException(f"outputs are stored as i8 or i16, not to {self.output.type}")
        if not 1 <= self.y_pixel.value.data <= min(self.y_row.value.data, LOAD_REACH // 2):
            raise VerifyException("outputs of a row are too far apart, or rows too close")
        if not -128 <= self.zero_point.value.data <= 127:
            raise VerifyException("zero point must be within int8")
        verify_clamp(tuple_of(self.clamp))
