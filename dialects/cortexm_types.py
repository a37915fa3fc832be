"""
Types of the `cortexm` dialect: pointers, tiles of accumulators.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from xdsl.dialects.builtin import (
    Float32Type,
    IndexType,
    IntegerType,
    VectorType,
    f32,
    i8,
    i16,
    i32,
)
from xdsl.ir import ParametrizedAttribute, SSAValue, TypeAttribute
from xdsl.irdl import IRDLOperation, ParsePropInAttrDict, base, eq, irdl_attr_definition
from xdsl.utils.exceptions import VerifyException

from .quant import UI8

_SIGNED = (i8, i16, i32)


@irdl_attr_definition
class PtrType(ParametrizedAttribute, TypeAttribute):
    """
    A pointer to elements in memory: `!cortexm.ptr<i16>` is `int16_t *`; to inputs of the network as
    the caller has them: `!cortexm.ptr<ui8>` is `uint8_t *`, `!cortexm.ptr<f32>` is `float *`.
    """

    name = "cortexm.ptr"

    element_type: IntegerType | Float32Type

    def verify(self) -> None:
        """
        There is a type of C.
        """
        if self.element_type not in (*_SIGNED, UI8, f32):
            raise VerifyException(
                f"elements in memory are i8, i16 or i32, of inputs ui8 or f32, not "
                f"{self.element_type}"
            )

    @property
    def bits(self) -> int:
        """
        Of an element.
        """
        return self.element_type.bitwidth


def tile_type(channels: int, pixels: int) -> VectorType[IntegerType]:
    """
    Accumulators of `channels` output channels at `pixels` adjacent positions: `vector<2x4xi32>`.
    """
    return VectorType(i32, (channels, pixels))


ANY_PTR = base(PtrType)
PTR_I8 = eq(PtrType(i8))
PTR_I16 = eq(PtrType(i16))
PTR_I32 = eq(PtrType(i32))
PTR = PTR_I8 | PTR_I16 | PTR_I32
"""What numbers are loaded from and stored to."""
INDEX = base(IndexType)
I32 = eq(i32)
TILE = base(VectorType[IntegerType])
TILE_OR_I32 = TILE | I32

LITERAL_TILES = ((1, 1), (1, 2), (1, 4), (2, 1), (2, 2), (2, 4))
"""Channels and pixels of the tiles for weights in the code."""
LISTED_TILES = (*LITERAL_TILES, (1, 8))
"""Those for lists of weights."""
STREAMED_TILES = ((2, 1), (2, 2), (4, 1), (4, 2), (8, 1))
"""Those for weights from memory."""


class CortexMOp(IRDLOperation):
    """
    A C statement.
    """

    irdl_options = (ParsePropInAttrDict(),)


def tile_shape(value: SSAValue) -> tuple[int, int]:
    """
    Channels and pixels of a tile; an i32 is a tile of one.

    Errors: VerifyException for a vector that is no matrix of i32.
    """
    # No `isa`: it is asked of every multiply-accumulate, and takes twenty times as long.
    if not isinstance(value.type, VectorType):
        return 1, 1
    vector = cast(VectorType[IntegerType], value.type)
    shape = vector.get_shape()
    if len(shape) != 2 or vector.element_type != i32:
        raise VerifyException(f"a tile is channels x pixels of i32, not {vector}")
    return shape[0], shape[1]


def verify_tile(
    value: SSAValue, shapes: Collection[tuple[int, int]] = (*LISTED_TILES, *STREAMED_TILES)
) -> None:
    """
    There is a kernel for tiles of that shape.
    """
    channels, pixels = tile_shape(value)
    if (channels, pixels) not in shapes:
        raise VerifyException(f"no kernel has a {channels}x{pixels} tile")
