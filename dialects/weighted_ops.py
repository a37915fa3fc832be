"""
Layers with weights: convolutions and fully connected layers.
"""

from __future__ import annotations

from math import prod

import numpy as np
from numpy.typing import NDArray
from xdsl.dialects.builtin import DenseIntOrFPElementsAttr, IntegerType, f32, f64, i8, i16, i32
from xdsl.irdl import IRDLOperation, irdl_op_definition, opt_prop_def, prop_def
from xdsl.utils.exceptions import VerifyException

from .dense import INTEGER, Array, numpy_of
from .network_base import DilatedOp, RequantizedOp, UnaryNetworkOp, verify_constant


class WeightedOp(RequantizedOp):
    """
    The properties of layers with weights: int8, or int16 where those of the model have a zero point
    (ONNX uint8 weights), which is taken off at import.
    """

    weights = prop_def(DenseIntOrFPElementsAttr)
    bias = prop_def(DenseIntOrFPElementsAttr)

    def verify_weights(self, shape: tuple[int, ...], channels: int) -> None:
        """
        `weights` has `shape`; bias and multipliers (int32) one entry an output channel.
        """
        verify_constant("weights", self.weights, self._weight_type(), shape)
        verify_constant("bias", self.bias, i32, (channels,))
        self.verify_requantization((channels,))
        if self.rounding_mode == "even":
            raise VerifyException("a layer with weights has no ties to round to even")

    def _weight_type(self) -> IntegerType:
        """
        int8 unless the weights are int16.
        """
        return i16 if self.weights.get_element_type() == i16 else i8


class StatisticsOp(IRDLOperation):
    """
    What calibration says of the columns of the im2col matrix of x - z_x: f32, one entry a column;
    of the covariance f64, one a pair of them.
    """

    patch_mean = opt_prop_def(DenseIntOrFPElementsAttr)
    patch_variance = opt_prop_def(DenseIntOrFPElementsAttr)
    patch_covariance = opt_prop_def(DenseIntOrFPElementsAttr)

    def verify_statistics(self, depth: int) -> None:
        """
        One f32 for each of `depth` columns, one f64 for each pair.
        """
        for name, attr in (("mean", self.patch_mean), ("variance", self.patch_variance)):
            if attr is not None:
                verify_constant(f"patch_{name}", attr, f32, (depth,))
        if self.patch_covariance is not None:
            verify_constant("patch_covariance", self.patch_covariance, f64, (depth, depth))


class GroupedOp(DilatedOp):
    """
    A convolution whose output channels see only the input channels of their group.
    """

    group = opt_prop_def(INTEGER)

    @property
    def groups(self) -> int:
        """
        How many groups there are; mostly one.
        """
        return 1 if self.group is None else self.group.value.data

    def group_mask(self) -> NDArray[np.bool_]:
        """
        Which input channels each output channel sees: bool [O, C].
        """
        inputs, outputs = self.input_shape[2], self.output_shape[2]
        own = np.arange(outputs) // (outputs // self.groups)
        return np.arange(inputs) // (inputs // self.groups) == own[:, None]

    def verify_groups(self) -> None:
        """
        The group divides input and output channels.
        """
        inputs, outputs = self.input_shape[2], self.output_shape[2]
        if self.groups < 1 or inputs % self.groups or outputs % self.groups:
            raise VerifyException(
                f"{self.groups} groups do not divide {inputs} and {outputs} channels"
            )


@irdl_op_definition
class Conv2dOp(GroupedOp, WeightedOp, StatisticsOp):
    """
    2-D convolution; weights OHWI (`tensor<OxKHxKWxIxi8>`).

        y[i, j, o] = requantize(bias[o] + sum((x[i*s + a*d, j*s + b*d, c] - z_x) * w[o, a, b, c]))

    With `group` = G the weights of output o have I = C / G channels, those of its group.

    `approx.conv2d "conv1" %x {weights = dense<...>, ...} : tensor<...> -> tensor<...>` becomes, one
    channel pair at a time, `approx.unpacked_conv2d`, and then straight-line C or a loop.
    """

    name = "approx.conv2d"

    def full_weights(self) -> Array:
        """
        Weights over all input channels, zero outside the group: int16 [O, KH, KW, C].
        """
        weights = numpy_of(self.weights).astype(np.int16)
        return np.tile(weights, self.groups) * self.group_mask()[:, None, None]

    def verify_(self) -> None:
        """
        Shapes of weights, bias, multipliers and statistics fit input and result.
        """
        super().verify_()
        self.verify_groups()
        channels = self.output_shape[2]
        depth = self.input_shape[2] // self.groups
        self.verify_weights((channels, *self.window, depth), channels)
        self.verify_statistics(prod(self.window) * self.input_shape[2])


@irdl_op_definition
class DepthwiseConv2dOp(DilatedOp, WeightedOp):
    """
    2-D convolution of every channel with windows of its own, M of them; weights HWC over the output
    channels (`tensor<KHxKWx(C*M)xi8>`), of which M in a row belong to one input channel.

        y[i, j, o] = requantize(bias[o] + sum((x[i*s + a*d, j*s + b*d, o / M] - z_x) * w[a, b, o]))
    """

    name = "approx.depthwise_conv2d"

    def verify_(self) -> None:
        """
        As many channels out as in, or a multiple.
        """
        super().verify_()
        channels = self.output_shape[2]
        if channels % self.input_shape[2]:
            raise VerifyException("a depthwise convolution has a multiple of its input's channels")
        self.verify_weights((*self.window, channels), channels)

    @property
    def multiplier(self) -> int:
        """
        Output channels an input channel.
        """
        return self.output_shape[2] // self.input_shape[2]


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
