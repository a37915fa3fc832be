"""
`approx.onnx.*` ops that join, pad and resize images, and those that end in another plane.
"""

from __future__ import annotations

from xdsl.dialects.builtin import AnyTensorTypeConstr, FloatAttr, IntegerAttr, IntegerType
from xdsl.irdl import (
    irdl_op_definition,
    operand_def,
    opt_operand_def,
    prop_def,
    var_operand_def,
)
from xdsl.utils.exceptions import VerifyException

from .dense import INTEGERS, tuple_of
from .onnx_base import OnnxOp, UnaryOp, tensor_type, verify_rank


@irdl_op_definition
class ConcatOp(OnnxOp):
    """
    Concat.
    """

    name = "approx.onnx.concat"

    inputs = var_operand_def(AnyTensorTypeConstr)
    axis = prop_def(IntegerAttr[IntegerType])

    assembly_format = "$node $inputs attr-dict `:` type($inputs) `->` type($result)"

    def verify_(self) -> None:
        """
        There are inputs, and the axis is one of theirs, counted from the front.
        """
        ranks = {tensor_type(value).get_num_dims() for value in self.inputs}
        if ranks != {len(self.result_shape)}:
            raise VerifyException("inputs and result need one rank")
        if not 0 <= self.axis.value.data < len(self.result_shape):
            raise VerifyException("there is no such axis")


@irdl_op_definition
class PadOp(UnaryOp):
    """
    Pad with a constant; `pads` are those before each dimension, then those after.
    """

    name = "approx.onnx.pad"

    pads = prop_def(INTEGERS)
    value = prop_def(FloatAttr)

    def verify_(self) -> None:
        """
        Two pads, at least 0, for each dimension.
        """
        pads = tuple_of(self.pads)
        if len(pads) != 2 * len(self.input_shape) or min(pads, default=0) < 0:
            raise VerifyException("needs two pads of at least 0 for every dimension")


@irdl_op_definition
class ResizeOp(UnaryOp):
    """
    Resize to the nearest pixel: row i of the result is row `rows[i]` of the input, and so for
    `columns` (the ways to map coordinates are resolved at import).
    """

    name = "approx.onnx.resize"

    rows = prop_def(INTEGERS)
    columns = prop_def(INTEGERS)

    def verify_(self) -> None:
        """
        Images, and rows and columns that there are.
        """
        verify_rank(self.input, 4)
        verify_rank(self.result, 4)
        for picked, size in zip((self.rows, self.columns), self.input_shape[2:], strict=True):
            indices = tuple_of(picked)
            if not indices or min(indices) < 0 or max(indices) >= size:
                raise VerifyException("rows and columns are those of the input")


@irdl_op_definition
class ArgMaxOp(UnaryOp):
    """
    ArgMax, the first of equal values; with keepdims the result has the input's rank.
    """

    name = "approx.onnx.arg_max"

    axis = prop_def(IntegerAttr[IntegerType])

    def verify_(self) -> None:
        """
        The axis is one of the input's, counted from the front.
        """
        if not 0 <= self.axis.value.data < len(self.input_shape):
            raise VerifyException("there is no such axis")


@irdl_op_definition
class LrnOp(UnaryOp):
    """
    LRN: x / (bias + alpha / size * sum of the squares of `size` neighbouring channels) ^ beta.
    """

    name = "approx.onnx.lrn"

    size = prop_def(IntegerAttr[IntegerType])
    alpha = prop_def(FloatAttr)
    beta = prop_def(FloatAttr)
    bias = prop_def(FloatAttr)

    def verify_(self) -> None:
        """
        Images, and at least one channel at a time.
        """
        verify_rank(self.input, 4)
        if self.size.value.data < 1 or self.input_shape != self.result_shape:
            raise VerifyException("needs a size of at least 1 and keeps the shape")


@irdl_op_definition
class ConvTransposeOp(OnnxOp):
    """
    ConvTranspose, weights IOHW, whose windows do not overlap: strides are the kernel's size.
    """

    name = "approx.onnx.conv_transpose"

    input = operand_def(AnyTensorTypeConstr)
    weight = operand_def(AnyTensorTypeConstr)
    bias = opt_operand_def(AnyTensorTypeConstr)

    assembly_format = (
        "$node $input `,` $weight (`,` $bias^)? attr-dict `:` type($input) `,` type($weight)"
        " (`,` type($bias)^)? `->` type($result)"
    )

    def verify_(self) -> None:
        """
        Images and weights of rank 4, of as many channels.
        """
        for value in (self.input, self.weight, self.result):
            verify_rank(value, 4)
        if tensor_type(self.weight).get_shape()[0] != tensor_type(self.input).get_shape()[1]:
            raise VerifyException("weights and input differ in their channels")
