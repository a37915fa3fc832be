"""
Memory at the kernel level: tables, buffers, addresses, loads and stores.
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import (
    DenseIntOrFPElementsAttr,
    IntegerAttr,
    IntegerType,
    StringAttr,
    i32,
)
from xdsl.ir import SSAValue
from xdsl.irdl import (
    irdl_op_definition,
    operand_def,
    prop_def,
    result_def,
    traits_def,
    var_operand_def,
)
from xdsl.traits import Pure
from xdsl.utils.exceptions import VerifyException

from .cortexm_types import ANY_PTR, I32, INDEX, PTR, CortexMOp, PtrType
from .dense import INTEGER, INTEGERS, Array, dense, i32_properties, ints


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
    result = result_def(PTR)

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

    def verify_(self) -> None:
        """
        A list of numbers, at least one, of the type that is pointed to.
        """
        element_type = self.value.get_element_type()
        if self.result.type.element_type != element_type:
            raise VerifyException(f"a table of {element_type} is no {self.result.type}")
        if len(self.value.get_shape()) != 1 or self.value.get_shape()[0] < 1:
            raise VerifyException(f"a table is a list of numbers, not {self.value.type}")


@irdl_op_definition
class BufferOp(CortexMOp):
    """
    A buffer in the workspace, `offset` bytes from its start.

        %x = cortexm.buffer %workspace[1024] : !cortexm.ptr<i16>
        int16_t *const x = (int16_t *)(void *)(workspace + 1024);
    """

    name = "cortexm.buffer"

    workspace = operand_def(PTR)
    offset = prop_def(INTEGER)
    result = result_def(PTR)

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

    def verify_(self) -> None:
        """
        The buffer lies behind the start of the workspace.
        """
        if self.offset.value.data < 0:
            raise VerifyException("the offset of a buffer is not negative")


@irdl_op_definition
class AddressOp(CortexMOp):
    """
    Pointer arithmetic: base + offset + sum of index * stride.

        %q = cortexm.address %p[%i, %j] {strides = array<i64: 64, 2>, offset = 6 : i32} : ...
        int16_t *const q = p + 64 * i + 2 * j + 6;
    """

    name = "cortexm.address"

    base = operand_def(ANY_PTR)
    indices = var_operand_def(INDEX)
    strides = prop_def(INTEGERS)
    offset = prop_def(INTEGER)
    result = result_def(ANY_PTR)

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

    base = operand_def(PTR)
    offset = prop_def(INTEGER)
    result = result_def(I32)

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

    value = operand_def(I32)
    base = operand_def(PTR)
    offset = prop_def(INTEGER)

    assembly_format = "$value `,` $base `[` $offset `]` attr-dict `:` type($value) `,` type($base)"

    @staticmethod
    def get(value: SSAValue, base: SSAValue, offset: int = 0) -> StoreOp:
        """
        Store base[offset].
        """
        return StoreOp(operands=[value, base], properties={"offset": IntegerAttr(offset, i32)})


@irdl_op_definition
class FillOp(CortexMOp):
    """
    `count` elements of one value: the padding of a plane.

        cortexm.fill %p[0] {value = -128 : i32, count = 34 : i32} : !cortexm.ptr<i16>
        approx_fill_s16(p, -128, 34);
    """

    name = "cortexm.fill"

    base = operand_def(PTR)
    offset = prop_def(INTEGER)
    value = prop_def(INTEGER)
    count = prop_def(INTEGER)

    assembly_format = "$base `[` $offset `]` attr-dict `:` type($base)"

    @staticmethod
    def get(base: SSAValue, offset: int, value: int, count: int) -> FillOp:
        """
        Fill base[offset : offset + count].
        """
        return FillOp(
            operands=[base],
            properties=i32_properties(offset=offset, value=value, count=count),
        )

    def verify_(self) -> None:
        """
        There is something to fill, with a value that fits.
        """
        if self.count.value.data < 1:
            raise VerifyException(f"cannot fill {self.count.value.data} elements")
        assert isinstance(self.base.type, PtrType)
        limit = 1 << (self.base.type.bits - 1)
        if not -limit <= self.value.value.data < limit:
            raise VerifyException(f"{self.value.value.data} does not fit {self.base.type}")
