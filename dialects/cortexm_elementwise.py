"""
Addition and pooling at the kernel level, several values at a time.
"""

from __future__ import annotations

from collections.abc import Mapping

from xdsl.dialects.builtin import IntegerAttr, i8, i16, i32
from xdsl.ir import SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, prop_def
from xdsl.utils.exceptions import VerifyException

from .cortexm_types import PTR, PTR_I8, CortexMOp, PtrType
from .dense import INTEGER, INTEGERS, ints, tuple_of
from .requantization import verify_clamp

OFFSET_REACH = 4095
"""Bytes that the offset of a load covers."""
POOL_WINDOWS = (2, 3)
POOL_CHANNELS = 4
"""Channels that max pooling works on at once."""


def _verify_narrow(*pointers: SSAValue) -> None:
    for pointer in pointers:
        if pointer.type not in (PtrType(i8), PtrType(i16)):
            raise VerifyException(f"values are i8 or i16, not {pointer.type}")


@irdl_op_definition
class AddOp(CortexMOp):
    """
    y[i] = clamp((x0[i] * m0 + x1[i] * m1 + constant) >> shift) for `count` values in a row.

        cortexm.add %x0, %x1, %y {count = 512 : i32, multipliers = array<i64: 500, -300>,
            constant = 7 : i32, shift = 20 : i32, clamp = array<i64: -128, 127>} : ...
        APPROX_ADD(16, 8, 16, 512, x0, x1, y, 500, -300, 7, 20, -128, 127);
    """

    name = "cortexm.add"

    lhs = operand_def(PTR)
    rhs = operand_def(PTR)
    output = operand_def(PTR)
    count = prop_def(INTEGER)
    multipliers = prop_def(INTEGERS)
    constant = prop_def(INTEGER)
    shift = prop_def(INTEGER)
    clamp = prop_def(INTEGERS)

    assembly_format = (
        "$lhs `,` $rhs `,` $output attr-dict `:` type($lhs) `,` type($rhs) `,` type($output)"
    )

    @staticmethod
    def get(
        operands: tuple[SSAValue, SSAValue, SSAValue],
        numbers: Mapping[str, int],
        multipliers: tuple[int, int],
        clamp: tuple[int, int],
    ) -> AddOp:
        """
        `numbers` are count, constant and shift.
        """
        properties = {key: IntegerAttr(value, i32) for key, value in numbers.items()}
        vectors = {"multipliers": ints(multipliers), "clamp": ints(clamp)}
        return AddOp(operands=list(operands), properties={**properties, **vectors})

    def verify_(self) -> None:
        """
        There are values, int8 or int16, and a shift that one instruction does.
        """
        _verify_narrow(self.lhs, self.rhs, self.output)
        if self.count.value.data < 1:
            raise VerifyException(f"cannot add {self.count.value.data} values")
        if len(self.multipliers) != 2:
            raise VerifyException("an addition has two multipliers")
        if not 1 <= self.shift.value.data <= 31:
            raise VerifyException(f"there is no shift by {self.shift.value.data}")
        verify_clamp(tuple_of(self.clamp))


@irdl_op_definition
class MaxPoolOp(CortexMOp):
    """
    The largest values of a window of 2x2 or 3x3 pixels: for i < `channels`, four at a time,

        y[i] = max of x[h * row + w * pixel + i], h < window, w < window

        cortexm.max_pool %x, %y {window = 2 : i32, channels = 32 : i32, row = 1088 : i32,
            pixel = 32 : i32} : !cortexm.ptr<i8>, !cortexm.ptr<i16>
        APPROX_MAX_POOL_2X2_S16(32, x, 1088, 32, y);
    """

    name = "cortexm.max_pool"

    input = operand_def(PTR_I8)
    output = operand_def(PTR)
    window = prop_def(INTEGER)
    channels = prop_def(INTEGER)
    row = prop_def(INTEGER)
    pixel = prop_def(INTEGER)

    assembly_format = "$input `,` $output attr-dict `:` type($input) `,` type($output)"

    @staticmethod
    def get(source: SSAValue, target: SSAValue, numbers: Mapping[str, int]) -> MaxPoolOp:
        """
        `numbers` are window, channels, row and pixel.
        """
        return MaxPoolOp(
            operands=[source, target],
            properties={key: IntegerAttr(value, i32) for key, value in numbers.items()},
        )

    def verify_(self) -> None:
        """
        A window there is a kernel for, whole words of channels, offsets that immediates can hold.
        """
        _verify_narrow(self.output)
        numbers = (self.window, self.channels, self.row, self.pixel)
        window, channels, row, pixel = (a.value.data for a in numbers)
        if window not in POOL_WINDOWS:
            raise VerifyException(f"no kernel has a {window}x{window} window")
        if channels < 1 or any(n % POOL_CHANNELS for n in (channels, row, pixel)):
            raise VerifyException("channels, pixels and rows are whole words")
        if pixel < channels or (window - 1) * pixel > OFFSET_REACH:
            raise VerifyException(f"pixels of {pixel} values are too short or too long")
