"""
Semantics of depthwise convolutions in the `cortexm` dialect.
"""

from __future__ import annotations

import numpy as np
from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls
from xdsl.utils.exceptions import InterpretationError

from ..dialects import cortexm
from ..dialects.dense import tuple_of
from .depthwise import Array, convolved, table_words, unpacked_table
from .fixedpoint import requantize

_INT32 = np.iinfo(np.int32)


@register_impls
class DepthwiseFunctions(InterpreterFunctions):
    """
    On checked pointers: what is only loaded must be memory, too.
    """

    @impl(cortexm.DepthwisePlanesOp)
    def run_planes(
        self, _: Interpreter, op: cortexm.DepthwisePlanesOp, args: PythonValues
    ) -> PythonValues:
        """
        Channel by channel.
        """
        source, tables, target = args
        words = table_words(op.stride.value.data)
        rows, columns = op.inputs_read
        if source.offset % 2:
            raise InterpretationError(f"load of pairs at {source.offset} is not aligned")
        for c in range(op.planes.value.data):
            first = c * op.x_plane.value.data
            x = [source.read(first + i * op.row.value.data, columns) for i in range(rows)]
            y = _outputs(op, np.array(x), tables.read(c * words, words))
            for i, values in enumerate(y):
                place = c * op.y_plane.value.data + i * op.y_row.value.data
                target.write(place, values, op.y_pixel.value.data)
        return ()


def _outputs(op: cortexm.DepthwisePlanesOp, x: Array, table: Array) -> Array:
    """
    Those of a channel, from its inputs and its table.
    """
    stride, height, width = (a.value.data for a in (op.stride, op.height, op.width))
    weights, bias, multiplier = unpacked_table(table, stride)
    acc = convolved(x, weights, stride)[:height, :width] + bias
    if acc.min() < _INT32.min or acc.max() > _INT32.max:
        raise InterpretationError(f"accumulators {acc.tolist()} leave int32")
    lo, hi = tuple_of(op.clamp)
    return requantize(acc, multiplier, 0, op.zero_point.value.data, (lo, hi))
