"""
Layers that move values: other layouts and orders, joined, padded, repeated.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from xdsl.dialects import func

from ..dialects import cortexm
from ..dialects.dense import tuple_of
from ..dialects.network_ops import ConcatOp, PadOp, RepackOp, ResizeNearest2dOp, TransposeOp
from .copies import Place, copy
from .kernel_builder import Kernel
from .layouts import plane_shape
from .planes import Plane


def lower_repack(name: str, op: RepackOp, x: Plane, y: Plane) -> list[func.FuncOp]:
    """
    A copy into another layout.
    """
    kernel = Kernel(name, [x.pointer, y.pointer])
    shape = (y.height, y.width, y.channels)
    copy(kernel, shape, Place.of(kernel.input, x), Place.of(kernel.output, y))
    return [kernel.finish()]


def lower_transpose(name: str, op: TransposeOp, x: Plane, y: Plane) -> list[func.FuncOp]:
    """
    A copy in another order of dimensions.
    """
    rank = len(op.permutation)
    steps = [x.row, x.pixel, 1][3 - rank :]
    permuted = (*[0] * (3 - rank), *(steps[p] for p in op.permutation))
    kernel = Kernel(name, [x.pointer, y.pointer])
    source = Place(kernel.input, x.origin, permuted)
    copy(kernel, (y.height, y.width, y.channels), source, Place.of(kernel.output, y))
    return [kernel.finish()]


def lower_concat(name: str, op: ConcatOp, inputs: Sequence[Plane], y: Plane) -> list[func.FuncOp]:
    """
    One copy after the other, each to where the operand begins in the result.
    """
    axis = op.axis.value.data + 3 - len(op.output_shape)
    step = (y.row, y.pixel, 1)[axis]
    kernel = Kernel(name, [*(x.pointer for x in inputs), y.pointer])
    start = 0
    for base, x in zip(kernel.inputs, inputs, strict=True):
        target = Place.of(kernel.output, y, start * step)
        copy(kernel, (x.height, x.width, x.channels), Place.of(base, x), target)
        start += (x.height, x.width, x.channels)[axis]
    return [kernel.finish()]


def lower_pad(name: str, op: PadOp, x: Plane, y: Plane) -> list[func.FuncOp]:
    """
    Rows of the value, and a copy into their midst.
    """
    top, left, front = (0,) * (3 - len(op.before)) + tuple_of(op.before)
    kernel = Kernel(name, [x.pointer, y.pointer])
    with kernel.loop(y.height) as row:
        line = kernel.address(kernel.output, [(row, y.row)], 0, "line")
        kernel.add(cortexm.FillOp.get(line, y.origin, op.value.value.data, y.width * y.pixel))
    inside = top * y.row + left * y.pixel + front
    target = Place.of(kernel.output, y, inside)
    copy(kernel, (x.height, x.width, x.channels), Place.of(kernel.input, x), target)
    return [kernel.finish()]


def lower_resize(name: str, op: ResizeNearest2dOp, x: Plane, y: Plane) -> list[func.FuncOp]:
    """
    A copy from where tables say.
    """
    kernel = Kernel(name, [x.pointer, y.pointer])
    rows, columns = (
        kernel.table(cortexm.TableOp.get(label, np.array(picked, np.int32) * step))
        for label, picked, step in (
            ("rows", tuple_of(op.rows), x.row),
            ("columns", tuple_of(op.columns), x.pixel),
        )
    )
    steps = [y.row, y.pixel, 1]
    height, width, channels = plane_shape(op.output_shape)
    with kernel.loop(height) as row, kernel.loop(width) as column:
        offsets = [
            (kernel.as_index(kernel.load(kernel.address(table, [(index, 1)]))), 1)
            for table, index in ((rows, row), (columns, column))
        ]
        pixel = kernel.address(kernel.input, offsets, x.origin, "pixel")
        with kernel.loop(channels) as channel:
            place = list(zip((row, column, channel), steps, strict=True))
            target = kernel.address(kernel.output, place, y.origin, "out")
            kernel.store(kernel.load(kernel.address(pixel, [(channel, 1)])), target)
    return [kernel.finish()]
