"""
`approx.*`: the integer network. One op a layer, HWC without batch, int8 in and out.

Arithmetic (docs/arithmetic.md): x and y are int8 with the zero points of their types, weights int8
with zero point 0, accumulators int32. Padding holds the zero point of the input, so that it adds
nothing. `requantize` stands for

    y = clamp(z_y + floor((acc * 2^shift * multiplier + 2^31) / 2^32), clamp[0], clamp[1])

and, where `rounding = "tflite"`, for TFLite's doubling high multiplication followed by a rounding
shift. The clamp carries a fused Relu or Clip.
"""

from __future__ import annotations

from typing import ClassVar

from xdsl.dialects.builtin import (
    DenseIntOrFPElementsAttr,
    IntegerType,
    StringAttr,
    TensorType,
)
from xdsl.ir import Operation
from xdsl.irdl import (
    BaseAttr,
    IRDLOperation,
    ParsePropInAttrDict,
    irdl_op_definition,
    operand_def,
    opt_prop_def,
    prop_def,
    result_def,
    traits_def,
)
from xdsl.traits import Pure
from xdsl.utils.exceptions import VerifyException

from .dense import INTEGER, INTEGERS, numpy_of, tuple_of
from .quant import LayoutAttr, QuantAttr, is_quantized, quant_of

_TENSOR: ClassVar = BaseAttr[TensorType[IntegerType]](TensorType)

ROUNDINGS = ("nearest", "tflite")


class NetworkOp(IRDLOperation):
    """
    A layer: one int8 tensor out.

    `layer` is the name of the ONNX node it came from. `kernel`, `layout` (kernel selection) and
    `offset` (memory planning: bytes into the workspace) say how the layer is carried out.
    """

    layer = prop_def(StringAttr)
    kernel = opt_prop_def(StringAttr)
    layout = opt_prop_def(LayoutAttr)
    offset = opt_prop_def(INTEGER)
    output = result_def(_TENSOR)

    traits = traits_def(Pure())
    irdl_options = (ParsePropInAttrDict(),)

    @property
    def output_shape(self) -> tuple[int, ...]:
        """
        Shape of the result.
        """
        return self.output.type.get_shape()

    @property
    def output_quant(self) -> QuantAttr:
        """
        Scale and zero point of the result.
        """
        return quant_of(self.output.type)

    @property
    def output_zero_point(self) -> int:
        """
        Zero point of the result.
        """
        return self.output_quant.zero_point.value.data

    def verify_(self) -> None:
        """
        The result is a quantized tensor.
        """
        if not is_quantized(self.output.type):
            raise VerifyException("the result must be a tensor with #approx.quant")


class UnaryNetworkOp(NetworkOp):
    """
    A layer with one input.
    """

    input = operand_def(_TENSOR)

    assembly_format = "$layer $input attr-dict `:` type($input) `->` type($output)"

    @property
    def input_shape(self) -> tuple[int, ...]:
        """
        Shape of the input.
        """
        return self.input.type.get_shape()

    @property
    def input_zero_point(self) -> int:
        """
        Zero point of the input.
        """
        return quant_of(self.input.type).zero_point.value.data

    def verify_(self) -> None:
        """
        Input and result are quantized tensors.
        """
        super().verify_()
        if not is_quantized(self.input.type):
            raise VerifyException("the input must be a tensor with #approx.quant")


class WindowedOp(UnaryNetworkOp):
    """
    A layer that slides a window over an HxWxC input. `pads` are top, left, bottom, right.
    """

    kernel_shape = prop_def(INTEGERS)
    strides = prop_def(INTEGERS)
    pads = prop_def(INTEGERS)

    @property
    def window(self) -> tuple[int, int]:
        """
        Kernel height and width.
        """
        height, width = tuple_of(self.kernel_shape)
        return height, width

    @property
    def stride(self) -> tuple[int, int]:
        """
        Vertical and horizontal step.
        """
        vertical, horizontal = tuple_of(self.strides)
        return vertical, horizontal

    @property
    def padding(self) -> tuple[int, int, int, int]:
        """
        Top, left, bottom, right, in pixels.
        """
        top, left, bottom, right = tuple_of(self.pads)
        return top, left, bottom, right

    @property
    def dilation(self) -> tuple[int, int]:
        """
        Vertical and horizontal distance of taps.
        """
        return 1, 1

    def verify_(self) -> None:
        """
        The output is as large as window, stride and padding make it.
        """
        super().verify_()
        if len(self.input_shape) != 3 or len(self.output_shape) != 3:
            raise VerifyException("input and result must be HxWxC")
        if len(self.kernel_shape) != 2 or len(self.strides) != 2 or len(self.pads) != 4:
            raise VerifyException("a window has 2 kernel sizes, 2 strides and 4 pads")
        if min(*self.window, *self.stride, *self.dilation) < 1 or min(self.padding) < 0:
            raise VerifyException("kernel, strides and dilations are at least 1, pads at least 0")
        expected = self._expected_plane()
        if self.output_shape[:2] != expected:
            raise VerifyException(f"result plane is {self.output_shape[:2]}, expected {expected}")

    def _expected_plane(self) -> tuple[int, int]:
        top, left, bottom, right = self.padding
        padded = (self.input_shape[0] + top + bottom, self.input_shape[1] + left + right)
        reach = [d * (k - 1) + 1 for k, d in zip(self.window, self.dilation, strict=True)]
        height, width = (
            (size - r) // s + 1 for size, r, s in zip(padded, reach, self.stride, strict=True)
        )
        return height, width


class RequantizedOp(IRDLOperation):
    """
    The properties of `requantize`; `multipliers` has one entry a channel or one for all.
    """

    multipliers = prop_def(DenseIntOrFPElementsAttr)
    shift = prop_def(INTEGER)
    clamp = prop_def(INTEGERS)
    rounding = opt_prop_def(StringAttr)

    @property
    def bounds(self) -> tuple[int, int]:
        """
        The clamp.
        """
        lo, hi = tuple_of(self.clamp)
        return lo, hi

    @property
    def left_shift(self) -> int:
        """
        k of `acc * 2^k`; negative only with tflite rounding (a right shift after).
        """
        return self.shift.value.data

    @property
    def rounding_mode(self) -> str:
        """
        "nearest" or "tflite".
        """
        return "nearest" if self.rounding is None else self.rounding.data

    def verify_requantization(self) -> None:
        """
        Clamp ordered and within int8; known rounding; shift in range.
        """
        lo, hi = self.bounds
        if not -128 <= lo <= hi <= 127:
            raise VerifyException(f"clamp [{lo}, {hi}] is not a range within int8")
        if self.rounding_mode not in ROUNDINGS:
            raise VerifyException(f"unknown rounding {self.rounding_mode}")
        lowest = 0 if self.rounding_mode == "nearest" else -31
        if not lowest <= self.left_shift <= 30:
            raise VerifyException(f"shift {self.left_shift} is out of range")


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
        Shapes of weights, bias and multipliers fit input and result.
        """
        super().verify_()
        channels = self.output_shape[2]
        self.verify_weights((channels, *self.window, self.input_shape[2]), channels)


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
        self.verify_requantization()
        if self.input_shape[2] != self.output_shape[2]:
            raise VerifyException("pooling keeps the number of channels")
        if self.multipliers.get_shape() not in ((1,), self.output_shape[:2]):
            raise VerifyException("multipliers must be one number or one a pixel")


@irdl_op_definition
class AddOp(NetworkOp):
    """
    y = clamp((lhs * lhs_multiplier + rhs * rhs_multiplier + offset) >> shift, clamp), all int32:
    multipliers = round(2^shift s / s_y), offset = 2^(shift-1) + 2^shift z_y - the zero points'
    products; shift is the largest for which nothing can overflow.
    """

    name = "approx.add"

    lhs = operand_def(_TENSOR)
    rhs = operand_def(_TENSOR)
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
        Operands and result have one shape; the sum cannot leave int32.
        """
        super().verify_()
        shapes = {t.get_shape() for t in (self.lhs.type, self.rhs.type, self.output.type)}
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
        The shape stays.
        """
        super().verify_()
        self.verify_requantization()
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
        if self.table.get_shape() != (256,):
            raise VerifyException("the table has 256 entries")


class ViewOp(UnaryNetworkOp):
    """
    A layer that only moves values: quantization and element count stay.
    """

    def verify_(self) -> None:
        """
        Element count and quantization stay.
        """
        super().verify_()
        sizes = [_count(shape) for shape in (self.input_shape, self.output_shape)]
        if sizes[0] != sizes[1]:
            raise VerifyException(f"{sizes[0]} elements in, {sizes[1]} out")
        if quant_of(self.input.type) != self.output_quant:
            raise VerifyException("scale and zero point stay")


@irdl_op_definition
class ReshapeOp(ViewOp):
    """
    Another shape over the same row-major values.
    """

    name = "approx.reshape"


@irdl_op_definition
class TransposeOp(ViewOp):
    """
    Result dimension i is input dimension `perm[i]`. `fold-transposes` removes what can be removed.
    """

    name = "approx.transpose"

    perm = prop_def(INTEGERS)

    @property
    def permutation(self) -> tuple[int, ...]:
        """
        `perm`.
        """
        return tuple_of(self.perm)

    def verify_(self) -> None:
        """
        `perm` is a permutation and gives the result its shape.
        """
        super().verify_()
        if sorted(self.permutation) != list(range(len(self.input_shape))):
            raise VerifyException("perm is not a permutation of the dimensions")
        if tuple(self.input_shape[p] for p in self.permutation) != self.output_shape:
            raise VerifyException("the result has another shape than perm gives")


@irdl_op_definition
class RepackOp(ViewOp):
    """
    The same tensor in another memory layout (kernel selection inserts it).
    """

    name = "approx.repack"


def _count(shape: tuple[int, ...]) -> int:
    total = 1
    for size in shape:
        total *= size
    return total


NETWORK_OPS: list[type[Operation]] = [
    AddOp,
    AvgPool2dOp,
    Conv2dOp,
    DepthwiseConv2dOp,
    FullyConnectedOp,
    MaxPool2dOp,
    RepackOp,
    RequantizeOp,
    ReshapeOp,
    SoftmaxOp,
    TransposeOp,
]
