"""
Semantics of depthwise convolutions in the `cortexm` dialect.
"""

from __future__ import annotations

import numpy as np
from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls
from xdsl.utils.exceptions import InterpretationError

from ..dialects import cortexm
from ..dialects.dense import tuple_of
from .depthwise import convolved, table_words, unpacked_table
from .fixedpoint import requantize

_INT32 = np.iinfo(np.int32)


@register_impls
class DepthwiseFunctions(InterpreterFunctions):
    """
    On checked pointers: what is only loaded must be memory, too.
    """

    @impl(cortexm.DepthwisePlaneOp)
    def run_plane(
        self, _: Interpreter, op: cortexm.DepthwisePlaneOp, args: PythonValues
    ) -> PythonValues:
        """
        All outputs of a channel.
        """
        source, table, target = args
        stride, height, width = (a.value.data for a in (op.stride, op.height, op.width))
        if source.offset % 2:
            raise InterpretationError(f"load of pairs at {source.offset} is not aligned")
        rows, columns = op.inputs_read
        x = np.array([source.read(i * op.row.value.data, columns) for i in range(rows)])
        numbers = table.read(0, table_words(stride))
        weights, bias, multiplier = unpacked_table(numbers, stride)
        acc = convolved(x, weights, stride)[:height, :width] + bias
        if acc.min() < _INT32.min or acc.max() > _INT32.max:
            raise InterpretationError(f"accumulators {acc.tolist()} leave int32")
        lo, hi = tuple_of(op.clamp)
        y = requantize(acc, multiplier, 0, op.zero_point.value.data, (lo, hi))
        for i, values in enumerate(y):
            target.write(i * op.y_row.value.data, values, op.y_pixel.value.data)
        return ()
