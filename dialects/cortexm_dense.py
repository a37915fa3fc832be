"""
Multiply-accumulates at the kernel level with weights streamed from memory.
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.dialects.builtin import IntegerAttr, UnitAttr, i16, i32
from xdsl.ir import SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, opt_prop_def, prop_def, traits_def
from xdsl.traits import Pure
from xdsl.utils.exceptions import VerifyException

from .cortexm_tiles import TileUpdateOp
from .cortexm_types import (
    PTR_I8,
    PTR_I16,
    STREAMED_TILES,
    TILE,
    PtrType,
    verify_tile,
)
from .dense import INTEGER

PIXEL_REACH = 2000
"""Elements between two pixels of a tile, at most: an LDR reaches 4095 bytes, the run included."""


@dataclass(frozen=True)
class Runs:
    """
    Contiguous inputs that a pixel multiplies: `count` runs of `length`, each `below` elements after
    the one before.
    """

    length: int
    count: int = 1
    below: int = 0


@irdl_op_definition
class DotOp(TileUpdateOp):
    """
    For each pixel `runs` runs of `length` contiguous inputs, `below` each other, against weights
    streamed from memory.

        %b = cortexm.dot %a, %x[0], %w[96] stride 32 length 48 runs 3 below 544 : ...
        APPROX_DOT_S8_4X2(acc, x, 0, 32, w + 96, 48, 3, 544);

    The order of the weights is that of compiler/packing.py: from memory of int8 BYTES, or SUMS if
    the op says `{sums}` (APPROX_DOT_SUMS_4X2): then the odd rows become sums, of the products of
    the row before and 256 times their own, and may wrap. From memory of int16 they are WORDS
    (APPROX_DOT_S16_4X2).
    """

    name = "cortexm.dot"

    acc = operand_def(TILE)
    input = operand_def(PTR_I16)
    weights = operand_def(PTR_I8 | PTR_I16)
    offset = prop_def(INTEGER)
    weights_offset = prop_def(INTEGER)
    stride = prop_def(INTEGER)
    length = prop_def(INTEGER)
    runs = prop_def(INTEGER)
    below = prop_def(INTEGER)
    sums = opt_prop_def(UnitAttr)

    traits = traits_def(Pure())
    assembly_format = (
        "$acc `,` $input `[` $offset `]` `,` $weights `[` $weights_offset `]` `stride` $stride"
        " `length` $length `runs` $runs `below` $below attr-dict"
        " `:` type($acc) `,` type($input) `,` type($weights) `->` type($result)"
    )

    @staticmethod
    def get(
        acc: SSAValue,
        source: tuple[SSAValue, int, int],
        weights: tuple[SSAValue, int],
        runs: Runs,
        sums: bool = False,
    ) -> DotOp:
        """
        `source` is pointer, offset and pixel stride; `weights` pointer and offset.
        """
        return DotOp(
            operands=[acc, source[0], weights[0]],
            properties={
                "offset": IntegerAttr(source[1], i32),
                "weights_offset": IntegerAttr(weights[1], i32),
                "stride": IntegerAttr(source[2], i32),
                "length": IntegerAttr(runs.length, i32),
                "runs": IntegerAttr(runs.count, i32),
                "below": IntegerAttr(runs.below, i32),
                "sums": UnitAttr() if sums else None,
            },
            result_types=[acc.type],
        )

    def verify_(self) -> None:
        """
        Runs are even, for inputs are read in pairs, and apart; loads reach the second pixel.
        """
        super().verify_()
        verify_tile(self.result, STREAMED_TILES)
        length, runs, below = (a.value.data for a in (self.length, self.runs, self.below))
        if length % 2 or length < 2:
            raise VerifyException("the length of a run is even and positive")
        if runs < 1 or (runs > 1 and below < length):
            raise VerifyException("there is at least one run, and runs do not overlap")
        stride = self.stride.value.data
        if self.tile_shape[1] > 1 and not 0 <= stride <= PIXEL_REACH:
            raise VerifyException(f"pixels of a tile are 0 to {PIXEL_REACH} elements apart")
        if (self.tile_shape[1] > 1 and stride % 2) or below % 2:
            raise VerifyException("pixels and runs are an even number of elements apart")
        if self.sums is not None and self.weights.type == PtrType(i16):
            raise VerifyException("sums need weights of i8")


@irdl_op_definition
class SplitOp(TileUpdateOp):
    """
    Sums taken apart: every odd row less the row before it, divided by 256.

        %b = cortexm.split %a : vector<4x2xi32>
        APPROX_SPLIT_4X2(acc);

    Exact if what the odd row gets is within 24 bits, even where its sum has wrapped.
    """

    name = "cortexm.split"

    acc = operand_def(TILE)

    traits = traits_def(Pure())
    assembly_format = "$acc attr-dict `:` type($acc) `->` type($result)"

    @staticmethod
    def get(acc: SSAValue) -> SplitOp:
        """
        Of a tile of sums.
        """
        return SplitOp(operands=[acc], result_types=[acc.type])

    def verify_(self) -> None:
        """
        A tile of pairs of rows.
        """
        super().verify_()
        verify_tile(self.result, STREAMED_TILES)
