"""
Multiply-accumulates at the kernel level with lists of the weights that are left.
"""

from __future__ import annotations

from xdsl.ir import SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, prop_def, traits_def
from xdsl.traits import Pure
from xdsl.utils.exceptions import VerifyException

from .cortexm_macs import LOAD_REACH
from .cortexm_tiles import TileUpdateOp
from .cortexm_types import LISTED_TILES, PTR_I16, PTR_I32, TILE, verify_tile
from .dense import INTEGER, INTEGERS, i32_properties, ints, tuple_of

_MOST_COPIES = 255


@irdl_op_definition
class TapsOp(TileUpdateOp):
    """
    For each pixel the inputs at places listed with their weights at w (compiler/tap_streams.py), of
    one or two rows. Pixels are `pixel` elements apart; half of them are `line` from the other half,
    in a line below or, where `line` is as many times `pixel`, behind them.

        %b = cortexm.taps %a, %x, %w pixel 32 line 64 copies [16, 9, 8] : ...
        APPROX_TAPS_2X4(acc, x, w, 16, 9, 8, 32, 64);

    `copies` is how many taps of each kind the code has in a row: of both rows, of the first and of
    the second one only. The list is for just this code.
    """

    name = "cortexm.taps"

    acc = operand_def(TILE)
    input = operand_def(PTR_I16)
    taps = operand_def(PTR_I32)
    pixel = prop_def(INTEGER)
    line = prop_def(INTEGER)
    copies = prop_def(INTEGERS)

    traits = traits_def(Pure())
    assembly_format = (
        "$acc `,` $input `,` $taps `pixel` $pixel `line` $line `copies` $copies attr-dict"
        " `:` type($acc) `,` type($input) `,` type($taps) `->` type($result)"
    )

    @staticmethod
    def get(
        acc: SSAValue,
        source: SSAValue,
        taps: SSAValue,
        steps: tuple[int, int],
        copies: tuple[int, int, int],
    ) -> TapsOp:
        """
        `steps` lead to the next pixel and to the second half of them.
        """
        return TapsOp(
            operands=[acc, source, taps],
            properties={
                **i32_properties(pixel=steps[0], line=steps[1]),
                "copies": ints(copies),
            },
            result_types=[acc.type],
        )

    @property
    def places(self) -> list[int]:
        """
        Elements from pixel 0 to each.
        """
        pixels = self.tile_shape[1]
        half = max(1, pixels // 2)
        pixel, line = self.pixel.value.data, self.line.value.data
        return [p % half * pixel + p // half * line for p in range(pixels)]

    def verify_(self) -> None:
        """
        Pixels are words apart that loads reach; three numbers of copies.
        """
        super().verify_()
        verify_tile(self.result, LISTED_TILES)
        copies = tuple_of(self.copies)
        if any(place % 2 or not 0 <= 2 * place <= LOAD_REACH for place in self.places):
            raise VerifyException(
                f"pixels are an even number of elements from the first, within {LOAD_REACH} bytes"
            )
        if len(copies) != 3 or not all(0 <= n <= _MOST_COPIES for n in copies):
            raise VerifyException(f"needs three numbers of copies of 0 to {_MOST_COPIES}")
        if self.tile_shape[0] == 1 and (copies[0] or copies[2]):
            raise VerifyException("a tile of one row has taps of the first row only")
