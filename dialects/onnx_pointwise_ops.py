"""
`approx.onnx.*` ops that treat every value alike: y[i] depends on x[i] (and on constants) alone.

`fuse-qdq` makes a table of 256 entries of any of them, or of several in a row, that have one
quantized input.
"""

from __future__ import annotations

from xdsl.dialects.builtin import DenseIntOrFPElementsAttr, FloatAttr
from xdsl.ir import Operation
from xdsl.irdl import irdl_op_definition, opt_prop_def, prop_def
from xdsl.utils.exceptions import VerifyException

from .onnx_base import BinaryOp, UnaryOp


@irdl_op_definition
class AddOp(BinaryOp):
    """
    Add.
    """

    name = "approx.onnx.add"


@irdl_op_definition
class ReluOp(UnaryOp):
    """
    Relu.
    """

    name = "approx.onnx.relu"


@irdl_op_definition
class ClipOp(UnaryOp):
    """
    Clip with constant bounds; an absent bound is an absent attribute.
    """

    name = "approx.onnx.clip"

    min = opt_prop_def(FloatAttr)
    max = opt_prop_def(FloatAttr)


@irdl_op_definition
class SubOp(BinaryOp):
    """
    Sub.
    """

    name = "approx.onnx.sub"


@irdl_op_definition
class MulOp(BinaryOp):
    """
    Mul.
    """

    name = "approx.onnx.mul"


@irdl_op_definition
class DivOp(BinaryOp):
    """
    Div.
    """

    name = "approx.onnx.div"


@irdl_op_definition
class PReluOp(BinaryOp):
    """
    PRelu: lhs where it is positive, else lhs times the slope rhs.
    """

    name = "approx.onnx.prelu"


@irdl_op_definition
class SigmoidOp(UnaryOp):
    """
    Sigmoid.
    """

    name = "approx.onnx.sigmoid"


@irdl_op_definition
class TanhOp(UnaryOp):
    """
    Tanh.
    """

    name = "approx.onnx.tanh"


@irdl_op_definition
class HardSigmoidOp(UnaryOp):
    """
    HardSigmoid: max(0, min(1, alpha x + beta)).
    """

    name = "approx.onnx.hard_sigmoid"

    alpha = prop_def(FloatAttr)
    beta = prop_def(FloatAttr)


@irdl_op_definition
class HardSwishOp(UnaryOp):
    """
    HardSwish: x max(0, min(1, x / 6 + 1 / 2)).
    """

    name = "approx.onnx.hard_swish"


@irdl_op_definition
class LeakyReluOp(UnaryOp):
    """
    LeakyRelu: x where it is positive, else alpha x.
    """

    name = "approx.onnx.leaky_relu"

    alpha = prop_def(FloatAttr)


@irdl_op_definition
class BatchNormalizationOp(UnaryOp):
    """
    BatchNormalization in inference form: y = (x - mean) / sqrt(var + epsilon) * scale + bias, each
    of the four a f32 vector over channels.
    """

    name = "approx.onnx.batch_normalization"

    scale = prop_def(DenseIntOrFPElementsAttr)
    bias = prop_def(DenseIntOrFPElementsAttr)
    mean = prop_def(DenseIntOrFPElementsAttr)
    variance = prop_def(DenseIntOrFPElementsAttr)
    epsilon = prop_def(FloatAttr)

    def verify_(self) -> None:
        """
        One number a channel in each vector.
        """
        channels = self.input_shape[1:2]
        vectors = (self.scale, self.bias, self.mean, self.variance)
        if any(v.get_shape() != channels for v in vectors):
            raise VerifyException("scale, bias, mean and variance need one number a channel")


POINTWISE_OPS: list[type[Operation]] = [
    AddOp,
    BatchNormalizationOp,
    ClipOp,
    DivOp,
    HardSigmoidOp,
    HardSwishOp,
    LeakyReluOp,
    MulOp,
    PReluOp,
    ReluOp,
    SigmoidOp,
    SubOp,
    TanhOp,
]
