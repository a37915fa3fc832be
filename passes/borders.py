"""
The padding around tensors in memory (helper of `lower-to-cortexm`).
"""

from __future__ import annotations

from xdsl.ir import SSAValue

from ..dialects import cortexm
from .kernel_builder import KernelBuilder
from .planes import Plane

_PAIRED = 4
"""Elements of a run from which on pairs are worth two statements."""
_CALL = 40
"""Elements that a call of `cortexm.fill_runs` could fill meanwhile, one in each of many runs."""


def fill_border(builder: KernelBuilder, pointer: SSAValue, plane: Plane) -> None:
    """
    In pieces that are contiguous: above, between rows, below, or the same for each plane.
    """
    if not any(plane.layout.padding):
        return
    if plane.layout.is_planar:
        _fill_planes(builder, pointer, plane)
        return
    top, left, bottom, right = plane.layout.padding
    row, pixel = plane.row, plane.pixel
    end = plane.origin + plane.width * pixel
    _fill(builder, pointer, 0, top * row + left * pixel, plane)
    _fill_runs(builder, pointer, end, (right + left) * pixel, (plane.height - 1, row), plane)
    last = end + (plane.height - 1) * row
    _fill(builder, pointer, last, right * pixel + bottom * row, plane)


def _fill_planes(builder: KernelBuilder, pointer: SSAValue, plane: Plane) -> None:
    """
    Above the first plane, between planes, below the last one; then between the rows of each.
    """
    top, left, bottom, right = plane.layout.padding
    row, last_plane = plane.row, plane.channels - 1
    last = plane.origin + plane.width + (plane.height - 1) * row
    above, below = top * row + left, right + bottom * row
    _fill(builder, pointer, 0, above, plane)
    _fill_runs(builder, pointer, last, below + above, (last_plane, plane.channel), plane)
    _fill(builder, pointer, last_plane * plane.channel + last, below, plane)
    _fill_gaps(builder, pointer, plane)


def _fill_gaps(builder: KernelBuilder, pointer: SSAValue, plane: Plane) -> None:
    """
    Between the rows of planes. Either between all rows, for those of the padding are as far apart,
    or a statement for each plane, or one for the rows of all planes that are alike.
    """
    top, left, bottom, right = plane.layout.padding
    gaps, planes, count = plane.height - 1, plane.channels, left + right
    end, rows = plane.origin + plane.width, (gaps, plane.row)
    if (top + bottom + 1) * planes <= _CALL * min(gaps, planes):
        runs = gaps + (planes - 1) * (top + plane.height + bottom)
        _fill_runs(builder, pointer, end, count, (runs if gaps else 0, plane.row), plane)
        return
    inner, outer = rows, (planes, plane.channel)
    if inner[0] < outer[0]:
        inner, outer = outer, inner
    if outer[0]:
        with builder.loop(outer[0]) as index:
            line = builder.address(pointer, [(index, outer[1])], 0, "border")
            _fill_runs(builder, line, end, count, inner, plane)


def _fill(builder: KernelBuilder, base: SSAValue, offset: int, count: int, plane: Plane) -> None:
    if count:
        builder.add(cortexm.FillOp.get(base, offset, plane.layout.fill.value.data, count))


def _fill_runs(
    builder: KernelBuilder,
    base: SSAValue,
    offset: int,
    count: int,
    runs: tuple[int, int],
    plane: Plane,
) -> None:
    """
    Every second run by itself where runs begin at odd and even elements in turn.
    """
    number, stride = runs
    phases = 2 if stride % 2 and count >= _PAIRED and number > 2 * count else 1
    for phase in range(phases if count else 0):
        place, part = offset + phase * stride, -(-(number - phase) // phases)
        fill = plane.layout.fill.value.data
        if part == 1:
            _fill(builder, base, place, count, plane)
        elif part:
            many = part, phases * stride
            builder.add(cortexm.FillRunsOp.get(base, place, fill, count, many))
