"""
Accumulators at the kernel level: multiply, requantize, store.
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import IntegerAttr, StringAttr, VectorType, i8, i16, i32
from xdsl.ir import SSAValue
from xdsl.irdl import (
    irdl_op_definition,
    operand_def,
    opt_prop_def,
    prop_def,
    result_def,
    traits_def,
    var_operand_def,
)
from xdsl.traits import Pure
from xdsl.utils.exceptions import VerifyException

from .cortexm_types import (
    I32,
    LISTED_TILES,
    PTR,
    STREAMED_TILES,
    TILE,
    TILE_OR_I32,
    CortexMOp,
    PtrType,
    tile_shape,
    tile_type,
    verify_tile,
)
from .dense import INTEGER, INTEGERS, i32_properties, ints, tuple_of
from .requantization import verify_clamp, verify_scaling

EVEN_TILE = tile_type(4, 1)
"""The tile that can be rounded to even: that of pooling."""


@irdl_op_definition
class TileOp(CortexMOp):
    """
    Accumulators, one row an output channel, every pixel of row r started at `init[r]`.

        %acc = cortexm.tile %b0, %b1 : vector<2x4xi32>
        APPROX_TILE_2X4(acc, b0, b1);
    """

    name = "cortexm.tile"

    init = var_operand_def(I32)
    result = result_def(TILE)

    traits = traits_def(Pure())
    assembly_format = "$init attr-dict `:` type($init) `->` type($result)"

    @staticmethod
    def get(init: Sequence[SSAValue], pixels: int) -> TileOp:
        """
        A tile of `len(init)` channels.
        """
        return TileOp(operands=[init], result_types=[tile_type(len(init), pixels)])

    def verify_(self) -> None:
        """
        One start value a row; a tile there is a kernel for.
        """
        verify_tile(self.result)
        if len(self.init) != tile_shape(self.result)[0]:
            raise VerifyException("needs one start value for every row")


class TileUpdateOp(CortexMOp):
    """
    A statement that changes a tile in place: `acc` has no other user, its C variables live on as
    `result`.
    """

    acc = operand_def(TILE_OR_I32)
    result = result_def(TILE_OR_I32)

    def verify_(self) -> None:
        """
        `acc` is used once and keeps its type.
        """
        verify_tile(self.result)
        if self.acc.type != self.result.type:
            raise VerifyException("a tile keeps its shape")
        if isinstance(self.acc.type, VectorType) and not self.acc.has_one_use():
            raise VerifyException("a tile is updated in place: it can have one user only")

    @property
    def tile_shape(self) -> tuple[int, int]:
        """
        Channels and pixels.
        """
        return tile_shape(self.result)


@irdl_op_definition
class RequantizeOp(TileUpdateOp):
    """
    Accumulators to int8 range, one multiplier a row (design of dialects/network_ops.py).

        %q = cortexm.requantize %acc, %m0, %m1 {shift, zero_point, clamp, rounding} : ...
        APPROX_REQUANTIZE_2X4(acc, m0, m1, shift, zero_point, lo, hi);

    On an i32: `int32_t q = approx_requantize(acc, m, shift, zero_point, lo, hi);`.
    """

    name = "cortexm.requantize"

    acc = operand_def(TILE_OR_I32)
    multipliers = var_operand_def(I32)
    shift = prop_def(INTEGER)
    zero_point = prop_def(INTEGER)
    clamp = prop_def(INTEGERS)
    rounding = opt_prop_def(StringAttr)

    traits = traits_def(Pure())
    assembly_format = (
        "$acc `,` $multipliers attr-dict `:` type($acc) `,` type($multipliers) `->` type($result)"
    )

    @staticmethod
    def get(
        acc: SSAValue,
        multipliers: Sequence[SSAValue],
        shift: int,
        zero_point: int,
        clamp: tuple[int, int],
        rounding: str = "nearest",
    ) -> RequantizeOp:
        """
        Requantization of a tile or an i32.
        """
        return RequantizeOp(
            operands=[acc, multipliers],
            properties={
                "shift": IntegerAttr(shift, i32),
                "zero_point": IntegerAttr(zero_point, i32),
                "clamp": ints(clamp),
                "rounding": None if rounding == "nearest" else StringAttr(rounding),
            },
            result_types=[acc.type],
        )

    def verify_(self) -> None:
        """
        One multiplier a row; shift, rounding and clamp in range.
        """
        super().verify_()
        verify_clamp(tuple_of(self.clamp))
        verify_scaling(
            self.shift.value.data, "nearest" if self.rounding is None else self.rounding.data
        )
        to_even = self.rounding is not None and self.rounding.data == "even"
        if to_even and self.acc.type not in (i32, EVEN_TILE):
            raise VerifyException(f"only an i32 and a {EVEN_TILE} are rounded to even")
        if len(self.multipliers) != self.tile_shape[0]:
            raise VerifyException("needs one multiplier for every row")


@irdl_op_definition
class ClampOp(CortexMOp):
    """
    A value within bounds.

        %y = cortexm.clamp %v {bounds = array<i64: -128, 127>} : i32
        int32_t y = approx_clamp(v, -128, 127);
    """

    name = "cortexm.clamp"

    value = operand_def(I32)
    bounds = prop_def(INTEGERS)
    result = result_def(I32)

    traits = traits_def(Pure())
    assembly_format = "$value attr-dict `:` type($value) `->` type($result)"

    @staticmethod
    def get(value: SSAValue, bounds: tuple[int, int]) -> ClampOp:
        """
        min(max(value, lo), hi).
        """
        return ClampOp(operands=[value], properties={"bounds": ints(bounds)}, result_types=[i32])

    def verify_(self) -> None:
        """
        Bounds in order.
        """
        bounds = tuple_of(self.bounds)
        if len(bounds) != 2 or bounds[0] > bounds[1]:
            raise VerifyException(f"needs a lower and an upper bound, not {list(bounds)}")


@irdl_op_definition
class StoreTileOp(CortexMOp):
    """
    A finished tile to memory: pixel p of row r to base[offset + p * stride + r], or with `plane`
    to base[offset + p * stride + r * plane].

        cortexm.store_tile %q, %y[0] stride 32 : ...
        APPROX_STORE_2X4_S16(acc, y, 0, 32);

    With `rows`, only the first ones, and value by value (two rows of int16 are else aligned words):

        cortexm.store_tile %q, %y[0] stride 32 {rows = 3 : i32} : ...
        APPROX_PUT_4X2_S16(acc, 3, y, 0, 32);

    With `plane`, channels are not adjacent but that many elements apart:

        cortexm.store_tile %q, %y[0] stride 1 plane 340 : ...
        APPROX_STORE_PLANES_2X4_S16(acc, y, 0, 1, 340);

    With `line`, half of the pixels are in a line below, that many elements behind the others:

        cortexm.store_tile %q, %y[0] stride 32 {line = 256 : i32} : ...
        APPROX_STORE_GRID_2X4_S16(acc, y, 0, 32, 256, 1);
    """

    name = "cortexm.store_tile"

    tile = operand_def(TILE)
    base = operand_def(PTR)
    offset = prop_def(INTEGER)
    stride = prop_def(INTEGER)
    rows = opt_prop_def(INTEGER)
    plane = opt_prop_def(INTEGER)
    line = opt_prop_def(INTEGER)

    assembly_format = (
        "$tile `,` $base `[` $offset `]` `stride` $stride (`plane` $plane^)? attr-dict"
        " `:` type($tile) `,` type($base)"
    )

    @staticmethod
    def get(
        tile: SSAValue,
        base: SSAValue,
        offset: int,
        stride: int,
        plane: int = 1,
        rows: int | None = None,
        line: int | None = None,
    ) -> StoreTileOp:
        """
        Store a tile; `plane` elements from one channel to the next.
        """
        return StoreTileOp(
            operands=[tile, base],
            properties={
                **i32_properties(offset=offset, stride=stride),
                "plane": None if plane == 1 else IntegerAttr(plane, i32),
                "rows": None if rows is None else IntegerAttr(rows, i32),
                "line": None if line is None else IntegerAttr(line, i32),
            },
        )

    def verify_(self) -> None:
        """
        A tile there is a kernel for, to int8 or int16; rows that it has.
        """
        verify_tile(self.tile, LISTED_TILES if self.rows is None else STREAMED_TILES)
        if self.rows is not None and not 0 < self.rows.value.data <= tile_shape(self.tile)[0]:
            raise VerifyException(f"there are no {self.rows.value.data} rows in the tile")
        if self.line is not None and (self.rows is not None or tile_shape(self.tile)[1] < 4):
            raise VerifyException("two lines of pixels are four or more, of all rows of a tile")
        if self.base.type not in (PtrType(i8), PtrType(i16)):
            raise VerifyException(f"a tile is stored as i8 or i16, not to {self.base.type}")
