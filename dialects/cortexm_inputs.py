"""
Inputs of the network made int8 at the kernel level, a line of values at a time.
"""

from __future__ import annotations

from xdsl.dialects.builtin import Float32Type, FloatAttr, f32
from xdsl.ir import SSAValue
from xdsl.irdl import eq, irdl_op_definition, operand_def, prop_def
from xdsl.utils.exceptions import VerifyException

from .cortexm_types import ANY_PTR, PTR_I8, PTR_I16, CortexMOp, PtrType
from .dense import INTEGER, INTEGERS, i32_properties, ints, tuple_of
from .quant import UI8


class LineOp(CortexMOp):
    """
    y[i * strides[1]] = f(x[i * strides[0]]), i < `count`.
    """

    input = operand_def(ANY_PTR)
    output = operand_def(PTR_I8 | PTR_I16)
    count = prop_def(INTEGER)
    strides = prop_def(INTEGERS)

    def verify_(self) -> None:
        """
        There are values, each in a place of its own.
        """
        if self.count.value.data < 1:
            raise VerifyException(f"cannot convert {self.count.value.data} values")
        if len(self.strides) != 2 or min(tuple_of(self.strides)) < 1:
            raise VerifyException("a line has two strides, each at least 1")


@irdl_op_definition
class ToSignedOp(LineOp):
    """
    Unsigned bytes as int8, or int16 of that range: f(x) = x - 128.

        cortexm.to_signed %x, %y {count = 32 : i32, strides = array<i64: 1, 4>} :
            !cortexm.ptr<ui8>, !cortexm.ptr<i16>
        approx_signed_u8_s16(x, 1, y, 4, 32);
    """

    name = "cortexm.to_signed"

    input = operand_def(eq(PtrType(UI8)))

    assembly_format = "$input `,` $output attr-dict `:` type($input) `,` type($output)"

    @staticmethod
    def get(x: SSAValue, y: SSAValue, count: int, strides: tuple[int, int]) -> ToSignedOp:
        """
        `strides` of x and y.
        """
        numbers = i32_properties(count=count)
        return ToSignedOp(operands=[x, y], properties={**numbers, "strides": ints(strides)})


@irdl_op_definition
class QuantizeOp(LineOp):
    """
    Floats as int8, or int16 of that range: f(x) = clamp(round(x / scale) + zero_point, -128, 127);
    `approx.convert` says how.

        cortexm.quantize %x, %y {count = 32 : i32, strides = array<i64: 1, 4>, scale = 0.5 : f32,
            zero_point = -3 : i32} : !cortexm.ptr<f32>, !cortexm.ptr<i16>
        approx_quantize_f32_s16(x, 1, y, 4, 32, 0x3f000000u, -3);
    """

    name = "cortexm.quantize"

    input = operand_def(eq(PtrType(f32)))
    scale = prop_def(FloatAttr[Float32Type])
    zero_point = prop_def(INTEGER)

    assembly_format = "$input `,` $output attr-dict `:` type($input) `,` type($output)"

    @staticmethod
    def get(
        x: SSAValue,
        y: SSAValue,
        count: int,
        strides: tuple[int, int],
        quantization: tuple[float, int],
    ) -> QuantizeOp:
        """
        `strides` of x and y; scale and zero point.
        """
        scale, zero_point = quantization
        numbers = i32_properties(count=count, zero_point=zero_point)
        properties = {**numbers, "strides": ints(strides), "scale": FloatAttr(scale, f32)}
        return QuantizeOp(operands=[x, y], properties=properties)

    def verify_(self) -> None:
        """
        Scale positive and finite, zero point within int8.
        """
        super().verify_()
        if not 0 < self.scale.value.data < float("inf"):
            raise VerifyException("quantization scale must be positive and finite")
        if not -128 <= self.zero_point.value.data <= 127:
            raise VerifyException("zero point must be within int8")
