"""
What the ops of `approx.onnx.*` have in common (onnx_ops.py).
"""

from __future__ import annotations

import math
from typing import cast

from xdsl.dialects.builtin import AnyTensorType, AnyTensorTypeConstr, StringAttr
from xdsl.ir import SSAValue
from xdsl.irdl import (
    IRDLOperation,
    ParsePropInAttrDict,
    operand_def,
    prop_def,
    result_def,
    traits_def,
)
from xdsl.traits import Pure
from xdsl.utils.exceptions import VerifyException

from .dense import INTEGERS, tuple_of


def tensor_type(value: SSAValue) -> AnyTensorType:
    """
    The type of an operand or result, which the definition of its op says is a tensor.
    """
    return cast(AnyTensorType, value.type)


def verify_rank(value: SSAValue, rank: int) -> None:
    """
    Errors: VerifyException for a tensor of another rank.
    """
    if tensor_type(value).get_num_dims() != rank:
        raise VerifyException(f"expected a tensor of rank {rank}, got {value.type}")


class OnnxOp(IRDLOperation):
    """
    A node with one result; operands are tensors (absent optional inputs are absent operands).
    """

    node = prop_def(StringAttr)
    result = result_def(AnyTensorTypeConstr)

    traits = traits_def(Pure())
    irdl_options = (ParsePropInAttrDict(),)

    @property
    def result_shape(self) -> tuple[int, ...]:
        """
        Shape of the result.
        """
        return self.result.type.get_shape()


class UnaryOp(OnnxOp):
    """
    One input.
    """

    input = operand_def(AnyTensorTypeConstr)

    assembly_format = "$node $input attr-dict `:` type($input) `->` type($result)"

    @property
    def input_shape(self) -> tuple[int, ...]:
        """
        Shape of the input.
        """
        return tensor_type(self.input).get_shape()


class BinaryOp(OnnxOp):
    """
    Two inputs, broadcast as in ONNX.
    """

    lhs = operand_def(AnyTensorTypeConstr)
    rhs = operand_def(AnyTensorTypeConstr)

    assembly_format = (
        "$node $lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs) `->` type($result)"
    )


class WindowOp(UnaryOp):
    """
    A sliding window over the last two dimensions; pads are top, left, bottom, right.
    """

    kernel_shape = prop_def(INTEGERS)
    strides = prop_def(INTEGERS)
    pads = prop_def(INTEGERS)

    def verify_(self) -> None:
        """
        Two kernel sizes and strides of at least one, four pads; an image of rank 4.
        """
        sizes = tuple_of(self.kernel_shape) + tuple_of(self.strides)
        if len(sizes) != 4 or min(sizes) < 1 or len(self.pads) != 4:
            raise VerifyException("a window has 2 kernel sizes, 2 strides and 4 pads")
        verify_rank(self.input, 4)
        verify_rank(self.result, 4)


class SameElementsOp(UnaryOp):
    """
    The same elements in the same order, in another shape.
    """

    def verify_(self) -> None:
        """
        As many elements after as before.
        """
        if math.prod(self.input_shape) != math.prod(self.result_shape):
            raise VerifyException("input and result differ in their number of elements")
