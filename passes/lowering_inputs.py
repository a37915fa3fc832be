"""
Inputs made int8: lines of values, as long as they come.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from xdsl.dialects import func
from xdsl.ir import SSAValue

from ..dialects import cortexm
from ..dialects.network_ops import UI8, ConvertOp
from .copies import Place
from .kernel_builder import Kernel
from .planes import Plane


@dataclass(frozen=True)
class Lines:
    """
    Values of a shape as lines of `count` of them, `strides` apart here and there; `outer` are the
    dimensions that lead from line to line.
    """

    count: int
    strides: tuple[int, int]
    outer: tuple[int, ...]


def longest_lines(shape: Sequence[int], source: Sequence[int], target: Sequence[int]) -> Lines:
    """
    The longest lines there are, by the steps here and there; of several, those whose source lies
    closest together.
    """
    starts = [i for i, size in enumerate(shape) if size > 1] or [len(shape) - 1]
    found = [_lines_from(start, shape, source, target) for start in starts]
    return max(found, key=lambda lines: (lines.count, -lines.strides[0]))


def _lines_from(
    start: int, shape: Sequence[int], source: Sequence[int], target: Sequence[int]
) -> Lines:
    """
    Those along a dimension, and along others where these go on with the same strides.
    """
    strides, count = (source[start], target[start]), shape[start]
    outer = [i for i, size in enumerate(shape) if size > 1 and i != start]
    while more := [i for i in outer if (source[i], target[i]) == tuple(count * s for s in strides)]:
        count *= shape[more[0]]
        outer.remove(more[0])
    return Lines(count, strides, tuple(outer))


def lines_of(op: ConvertOp, x: Plane, y: Plane) -> tuple[Lines, tuple[int, ...]]:
    """
    The lines of a conversion, and the steps of the input by the dimensions of the result.
    """
    rank = len(op.permutation)
    steps = [x.row, x.pixel, 1][3 - rank :]
    source = (*[0] * (3 - rank), *(steps[p] for p in op.permutation))
    shape = (y.height, y.width, y.channels)
    return longest_lines(shape, source, (y.row, y.pixel, y.channel)), source


def lower_convert(name: str, op: ConvertOp, x: Plane, y: Plane) -> list[func.FuncOp]:
    """
    A loop over lines.
    """
    kernel = Kernel(name, [cortexm.PtrType(op.element_type), y.pointer])
    lines, steps = lines_of(op, x, y)
    sizes = [y.height, y.width, y.channels]
    places = Place(kernel.input, x.origin, steps), Place.of(kernel.output, y)
    with ExitStack() as loops:
        live = [(loops.enter_context(kernel.loop(sizes[i])), i) for i in lines.outer]
        source, target = (
            kernel.address(
                place.base, [(index, place.steps[i]) for index, i in live], place.origin, hint
            )
            for place, hint in zip(places, ("in", "out"), strict=True)
        )
        kernel.add(_line(op, source, target, lines))
    return [kernel.finish()]


def _line(
    op: ConvertOp, source: SSAValue, target: SSAValue, lines: Lines
) -> cortexm.ToSignedOp | cortexm.QuantizeOp:
    if op.element_type == UI8:
        return cortexm.ToSignedOp.get(source, target, lines.count, lines.strides)
    quantization = op.output_quant.scale.value.data, op.output_zero_point
    return cortexm.QuantizeOp.get(source, target, lines.count, lines.strides, quantization)
