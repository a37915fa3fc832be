"""
Layers that reduce: pooling, softmax, argmax.
"""

from __future__ import annotations

import numpy as np
from xdsl.dialects.builtin import DenseIntOrFPElementsAttr, i32
from xdsl.irdl import irdl_op_definition, prop_def
from xdsl.utils.exceptions import VerifyException

from .dense import INTEGER, numpy_of
from .network_base import RequantizedOp, UnaryNetworkOp, WindowedOp, verify_constant
from .quant import quant_of

LRN_NODES = 257
"""Entries of the table of a local response normalization: 256 steps and the end of the last one."""


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


@irdl_op_definition
class LocalResponseNormOp(UnaryNetworkOp):
    """
    Normalization by the squares of neighbouring channels (ONNX LRN), an image HxWxC:

        S = sum over the `size` channels around c, those that exist, of (x[i, j, k] - z_x)^2
        g = T[S >> h] + ((T[(S >> h) + 1] - T[S >> h]) * (S mod 2^h) >> h)
        y = clamp(z_y + ((x[i, j, c] - z_x) * g + 2^(F-1) >> F), -128, 127)

    `table` T (257 i32) holds 2^F s_x / s_y (bias + alpha / size s_x^2 S)^-beta at S = 0, 2^h, ...;
    `step` is h, `fraction` is F. The window begins (size - 1) / 2 channels before c.
    """

    name = "approx.local_response_norm"

    size = prop_def(INTEGER)
    table = prop_def(DenseIntOrFPElementsAttr)
    step = prop_def(INTEGER)
    fraction = prop_def(INTEGER)

    def verify_(self) -> None:
        """
        An image keeps its shape; the table covers all sums, and no product leaves int32.
        """
        super().verify_()
        if len(self.input_shape) != 3 or self.input_shape != self.output_shape:
            raise VerifyException("local response normalization works on HxWxC and keeps the shape")
        verify_constant("table", self.table, i32, (LRN_NODES,))
        size, step, fraction = (attr.value.data for attr in (self.size, self.step, self.fraction))
        if size < 1 or not 0 <= step <= 30 or not 1 <= fraction <= 30:
            raise VerifyException("size, step or fraction is out of range")
        if (size * 255 * 255) >> step >= LRN_NODES - 1:
            raise VerifyException("the table does not reach the largest sum of squares")
        values = numpy_of(self.table).astype(np.int64)
        largest = 255 * int(values.max()) + (1 << fraction)
        steepest = int(np.abs(np.diff(values)).max()) << step
        if int(values.min()) < 0 or max(largest, steepest) >= 2**31:
            raise VerifyException("the factors of the table can leave int32")
