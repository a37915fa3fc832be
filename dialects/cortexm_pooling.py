"""
Sums of windows at the kernel level, four channels at a time.
"""

from __future__ import annotations

from collections.abc import Mapping

from xdsl.dialects.builtin import IntegerAttr, i8, i16, i32
from xdsl.ir import SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, prop_def, result_def
from xdsl.utils.exceptions import VerifyException

from .cortexm_elementwise import OFFSET_REACH
from .cortexm_tiles import TileUpdateOp
from .cortexm_types import PTR, TILE, PtrType
from .dense import INTEGER

SUM_CHANNELS = 4
"""Channels of a tile of sums."""
SUM_PIXELS = 256
"""Values of int8 whose sum is sure to fit int16, two of which are in a register."""
_FARTHEST_PIXEL = {1: 3, 2: 1}
"""Pixels that a load looks ahead, by the bytes of an element."""


@irdl_op_definition
class SumWindowOp(TileUpdateOp):
    """
    Each row r of a tile adds the values of channel r in a window of `height` x `width` pixels:

        acc[r][0] += x[h * row + w * pixel + r], h < height, w < width

        %b = cortexm.sum_window %a, %x {height = 1 : i32, width = 125 : i32, row = 0 : i32,
            pixel = 64 : i32} : vector<4x1xi32>, !cortexm.ptr<i8> -> vector<4x1xi32>
        APPROX_SUM_4X1_S8(acc, x, 1, 125, 0, 64);

    Values in int16 are those of int8; four of them are two aligned words.
    """

    name = "cortexm.sum_window"

    acc = operand_def(TILE)
    input = operand_def(PTR)
    height = prop_def(INTEGER)
    width = prop_def(INTEGER)
    row = prop_def(INTEGER)
    pixel = prop_def(INTEGER)
    result = result_def(TILE)

    assembly_format = "$acc `,` $input attr-dict `:` type($acc) `,` type($input) `->` type($result)"

    @staticmethod
    def get(acc: SSAValue, source: SSAValue, numbers: Mapping[str, int]) -> SumWindowOp:
        """
        `numbers` are height, width, row and pixel.
        """
        return SumWindowOp(
            operands=[acc, source],
            properties={key: IntegerAttr(value, i32) for key, value in numbers.items()},
            result_types=[acc.type],
        )

    def verify_(self) -> None:
        """
        Four sums that fit int16, in steps that immediates can hold; pairs of int16 are aligned.
        """
        super().verify_()
        if self.tile_shape != (SUM_CHANNELS, 1):
            raise VerifyException(f"windows are summed up in tiles of {SUM_CHANNELS}x1")
        if self.input.type not in (PtrType(i8), PtrType(i16)):
            raise VerifyException(f"values are i8 or i16, not {self.input.type}")
        height, width = self.height.value.data, self.width.value.data
        if height < 1 or width < 1 or height * width > SUM_PIXELS:
            raise VerifyException(f"a window has 1 to {SUM_PIXELS} pixels, not {height}x{width}")
        assert isinstance(self.input.type, PtrType)
        row, pixel = self.row.value.data, self.pixel.value.data
        if not sums_in_reach(self.input.type, pixel):
            raise VerifyException(f"pixels of {pixel} values are too short or too long")
        if row < 0 or (self.input.type == PtrType(i16) and row % 2):
            raise VerifyException(f"there are no rows of {row} values")


def sums_in_reach(type_: PtrType, pixel: int) -> bool:
    """
    True where pixels of that many elements can be summed up: loads look some pixels ahead.
    """
    element_bytes = type_.bits // 8
    ahead = _FARTHEST_PIXEL[element_bytes] * pixel * element_bytes + 4 * (element_bytes - 1)
    return pixel >= SUM_CHANNELS and ahead <= OFFSET_REACH and pixel % element_bytes == 0
