"""
`approx.onnx.*`: ONNX nodes as they stand in the model, one op a node.

Tensors keep ONNX's shapes (batch pinned to 1, channels first) and element types; attributes keep
ONNX's names and meaning with defaults filled in (https://onnx.ai/onnx/operators/). Every op carries
the name of its node, so that later messages, plans and reports can say where a thing came from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from xdsl.dialects.builtin import (
    DenseArrayBase,
    DenseIntOrFPElementsAttr,
    FloatAttr,
    IntegerAttr,
    IntegerType,
    StringAttr,
    TensorType,
)
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.irdl import (
    BaseAttr,
    IRDLOperation,
    ParsePropInAttrDict,
    irdl_op_definition,
    operand_def,
    opt_operand_def,
    opt_prop_def,
    prop_def,
    result_def,
    traits_def,
)
from xdsl.traits import Pure
from xdsl.utils.exceptions import VerifyException

from .dense import tuple_of

_TENSOR: ClassVar = BaseAttr[TensorType[Attribute]](TensorType)


class OnnxOp(IRDLOperation):
    """
    A node with one result; operands are tensors (absent optional inputs are absent operands).
    """

    node = prop_def(StringAttr)
    result = result_def(_TENSOR)

    traits = traits_def(Pure())
    irdl_options = (ParsePropInAttrDict(),)

    @classmethod
    def build(
        cls,
        operands: Sequence[SSAValue | Operation | Sequence[SSAValue]],
        properties: Mapping[str, Attribute | None],
        result_type: Attribute,
    ):
        """
        The op from operands in ONNX order (`[]` for an absent optional one).
        """
        return cls(operands=operands, properties=properties, result_types=[result_type])


class UnaryOp(OnnxOp):
    """
    One input.
    """

    input = operand_def(_TENSOR)

    assembly_format = "$node $input attr-dict `:` type($input) `->` type($result)"


class BinaryOp(OnnxOp):
    """
    Two inputs, broadcast as in ONNX.
    """

    lhs = operand_def(_TENSOR)
    rhs = operand_def(_TENSOR)

    assembly_format = (
        "$node $lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs) `->` type($result)"
    )


class WindowOp(UnaryOp):
    """
    A sliding window over the last two dimensions; pads are top, left, bottom, right.
    """

    kernel_shape = prop_def(DenseArrayBase[IntegerType])
    strides = prop_def(DenseArrayBase[IntegerType])
    pads = prop_def(DenseArrayBase[IntegerType])

    def verify_(self) -> None:
        """
        Two kernel sizes and strides of at least one, four pads.
        """
        sizes = tuple_of(self.kernel_shape) + tuple_of(self.strides)
        if len(sizes) != 4 or min(sizes) < 1 or len(self.pads) != 4:
            raise VerifyException("a window has 2 kernel sizes, 2 strides and 4 pads")


@irdl_op_definition
class ConstantOp(OnnxOp):
    """
    An initializer or a Constant node.
    """

    name = "approx.onnx.constant"

    value = prop_def(DenseIntOrFPElementsAttr)

    assembly_format = "$node $value attr-dict `:` type($result)"


@irdl_op_definition
class ConvOp(OnnxOp):
    """
    Conv, weights OIHW; `pads` are top, left, bottom, right (auto_pad resolved at import).
    """

    name = "approx.onnx.conv"

    input = operand_def(_TENSOR)
    weight = operand_def(_TENSOR)
    bias = opt_operand_def(_TENSOR)
    strides = prop_def(DenseArrayBase[IntegerType])
    pads = prop_def(DenseArrayBase[IntegerType])
    dilations = prop_def(DenseArrayBase[IntegerType])
    group = prop_def(IntegerAttr[IntegerType])

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

    input = operand_def(_TENSOR)
    weight = operand_def(_TENSOR)
    bias = opt_operand_def(_TENSOR)
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
class FlattenOp(UnaryOp):
    """
    Flatten; the axis is in the result type.
    """

    name = "approx.onnx.flatten"


@irdl_op_definition
class ReshapeOp(UnaryOp):
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

    perm = prop_def(DenseArrayBase[IntegerType])


@irdl_op_definition
class SoftmaxOp(UnaryOp):
    """
    Softmax over one axis.
    """

    name = "approx.onnx.softmax"

    axis = prop_def(IntegerAttr[IntegerType])


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


class _LinearOp(UnaryOp):
    scale = prop_def(DenseIntOrFPElementsAttr)
    zero_point = prop_def(DenseIntOrFPElementsAttr)
    axis = prop_def(IntegerAttr[IntegerType])

    def verify_(self) -> None:
        """
        Scale (f32) and zero point (the quantized type) are scalars, or vectors along `axis`.
        """
        shape: tuple[int, ...] = self.scale.get_shape()
        if shape != self.zero_point.get_shape():
            raise VerifyException("scale and zero point differ in shape")
        if len(shape) > 1:
            raise VerifyException("scale and zero point are scalars or vectors")


@irdl_op_definition
class QuantizeOp(_LinearOp):
    """
    QuantizeLinear: f32 -> i8 (u8 models are shifted to i8 at import).
    """

    name = "approx.onnx.quantize"


@irdl_op_definition
class DequantizeOp(_LinearOp):
    """
    DequantizeLinear: i8 or i32 -> f32.
    """

    name = "approx.onnx.dequantize"


ONNX_OPS: list[type[Operation]] = [
    AddOp,
    AveragePoolOp,
    BatchNormalizationOp,
    ClipOp,
    ConstantOp,
    ConvOp,
    DequantizeOp,
    FlattenOp,
    GemmOp,
    GlobalAveragePoolOp,
    MatMulOp,
    MaxPoolOp,
    QuantizeOp,
    ReluOp,
    ReshapeOp,
    SoftmaxOp,
    TransposeOp,
]
