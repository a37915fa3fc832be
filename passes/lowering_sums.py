"""
Average pooling of four channels at a time, where memory allows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from xdsl.ir import SSAValue

from ..dialects import cortexm
from ..dialects.cortexm_pooling import SUM_CHANNELS, SUM_PIXELS, sums_in_reach
from ..dialects.network_ops import AvgPool2dOp
from .convolutions import Requantization
from .kernel_builder import Index, Kernel
from .planes import Plane, Windows, windows

_MOST_PARTS = 8
"""Of a window that is written out as parts whose sums fit int16."""


def suits_sums(op: AvgPool2dOp) -> bool:
    """
    True for channels that come four by four, and windows of not too many parts.
    """
    fours = op.input_shape[2] % SUM_CHANNELS == 0
    return fours and len(list(_parts(op.window))) <= _MOST_PARTS


def sums_words(op: AvgPool2dOp, x: Plane, y: Plane) -> bool:
    """
    True where `suits_sums`, and pixels, here and there, are channels side by side.
    """
    if not suits_sums(op) or x.layout.is_planar or y.layout.is_planar:
        return False
    aligned = x.layout.element_bytes == 1 or (x.pixel % 2 == 0 and x.row % 2 == 0)
    return aligned and sums_in_reach(x.pointer, op.dilation[1] * x.pixel)


def sum_words(
    kernel: Kernel,
    op: AvgPool2dOp,
    x: Plane,
    y: Plane,
    multiplier: Callable[[Index, Index], SSAValue],
) -> None:
    """
    Four channels of an output pixel after the other; `multiplier` is that of a place.
    """
    slide = windows(x, op.window, op.stride, op.padding, op.dilation)
    start = kernel.number(-op.input_zero_point * op.window[0] * op.window[1])
    with kernel.loop(y.height) as row, kernel.loop(y.width) as column:
        scale = multiplier(row, column)
        with kernel.loop(y.channels, SUM_CHANNELS) as channel:
            steps = [(row, slide.down), (column, slide.across), (channel, 1)]
            source = kernel.address(kernel.input, steps, slide.first, "window")
            steps = [(row, y.row), (column, y.pixel), (channel, 1)]
            target = kernel.address(kernel.output, steps, y.origin, "out")
            tile = kernel.add(cortexm.TileOp.get([start] * SUM_CHANNELS, 1)).result
            tile.name_hint = "acc"
            tile = _sum(kernel, tile, source, slide)
            done = Requantization.of(op).apply(tile, [scale] * SUM_CHANNELS)
            result = kernel.add(done).result
            store = cortexm.StoreTileOp.get(result, target, 0, 1, rows=SUM_CHANNELS)
            kernel.add(store)


def _sum(kernel: Kernel, tile: SSAValue, source: SSAValue, slide: Windows) -> SSAValue:
    """
    The window, part by part; rows that follow each other are one.
    """
    (height, width), (row, pixel) = slide.size, slide.steps
    if row == width * pixel:
        height, width = 1, height * width
    for (top, left), (rows, columns) in _parts((height, width)):
        part = kernel.address(source, [], top * row + left * pixel, "part")
        numbers = {"height": rows, "width": columns, "row": row, "pixel": pixel}
        tile = kernel.add(cortexm.SumWindowOp.get(tile, part, numbers)).result
    return tile


def _parts(size: tuple[int, int]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """
    The place and the size of parts of a window, none larger than sums are exact for.
    """
    height, width = size
    columns = min(width, SUM_PIXELS)
    rows = SUM_PIXELS // columns
    for top in range(0, height, rows):
        for left in range(0, width, columns):
            yield (top, left), (min(rows, height - top), min(columns, width - left))
