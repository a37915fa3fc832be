"""
Semantics of streamed dot products of a plane in the `cortexm` dialect.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls
from xdsl.utils.exceptions import InterpretationError

from ..dialects import cortexm
from .fixedpoint import requantize
from .packing import BYTES, SUMS, WORDS
from .pointer import Pointer

_Array: TypeAlias = NDArray[np.int64]

_INT32 = np.iinfo(np.int32)
_ROWS = 4


@register_impls
class DenseFunctions(InterpreterFunctions):
    """
    On checked pointers.
    """

    @impl(cortexm.DensePlaneOp)
    def run_plane(
        self, _: Interpreter, op: cortexm.DensePlaneOp, args: PythonValues
    ) -> PythonValues:
        """
        All outputs of four channels.
        """
        source, table, bias, multipliers, target = args
        x, weights = _windows(op, source), _weights(op, table)
        acc = _accumulated(weights @ x.T, bias.read(0, _ROWS), op.sums is not None)
        if acc.min() < _INT32.min or acc.max() > _INT32.max:
            raise InterpretationError(f"accumulators {acc.tolist()} leave int32")
        factors = multipliers.read(0, _ROWS).astype(np.int64)[:, np.newaxis]
        y = requantize(acc, factors, 0, op.zero_point.value.data, (-128, 127))
        line, pixel, channel = (a.value.data for a in (op.y_line, op.y_pixel, op.y_channel))
        for r, plane in enumerate(y.reshape(_ROWS, op.lines.value.data, -1)):
            for i, values in enumerate(plane):
                target.write(i * line + r * channel, values, pixel)
        return ()


def _windows(op: cortexm.DensePlaneOp, source: Pointer) -> _Array:
    """
    Inputs [outputs, runs * length].
    """
    if source.offset % 2:
        raise InterpretationError(f"pairs of inputs at {source.offset} are not aligned")
    counts = (op.lines, op.count, op.runs, op.length)
    steps = (op.x_line.value.data, op.x_pixel.value.data, op.below.value.data, 1)
    places = sum(
        index * step
        for index, step in zip(np.indices([n.value.data for n in counts]), steps, strict=True)
    )
    at = np.asarray(places)
    x = source.read(0, int(at.max()) + 1)[at].astype(np.int64)
    return x.reshape(op.lines.value.data * op.count.value.data, -1)


def _weights(op: cortexm.DensePlaneOp, table: Pointer) -> _Array:
    """
    Weights [4, runs * length].
    """
    order = BYTES if table.array.itemsize == 1 else WORDS
    order = order if op.sums is None else SUMS
    inputs = op.runs.value.data * op.length.value.data
    return order.unpack(table.read(0, _ROWS * inputs), _ROWS, inputs).astype(np.int64)


def _accumulated(products: _Array, bias: NDArray[np.int32], sums: bool) -> _Array:
    """
    Products [4, outputs] and what they start with; sums, which may wrap, are taken apart.
    """
    start = bias.astype(np.int64)[:, np.newaxis]
    if not sums:
        return products + start
    even = products[0::2] + start[0::2]
    odd = products[0::2] + 256 * products[1::2] + start[1::2]
    high = (odd - even).astype(np.int32).astype(np.int64)
    if (high % 256).any():
        raise InterpretationError(f"start values {bias.tolist()} differ by parts of 256")
    return np.stack([even, high >> 8], axis=1).reshape(products.shape)
