"""
Semantics of Winograd's convolutions in the `cortexm` dialect.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from xdsl.interpreter import Interpreter, InterpreterFunctions, PythonValues, impl, register_impls

from ..dialects import cortexm
from ..dialects.dense import tuple_of
from .fixedpoint import requantize
from .pointer import Pointer
from .winograd import F2, F4, TILES, divided, products, transformed_input, transformed_output
from .winograd_domain import CONSTANT_POSITION, F4_TAPS, ninths
from .winograd_filters import BYTES, transformed_pairs
from .winograd_taps import tap_products

_COLUMNS = 2 * TILES
"""Of the outputs of a group of F(2x2, 3x3)."""


@register_impls
class WinogradFunctions(InterpreterFunctions):
    """
    The three steps of either form on checked pointers.
    """

    @impl(cortexm.WinogradInputOp)
    def run_input(
        self, _: Interpreter, op: cortexm.WinogradInputOp, args: PythonValues
    ) -> PythonValues:
        """
        To [16, pairs, 4, 2].
        """
        source, target = args
        patch = _patch(source, op, (F2.side, _COLUMNS + 2))
        tiles = np.stack([patch[:, 2 * t : 2 * t + F2.side] for t in range(TILES)])
        # A channel that only fills a pair was never written, and its transforms wrap.
        v = transformed_input(tiles, F2).astype(np.int16)
        target.write(0, v.reshape(-1).astype(np.int64))
        return ()

    @impl(cortexm.Winograd4InputOp)
    def run_input4(
        self, _: Interpreter, op: cortexm.Winograd4InputOp, args: PythonValues
    ) -> PythonValues:
        """
        To [pairs, 36, 2], four tiles from each other.
        """
        source, target = args
        patch = _patch(source, op, (F4.side, F4.side))
        v = transformed_input(patch[np.newaxis], F4).astype(np.int16)
        words = v[:, :, 0].swapaxes(0, 1).reshape(-1, 2).astype(np.int64)
        for half in range(2):
            target.write(half, words[:, half], 2 * TILES)
        return ()

    @impl(cortexm.WinogradProductOp)
    def run_product(
        self, _: Interpreter, op: cortexm.WinogradProductOp, args: PythonValues
    ) -> PythonValues:
        """
        From [16, pairs, 4, 2] and [16, pairs, 2, 2] to [16, 2, 4]; sums wrap.
        """
        source, filters, target = args
        pairs = op.pairs.value.data
        v = source.read(0, F2.positions * pairs * TILES * 2)
        u = filters.read(0, F2.positions * pairs * 4)
        m = products(v.reshape(-1, pairs, TILES, 2), u.reshape(-1, pairs, 2, 2))
        target.write(0, _wrapped(m).reshape(-1))
        return ()

    @impl(cortexm.Winograd4ProductOp)
    def run_product4(
        self, _: Interpreter, op: cortexm.Winograd4ProductOp, args: PythonValues
    ) -> PythonValues:
        """
        From [pairs, 36, 4, 2] and [36, pairs, 2, 2] to [36, 2, 4]; sums wrap.
        """
        source, filters, target = args
        pairs = op.pairs.value.data
        v = source.read(0, F4.positions * pairs * TILES * 2)
        u = filters.read(0, F4.positions * pairs * 4)
        by_position = v.reshape(pairs, -1, TILES, 2).swapaxes(0, 1)
        m = products(by_position, u.reshape(-1, pairs, 2, 2))
        target.write(0, _wrapped(m).reshape(-1))
        return ()

    @impl(cortexm.Winograd4FiltersOp)
    def run_filters4(
        self, _: Interpreter, op: cortexm.Winograd4FiltersOp, args: PythonValues
    ) -> PythonValues:
        """
        From [pairs, 36 bytes] to [pairs, 36, 2, 2].
        """
        filters, target = args
        packed = filters.read(0, op.pairs.value.data * BYTES).reshape(-1, BYTES)
        target.write(0, transformed_pairs(packed).reshape(-1).astype(np.int64))
        return ()

    @impl(cortexm.Winograd4PackedProductOp)
    def run_packed_product4(
        self, _: Interpreter, op: cortexm.Winograd4PackedProductOp, args: PythonValues
    ) -> PythonValues:
        """
        From [pairs, 36, 4, 2] and [pairs, 36, 2, 2] to [36, 2, 4]; sums wrap.
        """
        source, filters, target = args
        pairs = op.pairs.value.data
        v = source.read(0, F4.positions * pairs * TILES * 2).reshape(pairs, -1, TILES, 2)
        u = filters.read(0, F4.positions * pairs * 4).reshape(pairs, -1, 2, 2)
        m = products(v.swapaxes(0, 1), u.swapaxes(0, 1))
        target.write(0, _wrapped(m).reshape(-1))
        return ()

    @impl(cortexm.WinogradOutputOp)
    def run_output(
        self, _: Interpreter, op: cortexm.WinogradOutputOp, args: PythonValues
    ) -> PythonValues:
        """
        Each channel by its bias and multiplier.
        """
        source, bias, multipliers, target = args
        m = source.read(0, F2.positions * 2 * TILES).reshape(-1, 2, TILES)
        sums = transformed_output(m.astype(np.int64), F2).swapaxes(1, 2).reshape(2, 2, _COLUMNS)
        for channel in range(op.channels.value.data):
            acc = _wrapped(sums[channel] + int(bias.read(channel)[0])) >> 2
            y = _requantized(op, acc, int(multipliers.read(channel)[0]))
            _store(target.moved(channel), op, y[: op.rows.value.data, : op.columns.value.data])
        return ()

    @impl(cortexm.Winograd4OutputOp)
    def run_output4(
        self, _: Interpreter, op: cortexm.Winograd4OutputOp, args: PythonValues
    ) -> PythonValues:
        """
        Each tile and channel, to where the tile goes.
        """
        source, bias, multipliers, *targets = args
        m = source.read(0, F4.positions * 2 * TILES).reshape(-1, 2, TILES)
        sums = divided(transformed_output(m.astype(np.int64), F4), F4)
        for channel in range(op.channels.value.data):
            acc = _wrapped(sums[channel] + int(bias.read(channel)[0]))
            y = _requantized(op, acc, int(multipliers.read(channel)[0]))
            for target, tile in zip(targets, y, strict=True):
                _store(target.moved(channel), op, tile)
        return ()

    @impl(cortexm.Winograd4TapsOp)
    def run_taps(
        self, _: Interpreter, op: cortexm.Winograd4TapsOp, args: PythonValues
    ) -> PythonValues:
        """
        From [pairs, 36, 4, 2] and a list of words; sums wrap.
        """
        source, taps, target = args
        pairs = op.pairs.value.data
        v = source.read(0, F4.positions * pairs * TILES * 2).reshape(pairs, -1, TILES, 2)
        m = tap_products(v, taps.read(0, taps.left))
        target.write(0, _wrapped(m).reshape(-1))
        return ()

    @impl(cortexm.Winograd4SkippedOp)
    def run_skipped(
        self, _: Interpreter, op: cortexm.Winograd4SkippedOp, args: PythonValues
    ) -> PythonValues:
        """
        Each tile and channel, to where the tile goes; ninths are rounded.
        """
        source, bias, multipliers, centers, *targets = args
        m = source.read(0, F4.positions * 2 * TILES).reshape(-1, 2, TILES).astype(np.int64)
        shifts = np.add.outer(F4.shifts, F4.shifts)
        for channel in range(op.channels.value.data):
            m[CONSTANT_POSITION, channel] += int(centers.read(channel)[0])
            sums = _wrapped(transformed_output(m[:, channel : channel + 1], F4_TAPS)[0])
            acc = (ninths(sums) >> shifts).astype(np.int64) + int(bias.read(channel)[0])
            y = _requantized(op, _wrapped(acc), int(multipliers.read(channel)[0]))
            for target, tile in zip(targets, y, strict=True):
                _store(target.moved(channel), op, tile)
        return ()


def _patch(
    source: Pointer, op: cortexm.WinogradInputOp | cortexm.Winograd4InputOp, size: tuple[int, int]
) -> NDArray[np.int64]:
    """
    Pixels [height, width, 2 pairs].
    """
    row, pixel, pairs = (a.value.data for a in (op.row, op.pixel, op.pairs))
    height, width = size
    return np.array(
        [[source.read(i * row + j * pixel, 2 * pairs) for j in range(width)] for i in range(height)]
    )


_OutputOp: TypeAlias = (
    cortexm.WinogradOutputOp | cortexm.Winograd4OutputOp | cortexm.Winograd4SkippedOp
)


def _requantized(op: _OutputOp, acc: NDArray[np.int64], factor: int) -> NDArray[np.int64]:
    lo, hi = tuple_of(op.clamp)
    return requantize(acc, factor, op.shift.value.data, op.zero_point.value.data, (lo, hi))


def _store(target: Pointer, op: _OutputOp, y: NDArray[np.int64]) -> None:
    for i, values in enumerate(y):
        target.write(i * op.row.value.data, values, op.pixel.value.data)


def _wrapped(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """
    As int32 arithmetic leaves them.
    """
    return values.astype(np.int32).astype(np.int64)
