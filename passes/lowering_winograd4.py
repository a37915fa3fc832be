"""
3x3 convolutions by Winograd's F(4x4, 3x3), exactly: transformed filters streamed from flash.
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects import func
from xdsl.dialects.builtin import i16, i32
from xdsl.ir import SSAValue

from ..compiler.winograd import F4, transformed_filters
from ..dialects import cortexm
from .convolutions import Convolution
from .kernel_builder import Index, Kernel
from .planes import Plane
from .tile_groups import TileGroups


def winograd4_kernel(name: str, x: Plane, y: Plane) -> Kernel:
    """
    A function over input, transformed input, products and output.
    """
    kernel = Kernel(name, [x.pointer, cortexm.PtrType(i16), cortexm.PtrType(i32), y.pointer])
    for argument, hint in zip(kernel.inputs, ("x", "v", "m"), strict=True):
        argument.name_hint = hint
    return kernel


def lower_winograd4(name: str, conv: Convolution) -> list[func.FuncOp]:
    """
    For each row of groups of four tiles the input is transformed once, then come the output
    channels two by two, and for them one group after the other: what was read of the filters is
    still in a cache, if there is one.
    """
    kernel = winograd4_kernel(name, conv.input, conv.output)
    tables = [
        kernel.table(cortexm.TableOp.get(label, values))
        for label, values in (
            ("filters", transformed_filters(conv.weights, F4)),
            ("bias", conv.bias),
            ("multipliers", conv.requantization.multipliers),
        )
    ]
    tiles = TileGroups(kernel, conv.input, conv.windows, conv.output)
    channels = len(conv.weights)
    with tiles.row_of_groups():
        with kernel.loop(channels // 2) as pair:
            if channels > 1:
                _channels(tiles, conv, tables, (pair, 0), 2)
        if channels % 2:
            _channels(tiles, conv, tables, (None, channels // 2), 1)
    return [kernel.finish()]


def _channels(
    tiles: TileGroups,
    conv: Convolution,
    tables: Sequence[SSAValue],
    place: tuple[Index, int],
    channels: int,
) -> None:
    """
    One or two output channels of a row of groups: those of pair `place`, a loop's index and an
    offset.
    """
    kernel, (index, first) = tiles.kernel, place
    filters, bias, multipliers = tables
    size, m = F4.positions * conv.depth * 2, kernel.inputs[2]
    u = kernel.address(filters, [(index, size)], first * size, "u")
    b, f, out = (
        kernel.address(base, [(index, 2)], 2 * first) for base in (bias, multipliers, kernel.output)
    )
    numbers = {
        "channels": channels,
        "shift": conv.requantization.shift,
        "zero_point": conv.requantization.zero_point,
        "row": conv.output.row,
        "pixel": conv.output.pixel,
    }
    with tiles.groups(out) as (v, targets):
        kernel.add(cortexm.Winograd4ProductOp.get(v, u, m, conv.depth // 2))
        clamp = conv.requantization.clamp
        kernel.add(cortexm.Winograd4OutputOp.get((m, b, f), targets, numbers, clamp))
