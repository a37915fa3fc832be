"""
Layers with weights: convolutions and fully connected layers.
"""

from __future__ import annotations

from math import prod

from xdsl.dialects.builtin import DenseIntOrFPElementsAttr
from xdsl.irdl import IRDLOperation, irdl_op_definition, opt_prop_def, prop_def
from xdsl.utils.exceptions import VerifyException

from .dense import INTEGERS, numpy_of, tuple_of
from .network_base import RequantizedOp, UnaryNetworkOp, WindowedOp


class WeightedOp(RequantizedOp):
    """
    The properties of layers with weights.
    """

    weights = prop_def(DenseIntOrFPElementsAttr)
    bias = prop_def(DenseIntOrFPElementsAttr)

    def verify_weights(self, shape: tuple[int, ...], channels: int) -> None:
        """
        `weights` (int8) has `shape`; bias and multipliers (int32) one entry an output channel.
        """
        if self.weights.get_shape() != shape:
            raise VerifyException(f"weights are {self.weights.get_shape()}, expected {shape}")
        if numpy_of(self.weights).dtype.name != "int8":
            raise VerifyException("weights must be i8")
        for name, attr in (("bias", self.bias), ("multipliers", self.multipliers)):
            if attr.get_shape() != (channels,) or numpy_of(attr).dtype.name != "int32":
                raise VerifyException(f"{name} must be {channels} numbers of i32")
        self.verify_requantization()


class StatisticsOp(IRDLOperation):
    """
    What calibration says of the columns of the im2col matrix of x - z_x: f32, one entry a column.
    """

    patch_mean = opt_prop_def(DenseIntOrFPElementsAttr)
    patch_variance = opt_prop_def(DenseIntOrFPElementsAttr)

    def verify_statistics(self, depth: int) -> None:
        """
        One f32 for each of `depth` columns.
        """
        for name, attr in (("mean", self.patch_mean), ("variance", self.patch_variance)):
            if attr is None:
                continue
            if attr.get_shape() != (depth,) or numpy_of(attr).dtype.name != "float32":
                raise VerifyException(f"patch_{name} must be {depth} numbers of f32")


@irdl_op_definition
class Conv2dOp(WindowedOp, WeightedOp, StatisticsOp):
    """
    2-D convolution; weights OHWI (`tensor<OxKHxKWxIxi8>`).

        y[i, j, o] = requantize(bias[o] + sum((x[i*s + a*d, j*s + b*d, c] - z_x) * w[o, a, b, c]))

    `approx.conv2d "conv1" %x {weights = dense<...>, ...} : tensor<...> -> tensor<...>` becomes, one
    channel pair at a time, `approx.unpacked_conv2d`, and then straight-line C or a loop.
    """

    name = "approx.conv2d"

    dilations = prop_def(INTEGERS)

    @property
    def dilation(self) -> tuple[int, int]:
        """
        Vertical and horizontal distance of taps.
        """
        vertical, horizontal = tuple_of(self.dilations)
        return vertical, horizontal

    def verify_(self) -> None:
        """
        Shapes of weights, bias, multipliers and statistics fit input and result.
        """
        super().verify_()
        channels = self.output_shape[2]
        self.verify_weights((channels, *self.window, self.input_shape[2]), channels)
        self.verify_statistics(prod(self.window) * self.input_shape[2])


@irdl_op_definition
class DepthwiseConv2dOp(WindowedOp, WeightedOp):
    """
    2-D convolution of every channel with its own window; weights HWC (`tensor<KHxKWxCxi8>`).

        y[i, j, c] = requantize(bias[c] + sum((x[i*s + a*d, j*s + b*d, c] - z_x) * w[a, b, c]))
    """

    name = "approx.depthwise_conv2d"

    dilations = prop_def(INTEGERS)

    @property
    def dilation(self) -> tuple[int, int]:
        """
        Vertical and horizontal distance of taps.
        """
        vertical, horizontal = tuple_of(self.dilations)
        return vertical, horizontal

    def verify_(self) -> None:
        """
        One window a channel, as many channels out as in.
        """
        super().verify_()
        channels = self.output_shape[2]
        if self.input_shape[2] != channels:
            raise VerifyException("a depthwise convolution keeps the number of channels")
        self.verify_weights((*self.window, channels), channels)


@irdl_op_definition
class FullyConnectedOp(UnaryNetworkOp, WeightedOp):
    """
    y[o] = requantize(bias[o] + sum((x[i] - z_x) * w[o, i])); weights `tensor<OxIxi8>`.
    """

    name = "approx.fully_connected"

    def verify_(self) -> None:
        """
        Vectors in and out, weights OxI.
        """
        super().verify_()
        if len(self.input_shape) != 1 or len(self.output_shape) != 1:
            raise VerifyException("input and result must be vectors")
        self.verify_weights((*self.output_shape, *self.input_shape), self.output_shape[0])
