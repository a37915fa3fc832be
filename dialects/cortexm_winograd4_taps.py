"""
Winograd's convolution F(4x4, 3x3) with products skipped, at the kernel level: products of the taps
that are left, and an output transform for sums that are no multiples any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xdsl.ir import SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, prop_def, var_operand_def

from .cortexm_types import PTR, PTR_I16, PTR_I32, CortexMOp
from .cortexm_winograd4 import verify_tile_outputs
from .cortexm_winograd_steps import verify_positive
from .dense import INTEGER, INTEGERS, i32_properties, ints


@irdl_op_definition
class Winograd4TapsOp(CortexMOp):
    """
    m = sum over taps of transformed input times weight, 36 x 2 x 4, for the taps of two output
    channels that are listed at u (compiler/winograd_taps.py), none beyond `pairs` pairs of input
    channels.

        cortexm.winograd4_taps %v, %u, %m {pairs = 5 : i32} : ...
        approx_winograd4_taps(v, u, m);
    """

    name = "cortexm.winograd4_taps"

    input = operand_def(PTR_I16)
    taps = operand_def(PTR_I32)
    output = operand_def(PTR_I32)
    pairs = prop_def(INTEGER)

    assembly_format = (
        "$input `,` $taps `,` $output attr-dict `:` type($input) `,` type($taps) `,` type($output)"
    )

    @staticmethod
    def get(v: SSAValue, taps: SSAValue, m: SSAValue, pairs: int) -> Winograd4TapsOp:
        """
        The products of a group and of two output channels.
        """
        return Winograd4TapsOp(operands=[v, taps, m], properties=i32_properties(pairs=pairs))

    def verify_(self) -> None:
        """
        There are channels.
        """
        verify_positive(pairs=self.pairs.value.data)


@irdl_op_definition
class Winograd4SkippedOp(CortexMOp):
    """
    As `cortexm.winograd4_output`, where products were skipped: `centers` are added to element
    (1, 1) of m, and the sums are divided by 9 with rounding.

        cortexm.winograd4_skipped %m, %b, %f, %c, %y0, %y1, %y2, %y3 {channels = 2 : i32, ...} : ...
        approx_winograd4_skipped_s16(m, 2, b, f, c, shift, zp, lo, hi, y0, y1, y2, y3, row, pixel);
    """

    name = "cortexm.winograd4_skipped"

    input = operand_def(PTR_I32)
    bias = operand_def(PTR_I32)
    multipliers = operand_def(PTR_I32)
    centers = operand_def(PTR_I32)
    outputs = var_operand_def(PTR)
    channels = prop_def(INTEGER)
    shift = prop_def(INTEGER)
    zero_point = prop_def(INTEGER)
    clamp = prop_def(INTEGERS)
    row = prop_def(INTEGER)
    pixel = prop_def(INTEGER)

    assembly_format = (
        "$input `,` $bias `,` $multipliers `,` $centers `,` $outputs attr-dict `:` type($input) `,`"
        " type($bias) `,` type($multipliers) `,` type($centers) `,` type($outputs)"
    )

    @staticmethod
    def get(
        operands: Sequence[SSAValue],
        targets: Sequence[SSAValue],
        numbers: Mapping[str, int],
        clamp: tuple[int, int],
    ) -> Winograd4SkippedOp:
        """
        `operands` are products, biases, multipliers and centers, `targets` where the tiles go.
        """
        properties = {**i32_properties(**numbers), "clamp": ints(clamp)}
        return Winograd4SkippedOp(operands=[*operands, targets], properties=properties)

    def verify_(self) -> None:
        """
        As for `cortexm.winograd4_output`.
        """
        verify_tile_outputs(self)
