"""
`approx.onnx.*`: ONNX nodes as they stand in the model, one op a node.

Tensors keep ONNX's shapes (batch pinned to 1, channels first) and element types; attributes keep
ONNX's names and meaning with defaults filled in (https://onnx.ai/onnx/operators/). Every op carries
the name of its node, so that later messages, plans and reports can say where a thing came from.
"""

from __future__ import annotations

from xdsl.dialects.builtin import (
    AnyTensorTypeConstr,
    DenseIntOrFPElementsAttr,
    FloatAttr,
    IntegerAttr,
    IntegerType,
)
from xdsl.ir import Operation
from xdsl.irdl import irdl_op_definition, operand_def, opt_operand_def, prop_def
from xdsl.utils.exceptions import VerifyException

from .dense import INTEGERS, tuple_of
from .onnx_base import (
    BinaryOp,
    OnnxOp,
    SameElementsOp,
    UnaryOp,
    WindowOp,
    tensor_type,
    verify_rank,
)
from .onnx_image_ops import (
    ArgMaxOp,
    ConcatOp,
    ConvTransposeOp,
    LrnOp,
    PadOp,
    ResizeOp,
)
from .onnx_linear_ops import DequantizeOp, QuantizeOp
from .onnx_pointwise_ops import (
    POINTWISE_OPS,
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
)

__all__ = [
    "ONNX_OPS",
    "POINTWISE_OPS",
    "AddOp",
    "ArgMaxOp",
    "AveragePoolOp",
    "BatchNormalizationOp",
    "BinaryOp",
    "ClipOp",
    "ConcatOp",
    "ConstantOp",
    "ConvOp",
    "ConvTransposeOp",
    "DequantizeOp",
    "DivOp",
    "FlattenOp",
    "GemmOp",
    "GlobalAveragePoolOp",
    "HardSigmoidOp",
    "HardSwishOp",
    "LeakyReluOp",
    "LrnOp",
    "MatMulOp",
    "MaxPoolOp",
    "MulOp",
    "OnnxOp",
    "PReluOp",
    "PadOp",
    "QuantizeOp",
    "ReluOp",
    "ReshapeOp",
    "ResizeOp",
    "SameElementsOp",
    "SigmoidOp",
    "SoftmaxOp",
    "SubOp",
    "TanhOp",
    "TransposeOp",
    "UnaryOp",
    "WindowOp",
]


@irdl_op_definition
class ConstantOp(OnnxOp):
    """
    An initializer or a Constant node.
    """

    name = "approx.onnx.constant"

    value = prop_def(DenseIntOrFPElementsAttr)

    assembly_format = "$node $value attr-dict `:` type($result)"

    def verify_(self) -> None:
        """
        The result has the type of the value.
        """
        if self.value.type != self.result.type:
            raise VerifyException(f"a constant of {self.value.type} is not {self.result.type}")


@irdl_op_definition
class ConvOp(OnnxOp):
    """
    Conv, weights OIHW; `pads` are top, left, bottom, right (auto_pad resolved at import).
    """

    name = "approx.onnx.conv"

    input = operand_def(AnyTensorTypeConstr)
    weight = operand_def(AnyTensorTypeConstr)
    bias = opt_operand_def(AnyTensorTypeConstr)
    strides = prop_def(INTEGERS)
    pads = prop_def(INTEGERS)
    dilations = prop_def(INTEGERS)
    group = prop_def(IntegerAttr[IntegerType])

    def verify_(self) -> None:
        """
        Images and weights of rank 4; 2 strides and dilations of at least one, 4 pads; the group
        divides the channels, and a filter sees the channels of its group.
        """
        steps = tuple_of(self.strides) + tuple_of(self.dilations)
        if len(steps) != 4 or min(steps) < 1 or len(self.pads) != 4:
            raise VerifyException("a convolution has 2 strides, 2 dilations and 4 pads")
        for value in (self.input, self.weight, self.result):
            verify_rank(value, 4)
        group = self.group.value.data
        channels = tensor_type(self.input).get_shape()[1]
        filters, depth = tensor_type(self.weight).get_shape()[:2]
        if group < 1 or filters % group or depth * group != channels:
            raise VerifyException(
                f"group {group}, {channels} channels and weights of {filters} x {depth} do not fit"
            )

    assembly_format = (
        "$node $input `,` $weight (`,` $bias^)? attr-dict `:` type($input) `,` type($weight)"
        " (`,` type($bias)^)? `->` type($result)"
    )


@irdl_op_definition
class GemmOp(OnnxOp):
    """
    Gemm: alpha * A' B' + beta * C.
    """

    name = "approx.onnx.gemm"

    input = operand_def(AnyTensorTypeConstr)
    weight = operand_def(AnyTensorTypeConstr)
    bias = opt_operand_def(AnyTensorTypeConstr)
    alpha = prop_def(FloatAttr)
    beta = prop_def(FloatAttr)
    trans_a = prop_def(IntegerAttr[IntegerType])
    trans_b = prop_def(IntegerAttr[IntegerType])

    assembly_format = ConvOp.assembly_format


@irdl_op_definition
class MatMulOp(BinaryOp):
    """
    MatMul.
    """

    name = "approx.onnx.matmul"


@irdl_op_definition
class MaxPoolOp(WindowOp):
    """
    MaxPool (ceil_mode and dilations are refused at import).
    """

    name = "approx.onnx.max_pool"


@irdl_op_definition
class AveragePoolOp(WindowOp):
    """
    AveragePool.
    """

    name = "approx.onnx.average_pool"

    count_include_pad = prop_def(IntegerAttr[IntegerType])


@irdl_op_definition
class GlobalAveragePoolOp(UnaryOp):
    """
    GlobalAveragePool.
    """

    name = "approx.onnx.global_average_pool"


@irdl_op_definition
class FlattenOp(SameElementsOp):
    """
    Flatten; the axis is in the result type.
    """

    name = "approx.onnx.flatten"


@irdl_op_definition
class ReshapeOp(SameElementsOp):
    """
    Reshape; the shape is that of the result type.
    """

    name = "approx.onnx.reshape"


@irdl_op_definition
class TransposeOp(UnaryOp):
    """
    Transpose.
    """

    name = "approx.onnx.transpose"

    perm = prop_def(INTEGERS)

    def verify_(self) -> None:
        """
        A permutation of the dimensions, which gives the result's shape.
        """
        perm = tuple_of(self.perm)
        if sorted(perm) != list(range(len(self.input_shape))):
            raise VerifyException(f"{list(perm)} does not permute {self.input.type}")
        if tuple(self.input_shape[p] for p in perm) != self.result_shape:
            raise VerifyException("the result does not have the permuted shape")


@irdl_op_definition
class SoftmaxOp(UnaryOp):
    """
    Softmax over one axis.
    """

    name = "approx.onnx.softmax"

    axis = prop_def(IntegerAttr[IntegerType])

    def verify_(self) -> None:
        """
        The axis is one of the input's, counted from the front.
        """
        if not 0 <= self.axis.value.data < len(self.input_shape):
            raise VerifyException("there is no such axis")


ONNX_OPS: list[type[Operation]] = [
    *POINTWISE_OPS,
    ArgMaxOp,
    AveragePoolOp,
    ConcatOp,
    ConstantOp,
    ConvOp,
    ConvTransposeOp,
    DequantizeOp,
    FlattenOp,
    GemmOp,
    GlobalAveragePoolOp,
    LrnOp,
    MatMulOp,
    MaxPoolOp,
    PadOp,
    QuantizeOp,
    ReshapeOp,
    ResizeOp,
    SoftmaxOp,
    TransposeOp,
]
