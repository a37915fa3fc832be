"""
3x3 convolutions by Winograd's F(4x4, 3x3), exactly: transformed filters streamed from flash.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from xdsl.dialects import arith, func
from xdsl.dialects.builtin import i16, i32
from xdsl.ir import SSAValue

from ..compiler.winograd import F4, TILES, group_shape, transformed_filters
from ..dialects import cortexm
from .convolutions import Convolution
from .kernel_builder import Index, Kernel
from .planes import Plane

_SIZE = F4.size

_Start: TypeAlias = tuple[Index, int]
"""Where a tile begins along one side: an index, and how much further."""
_Starts: TypeAlias = Sequence[_Start]


def lower_winograd4(name: str, conv: Convolution) -> list[func.FuncOp]:
    """
    One function over input, transformed input, products and output: for each row of groups of four
    tiles the input is transformed once, then come the output channels two by two, and for them one
    group after the other: what was read of the filters is still in a cache, if there is one.
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
    channels = len(conv.weights)
    with kernel.loop(y.height, _SIZE * down) as row:
        rows = _starts(kernel, row, y.height, down)
        with kernel.loop(y.width, _SIZE * across) as column:
            v = _group(kernel, conv, column, _SIZE * across)
            _inputs(kernel, conv, v, _places(kernel, y, rows, column, across))
        with kernel.loop(channels // 2) as pair:
            if channels > 1:
                _channels(kernel, conv, tables, (rows, across), (pair, 0), 2)
        if channels % 2:
            _channels(kernel, conv, tables, (rows, across), (None, channels // 2), 1)
    return [kernel.finish()]


def _group(kernel: Kernel, conv: Convolution, column: Index, columns: int) -> SSAValue:
    """
    The transformed input of the group that begins at a column, of as many columns.
    """
    elements = F4.positions * TILES * conv.depth
    assert elements % columns == 0
    return kernel.address(kernel.inputs[1], [(column, elements // columns)], 0, "v")


def _places(
    kernel: Kernel, y: Plane, rows: _Starts, column: Index, across: int
) -> Sequence[tuple[_Start, _Start]]:
    """
    The tiles of a group, row by row.
    """
    columns = _starts(kernel, column, y.width, across)
    return [(row, column) for row in rows for column in columns]


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
    kernel: Kernel, conv: Convolution, v: SSAValue, places: Sequence[tuple[_Start, _Start]]
) -> None:
    """
    The transform of each tile.
    """
    x, slide = conv.input, conv.windows
    for number, ((row, below), (column, beside)) in enumerate(places):
        offset = slide.first + below * slide.down + beside * slide.across
        steps = [(row, slide.down), (column, slide.across)]
        patch = kernel.address(kernel.inputs[0], steps, offset, "patch")
        tile = kernel.address(v, [], 2 * number)
        kernel.add(cortexm.Winograd4InputOp.get(patch, tile, x.row, x.pixel, conv.depth // 2))


def _channels(
    kernel: Kernel,
    conv: Convolution,
    tables: Sequence[SSAValue],
    tiles: tuple[_Starts, int],
    place: tuple[Index, int],
    channels: int,
) -> None:
    """
    One or two output channels, those of pair `place`, a loop's index and an offset, of a row of
    groups: `tiles` are where its rows of tiles begin, and how many tiles a group is wide.
    """
    index, first = place
    filters, bias, multipliers = tables
    size, y = F4.positions * conv.depth * 2, conv.output
    u = kernel.address(filters, [(index, size)], first * size, "u")
    b, f, out = (
        kernel.address(base, [(index, 2)], 2 * first) for base in (bias, multipliers, kernel.output)
    )
    rows, across = tiles
    with kernel.loop(y.width, _SIZE * across) as column:
        v = _group(kernel, conv, column, _SIZE * across)
        m = kernel.inputs[2]
        kernel.add(cortexm.Winograd4ProductOp.get(v, u, m, conv.depth // 2))
        targets = [_target(kernel, out, y, p) for p in _places(kernel, y, rows, column, across)]
        numbers = {
            "channels": channels,
            "shift": conv.requantization.shift,
            "zero_point": conv.requantization.zero_point,
            "row": y.row,
            "pixel": y.pixel,
        }
        clamp = conv.requantization.clamp
        kernel.add(cortexm.Winograd4OutputOp.get((m, b, f), targets, numbers, clamp))


def _target(kernel: Kernel, base: SSAValue, y: Plane, place: tuple[_Start, _Start]) -> SSAValue:
    """
    The first output of a tile.
    """
    (row, below), (column, beside) = place
    offset = y.origin + below * y.row + beside * y.pixel
    return kernel.address(base, [(row, y.row), (column, y.pixel)], offset, "out")
