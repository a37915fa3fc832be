"""
Layers that only move values: other shapes, orders and layouts; joined, padded, repeated.
"""

from __future__ import annotations

from math import prod

from xdsl.irdl import irdl_op_definition, prop_def, var_operand_def
from xdsl.utils.exceptions import VerifyException

from .dense import INTEGER, INTEGERS, tuple_of
from .network_base import TENSOR, NetworkOp, UnaryNetworkOp
from .quant import quant_of, shape_of


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


@irdl_op_definition
class ConcatOp(NetworkOp):
    """
    Tensors one after the other along `axis`; scale and zero point are those of all of them
    (`fuse-qdq` requantizes where they differ).

    `approx.concat "join" %a, %b {axis = 2 : i32} : tensor<4x4x2xi8, ...>, tensor<4x4x3xi8, ...> ->
    tensor<4x4x5xi8, ...>` becomes one loop that copies for each operand.
    """

    name = "approx.concat"

    inputs = var_operand_def(TENSOR)
    axis = prop_def(INTEGER)

    assembly_format = "$layer $inputs attr-dict `:` type($inputs) `->` type($output)"

    def verify_(self) -> None:
        """
        Operands differ in nothing but the size of one dimension, and fill the result.
        """
        super().verify_()
        shapes, axis = [shape_of(value) for value in self.inputs], self.axis.value.data
        if not shapes or any(quant_of(v.type) != self.output_quant for v in self.inputs):
            raise VerifyException("operands have scale and zero point of the result")
        if not 0 <= axis < len(self.output_shape):
            raise VerifyException(f"there is no dimension {axis}")
        if any(len(shape) != len(self.output_shape) for shape in shapes):
            raise VerifyException("operands and result differ in rank")
        total = list(shapes[0])
        total[axis] = sum(shape[axis] for shape in shapes)
        if tuple(total) != self.output_shape:
            raise VerifyException(f"operands make {total}, not {list(self.output_shape)}")
        others = {(*shape[:axis], *shape[axis + 1 :]) for shape in shapes}
        if len(others) != 1:
            raise VerifyException("operands differ in more than one dimension")


@irdl_op_definition
class PadOp(UnaryNetworkOp):
    """
    `before` and `after` elements of `value` (int8) around each dimension; scale and zero point
    stay. `fold-pads` moves padding with the zero point into the convolution that reads it.

    `approx.pad "pad" %x {before = [1, 1, 0], after = [1, 1, 0], value = -3 : i32}` becomes fills,
    row by row, and a loop that copies.
    """

    name = "approx.pad"

    before = prop_def(INTEGERS)
    after = prop_def(INTEGERS)
    value = prop_def(INTEGER)

    def verify_(self) -> None:
        """
        The result is as large as input and padding make it.
        """
        super().verify_()
        before, after = tuple_of(self.before), tuple_of(self.after)
        if not len(before) == len(after) == len(self.input_shape):
            raise VerifyException("padding needs two numbers for every dimension")
        if min((*before, *after), default=0) < 0:
            raise VerifyException("padding is at least 0")
        padded = zip(before, self.input_shape, after, strict=True)
        if tuple(sum(sizes) for sizes in padded) != self.output_shape:
            raise VerifyException("the result does not have the padded shape")
        if quant_of(self.input.type) != self.output_quant:
            raise VerifyException("scale and zero point stay")
        if not -128 <= self.value.value.data <= 127:
            raise VerifyException(f"{self.value.value.data} is no int8")


@irdl_op_definition
class ResizeNearest2dOp(UnaryNetworkOp):
    """
    Pixels picked by row and column: y[i, j, c] = x[rows[i], columns[j], c]; scale and zero point
    stay. Whatever way Resize maps coordinates, its result is known at compile time.

    `approx.resize_nearest2d "up" %x {rows = [0, 0, 1, 1], columns = [0, 0, 1, 1]}` becomes a loop
    over two tables of offsets.
    """

    name = "approx.resize_nearest2d"

    rows = prop_def(INTEGERS)
    columns = prop_def(INTEGERS)

    def verify_(self) -> None:
        """
        One row and column of the input for each of the result.
        """
        super().verify_()
        if len(self.input_shape) != 3 or len(self.output_shape) != 3:
            raise VerifyException("input and result must be HxWxC")
        shape = (len(self.rows), len(self.columns), self.input_shape[2])
        if shape != self.output_shape:
            raise VerifyException(f"rows, columns and channels make {list(shape)}")
        if quant_of(self.input.type) != self.output_quant:
            raise VerifyException("scale and zero point stay")
        for picked, size in zip((self.rows, self.columns), self.input_shape[:2], strict=True):
            indices = tuple_of(picked)
            if not indices or min(indices) < 0 or max(indices) >= size:
                raise VerifyException("rows and columns are those of the input")
