"""
3x3 convolutions by Winograd's F(4x4, 3x3), exactly: transformed filters streamed from flash.
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects import arith, func
from xdsl.dialects.builtin import i16, i32
from xdsl.ir import SSAValue

from ..compiler.winograd import F4, group_shape, transformed_filters
from ..dialects import cortexm
from .convolutions import Convolution
from .kernel_builder import Index, Kernel
from .planes import Plane

_SIZE = F4.size

_Starts = Sequence[tuple[Index, int]]
"""Where the tiles of a group begin along one side: an index, and how much further."""


def lower_winograd4(name: str, conv: Convolution) -> list[func.FuncOp]:
    """
    One function over input, transformed input, products and output: for each group of four tiles
    the input is transformed once, then come the output channels two by two.
    """
    x, y = conv.input, conv.output
    kernel = Kernel(name, [x.pointer, cortexm.PtrType(i16), cortexm.PtrType(i32), y.pointer])
    for argument, hint in zip(kernel.inputs, ("x", "v", "m"), strict=True):
        argument.name_hint = hint
    tables = [
        kernel.table(cortexm.TableOp.get(label, values))
        for label, values in (
            ("filters", transformed_filters(conv.weights, F4)),
            ("bias", conv.bias),
            ("multipliers", conv.requantization.multipliers),
        )
    ]
    down, across = group_shape(y.height, y.width)
    with (
        kernel.loop(y.height, _SIZE * down) as row,
        kernel.loop(y.width, _SIZE * across) as column,
    ):
        rows = _starts(kernel, row, y.height, down)
        columns = _starts(kernel, column, y.width, across)
        places = [(r, c) for r in rows for c in columns]
        _inputs(kernel, conv, places)
        targets = [_place(kernel, kernel.output, y, place) for place in places]
        channels = len(conv.weights)
        with kernel.loop(channels // 2) as pair:
            if channels > 1:
                _channels(kernel, conv, tables, targets, (pair, 0), 2)
        if channels % 2:
            _channels(kernel, conv, tables, targets, (None, channels // 2), 1)
    return [kernel.finish()]


def _starts(kernel: Kernel, first: Index, size: int, tiles: int) -> _Starts:
    """
    Of tiles side by side; those that would leave the plane overlap the ones before.
    """
    if first is None:
        return [(None, min(_SIZE * i, size - _SIZE)) for i in range(tiles)]
    if size % (_SIZE * tiles) == 0:
        return [(first, _SIZE * i) for i in range(tiles)]
    last = kernel.index(size - _SIZE)
    starts = [kernel.plus(first, kernel.index(_SIZE * i)) if i else first for i in range(tiles)]
    return [(kernel.add(arith.MinSIOp(start, last)).result, 0) for start in starts]


def _inputs(
    kernel: Kernel, conv: Convolution, places: Sequence[tuple[tuple[Index, int], tuple[Index, int]]]
) -> None:
    """
    The transform of each tile.
    """
    x, slide = conv.input, conv.windows
    source, v, _ = kernel.inputs
    for number, ((row, below), (column, beside)) in enumerate(places):
        offset = slide.first + below * slide.down + beside * slide.across
        patch = kernel.address(source, [(row, slide.down), (column, slide.across)], offset, "patch")
        tile = kernel.address(v, [], 2 * number)
        kernel.add(cortexm.Winograd4InputOp.get(patch, tile, x.row, x.pixel, conv.depth // 2))


def _place(
    kernel: Kernel, base: SSAValue, y: Plane, place: tuple[tuple[Index, int], tuple[Index, int]]
) -> SSAValue:
    """
    The first output of a tile.
    """
    (row, below), (column, beside) = place
    offset = y.origin + below * y.row + beside * y.pixel
    return kernel.address(base, [(row, y.row), (column, y.pixel)], offset, "out")


def _channels(
    kernel: Kernel,
    conv: Convolution,
    tables: Sequence[SSAValue],
    targets: Sequence[SSAValue],
    place: tuple[Index, int],
    channels: int,
) -> None:
    """
    One or two output channels of a group: those of pair `place`, a loop's index and an offset.
    """
    index, first = place
    filters, bias, multipliers = tables
    _, v, m = kernel.inputs
    size = F4.positions * conv.depth * 2
    u = kernel.address(filters, [(index, size)], first * size, "u")
    kernel.add(cortexm.Winograd4ProductOp.get(v, u, m, conv.depth // 2))
    b, f, *ys = (
        kernel.address(base, [(index, 2)], 2 * first) for base in (bias, multipliers, *targets)
    )
    numbers = {
        "channels": channels,
        "shift": conv.requantization.shift,
        "zero_point": conv.requantization.zero_point,
        "row": conv.output.row,
        "pixel": conv.output.pixel,
    }
    clamp = conv.requantization.clamp
    kernel.add(cortexm.Winograd4OutputOp.get((m, b, f), ys, numbers, clamp))
