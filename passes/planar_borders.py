"""
The padding around channels that are planes of their own (helper of `lower-to-cortexm`).
"""

from __future__ import annotations

from xdsl.ir import SSAValue

from ..dialects import cortexm
from .kernel_builder import KernelBuilder
from .planes import Plane

_FEW = 4
"""Elements that are stored one by one: the ends of two rows, mostly."""


def fill_planar_border(builder: KernelBuilder, pointer: SSAValue, plane: Plane) -> None:
    """
    In pieces that are contiguous: above the first plane, between planes, below the last one; then
    between the rows of each.
    """
    top, left, bottom, right = plane.layout.padding
    row, end = plane.row, plane.origin + plane.width
    last, next_plane = end + (plane.height - 1) * row, plane.channels - 1
    above, below = top * row + left, right + bottom * row
    _fill(builder, pointer, 0, above, plane)
    if next_plane:
        with builder.loop(next_plane) as channel:
            place = builder.address(pointer, [(channel, plane.channel)], 0, "plane")
            _fill(builder, place, last, below + above, plane)
    _fill(builder, pointer, next_plane * plane.channel + last, below, plane)
    if left + right and plane.height > 1:
        with builder.loop(plane.channels) as channel, builder.loop(plane.height - 1) as index:
            steps = [(channel, plane.channel), (index, row)]
            line = builder.address(pointer, steps, 0, "border")
            _fill(builder, line, end, right + left, plane)


def _fill(builder: KernelBuilder, base: SSAValue, offset: int, count: int, plane: Plane) -> None:
    fill = plane.layout.fill.value.data
    if count > _FEW:
        builder.add(cortexm.FillOp.get(base, offset, fill, count))
        return
    for i in range(count):
        builder.add(cortexm.StoreOp.get(builder.number(fill), base, offset + i))
