"""
Semantics of addition and pooling of several values in the `cortexm` dialect.
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
