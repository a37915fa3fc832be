"""
Layers without weights: pooling, addition, requantization, softmax.
"""

from __future__ import annotations

from xdsl.dialects.builtin import DenseIntOrFPElementsAttr, i32
from xdsl.irdl import irdl_op_definition, operand_def, prop_def
from xdsl.utils.exceptions import VerifyException

from .dense import INTEGER, INTEGERS, tuple_of
from .network_base import (
    TENSOR,
    NetworkOp,
    RequantizedOp,
    UnaryNetworkOp,
    WindowedOp,
    verify_constant,
)
from .quant import is_quantized, quant_of, shape_of
from .requantization import verify_clamp


@irdl_op_definition
class MaxPool2dOp(WindowedOp):
    """
    Maximum over a window; padding never wins. Scale and zero point stay.
    """

    name = "approx.max_pool2d"

    def verify_(self) -> None:
        """
        Channels and quantization stay.
        """
        super().verify_()
        if self.input_shape[2] != self.output_shape[2]:
            raise VerifyException("pooling keeps the number of channels")
        if quant_of(self.input.type) != self.output_quant:
            raise VerifyException("max pooling keeps scale and zero point")


@irdl_op_definition
class AvgPool2dOp(WindowedOp, RequantizedOp):
    """
    y = requantize(sum over the window of (x - z_x)); the division is in `multipliers`, which has
    one entry, or one for every output pixel (HxW) where windows that reach into the padding count
    only what lies inside.
    """

    name = "approx.avg_pool2d"

    def verify_(self) -> None:
        """
        Channels stay; one multiplier, or one a pixel.
        """
        super().verify_()
        if self.input_shape[2] != self.output_shape[2]:
            raise VerifyException("pooling keeps the number of channels")
        self.verify_requantization((1,), self.output_shape[:2])


@irdl_op_definition
class AddOp(NetworkOp):
    """
    y = clamp((lhs * lhs_multiplier + rhs * rhs_multiplier + constant) >> shift, clamp), all int32:
    multipliers = round(2^shift s / s_y), constant = 2^(shift-1) + 2^shift z_y - the zero points'
    products; shift is the largest for which nothing can overflow.
    """

    name = "approx.add"

    lhs = operand_def(TENSOR)
    rhs = operand_def(TENSOR)
    lhs_multiplier = prop_def(INTEGER)
    rhs_multiplier = prop_def(INTEGER)
    constant = prop_def(INTEGER)
    shift = prop_def(INTEGER)
    clamp = prop_def(INTEGERS)

    assembly_format = (
        "$layer $lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs) `->` type($output)"
    )

    @property
    def bounds(self) -> tuple[int, int]:
        """
        The clamp.
        """
        lo, hi = tuple_of(self.clamp)
        return lo, hi

    def verify_(self) -> None:
        """
        Operands and result have one shape; clamp and shift in range; the sum cannot leave int32.
        """
        super().verify_()
        verify_clamp(tuple_of(self.clamp))
        if not 0 <= self.shift.value.data <= 31:
            raise VerifyException(f"shift {self.shift.value.data} is out of range")
        shapes = {shape_of(value) for value in (self.lhs, self.rhs, self.output)}
        if len(shapes) != 1 or not all(is_quantized(o.type) for o in self.operands):
            raise VerifyException("operands and result must be quantized tensors of one shape")
        factors = self.lhs_multiplier.value.data, self.rhs_multiplier.value.data
        largest = 128 * sum(map(abs, factors)) + abs(self.constant.value.data)
        if largest >= 2**31:
            raise VerifyException("the sum can leave int32")


@irdl_op_definition
class RequantizeOp(UnaryNetworkOp, RequantizedOp):
    """
    y = requantize(x - z_x): the same values on another scale, or clamped (a Relu of its own).
    """

    name = "approx.requantize"

    def verify_(self) -> None:
        """
        The shape stays; one multiplier.
        """
        super().verify_()
        self.verify_requantization((1,))
        if self.input_shape != self.output_shape:
            raise VerifyException("requantization keeps the shape")


@irdl_op_definition
class SoftmaxOp(UnaryNetworkOp):
    """
    Softmax over a vector by table: table[d] (u32 in signless i32) = round(exp(-d s_x) 2^F),
    d = max(x) - x, with F the largest for which the sum of a row stays below 2^32.

        total = max(1, (sum(table[d]) * multiplier) >> 32), multiplier = round(s_y 2^32)
        y = clamp(z_y + (table[d] + total / 2) / total, -128, 127), all divisions truncated
    """

    name = "approx.softmax"

    table = prop_def(DenseIntOrFPElementsAttr)
    multiplier = prop_def(INTEGER)

    def verify_(self) -> None:
        """
        Vectors of one length, a table of 256.
        """
        super().verify_()
        if len(self.input_shape) != 1 or self.input_shape != self.output_shape:
            raise VerifyException("softmax works on vectors")
        verify_constant("table", self.table, i32, (256,))
