"""
Semantics of Winograd's convolution in the `cortexm` dialect.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls

from ..dialects import cortexm
from ..dialects.dense import tuple_of
from .fixedpoint import requantize
from .pointer import Pointer
from .winograd import POSITIONS, TILES, products, transformed_input, transformed_output

_ROWS, _COLUMNS = 4, 2 * TILES + 2
_PRODUCTS = POSITIONS * 2 * TILES


@register_impls
class WinogradFunctions(InterpreterFunctions):
    """
    The three steps on checked pointers.
    """

    @impl(cortexm.WinogradInputOp)
    def run_input(
        self, _: Interpreter, op: cortexm.WinogradInputOp, args: PythonValues
    ) -> PythonValues:
        """
        To [16, pairs, 4, 2].
        """
        source, target = args
        row, pixel, pairs = (a.value.data for a in (op.row, op.pixel, op.pairs))
        patch = [
            [source.read(i * row + j * pixel, 2 * pairs) for j in range(_COLUMNS)]
            for i in range(_ROWS)
        ]
        # A channel that only fills a pair was never written, and its transforms wrap.
        v = transformed_input(np.array(patch)).astype(np.int16)
        target.write(0, v.reshape(-1).astype(np.int64))
        return ()

    @impl(cortexm.WinogradProductOp)
    def run_product(
        self, _: Interpreter, op: cortexm.WinogradProductOp, args: PythonValues
    ) -> PythonValues:
        """
        To [16, 2, 4]; sums wrap.
        """
        source, filters, target = args
        pairs = op.pairs.value.data
        v = source.read(0, POSITIONS * pairs * TILES * 2).reshape(POSITIONS, pairs, TILES, 2)
        u = filters.read(0, POSITIONS * pairs * 4).reshape(POSITIONS, pairs, 2, 2)
        target.write(0, _wrapped(products(v, u)).reshape(-1))
        return ()

    @impl(cortexm.WinogradOutputOp)
    def run_output(
        self, _: Interpreter, op: cortexm.WinogradOutputOp, args: PythonValues
    ) -> PythonValues:
        """
        Each channel by its bias and multiplier.
        """
        source, bias, multipliers, target = args
        sums = _wrapped(transformed_output(source.read(0, _PRODUCTS).astype(np.int64)))
        lo, hi = tuple_of(op.clamp)
        for channel in range(op.channels.value.data):
            acc = _wrapped(sums[channel] + int(bias.read(channel)[0])) >> 2
            factor = int(multipliers.read(channel)[0])
            shift, zero_point = op.shift.value.data, op.zero_point.value.data
            y = requantize(acc, factor, shift, zero_point, (lo, hi))
            _store(target.moved(channel), op, y)
        return ()


def _store(target: Pointer, op: cortexm.WinogradOutputOp, y: NDArray[np.int64]) -> None:
    row, pixel, columns = (a.value.data for a in (op.row, op.pixel, op.columns))
    for i in range(op.rows.value.data):
        target.write(i * row, y[i, :columns], pixel)


def _wrapped(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """
    As int32 arithmetic leaves them.
    """
    return values.astype(np.int32).astype(np.int64)
