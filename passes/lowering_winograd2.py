"""
3x3 convolutions by Winograd's F(2x2, 3x3), exactly: transformed filters streamed from flash.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from xdsl.dialects import func
from xdsl.dialects.builtin import i16, i32
from xdsl.ir import SSAValue

from ..compiler.winograd import F2, TILES, transformed_filters
from ..dialects import cortexm
from .convolutions import Convolution
from .kernel_builder import Index, Kernel
from .planes import Plane

_TILE_ROWS, _GROUP_COLUMNS = 2, 2 * TILES


def lower_winograd2(name: str, conv: Convolution) -> list[func.FuncOp]:
    """
    One function over input, transformed input, products and output: for each group of four tiles
    the input is transformed once, then come the output channels two by two.
    """
    x, y = conv.input, conv.output
    kernel = Kernel(name, [x.pointer, cortexm.PtrType(i16), cortexm.PtrType(i32), y.pointer])
    for argument, hint in zip(kernel.inputs, ("x", "v", "m"), strict=True):
        argument.name_hint = hint
    filters = transformed_filters(conv.weights, F2)
    tables = [
        kernel.table(cortexm.TableOp.get(label, values))
        for label, values in (
            ("filters", filters),
            ("bias", 4 * conv.bias),
            ("multipliers", conv.requantization.multipliers),
        )
    ]
    source, v, _ = kernel.inputs
    with _groups(kernel, y) as (row, column):
        steps = [(row, conv.windows.down), (column, conv.windows.across)]
        patch = kernel.address(source, steps, conv.windows.first, "patch")
        kernel.add(cortexm.WinogradInputOp.get(patch, v, x.row, x.pixel, conv.depth // 2))
        target = kernel.address(kernel.output, [(row, y.row), (column, y.pixel)], y.origin, "out")
        channels = len(conv.weights)
        with kernel.loop(channels // 2) as pair:
            if channels > 1:
                _channels(kernel, conv, tables, target, (pair, 0), 2)
        if channels % 2:
            _channels(kernel, conv, tables, target, (None, channels // 2), 1)
    return [kernel.finish()]


def _channels(
    kernel: Kernel,
    conv: Convolution,
    tables: list[SSAValue],
    target: SSAValue,
    place: tuple[Index, int],
    channels: int,
) -> None:
    """
    One or two output channels of a group: those of pair `place`, a loop's index and an offset.
    """
    index, first = place
    filters, bias, multipliers = tables
    _, v, m = kernel.inputs
    size = F2.positions * conv.depth * 2
    u = kernel.address(filters, [(index, size)], first * size, "u")
    kernel.add(cortexm.WinogradProductOp.get(v, u, m, conv.depth // 2))
    b, f, y = (
        kernel.address(base, [(index, 2)], 2 * first) for base in (bias, multipliers, target)
    )
    numbers = {
        "channels": channels,
        "shift": conv.requantization.shift,
        "zero_point": conv.requantization.zero_point,
        "row": conv.output.row,
        "pixel": conv.output.pixel,
        "rows": min(_TILE_ROWS, conv.output.height),
        "columns": min(_GROUP_COLUMNS, conv.output.width),
    }
    clamp = conv.requantization.clamp
    kernel.add(cortexm.WinogradOutputOp.get((m, b, f, y), numbers, clamp))


@contextmanager
def _groups(kernel: Kernel, plane: Plane) -> Generator[tuple[Index, Index]]:
    """
    Loops over rows two by two and columns eight by eight; the last ones overlap those before.
    """
    with (
        kernel.loop(plane.height, _TILE_ROWS) as row,
        kernel.loop(plane.width, _GROUP_COLUMNS) as column,
    ):
        yield (
            kernel.within(row, plane.height, _TILE_ROWS),
            kernel.within(column, plane.width, _GROUP_COLUMNS),
        )
