"""
`approx.onnx.quantize` and `approx.onnx.dequantize`: between real numbers and integers.
"""

from __future__ import annotations

from xdsl.dialects.builtin import DenseIntOrFPElementsAttr, IntegerAttr, IntegerType, f32, i8, i32
from xdsl.ir import Attribute
from xdsl.irdl import irdl_op_definition, prop_def
from xdsl.utils.exceptions import VerifyException

from .onnx_base import UnaryOp, tensor_type


class _LinearOp(UnaryOp):
    scale = prop_def(DenseIntOrFPElementsAttr)
    zero_point = prop_def(DenseIntOrFPElementsAttr)
    axis = prop_def(IntegerAttr[IntegerType])

    def _verify_types(self, quantized: Attribute, real: Attribute) -> None:
        """
        Real and quantized element type; scale and zero point scalars, or vectors along the axis.
        """
        if real != f32 or self.scale.get_element_type() != f32:
            raise VerifyException("real values and scales are f32")
        if self.zero_point.get_element_type() != quantized:
            raise VerifyException("the zero point does not have the quantized type")
        if self.input_shape != self.result_shape:
            raise VerifyException("the shape stays")
        shape: tuple[int, ...] = self.scale.get_shape()
        if shape != self.zero_point.get_shape():
            raise VerifyException("scale and zero point differ in shape")
        axis = self.axis.value.data
        if shape and not 0 <= axis < len(self.input_shape):
            raise VerifyException("there is no such axis")
        if shape and shape != (self.input_shape[axis],):
            raise VerifyException("scale and zero point are scalars, or vectors along the axis")


@irdl_op_definition
class QuantizeOp(_LinearOp):
    """
    QuantizeLinear: f32 -> i8 (u8 models are shifted to i8 at import).
    """

    name = "approx.onnx.quantize"

    def verify_(self) -> None:
        """
        f32 to i8.
        """
        if self.result.type.get_element_type() != i8:
            raise VerifyException("the result must be i8")
        self._verify_types(i8, tensor_type(self.input).get_element_type())


@irdl_op_definition
class DequantizeOp(_LinearOp):
    """
    DequantizeLinear: i8 or i32 -> f32.
    """

    name = "approx.onnx.dequantize"

    def verify_(self) -> None:
        """
        i8 or i32 to f32.
        """
        quantized = tensor_type(self.input).get_element_type()
        if quantized not in (i8, i32):
            raise VerifyException("the input must be i8 or i32")
        self._verify_types(quantized, self.result.type.get_element_type())
