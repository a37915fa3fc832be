"""
Semantics of addition, pooling and sums of several values in the `cortexm` dialect.
"""

from __future__ import annotations

import numpy as np
from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls
from xdsl.utils.exceptions import InterpretationError

from ..dialects import cortexm
from ..dialects.dense import tuple_of

_INT32 = np.iinfo(np.int32)


@register_impls
class ElementwiseFunctions(InterpreterFunctions):
    """
    On checked pointers.
    """

    @impl(cortexm.AddOp)
    def run_add(self, _: Interpreter, op: cortexm.AddOp, args: PythonValues) -> PythonValues:
        """
        Sums within int32, shifted and clamped.
        """
        lhs, rhs, target = args
        count, (lo, hi) = op.count.value.data, tuple_of(op.clamp)
        left, right = tuple_of(op.multipliers)
        total = lhs.read(0, count).astype(np.int64) * left + op.constant.value.data
        total += rhs.read(0, count).astype(np.int64) * right
        if total.min() < _INT32.min or total.max() > _INT32.max:
            raise InterpretationError(f"sums {total.tolist()} leave int32")
        target.write(0, np.clip(total >> op.shift.value.data, lo, hi))
        return ()

    @impl(cortexm.MaxPoolOp)
    def run_max_pool(
        self, _: Interpreter, op: cortexm.MaxPoolOp, args: PythonValues
    ) -> PythonValues:
        """
        All channels of one output pixel.
        """
        source, target = args
        window, channels = op.window.value.data, op.channels.value.data
        row, pixel = op.row.value.data, op.pixel.value.data
        places = [i * row + j * pixel for i in range(window) for j in range(window)]
        taps = np.array([source.read(place, channels) for place in places])
        target.write(0, taps.max(axis=0).astype(np.int64))
        return ()

    @impl(cortexm.SumWindowOp)
    def run_sum_window(
        self, _: Interpreter, op: cortexm.SumWindowOp, args: PythonValues
    ) -> PythonValues:
        """
        Sums that fit int16 until they are added to the tile, which stays within int32.
        """
        acc, source = args
        rows, _pixels = op.tile_shape
        row, pixel = op.row.value.data, op.pixel.value.data
        shape = op.height.value.data, op.width.value.data
        taps = np.array([source.read(i * row + j * pixel, rows) for i, j in np.ndindex(shape)])
        if taps.min() < -128 or taps.max() > 127:
            raise InterpretationError(f"values of a window leave int8: {taps.tolist()}")
        if source.array.itemsize == 2 and source.offset % 2:
            raise InterpretationError(f"pairs of values at {source.offset} are not aligned")
        result = acc + taps.astype(np.int64).sum(axis=0)[:, np.newaxis]
        if result.min() < _INT32.min or result.max() > _INT32.max:
            raise InterpretationError(f"sums {result.tolist()} leave int32")
        return (result,)
