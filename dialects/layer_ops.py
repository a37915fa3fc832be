"""
Layers that reduce: pooling, softmax, argmax.
"""

from __future__ import annotations

from xdsl.dialects.builtin import DenseIntOrFPElementsAttr, i32
from xdsl.irdl import irdl_op_definition, prop_def
from xdsl.utils.exceptions import VerifyException

from .dense import INTEGER
from .network_base import RequantizedOp, UnaryNetworkOp, WindowedOp, verify_constant
from .quant import quant_of


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
class SoftmaxOp(UnaryNetworkOp):
    """
    Softmax over the last dimension by table: table[d] (u32 in signless i32) =
    round(exp(-d s_x) 2^F), d = max(x) - x, with F the largest for which the sum of a row stays
    below 2^32.

        total = max(1, (sum(table[d]) * multiplier) >> 32), multiplier = round(s_y 2^32)
        y = clamp(z_y + (table[d] + total / 2) / total, -128, 127), all divisions truncated
    """

    name = "approx.softmax"

    table = prop_def(DenseIntOrFPElementsAttr)
    multiplier = prop_def(INTEGER)

    def verify_(self) -> None:
        """
        The shape stays; a table of 256.
        """
        super().verify_()
        if not self.input_shape or self.input_shape != self.output_shape:
            raise VerifyException("softmax works over the last dimension and keeps the shape")
        verify_constant("table", self.table, i32, (256,))


@irdl_op_definition
class ArgMaxOp(UnaryNetworkOp):
    """
    The place of the largest value along the last dimension, the first of several: scale 1 and zero
    point -128, so that up to 256 places are int8.

        y[i, j, 0] = -128 + min(k for which x[i, j, k] is largest)

    `approx.argmax "top" %x : tensor<10xi8, ...> -> tensor<1xi8, ...>` becomes a loop of maxima over
    (value, place) packed into one int32.
    """

    name = "approx.argmax"

    def verify_(self) -> None:
        """
        One place for each row of at most 256 values.
        """
        super().verify_()
        if not self.input_shape or self.output_shape != (*self.input_shape[:-1], 1):
            raise VerifyException("argmax leaves one value of the last dimension")
        if self.input_shape[-1] > 256:
            raise VerifyException(f"{self.input_shape[-1]} places do not fit int8")
        quant = self.output_quant
        if (quant.scale.value.data, quant.zero_point.value.data) != (1.0, -128):
            raise VerifyException("places have scale 1 and zero point -128")
