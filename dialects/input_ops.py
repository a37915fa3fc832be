"""
The network's inputs as its caller has them: unsigned bytes or floats, in another order.
"""

from __future__ import annotations

from typing import TypeAlias

from xdsl.dialects.builtin import Float32Type, IntegerType, TensorType, f32, i8
from xdsl.ir import Attribute, SSAValue
from xdsl.irdl import eq, irdl_op_definition, operand_def, prop_def
from xdsl.utils.exceptions import VerifyException
from xdsl.utils.hints import isa

from .dense import INTEGERS, tuple_of
from .network_base import NetworkOp
from .quant import UI8, QuantAttr, is_quantized, quant_of, shape_of

Element: TypeAlias = IntegerType | Float32Type

INPUT_TYPES: dict[str, Element] = {"int8": i8, "uint8": UI8, "float32": f32}
"""Elements of the inputs of a network, by the names of ONNX and NumPy."""
LAYOUTS = ("nhwc", "nchw")
"""Of images: channels last or first."""


@irdl_op_definition
class ConvertOp(NetworkOp):
    """
    An input as the int8 that layers take; result dimension i is input dimension `perm[i]`.

    Of ui8: y = x - 128, the same real value, for the zero point is lower by as much. Of f32, as
    QuantizeLinear of ONNX has it: y = clamp(round(x / s_y) + z_y, -128, 127), where x / s_y is a
    division in float32, ties go to even, and NaN becomes -128.

        %y = approx.convert "x/convert" %x {perm = array<i64: 1, 2, 0>} :
            tensor<3x32x32xf32> -> tensor<32x32x3xi8, #approx.quant<...>>
    """

    name = "approx.convert"

    input = operand_def(TensorType.constr(eq(UI8)) | TensorType.constr(eq(f32)))
    perm = prop_def(INTEGERS)

    assembly_format = "$layer $input attr-dict `:` type($input) `->` type($output)"

    @property
    def permutation(self) -> tuple[int, ...]:
        """
        `perm`.
        """
        return tuple_of(self.perm)

    @property
    def element_type(self) -> Element:
        """
        Of the input: ui8 or f32.
        """
        return element_of(self.input)

    def verify_(self) -> None:
        """
        `perm` is a permutation and gives the result its shape.
        """
        super().verify_()
        shape = shape_of(self.input)
        if is_quantized(self.input.type):
            raise VerifyException("the input has no #approx.quant: it is told by the result")
        if sorted(self.permutation) != list(range(len(shape))):
            raise VerifyException("perm is not a permutation of the dimensions")
        if tuple(shape[p] for p in self.permutation) != self.output_shape:
            raise VerifyException("the result has another shape than perm gives")


def input_quant(argument: SSAValue) -> QuantAttr:
    """
    Scale and zero point of what layers take of an input, as int8.

    Errors: VerifyException for a tensor without, which is not converted either.
    """
    for use in argument.uses:
        if isinstance(use.operation, ConvertOp):
            return use.operation.output_quant
    return quant_of(argument.type)


def element_of(value: SSAValue) -> Element:
    """
    The type of the elements of an input or result of a network: one of `INPUT_TYPES`.

    Errors: VerifyException for a tensor of others.
    """
    for element in INPUT_TYPES.values():
        if isa(value.type, TensorType[Attribute]) and value.type.element_type == element:
            return element
    raise VerifyException(f"inputs are tensors of i8, ui8 or f32, not {value.type}")
