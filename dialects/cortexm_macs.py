"""
Multiply-accumulates at the kernel level with weights in the code.
"""

from __future__ import annotations

from xdsl.dialects.builtin import IntegerAttr, i32
from xdsl.ir import SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, prop_def, traits_def
from xdsl.traits import Pure
from xdsl.utils.exceptions import VerifyException

from .cortexm_tiles import TileUpdateOp
from .cortexm_types import LITERAL_TILES, PTR_I16, TILE_OR_I32, verify_tile
from .dense import INTEGER, INTEGERS, ints, tuple_of

LOAD_REACH = 4095
"""Bytes from its base that an LDR reaches (encoding T3, Arm DDI 0403E, A7.7.43)."""


@irdl_op_definition
class MacOp(TileUpdateOp):
    """
    One dual multiply-accumulate a pixel for each row in `rows`, with literal weight pairs: pixel p
    multiplies input[offset + p * stride] and the element after it.

        %b = cortexm.mac %a, %x[6] stride 32 rows [0, 1] weights [5, -3, 7, 0] : ...
        APPROX_MAC_2X4(acc, x, 6, 32, 5, -3, 7, 0);

    A row that is not listed has skipped the pair (`APPROX_MAC_ROW_X4(acc, 0, x, 6, 32, 5, -3);`).
    """

    name = "cortexm.mac"

    acc = operand_def(TILE_OR_I32)
    input = operand_def(PTR_I16)
    offset = prop_def(INTEGER)
    stride = prop_def(INTEGER)
    rows = prop_def(INTEGERS)
    weights = prop_def(INTEGERS)

    traits = traits_def(Pure())
    assembly_format = (
        "$acc `,` $input `[` $offset `]` `stride` $stride `rows` $rows `weights` $weights attr-dict"
        " `:` type($acc) `,` type($input) `->` type($result)"
    )

    @staticmethod
    def get(
        acc: SSAValue,
        pointer: SSAValue,
        offset: int,
        stride: int,
        weights: dict[int, tuple[int, int]],
    ) -> MacOp:
        """
        The weight pair of each row that keeps it.
        """
        pairs = [value for pair in weights.values() for value in pair]
        return MacOp(
            operands=[acc, pointer],
            properties={
                "offset": IntegerAttr(offset, i32),
                "stride": IntegerAttr(stride, i32),
                "rows": ints(weights),
                "weights": ints(pairs),
            },
            result_types=[acc.type],
        )

    def verify_(self) -> None:
        """
        Rows exist, ascend and have a pair of int16 weights each; loads reach what they read.
        """
        super().verify_()
        verify_tile(self.result, LITERAL_TILES)
        self._verify_rows()
        self._verify_reach()

    def _verify_rows(self) -> None:
        rows = tuple_of(self.rows)
        ascending = list(rows) == sorted(set(rows))
        if not rows or not ascending or rows[0] < 0 or rows[-1] >= self.tile_shape[0]:
            raise VerifyException("rows must ascend and exist in the tile")
        if len(self.weights) != 2 * len(rows):
            raise VerifyException("needs one pair of weights for every row")
        if not all(-(2**15) <= w < 2**15 for w in tuple_of(self.weights)):
            raise VerifyException("weights must be within int16")

    def _verify_reach(self) -> None:
        """
        Of the first pixel and of the last: the others lie between.
        """
        first = 2 * self.offset.value.data
        last = first + 2 * (self.tile_shape[1] - 1) * self.stride.value.data
        if min(first, last) < 0 or max(first, last) > LOAD_REACH:
            raise VerifyException(
                f"loads reach bytes 0 to {LOAD_REACH} from their base, not {first} to {last}"
            )
