"""
What the steps of Winograd's convolutions have in common, whatever the size of their tiles.
"""

from __future__ import annotations

from typing import ClassVar, Self

from xdsl.dialects.builtin import IntegerAttr
from xdsl.ir import SSAValue
from xdsl.irdl import operand_def, prop_def
from xdsl.utils.exceptions import VerifyException

from .cortexm_types import PTR_I16, PTR_I32, CortexMOp
from .dense import INTEGER, i32_properties


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


class TransformOp(CortexMOp):
    """
    B^T d B of input tiles for all pairs of channels.
    """

    input = operand_def(PTR_I16)
    output = operand_def(PTR_I16)
    row = prop_def(INTEGER)
    pixel = prop_def(INTEGER)
    pairs = prop_def(INTEGER)

    assembly_format = "$input `,` $output attr-dict `:` type($input) `,` type($output)"

    @classmethod
    def get(cls, source: SSAValue, target: SSAValue, row: int, pixel: int, pairs: int) -> Self:
        """
        `row` and `pixel` are elements from one row, and one pixel, of the input to the next.
        """
        return cls(
            operands=[source, target],
            properties=i32_properties(row=row, pixel=pixel, pairs=pairs),
        )

    def verify_(self) -> None:
        """
        Pairs of channels are words.
        """
        verify_pairs(self.row, self.pixel, self.pairs)


class ProductOp(CortexMOp):
    """
    m = sum over channels of transformed input times transformed filters of two output channels.
    """

    MOST_PAIRS: ClassVar[int] = 2**31 - 1

    input = operand_def(PTR_I16)
    filters = operand_def(PTR_I16)
    output = operand_def(PTR_I32)
    pairs = prop_def(INTEGER)

    assembly_format = (
        "$input `,` $filters `,` $output attr-dict"
        " `:` type($input) `,` type($filters) `,` type($output)"
    )

    @classmethod
    def get(cls, v: SSAValue, u: SSAValue, m: SSAValue, pairs: int) -> Self:
        """
        The products of a group of tiles.
        """
        return cls(operands=[v, u, m], properties=i32_properties(pairs=pairs))

    def verify_(self) -> None:
        """
        There are channels, and not too many.
        """
        pairs = self.pairs.value.data
        verify_positive(pairs=pairs)
        if pairs > self.MOST_PAIRS:
            raise VerifyException(f"pairs must be at most {self.MOST_PAIRS}")
