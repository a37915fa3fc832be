"""
Builds integer ops that move values, and those that keep their scale (helper of `fuse-qdq`).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from xdsl.dialects.builtin import IntegerAttr, i32
from xdsl.ir import SSAValue

from ..dialects import network_ops as approx
from ..dialects import onnx_ops as onnx
from ..dialects.dense import ints, tuple_of
from ..dialects.quant import quant_tensor, shape_of
from .qdq_builder import FULL_RANGE, TO_CHW, TO_HWC, Clamp, NetworkBuilder, Quant, quantization
from .qdq_constants import Unfusable

PLACES: Quant = (1.0, -128)
"""Scale and zero point of what ArgMax gives."""


class MoveBuilder(NetworkBuilder):
    """
    Ops whose result has the scale of their input.
    """

    MOVES: ClassVar = (
        onnx.FlattenOp,
        onnx.MaxPoolOp,
        onnx.PadOp,
        onnx.ReshapeOp,
        onnx.ResizeOp,
        onnx.TransposeOp,
    )
    """Before or after them quantization is the same."""

    SCALE_KEEPING: ClassVar = (*MOVES, onnx.ArgMaxOp, onnx.ClipOp, onnx.ReluOp)

    def scale_keeping(self, op: onnx.OnnxOp, x: SSAValue, clamp: Clamp = FULL_RANGE) -> SSAValue:
        """
        The integer op for one of `SCALE_KEEPING`; `clamp` is for values that it adds.
        """
        match op:
            case onnx.MaxPoolOp():
                return self.spatial(approx.MaxPool2dOp, op, x, shape_of(x)[0], quantization(x), {})
            case onnx.TransposeOp():
                return self._transposed(op, x)
            case onnx.ReluOp() | onnx.ClipOp():
                quant = quantization(x)
                return self.requantize(op.node.data, x, quant, self.clamp(quant, [op]))
            case onnx.PadOp():
                return self._pad(op, x, clamp)
            case onnx.ResizeOp():
                return self._resize(op, x)
            case onnx.ArgMaxOp():
                return self._arg_max(op, x)
            case _:
                return self.reshape(x, self.shape(op.result), op.node.data)

    def concat(
        self, op: onnx.ConcatOp, inputs: list[SSAValue], quant: Quant, clamp: Clamp
    ) -> SSAValue:
        """
        Inputs on the result's scale, joined.
        """
        alike = [self.requantize(op.node.data, x, quant, clamp) for x in inputs]
        axis = op.axis.value.data - 1
        shape = list(shape_of(alike[0]))
        shape[axis] = sum(shape_of(x)[axis] for x in alike)
        properties = {"axis": IntegerAttr(axis, i32)}
        return self.emit(
            approx.ConcatOp, op.node.data, [alike], quant_tensor(shape, *quant), properties
        )

    def _transposed(self, op: onnx.TransposeOp, x: SSAValue) -> SSAValue:
        perm = tuple_of(op.perm)
        if perm[0] != 0:
            raise Unfusable(op, "moves the batch dimension")
        return self.transpose(x, [p - 1 for p in perm[1:]], op.node.data)

    def _pad(self, op: onnx.PadOp, x: SSAValue, clamp: Clamp) -> SSAValue:
        """
        Images as HWC, so that the padding can go on into a convolution.
        """
        rank, pads, name = len(shape_of(x)), tuple_of(op.pads), op.node.data
        before, after = pads[1 : rank + 1], pads[rank + 2 :]
        order = TO_HWC if rank == 3 else range(rank)
        image = self.transpose(x, TO_HWC, name) if rank == 3 else x
        scale, zero_point = quantization(x)
        value = np.float32(op.value.value.data)
        if np.isnan(value):
            raise Unfusable(op, "pads with no number")
        with np.errstate(over="ignore"):
            steps = np.rint(value / np.float32(scale))
        properties = {
            "before": ints(before[axis] for axis in order),
            "after": ints(after[axis] for axis in order),
            "value": IntegerAttr(int(np.clip(steps + zero_point, *clamp)), i32),
        }
        shape = [before[axis] + shape_of(x)[axis] + after[axis] for axis in order]
        result = quant_tensor(shape, scale, zero_point)
        padded = self.emit(approx.PadOp, name, [image], result, properties)
        return self.transpose(padded, TO_CHW, name) if rank == 3 else padded

    def _resize(self, op: onnx.ResizeOp, x: SSAValue) -> SSAValue:
        name, image = op.node.data, self.transpose(x, TO_HWC, op.node.data)
        shape = (len(op.rows), len(op.columns), shape_of(x)[0])
        result = quant_tensor(shape, *quantization(x))
        properties = {"rows": op.rows, "columns": op.columns}
        resized = self.emit(approx.ResizeNearest2dOp, name, [image], result, properties)
        return self.transpose(resized, TO_CHW, name)

    def _arg_max(self, op: onnx.ArgMaxOp, x: SSAValue) -> SSAValue:
        """
        Along the last dimension; a result without it has its shape only.
        """
        name, axis = op.node.data, op.axis.value.data - 1
        if shape_of(x)[axis] > approx.TABLE_SIZE:
            raise Unfusable(op, f"chooses one of {shape_of(x)[axis]}; at most 256 fit int8")
        last = self.axis_last(x, axis, name)
        shape = (*shape_of(last)[:-1], 1)
        places = self.emit(approx.ArgMaxOp, name, [last], quant_tensor(shape, *PLACES), {})
        if len(op.result_shape) == len(op.input_shape):
            return self.axis_back(places, axis, name)
        return self.reshape(places, self.shape(op.result) or (1,), name)
