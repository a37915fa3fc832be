"""
Layers with weights: convolutions and fully connected layers.
"""

from __future__ import annotations

from math import prod

from xdsl.dialects.builtin import DenseIntOrFPElementsAttr, f32, i8, i32
from xdsl.irdl import IRDLOperation, irdl_op_definition, opt_prop_def, prop_def
from xdsl.utils.exceptions import VerifyException

from .network_base import DilatedOp, RequantizedOp, UnaryNetworkOp, verify_constant


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
        verify_constant("weights", self.weights, i8, shape)
        verify_constant("bias", self.bias, i32, (channels,))
        self.verify_requantization((channels,))
        if self.rounding_mode == "even":
            raise VerifyException("a layer with weights has no ties to round to even")


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
            if attr is not None:
                verify_constant(f"patch_{name}", attr, f32, (depth,))


@irdl_op_definition
class Conv2dOp(DilatedOp, WeightedOp, StatisticsOp):
    """
    2-D convolution; weights OHWI (`tensor<OxKHxKWxIxi8>`).

        y[i, j, o] = requantize(bias[o] + sum((x[i*s + a*d, j*s + b*d, c] - z_x) * w[o, a, b, c]))

    `approx.conv2d "conv1" %x {weights = dense<...>, ...} : tensor<...> -> tensor<...>` becomes, one
    channel pair at a time, `approx.unpacked_conv2d`, and then straight-line C or a loop.
    """

    name = "approx.conv2d"

    def verify_(self) -> None:
        """
        Shapes of weights, bias, multipliers and statistics fit input and result.
        """
        super().verify_()
        channels = self.output_shape[2]
        self.verify_weights((channels, *self.window, self.input_shape[2]), channels)
        self.verify_statistics(prod(self.window) * self.input_shape[2])


@irdl_op_definition
class DepthwiseConv2dOp(DilatedOp, WeightedOp):
    """
    2-D convolution of every channel with its own window; weights HWC (`tensor<KHxKWxCxi8>`).

        y[i, j, c] = requantize(bias[c] + sum((x[i*s + a*d, j*s + b*d, c] - z_x) * w[a, b, c]))
    """

    name = "approx.depthwise_conv2d"

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
