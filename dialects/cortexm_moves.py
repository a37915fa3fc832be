"""
Values moved in rows at the kernel level, and the padding of many rows.
"""

from __future__ import annotations

from xdsl.dialects.builtin import IntegerAttr, i8, i16, i32
from xdsl.ir import SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, prop_def
from xdsl.utils.exceptions import VerifyException

from .cortexm_types import PTR, CortexMOp, PtrType
from .dense import INTEGER, i32_properties


@irdl_op_definition
class CopyOp(CortexMOp):
    """
    `count` values in a row to where there are as many, int8 or int16 here and there. Values fit
    what they are copied to; source and target do not overlap.

        cortexm.copy %x, %y {count = 288 : i32} : !cortexm.ptr<i8>, !cortexm.ptr<i16>
        approx_copy_s8_s16(x, y, 288);
    """

    name = "cortexm.copy"

    input = operand_def(PTR)
    output = operand_def(PTR)
    count = prop_def(INTEGER)

    assembly_format = "$input `,` $output attr-dict `:` type($input) `,` type($output)"

    @staticmethod
    def get(source: SSAValue, target: SSAValue, count: int) -> CopyOp:
        """
        output[i] = input[i], i < count.
        """
        return CopyOp(operands=[source, target], properties={"count": IntegerAttr(count, i32)})

    def verify_(self) -> None:
        """
        There are values, int8 or int16.
        """
        if self.count.value.data < 1:
            raise VerifyException(f"cannot copy {self.count.value.data} values")
        for pointer in self.operands:
            if pointer.type not in (PtrType(i8), PtrType(i16)):
                raise VerifyException(f"values are i8 or i16, not {pointer.type}")


@irdl_op_definition
class FillRunsOp(CortexMOp):
    """
    `runs` runs of `count` elements of one value, the first at base[offset], each `stride` elements
    behind the one before: the padding between the rows of a plane.

        cortexm.fill_runs %p[99] {value = -128 : i32, count = 2 : i32, runs = 47 : i32,
            stride = 50 : i32} : !cortexm.ptr<i16>
        approx_fill_runs_s16(p + 99, -128, 2, 47, 50);
    """

    name = "cortexm.fill_runs"

    base = operand_def(PTR)
    offset = prop_def(INTEGER)
    value = prop_def(INTEGER)
    count = prop_def(INTEGER)
    runs = prop_def(INTEGER)
    stride = prop_def(INTEGER)

    assembly_format = "$base `[` $offset `]` attr-dict `:` type($base)"

    @staticmethod
    def get(
        base: SSAValue, offset: int, value: int, count: int, runs: tuple[int, int]
    ) -> FillRunsOp:
        """
        `runs`: how many, and the elements from one to the next.
        """
        number, stride = runs
        return FillRunsOp(
            operands=[base],
            properties=i32_properties(
                offset=offset, value=value, count=count, runs=number, stride=stride
            ),
        )

    def verify_(self) -> None:
        """
        There is something to fill, with a value that fits, in runs that do not overlap.
        """
        runs, count, stride = (a.value.data for a in (self.runs, self.count, self.stride))
        if runs < 1 or count < 1:
            raise VerifyException(f"cannot fill {runs} runs of {count} elements")
        if stride < count:
            raise VerifyException(f"runs of {count} elements overlap after {stride}")
        if self.base.type not in (PtrType(i8), PtrType(i16)):
            raise VerifyException(f"runs are of i8 or i16, not {self.base.type}")
        limit = 128 if self.base.type == PtrType(i8) else 1 << 15
        if not -limit <= self.value.value.data < limit:
            raise VerifyException(f"{self.value.value.data} does not fit {self.base.type}")
