"""
Winograd's convolution F(4x4, 3x3) at the kernel level: four tiles, anywhere, are transformed one by
one, multiplied with the transformed filters of two output channels, and transformed back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol

from xdsl.dialects.builtin import i8, i16
from xdsl.ir import SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, prop_def, var_operand_def
from xdsl.utils.exceptions import VerifyException

from .cortexm_types import PTR, PTR_I32, CortexMOp, PtrType
from .cortexm_winograd_steps import ProductOp, TransformOp, verify_positive
from .dense import INTEGER, INTEGERS, i32_properties, ints, tuple_of
from .requantization import verify_clamp, verify_scaling

LARGEST_PAIRS = 112
"""Channel pairs whose transformed inputs a product steps over with one 16-bit number."""


@irdl_op_definition
class Winograd4InputOp(TransformOp):
    """
    B^T d B of one tile, the 6 x 6 pixels at x, for all pairs of channels; v is its place among the
    four tiles of the group.

        cortexm.winograd4_input %x, %v {row = 340 : i32, pixel = 10 : i32, pairs = 5 : i32} : ...
        approx_winograd4_input(x, 340, 10, 5, v);
    """

    name = "cortexm.winograd4_input"


@irdl_op_definition
class Winograd4ProductOp(ProductOp):
    """
    m = sum over channels of transformed input times transformed filters, 36 x 2 x 4.

        cortexm.winograd4_product %v, %u, %m {pairs = 5 : i32} : ...
        APPROX_WINOGRAD4_PRODUCT(v, u, m, 5);
    """

    name = "cortexm.winograd4_product"
    MOST_PAIRS: ClassVar[int] = LARGEST_PAIRS


@irdl_op_definition
class Winograd4OutputOp(CortexMOp):
    """
    A^T m A, divided by its factor, plus bias, requantized and stored: 4 x 4 outputs of one or two
    channels for each of the four tiles.

        cortexm.winograd4_output %m, %b, %f, %y0, %y1, %y2, %y3 {channels = 2 : i32, ...} : ...
        approx_winograd4_output_s16(m, 2, b, f, shift, zp, lo, hi, y0, y1, y2, y3, row, pixel);
    """

    name = "cortexm.winograd4_output"

    input = operand_def(PTR_I32)
    bias = operand_def(PTR_I32)
    multipliers = operand_def(PTR_I32)
    outputs = var_operand_def(PTR)
    channels = prop_def(INTEGER)
    shift = prop_def(INTEGER)
    zero_point = prop_def(INTEGER)
    clamp = prop_def(INTEGERS)
    row = prop_def(INTEGER)
    pixel = prop_def(INTEGER)

    assembly_format = (
        "$input `,` $bias `,` $multipliers `,` $outputs attr-dict `:` type($input) `,` type($bias)"
        " `,` type($multipliers) `,` type($outputs)"
    )

    @staticmethod
    def get(
        operands: tuple[SSAValue, SSAValue, SSAValue],
        targets: Sequence[SSAValue],
        numbers: Mapping[str, int],
        clamp: tuple[int, int],
    ) -> Winograd4OutputOp:
        """
        `operands` are products, biases and multipliers, `targets` where the tiles go.
        """
        properties = {**i32_properties(**numbers), "clamp": ints(clamp)}
        return Winograd4OutputOp(operands=[*operands, targets], properties=properties)

    def verify_(self) -> None:
        """
        Four tiles of int8 or int16, one or two channels; requantization in range.
        """
        verify_tile_outputs(self)


class _TileOutputs(Protocol):
    outputs: Any
    channels: Any
    shift: Any
    clamp: Any


def verify_tile_outputs(op: _TileOutputs) -> None:
    """
    Four tiles of int8 or int16, one or two channels; requantization in range.
    """
    verify_positive(channels=op.channels.value.data)
    if op.channels.value.data > 2:
        raise VerifyException("a group has at most 2 channels")
    if len(op.outputs) != 4:
        raise VerifyException(f"a group has four tiles, not {len(op.outputs)}")
    types = {output.type for output in op.outputs}
    if len(types) > 1 or not types < {PtrType(i8), PtrType(i16)}:
        raise VerifyException("all outputs are stored as i8, or all as i16")
    verify_clamp(tuple_of(op.clamp))
    verify_scaling(op.shift.value.data, "nearest")
