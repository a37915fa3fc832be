"""
Layers that only move values: other shapes, orders and layouts.
"""

from __future__ import annotations

from math import prod

from xdsl.irdl import irdl_op_definition, prop_def
from xdsl.utils.exceptions import VerifyException

from .dense import INTEGERS, tuple_of
from .network_base import UnaryNetworkOp
from .quant import quant_of


class ViewOp(UnaryNetworkOp):
    """
    A layer that only moves values: quantization and element count stay.
    """

    def verify_(self) -> None:
        """
        Element count and quantization stay.
        """
        super().verify_()
        sizes = [prod(shape) for shape in (self.input_shape, self.output_shape)]
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
