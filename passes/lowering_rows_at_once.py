"""
Addition and max pooling of several values at a time, where memory allows it.
"""

from __future__ import annotations

from ..dialects import cortexm
from ..dialects.cortexm_elementwise import OFFSET_REACH, POOL_CHANNELS, POOL_WINDOWS
from ..dialects.network_ops import AddOp, MaxPool2dOp
from .kernel_builder import Kernel
from .planes import Plane, windows


def adds_rows(op: AddOp, lhs: Plane, rhs: Plane, y: Plane) -> bool:
    """
    True where the operands have the shape of the result, and rows are without gaps.
    """
    shapes = {(p.height, p.width, p.channels) for p in (lhs, rhs, y)}
    dense = all(plane.is_dense for plane in (lhs, rhs, y))
    return len(shapes) == 1 and dense and op.shift.value.data > 0


def add_rows(kernel: Kernel, op: AddOp, lhs: Plane, rhs: Plane, y: Plane) -> None:
    """
    Row by row; all at once if nothing is between rows.
    """
    planes, row = (lhs, rhs, y), y.width * y.channels
    whole = all(plane.row == row for plane in planes)
    numbers = {
        "count": row * y.height if whole else row,
        "constant": op.constant.value.data,
        "shift": op.shift.value.data,
    }
    multipliers = op.lhs_multiplier.value.data, op.rhs_multiplier.value.data
    with kernel.loop(1 if whole else y.height) as index:
        left, right, target = (
            kernel.address(base, [(index, plane.row)], plane.origin, "row")
            for base, plane in zip((*kernel.inputs, kernel.output), planes, strict=True)
        )
        kernel.add(cortexm.AddOp.get((left, right, target), numbers, multipliers, op.bounds))


def suits_words(op: MaxPool2dOp) -> bool:
    """
    True for windows of 2x2 or 3x3 on channels that come four by four.
    """
    height, width = op.window
    return height == width and height in POOL_WINDOWS and op.input_shape[2] % POOL_CHANNELS == 0


def pools_words(op: MaxPool2dOp, x: Plane, y: Plane) -> bool:
    """
    True where `suits_words`, on int8, and pixels, here and there, are whole words.
    """
    if not suits_words(op) or (op.window[1] - 1) * x.pixel > OFFSET_REACH:
        return False
    if x.layout.element_bytes != 1 or x.layout.is_planar or y.layout.is_planar:
        return False
    return x.pixel % POOL_CHANNELS == 0 and y.pixel % POOL_CHANNELS == 0


def pool_words(kernel: Kernel, op: MaxPool2dOp, x: Plane, y: Plane) -> None:
    """
    Pixel by pixel.
    """
    slide = windows(x, op.window, op.stride, op.padding, op.dilation)
    numbers = {"window": op.window[0], "channels": x.channels, "row": x.row, "pixel": x.pixel}
    with kernel.loop(y.height) as row, kernel.loop(y.width) as column:
        steps = [(row, slide.down), (column, slide.across)]
        source = kernel.address(kernel.input, steps, slide.first, "window")
        steps = [(row, y.row), (column, y.pixel)]
        target = kernel.address(kernel.output, steps, y.origin, "out")
        kernel.add(cortexm.MaxPoolOp.get(source, target, numbers))
