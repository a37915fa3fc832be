"""
The `cortexm` dialect: kernels for Arm Cortex-M, one op one C statement.

Functions are `func.func`, loops `scf.for`, integer arithmetic `arith`; what is special to the
target is here. Pointers are element pointers; offsets and strides count elements. The docstring of
an op shows its IR and the C it becomes; the macros are defined in runtime/approx_runtime.h.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from xdsl.dialects.builtin import (
    ArrayAttr,
    DenseIntOrFPElementsAttr,
    DictionaryAttr,
    IndexType,
    IntegerAttr,
    IntegerType,
    StringAttr,
    SymbolNameConstraint,
    VectorType,
    i32,
)
from xdsl.ir import (
    Attribute,
    Block,
    Dialect,
    Operation,
    ParametrizedAttribute,
    Region,
    SSAValue,
    TypeAttribute,
)
from xdsl.irdl import (
    BaseAttr,
    IRDLOperation,
    ParsePropInAttrDict,
    irdl_attr_definition,
    irdl_op_definition,
    operand_def,
    opt_prop_def,
    prop_def,
    region_def,
    result_def,
    traits_def,
    var_operand_def,
)
from xdsl.traits import NoTerminator, Pure, SymbolOpInterface
from xdsl.utils.exceptions import VerifyException

from .dense import INTEGER, INTEGERS, Array, dense, ints, tuple_of


@irdl_attr_definition
class PtrType(ParametrizedAttribute, TypeAttribute):
    """
    A pointer to elements in memory: `!cortexm.ptr<i16>` is `int16_t *`.
    """

    name = "cortexm.ptr"

    element_type: IntegerType


def tile_type(channels: int, pixels: int) -> VectorType[IntegerType]:
    """
    Accumulators of `channels` output channels at `pixels` adjacent positions: `vector<2x4xi32>`.
    """
    return VectorType(i32, (channels, pixels))


_PTR: ClassVar = BaseAttr[PtrType](PtrType)
_INDEX: ClassVar = BaseAttr(IndexType)
_I32: ClassVar = BaseAttr(IntegerType)
_TILE: ClassVar = BaseAttr[VectorType[IntegerType]](VectorType)
_TILE_OR_I32: ClassVar = _TILE | _I32

TILE_CHANNELS = (1, 2)
TILE_PIXELS = (1, 2, 4)


class CortexMOp(IRDLOperation):
    """
    A C statement.
    """

    irdl_options = (ParsePropInAttrDict(),)


def _tile_shape(value: SSAValue) -> tuple[int, int]:
    if not isinstance(value.type, VectorType):
        return 1, 1
    channels, pixels = value.type.get_shape()
    return channels, pixels


def _verify_tile(value: SSAValue) -> None:
    channels, pixels = _tile_shape(value)
    if channels not in TILE_CHANNELS or pixels not in TILE_PIXELS:
        raise VerifyException(f"no kernel has a {channels}x{pixels} tile")


@irdl_op_definition
class TableOp(CortexMOp):
    """
    Constants in flash.

        %w = cortexm.table "weights" dense<[1, 2]> : tensor<2xi8> -> !cortexm.ptr<i8>
        static const int8_t weights[2] = {1, 2};
    """

    name = "cortexm.table"

    label = prop_def(StringAttr)
    value = prop_def(DenseIntOrFPElementsAttr)
    result = result_def(_PTR)

    traits = traits_def(Pure())
    assembly_format = "$label $value attr-dict `->` type($result)"

    @staticmethod
    def get(label: str, value: Array) -> TableOp:
        """
        A table of the values of an integer array.
        """
        attr = dense(value.reshape(-1))
        return TableOp(
            properties={"label": StringAttr(label), "value": attr},
            result_types=[PtrType(attr.get_element_type())],
        )


@irdl_op_definition
class BufferOp(CortexMOp):
    """
    A buffer in the workspace, `offset` bytes from its start.

        %x = cortexm.buffer %workspace[1024] : !cortexm.ptr<i16>
        int16_t *const x = (int16_t *)(void *)(workspace + 1024);
    """

    name = "cortexm.buffer"

    workspace = operand_def(_PTR)
    offset = prop_def(INTEGER)
    result = result_def(_PTR)

    traits = traits_def(Pure())
    assembly_format = "$workspace `[` $offset `]` attr-dict `:` type($workspace) `->` type($result)"

    @staticmethod
    def get(workspace: SSAValue, offset: int, element_type: IntegerType) -> BufferOp:
        """
        A buffer of elements of a type.
        """
        return BufferOp(
            operands=[workspace],
            properties={"offset": IntegerAttr(offset, i32)},
            result_types=[PtrType(element_type)],
        )


@irdl_op_definition
class AddressOp(CortexMOp):
    """
    Pointer arithmetic: base + offset + sum of index * stride.

        %q = cortexm.address %p[%i, %j] {strides = array<i64: 64, 2>, offset = 6 : i32} : ...
        int16_t *const q = p + 64 * i + 2 * j + 6;
    """

    name = "cortexm.address"

    base = operand_def(_PTR)
    indices = var_operand_def(_INDEX)
    strides = prop_def(INTEGERS)
    offset = prop_def(INTEGER)
    result = result_def(_PTR)

    traits = traits_def(Pure())
    assembly_format = "$base `[` $indices `]` attr-dict `:` type($base) `->` type($result)"

    @staticmethod
    def get(
        base: SSAValue, indices: Sequence[SSAValue], strides: Sequence[int], offset: int = 0
    ) -> AddressOp:
        """
        The address of an element.
        """
        return AddressOp(
            operands=[base, indices],
            properties={"strides": ints(strides), "offset": IntegerAttr(offset, i32)},
            result_types=[base.type],
        )

    def verify_(self) -> None:
        """
        One stride an index; the element type stays.
        """
        if len(self.indices) != len(self.strides):
            raise VerifyException("needs one stride for every index")
        if self.base.type != self.result.type:
            raise VerifyException("pointer arithmetic keeps the element type")


@irdl_op_definition
class LoadOp(CortexMOp):
    """
    One element, widened to i32.

        %v = cortexm.load %p[3] : !cortexm.ptr<i8>
        int32_t v = p[3];
    """

    name = "cortexm.load"

    base = operand_def(_PTR)
    offset = prop_def(INTEGER)
    result = result_def(_I32)

    assembly_format = "$base `[` $offset `]` attr-dict `:` type($base) `->` type($result)"

    @staticmethod
    def get(base: SSAValue, offset: int = 0) -> LoadOp:
        """
        Load base[offset].
        """
        return LoadOp(
            operands=[base], properties={"offset": IntegerAttr(offset, i32)}, result_types=[i32]
        )


@irdl_op_definition
class StoreOp(CortexMOp):
    """
    One element; the value is within the range of the element type.

        cortexm.store %v, %p[3] : !cortexm.ptr<i8>
        p[3] = (int8_t)v;
    """

    name = "cortexm.store"

    value = operand_def(_I32)
    base = operand_def(_PTR)
    offset = prop_def(INTEGER)

    assembly_format = "$value `,` $base `[` $offset `]` attr-dict `:` type($value) `,` type($base)"

    @staticmethod
    def get(value: SSAValue, base: SSAValue, offset: int = 0) -> StoreOp:
        """
        Store base[offset].
        """
        return StoreOp(operands=[value, base], properties={"offset": IntegerAttr(offset, i32)})


@irdl_op_definition
class TileOp(CortexMOp):
    """
    Accumulators, one row an output channel, every pixel of row r started at `init[r]`.

        %acc = cortexm.tile %b0, %b1 : vector<2x4xi32>
        APPROX_TILE_2X4(acc, b0, b1);
    """

    name = "cortexm.tile"

    init = var_operand_def(_I32)
    result = result_def(_TILE)

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
        _verify_tile(self.result)
        if len(self.init) != _tile_shape(self.result)[0]:
            raise VerifyException("needs one start value for every row")


class TileUpdateOp(CortexMOp):
    """
    A statement that changes a tile in place: `acc` has no other user, its C variables live on as
    `result`.
    """

    acc = operand_def(_TILE_OR_I32)
    result = result_def(_TILE_OR_I32)

    def verify_(self) -> None:
        """
        `acc` is used once and keeps its type.
        """
        _verify_tile(self.result)
        if self.acc.type != self.result.type:
            raise VerifyException("a tile keeps its shape")
        if isinstance(self.acc.type, VectorType) and not self.acc.has_one_use():
            raise VerifyException("a tile is updated in place: it can have one user only")

    @property
    def tile_shape(self) -> tuple[int, int]:
        """
        Channels and pixels.
        """
        return _tile_shape(self.result)


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

    acc = operand_def(_TILE_OR_I32)
    input = operand_def(_PTR)
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
        Rows exist, ascend and have a pair of int16 weights each.
        """
        super().verify_()
        rows = tuple_of(self.rows)
        if not rows or list(rows) != sorted(set(rows)) or rows[-1] >= self.tile_shape[0]:
            raise VerifyException("rows must ascend and exist in the tile")
        if len(self.weights) != 2 * len(rows):
            raise VerifyException("needs one pair of weights for every row")
        if not all(-(2**15) <= w < 2**15 for w in tuple_of(self.weights)):
            raise VerifyException("weights must be within int16")


@irdl_op_definition
class DotOp(TileUpdateOp):
    """
    A run of `length` contiguous inputs a pixel against weights streamed from memory.

        %b = cortexm.dot %a, %x[0], %w[96] stride 32 length 48 : ...
        APPROX_DOT_2X4(acc, x, 0, 32, w + 96, 48);

    The order of the weights is that of compiler/packing.py.
    """

    name = "cortexm.dot"

    acc = operand_def(_TILE_OR_I32)
    input = operand_def(_PTR)
    weights = operand_def(_PTR)
    offset = prop_def(INTEGER)
    weights_offset = prop_def(INTEGER)
    stride = prop_def(INTEGER)
    length = prop_def(INTEGER)

    traits = traits_def(Pure())
    assembly_format = (
        "$acc `,` $input `[` $offset `]` `,` $weights `[` $weights_offset `]` `stride` $stride"
        " `length` $length attr-dict `:` type($acc) `,` type($input) `,` type($weights)"
        " `->` type($result)"
    )

    @staticmethod
    def get(
        acc: SSAValue,
        source: tuple[SSAValue, int, int],
        weights: tuple[SSAValue, int],
        length: int,
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
                "length": IntegerAttr(length, i32),
            },
            result_types=[acc.type],
        )

    def verify_(self) -> None:
        """
        The run is even: inputs are read in pairs.
        """
        super().verify_()
        if self.length.value.data % 2 or self.length.value.data < 2:
            raise VerifyException("the length of a run is even and positive")


@irdl_op_definition
class RequantizeOp(TileUpdateOp):
    """
    Accumulators to int8 range, one multiplier a row (design of dialects/network_ops.py).

        %q = cortexm.requantize %acc, %m0, %m1 {shift, zero_point, clamp, rounding} : ...
        APPROX_REQUANTIZE_2X4(acc, m0, m1, shift, zero_point, lo, hi);

    On an i32: `int32_t q = approx_requantize(acc, m, shift, zero_point, lo, hi);`.
    """

    name = "cortexm.requantize"

    acc = operand_def(_TILE_OR_I32)
    multipliers = var_operand_def(_I32)
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
        One multiplier a row.
        """
        super().verify_()
        if len(self.multipliers) != self.tile_shape[0]:
            raise VerifyException("needs one multiplier for every row")


@irdl_op_definition
class ClampOp(CortexMOp):
    """
    %y = cortexm.clamp %v {bounds = array<i64: -128, 127>} : i32

        int32_t y = approx_clamp(v, -128, 127);
    """

    name = "cortexm.clamp"

    value = operand_def(_I32)
    bounds = prop_def(INTEGERS)
    result = result_def(_I32)

    traits = traits_def(Pure())
    assembly_format = "$value attr-dict `:` type($value) `->` type($result)"

    @staticmethod
    def get(value: SSAValue, bounds: tuple[int, int]) -> ClampOp:
        """
        min(max(value, lo), hi).
        """
        return ClampOp(operands=[value], properties={"bounds": ints(bounds)}, result_types=[i32])


@irdl_op_definition
class StoreTileOp(CortexMOp):
    """
    A finished tile to memory: pixel p of row r to base[offset + p * stride + r].

        cortexm.store_tile %q, %y[0] stride 32 : ...
        APPROX_STORE_2X4_S16(acc, y, 0, 32);
    """

    name = "cortexm.store_tile"

    tile = operand_def(_TILE)
    base = operand_def(_PTR)
    offset = prop_def(INTEGER)
    stride = prop_def(INTEGER)

    assembly_format = (
        "$tile `,` $base `[` $offset `]` `stride` $stride attr-dict `:` type($tile) `,` type($base)"
    )

    @staticmethod
    def get(tile: SSAValue, base: SSAValue, offset: int, stride: int) -> StoreTileOp:
        """
        Store a tile.
        """
        return StoreTileOp(
            operands=[tile, base],
            properties={"offset": IntegerAttr(offset, i32), "stride": IntegerAttr(stride, i32)},
        )


@irdl_op_definition
class FillOp(CortexMOp):
    """
    `count` elements of one value: the padding of a plane.

        cortexm.fill %p[0] {value = -128 : i32, count = 34 : i32} : !cortexm.ptr<i16>
        approx_fill_s16(p, -128, 34);
    """

    name = "cortexm.fill"

    base = operand_def(_PTR)
    offset = prop_def(INTEGER)
    value = prop_def(INTEGER)
    count = prop_def(INTEGER)

    assembly_format = "$base `[` $offset `]` attr-dict `:` type($base)"

    @staticmethod
    def get(base: SSAValue, offset: int, value: int, count: int) -> FillOp:
        """
        Fill base[offset : offset + count].
        """
        numbers = {"offset": offset, "value": value, "count": count}
        return FillOp(
            operands=[base], properties={k: IntegerAttr(v, i32) for k, v in numbers.items()}
        )


@irdl_op_definition
class SoftmaxOp(CortexMOp):
    """
    A whole softmax of int8 (`approx.softmax` gives the arithmetic).

        cortexm.softmax %x, %y, %table {count, multiplier, zero_point} : ...
        approx_softmax_s8(x, y, count, table, multiplier, zero_point);
    """

    name = "cortexm.softmax"

    input = operand_def(_PTR)
    output = operand_def(_PTR)
    table = operand_def(_PTR)
    count = prop_def(INTEGER)
    multiplier = prop_def(INTEGER)
    zero_point = prop_def(INTEGER)

    assembly_format = (
        "$input `,` $output `,` $table attr-dict"
        " `:` type($input) `,` type($output) `,` type($table)"
    )

    @staticmethod
    def get(
        source: SSAValue,
        target: SSAValue,
        table: SSAValue,
        count: int,
        multiplier: int,
        zero_point: int,
    ) -> SoftmaxOp:
        """
        Softmax of `count` values.
        """
        numbers = {"count": count, "multiplier": multiplier, "zero_point": zero_point}
        return SoftmaxOp(
            operands=[source, target, table],
            properties={key: IntegerAttr(value, i32) for key, value in numbers.items()},
        )


@irdl_op_definition
class LayerOp(CortexMOp):
    """
    The statements of one layer; `info` goes into the report.

        cortexm.layer "conv1" {index = 0 : i32, info = {...}} { ... }
        /* 0: conv1 ... */
        NAME_ON_LAYER_BEGIN(0); ... NAME_ON_LAYER_END(0);
    """

    name = "cortexm.layer"

    label = prop_def(StringAttr)
    info = prop_def(DictionaryAttr)
    body = region_def("single_block")

    traits = traits_def(NoTerminator())
    assembly_format = "$label attr-dict-with-keyword $body"

    @staticmethod
    def get(label: str, info: dict[str, Attribute], ops: Sequence[Operation]) -> LayerOp:
        """
        A layer around its statements.
        """
        return LayerOp(
            properties={"label": StringAttr(label), "info": DictionaryAttr(info)},
            regions=[Region(Block(ops))],
        )


@irdl_op_definition
class ModelOp(CortexMOp):
    """
    What the header says of the model: inputs, outputs (name, shape, scale, zero point) and sizes.

        cortexm.model @kws {inputs = [{...}], outputs = [{...}], workspace_bytes = 4096 : i32, ...}
    """

    name = "cortexm.model"

    sym_name = prop_def(SymbolNameConstraint())
    inputs = prop_def(ArrayAttr[DictionaryAttr])
    outputs = prop_def(ArrayAttr[DictionaryAttr])
    workspace_bytes = prop_def(INTEGER)

    traits = traits_def(SymbolOpInterface())
    assembly_format = "$sym_name attr-dict"

    @staticmethod
    def get(
        name: str,
        inputs: Sequence[DictionaryAttr],
        outputs: Sequence[DictionaryAttr],
        workspace_bytes: int,
    ) -> ModelOp:
        """
        A model named `name`; tensors have the keys name, shape, scale and zero_point.
        """
        return ModelOp(
            properties={
                "sym_name": StringAttr(name),
                "inputs": ArrayAttr(inputs),
                "outputs": ArrayAttr(outputs),
                "workspace_bytes": IntegerAttr(workspace_bytes, i32),
            }
        )


CortexM = Dialect(
    "cortexm",
    [
        AddressOp,
        BufferOp,
        ClampOp,
        DotOp,
        FillOp,
        LayerOp,
        LoadOp,
        MacOp,
        ModelOp,
        RequantizeOp,
        SoftmaxOp,
        StoreOp,
        StoreTileOp,
        TableOp,
        TileOp,
    ],
    [PtrType],
)
