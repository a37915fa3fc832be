"""
Depthwise convolution and pooling: one output at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from xdsl.dialects import arith, func
from xdsl.ir import SSAValue

from ..dialects import cortexm
from ..dialects.dense import numpy_of
from ..dialects.network_ops import AvgPool2dOp, DepthwiseConv2dOp, MaxPool2dOp, WindowedOp
from .convolutions import Requantization, check_accumulator, folded_bias
from .kernel_builder import Index, Kernel, Step
from .lowering_rows_at_once import pool_words, pools_words
from .lowering_sums import sum_words, sums_words
from .planes import Plane, Windows, windows

LARGEST_UNROLLED = 25
"""Taps of a window that is written out; a larger one is a loop."""


@dataclass(frozen=True)
class Tap:
    """
    One pixel of a window: its value, and its number as steps and an offset.
    """

    value: SSAValue
    steps: list[Step]
    number: int


Combine: TypeAlias = Callable[[SSAValue, Tap], SSAValue]


def lower_depthwise(name: str, op: DepthwiseConv2dOp, x: Plane, y: Plane) -> list[func.FuncOp]:
    """
    acc = bias[c] + sum of x * w; weights lie in the order they are read, HWC.
    """
    weights = numpy_of(op.weights)
    channels = weights.shape[2]
    bias = folded_bias(op, weights.reshape(-1, channels).T, numpy_of(op.bias))
    requantization = Requantization.of(op)
    kernel = Kernel(name, [x.pointer, y.pointer])
    tables = [
        kernel.table(cortexm.TableOp.get(label, values))
        for label, values in (
            ("weights", weights),
            ("bias", bias),
            ("multipliers", requantization.multipliers),
        )
    ]
    with depthwise_outputs(kernel, y, op.multiplier) as (place, channel, target):
        taps, start, multiplier = (kernel.address(table, channel) for table in tables)

        def combine(acc: SSAValue, tap: Tap) -> SSAValue:
            steps = [(index, count * channels) for index, count in tap.steps]
            weight = kernel.load(kernel.address(taps, steps), tap.number * channels)
            return kernel.plus(acc, kernel.times(tap.value, weight))

        source = _window(kernel, _windows(op, x), place)
        acc = fold_window(kernel, _windows(op, x), source, kernel.load(start), combine)
        result = kernel.add(requantization.apply(acc, [kernel.load(multiplier)])).result
        kernel.store(result, target)
    return [kernel.finish()]


def lower_max_pool(name: str, op: MaxPool2dOp, x: Plane, y: Plane) -> list[func.FuncOp]:
    """
    The largest value of each window; the padding holds -128.
    """
    kernel = Kernel(name, [x.pointer, y.pointer])
    if pools_words(op, x, y):
        pool_words(kernel, op, x, y)
        return [kernel.finish()]
    lowest = kernel.number(-128)
    with outputs(kernel, y) as (place, target):
        source = _window(kernel, _windows(op, x), place)

        def combine(acc: SSAValue, tap: Tap) -> SSAValue:
            return kernel.add(arith.MaxSIOp(acc, tap.value)).result

        kernel.store(fold_window(kernel, _windows(op, x), source, lowest, combine), target)
    return [kernel.finish()]


def lower_avg_pool(name: str, op: AvgPool2dOp, x: Plane, y: Plane) -> list[func.FuncOp]:
    """
    The sum of each window, started at what the zero points add up to, times 1 / count.
    """
    check_accumulator(op, 256 * op.window[0] * op.window[1])
    requantization = Requantization.of(op)
    multipliers = requantization.multipliers.reshape(-1)
    kernel = Kernel(name, [x.pointer, y.pointer])
    table = (
        kernel.table(cortexm.TableOp.get("multipliers", multipliers))
        if multipliers.size > 1
        else None
    )

    def multiplier(row: Index, column: Index) -> SSAValue:
        if table is None:
            return kernel.number(int(multipliers[0]))
        return kernel.load(kernel.address(table, [(row, y.width), (column, 1)]))

    if sums_words(op, x, y):
        sum_words(kernel, op, x, y, multiplier)
        return [kernel.finish()]
    start = kernel.number(-op.input_zero_point * op.window[0] * op.window[1])
    with outputs(kernel, y) as (place, target):
        source = _window(kernel, _windows(op, x), place)

        def combine(acc: SSAValue, tap: Tap) -> SSAValue:
            return kernel.plus(acc, tap.value)

        acc = fold_window(kernel, _windows(op, x), source, start, combine)
        result = kernel.add(requantization.apply(acc, [multiplier(*place[:2])])).result
        kernel.store(result, target)
    return [kernel.finish()]


Place: TypeAlias = tuple[Index, Index, Index]


@contextmanager
def outputs(kernel: Kernel, y: Plane) -> Generator[tuple[Place, SSAValue]]:
    """
    Loops over rows, columns and channels; yields them and where the output goes.
    """
    with (
        kernel.loop(y.height) as row,
        kernel.loop(y.width) as column,
        kernel.loop(y.channels) as channel,
    ):
        steps = [(row, y.row), (column, y.pixel), (channel, y.channel)]
        place = kernel.address(kernel.output, steps, y.origin, "out")
        yield (row, column, channel), place


@contextmanager
def depthwise_outputs(
    kernel: Kernel, y: Plane, multiplier: int
) -> Generator[tuple[Place, list[Step], SSAValue]]:
    """
    As `outputs`, over input channels and the output channels of each: yields the place in the
    input, the steps to the output channel, and where the output goes.
    """
    shape = (y.height, y.width, y.channels // multiplier)
    with (
        kernel.loop(shape[0]) as row,
        kernel.loop(shape[1]) as column,
        kernel.loop(shape[2]) as channel,
        kernel.loop(multiplier) as number,
    ):
        channels = [(channel, multiplier), (number, 1)]
        planes = [(index, count * y.channel) for index, count in channels]
        steps = [(row, y.row), (column, y.pixel), *planes]
        target = kernel.address(kernel.output, steps, y.origin, "out")
        yield (row, column, channel), channels, target


def _windows(op: WindowedOp, x: Plane) -> Windows:
    return windows(x, op.window, op.stride, op.padding, op.dilation)


def _window(kernel: Kernel, slide: Windows, place: Place) -> SSAValue:
    row, column, channel = place
    steps = [(row, slide.down), (column, slide.across), (channel, 1)]
    return kernel.address(kernel.input, steps, slide.first, "window")


def fold_window(
    kernel: Kernel, slide: Windows, source: SSAValue, start: SSAValue, combine: Combine
) -> SSAValue:
    """
    `combine` over the taps of a window: written out where it is small, else two loops.
    """
    if len(slide.taps) <= LARGEST_UNROLLED:
        for number, offset in enumerate(slide.taps):
            start = combine(start, Tap(kernel.load(source, offset), [], number))
        return start
    (height, width), (below, beside) = slide.size, slide.steps

    def down(i: Index, acc: SSAValue) -> SSAValue:
        def across(j: Index, acc: SSAValue) -> SSAValue:
            pixel = kernel.address(source, [(i, below), (j, beside)], 0, "tap")
            return combine(acc, Tap(kernel.load(pixel), [(i, width), (j, 1)], 0))

        return kernel.fold(width, acc, across)

    return kernel.fold(height, start, down)
