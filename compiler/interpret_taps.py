"""
Semantics of lists of taps in the `cortexm` dialect.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls
from xdsl.utils.exceptions import InterpretationError

from ..dialects import cortexm
from ..dialects.dense import tuple_of
from .pointer import Pointer
from .tap_streams import Code, taps_of

_INT32 = np.iinfo(np.int32)


@register_impls
class TapFunctions(InterpreterFunctions):
    """
    On checked pointers.
    """

    @impl(cortexm.TapsOp)
    def run_taps(self, _: Interpreter, op: cortexm.TapsOp, args: PythonValues) -> PythonValues:
        """
        Every tap at every pixel.
        """
        acc, source, table = args
        rows, pixels = op.tile_shape
        both, first, second = tuple_of(op.copies)
        code = Code(rows, pixels, (both, first, second))
        try:
            taps = list(taps_of(table.read(0, table.left), code))
        except ValueError as error:
            raise InterpretationError(str(error)) from error
        if not taps:
            return (acc,)
        weights = np.zeros((len(taps), rows, 2), np.int64)
        for row_weights, tap in zip(weights, taps, strict=True):
            for row, pair in tap.weights.items():
                row_weights[row] = pair
        x = _inputs(source, [tap.place for tap in taps], op.places)
        total = acc + np.einsum("tri,tpi->rp", weights, x)
        if total.min() < _INT32.min or total.max() > _INT32.max:
            raise InterpretationError(f"accumulators {total.tolist()} leave int32")
        return (total,)


def _inputs(source: Pointer, places: list[int], pixels: list[int]) -> NDArray[np.int64]:
    """
    Pairs of inputs [taps, pixels, 2]. Errors: InterpretationError outside the buffer, and for pairs
    that are no words.
    """
    firsts = np.array(places)[:, np.newaxis] // 2 + np.array(pixels)
    at = np.stack([firsts, firsts + 1], axis=2)
    if any(place % 4 for place in places) or source.offset % 2:
        raise InterpretationError(f"taps at {places} from {source.offset} are not aligned")
    first = int(at.min())
    values = source.read(first, int(at.max()) - first + 1)
    return values[at - first].astype(np.int64)
