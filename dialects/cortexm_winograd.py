"""
Winograd's convolution F(2x2, 3x3) at the kernel level: a group of four tiles is transformed,
multiplied with the transformed filters of two output channels, and transformed back.
"""

from __future__ import annotations

from collections.abc import Mapping

from xdsl.dialects.builtin import i8, i16
from xdsl.ir import SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, prop_def
from xdsl.utils.exceptions import VerifyException

from .cortexm_types import PTR, PTR_I32, CortexMOp, PtrType
from .cortexm_winograd_steps import ProductOp, TransformOp, verify_positive
from .dense import INTEGER, INTEGERS, i32_properties, ints, tuple_of
from .requantization import verify_clamp, verify_scaling


@irdl_op_definition
class WinogradInputOp(TransformOp):
    """
    B^T d B of the four tiles of a 4 x 10 patch, for all pairs of channels.

        cortexm.winograd_input %x, %v {row = 340 : i32, pixel = 10 : i32, pairs = 5 : i32} : ...
        approx_winograd_input(x, 340, 10, 5, v);
    """

    name = "cortexm.winograd_input"


@irdl_op_definition
class WinogradProductOp(ProductOp):
    """
    m = sum over channels of transformed input times transformed filters, 16 x 2 x 4.

        cortexm.winograd_product %v, %u, %m {pairs = 5 : i32} : ...
        approx_winograd_product(v, u, m, 5);
    """

    name = "cortexm.winograd_product"


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
