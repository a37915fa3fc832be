"""
3x3 convolutions by Winograd's F(4x4, 3x3), exactly: transformed filters streamed from flash.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from xdsl.dialects import func
from xdsl.dialects.builtin import i16, i32
from xdsl.ir import Operation, SSAValue

from ..compiler.winograd import F4, transformed_filters
from ..dialects import cortexm
from .convolutions import Convolution
from .kernel_builder import Index, Kernel
from .planes import Plane
from .tile_groups import TileGroups

ChannelPair: TypeAlias = tuple[Index, int]
"""Two output channels: the index of a loop over pairs, and the number of the first."""


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
    filters = kernel.table(cortexm.TableOp.get("filters", transformed_filters(conv.weights, F4)))
    tiles = TileGroups(kernel, conv.input, conv.windows, conv.output)
    outputs = Outputs(tiles, conv)
    size, m, pairs = F4.positions * conv.depth * 2, kernel.inputs[2], conv.depth // 2

    def compute(place: ChannelPair, channels: int) -> None:
        index, first = place
        u = kernel.address(filters, [(index, size)], first * size, "u")
        outputs.add(place, channels, lambda v: cortexm.Winograd4ProductOp.get(v, u, m, pairs))

    with tiles.row_of_groups():
        channel_pairs(kernel, len(conv.weights), compute)
    return [kernel.finish()]


def channel_pairs(kernel: Kernel, count: int, compute: Callable[[ChannelPair, int], None]) -> None:
    """
    A loop over output channels, two by two, and an odd last one: `compute` is told where they are,
    and how many.
    """
    with kernel.loop(count // 2) as pair:
        if count > 1:
            compute((pair, 0), 2)
    if count % 2:
        compute((None, count // 2), 1)


class Outputs:
    """
    What follows the products of a layer.
    """

    def __init__(self, tiles: TileGroups, conv: Convolution):
        self.tiles, self.conv = tiles, conv
        numbers = ("bias", conv.bias), ("multipliers", conv.requantization.multipliers)
        self.tables = [tiles.kernel.table(cortexm.TableOp.get(*one)) for one in numbers]

    def add(
        self, place: ChannelPair, channels: int, product: Callable[[SSAValue], Operation]
    ) -> None:
        """
        One or two output channels of the groups that were transformed: `product` makes the op from
        the transformed input of a group.
        """
        conv, kernel, (index, first) = self.conv, self.tiles.kernel, place
        b, f, out = (
            kernel.address(base, [(index, 2)], 2 * first) for base in (*self.tables, kernel.output)
        )
        numbers = {
            "channels": channels,
            "shift": conv.requantization.shift,
            "zero_point": conv.requantization.zero_point,
            "row": conv.output.row,
            "pixel": conv.output.pixel,
        }
        clamp, m = conv.requantization.clamp, kernel.inputs[2]
        with self.tiles.groups(out) as (v, targets):
            kernel.add(product(v))
            kernel.add(cortexm.Winograd4OutputOp.get((m, b, f), targets, numbers, clamp))
