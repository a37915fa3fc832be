"""
Semantics of the memory of the `cortexm` dialect: tables, buffers, addresses, loads and stores.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from xdsl.dialects.builtin import f32, i8, i16, i32
from xdsl.interpreter import (
    Interpreter,
    InterpreterFunctions,
    PythonValues,
    impl,
    register_impls,
)
from xdsl.ir import Attribute
from xdsl.utils.exceptions import InterpretationError

from ..dialects import cortexm
from ..dialects.cortexm import PtrType
from ..dialects.dense import numpy_of, tuple_of
from ..dialects.quant import UI8
from .input_conversion import quantize_input, signed_input
from .pointer import Pointer

_DTYPES = {
    i8: np.dtype("<i1"),
    i16: np.dtype("<i2"),
    i32: np.dtype("<i4"),
    UI8: np.dtype("<u1"),
    f32: np.dtype("<f4"),
}
_WORD = 4
"""Bytes that one load or store of a pair of int16 wants aligned."""


def element_dtype(type_: Attribute) -> np.dtype[Any]:
    """
    Of what a pointer points to.
    """
    assert isinstance(type_, PtrType)
    return _DTYPES[type_.element_type]


@register_impls
class MemoryFunctions(InterpreterFunctions):
    """
    What makes, moves and uses a `Pointer`.
    """

    @impl(cortexm.TableOp)
    def run_table(self, _: Interpreter, op: cortexm.TableOp, args: PythonValues) -> PythonValues:
        """
        Read-only memory.
        """
        values = numpy_of(op.value).reshape(-1)
        values.flags.writeable = False
        return (Pointer(values),)

    @impl(cortexm.BufferOp)
    def run_buffer(self, _: Interpreter, op: cortexm.BufferOp, args: PythonValues) -> PythonValues:
        """
        The workspace from a byte offset on, seen as another type.
        """
        (workspace,) = args
        dtype, start = element_dtype(op.result.type), workspace.offset + op.offset.value.data
        if dtype.itemsize > 1 and start % _WORD:
            raise InterpretationError(f"buffer of {dtype} at byte {start} is not aligned")
        if not 0 <= start <= workspace.array.size:
            raise InterpretationError(f"buffer at byte {start} of {workspace.array.size}")
        memory = workspace.array[start:]
        return (Pointer(memory[: memory.size - memory.size % dtype.itemsize].view(dtype)),)

    @impl(cortexm.AddressOp)
    def run_address(
        self, _: Interpreter, op: cortexm.AddressOp, args: PythonValues
    ) -> PythonValues:
        """
        base + offset + sum of index * stride.
        """
        base, *indices = args
        strides = tuple_of(op.strides)
        distance = sum(i * s for i, s in zip(indices, strides, strict=True))
        return (base.moved(distance + op.offset.value.data),)

    @impl(cortexm.LoadOp)
    def run_load(self, _: Interpreter, op: cortexm.LoadOp, args: PythonValues) -> PythonValues:
        """
        One element.
        """
        return (int(args[0].read(op.offset.value.data)[0]),)

    @impl(cortexm.StoreOp)
    def run_store(self, _: Interpreter, op: cortexm.StoreOp, args: PythonValues) -> PythonValues:
        """
        One element.
        """
        value, base = args
        base.write(op.offset.value.data, np.array([value], np.int64))
        return ()

    @impl(cortexm.FillOp)
    def run_fill(self, _: Interpreter, op: cortexm.FillOp, args: PythonValues) -> PythonValues:
        """
        `count` elements of one value.
        """
        values = np.full(op.count.value.data, op.value.value.data, np.int64)
        if values.size:
            args[0].write(op.offset.value.data, values)
        return ()

    @impl(cortexm.FillRunsOp)
    def run_fill_runs(
        self, _: Interpreter, op: cortexm.FillRunsOp, args: PythonValues
    ) -> PythonValues:
        """
        `runs` times `count` elements of one value.
        """
        values = np.full(op.count.value.data, op.value.value.data, np.int64)
        for run in range(op.runs.value.data):
            args[0].write(op.offset.value.data + run * op.stride.value.data, values)
        return ()

    @impl(cortexm.CopyOp)
    def run_copy(self, _: Interpreter, op: cortexm.CopyOp, args: PythonValues) -> PythonValues:
        """
        `count` elements, which fit.
        """
        source, target = args
        target.write(0, source.read(0, op.count.value.data).astype(np.int64))
        return ()

    @impl(cortexm.ToSignedOp)
    def run_to_signed(
        self, _: Interpreter, op: cortexm.ToSignedOp, args: PythonValues
    ) -> PythonValues:
        """
        uint8, 128 less.
        """
        source, target = args
        count, (x_stride, y_stride) = op.count.value.data, tuple_of(op.strides)
        values = signed_input(source.read(0, count, x_stride))
        target.write(0, values.astype(np.int64), y_stride)
        return ()

    @impl(cortexm.QuantizeOp)
    def run_quantize(
        self, _: Interpreter, op: cortexm.QuantizeOp, args: PythonValues
    ) -> PythonValues:
        """
        float32, divided, rounded, saturated.
        """
        source, target = args
        count, (x_stride, y_stride) = op.count.value.data, tuple_of(op.strides)
        x, scale = source.read(0, count, x_stride), op.scale.value.data
        values = quantize_input(x, scale, op.zero_point.value.data)
        target.write(0, values.astype(np.int64), y_stride)
        return ()
