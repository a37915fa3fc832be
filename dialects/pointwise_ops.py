"""
Layers that treat every value alike: addition, multiplication, requantization, functions by table.
"""

from __future__ import annotations

from xdsl.dialects.builtin import DenseIntOrFPElementsAttr, i8
from xdsl.irdl import irdl_op_definition, operand_def, prop_def
from xdsl.utils.exceptions import VerifyException

from .dense import INTEGER, INTEGERS, tuple_of
from .network_base import TENSOR, NetworkOp, RequantizedOp, UnaryNetworkOp, verify_constant
from .quant import is_quantized, quant_of, shape_of
from .requantization import verify_clamp

TABLE_SIZE = 256
"""Entries of a table: one for every int8."""


class BinaryNetworkOp(NetworkOp):
    """
    A layer of two operands; one whose dimension is 1 is used again along it.
    """

    lhs = operand_def(TENSOR)
    rhs = operand_def(TENSOR)

    assembly_format = (
        "$layer $lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs) `->` type($output)"
    )

    @property
    def zero_points(self) -> tuple[int, int]:
        """
        Of lhs and rhs.
        """
        lhs, rhs = (quant_of(value.type).zero_point.value.data for value in (self.lhs, self.rhs))
        return lhs, rhs

    def verify_(self) -> None:
        """
        Operands are quantized tensors of the rank of the result, each dimension its or 1.
        """
        super().verify_()
        shapes = shape_of(self.lhs), shape_of(self.rhs)
        if not all(is_quantized(operand.type) for operand in self.operands):
            raise VerifyException("operands must be tensors with #approx.quant")
        if not len(shapes[0]) == len(shapes[1]) == len(self.output_shape):
            raise VerifyException("operands and result differ in rank")
        for sizes in zip(*shapes, self.output_shape, strict=True):
            if sizes[2] != max(sizes[:2]) or not {sizes[0], sizes[1]} <= {1, sizes[2]}:
                raise VerifyException(
                    f"operands {list(shapes[0])} and {list(shapes[1])} do not make "
                    f"{list(self.output_shape)}"
                )


@irdl_op_definition
class AddOp(BinaryNetworkOp):
    """
    y = clamp((lhs * lhs_multiplier + rhs * rhs_multiplier + constant) >> shift, clamp), all int32:
    multipliers = round(2^shift s / s_y), constant = 2^(shift-1) + 2^shift z_y - the zero points'
    products; shift is the largest for which nothing can overflow. A subtraction has a negative
    rhs_multiplier.
    """

    name = "approx.add"

    lhs_multiplier = prop_def(INTEGER)
    rhs_multiplier = prop_def(INTEGER)
    constant = prop_def(INTEGER)
    shift = prop_def(INTEGER)
    clamp = prop_def(INTEGERS)

    @property
    def bounds(self) -> tuple[int, int]:
        """
        The clamp.
        """
        lo, hi = tuple_of(self.clamp)
        return lo, hi

    def verify_(self) -> None:
        """
        Clamp and shift in range; the sum cannot leave int32.
        """
        super().verify_()
        verify_clamp(tuple_of(self.clamp))
        if not 0 <= self.shift.value.data <= 31:
            raise VerifyException(f"shift {self.shift.value.data} is out of range")
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
class MulOp(BinaryNetworkOp, RequantizedOp):
    """
    y = requantize((lhs - z_lhs) * (rhs - z_rhs)), multiplier s_lhs s_rhs / s_y.

    `approx.mul "scale" %x, %s {...} : tensor<8x8x4xi8, ...>, tensor<1x1x4xi8, ...> -> ...` (the
    last step of squeeze and excitation) becomes a loop over the pixels and channels of the result.
    """

    name = "approx.mul"

    def verify_(self) -> None:
        """
        One multiplier.
        """
        super().verify_()
        self.verify_requantization((1,))


@irdl_op_definition
class LookupOp(UnaryNetworkOp):
    """
    Any function of one value: y = table[x + 128], or table[c, x + 128] where each channel c (the
    last dimension) has its own.

    Sigmoid, Tanh, HardSwish, LeakyRelu, PRelu and whatever else lies between DequantizeLinear and
    QuantizeLinear and has one input: `approx.lookup "swish" %x {table = dense<...> : ...}` becomes
    `static const int8_t table[256]` and one load a value. A table a channel takes 256 bytes each.
    """

    name = "approx.lookup"

    table = prop_def(DenseIntOrFPElementsAttr)

    @property
    def is_per_channel(self) -> bool:
        """
        True where each channel has a table of its own.
        """
        return len(self.table.get_shape()) == 2

    def verify_(self) -> None:
        """
        The shape stays; one table, or one a channel.
        """
        super().verify_()
        if self.input_shape != self.output_shape:
            raise VerifyException("a function by table keeps the shape")
        shapes = [(TABLE_SIZE,), (*self.input_shape[-1:], TABLE_SIZE)]
        verify_constant("table", self.table, i8, *shapes)
