"""
Winograd's convolution F(2x2, 3x3) at the kernel level: a group of four tiles is transformed,
multiplied with the transformed filters of two output channels, and transformed back.
"""

from __future__ import annotations

from collections.abc import Mapping

from xdsl.dialects.builtin import IntegerAttr, i8, i16, i32
from xdsl.ir import SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, prop_def
from xdsl.utils.exceptions import VerifyException

from .cortexm_types import PTR, PTR_I16, PTR_I32, CortexMOp, PtrType
from .dense import INTEGER, INTEGERS, i32_properties, ints, tuple_of
from .requantization import verify_clamp, verify_scaling


def verify_positive(**numbers: int) -> None:
    """
    Errors: VerifyException that names what is not.
    """
    for name, number in numbers.items():
        if number < 1:
            raise VerifyException(f"{name} must be at least 1, not {number}")


def verify_pairs(row: IntegerAttr, pixel: IntegerAttr, pairs: IntegerAttr) -> None:
    """
    Pairs of channels are words, and a pixel has them all. Errors: VerifyException.
    """
    verify_positive(pairs=pairs.value.data)
    if row.value.data % 2 or pixel.value.data % 2 or pixel.value.data < 2 * pairs.value.data:
        raise VerifyException("rows and pixels are whole pairs, all channels of a pixel")


@irdl_op_definition
class WinogradInputOp(CortexMOp):
    """
    B^T d B of the four tiles of a 4 x 10 patch, for all pairs of channels.

        cortexm.winograd_input %x, %v {row = 340 : i32, pixel = 10 : i32, pairs = 5 : i32} : ...
        approx_winograd_input(x, 340, 10, 5, v);
    """

    name = "cortexm.winograd_input"

    input = operand_def(PTR_I16)
    output = operand_def(PTR_I16)
    row = prop_def(INTEGER)
    pixel = prop_def(INTEGER)
    pairs = prop_def(INTEGER)

    assembly_format = "$input `,` $output attr-dict `:` type($input) `,` type($output)"

    @staticmethod
    def get(
        source: SSAValue, target: SSAValue, row: int, pixel: int, pairs: int
    ) -> WinogradInputOp:
        """
        `row` and `pixel` are elements from one row, and one pixel, of the input to the next.
        """
        return WinogradInputOp(
            operands=[source, target],
            properties=i32_properties(row=row, pixel=pixel, pairs=pairs),
        )

    def verify_(self) -> None:
        """
        Pairs of channels are words.
        """
        verify_pairs(self.row, self.pixel, self.pairs)


@irdl_op_definition
class WinogradProductOp(CortexMOp):
    """
    m = sum over channels of transformed input times transformed filters, 16 x 2 x 4.

        cortexm.winograd_product %v, %u, %m {pairs = 5 : i32} : ...
        approx_winograd_product(v, u, m, 5);
    """

    name = "cortexm.winograd_product"

    input = operand_def(PTR_I16)
    filters = operand_def(PTR_I16)
    output = operand_def(PTR_I32)
    pairs = prop_def(INTEGER)

    assembly_format = (
        "$input `,` $filters `,` $output attr-dict"
        " `:` type($input) `,` type($filters) `,` type($output)"
    )

    @staticmethod
    def get(v: SSAValue, u: SSAValue, m: SSAValue, pairs: int) -> WinogradProductOp:
        """
        The products of a group and of the filters of two channels.
        """
        return WinogradProductOp(operands=[v, u, m], properties={"pairs": IntegerAttr(pairs, i32)})

    def verify_(self) -> None:
        """
        There are channels.
        """
        verify_positive(pairs=self.pairs.value.data)


@irdl_op_definition
class WinogradOutputOp(CortexMOp):
    """
    A^T m A, a quarter of it plus bias, requantized and stored: `rows` x `columns` outputs of one or
    two channels. `bias` holds four times the bias of each channel.

        cortexm.winograd_output %m, %b, %f, %y {channels = 2 : i32, rows = 2 : i32, ...} : ...
        approx_winograd_output_s16(m, 2, b, f, shift, zp, lo, hi, y, row, pixel, 2, 8);
    """

    name = "cortexm.winograd_output"

    input = operand_def(PTR_I32)
    bias = operand_def(PTR_I32)
    multipliers = operand_def(PTR_I32)
    output = operand_def(PTR)
    channels = prop_def(INTEGER)
    shift = prop_def(INTEGER)
    zero_point = prop_def(INTEGER)
    clamp = prop_def(INTEGERS)
    row = prop_def(INTEGER)
    pixel = prop_def(INTEGER)
    rows = prop_def(INTEGER)
    columns = prop_def(INTEGER)

    assembly_format = (
        "$input `,` $bias `,` $multipliers `,` $output attr-dict `:` type($input) `,` type($bias)"
        " `,` type($multipliers) `,` type($output)"
    )

    @staticmethod
    def get(
        operands: tuple[SSAValue, SSAValue, SSAValue, SSAValue],
        numbers: Mapping[str, int],
        clamp: tuple[int, int],
    ) -> WinogradOutputOp:
        """
        `operands` are products, biases, multipliers and where to store.
        """
        return WinogradOutputOp(
            operands=list(operands),
            properties={**i32_properties(**numbers), "clamp": ints(clamp)},
        )

    def verify_(self) -> None:
        """
        At most a group of outputs, int8 or int16; requantization in range.
        """
        channels, rows, columns = (a.value.data for a in (self.channels, self.rows, self.columns))
        verify_positive(channels=channels, rows=rows, columns=columns)
        if channels > 2 or rows > 2 or columns > 8:
            raise VerifyException("a group has at most 2 channels of 2 x 8 outputs")
        if self.output.type not in (PtrType(i8), PtrType(i16)):
            raise VerifyException(f"outputs are stored as i8 or i16, not to {self.output.type}")
        verify_clamp(tuple_of(self.clamp))
        verify_scaling(self.shift.value.data, "nearest")
