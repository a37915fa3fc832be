"""
Layers over the last dimension: softmax, argmax, local response normalization.
"""

from __future__ import annotations

from xdsl.dialects import arith, func
from xdsl.dialects.builtin import i32
from xdsl.ir import SSAValue

from ..dialects import cortexm
from ..dialects.dense import numpy_of
from ..dialects.network_ops import ArgMaxOp, LocalResponseNormOp, SoftmaxOp
from .kernel_builder import Index, Kernel
from .lowering_windows import outputs
from .planes import Plane


def lower_softmax(name: str, op: SoftmaxOp, x: Plane, y: Plane) -> list[func.FuncOp]:
    """
    One call of the runtime a pixel; its table of exponentials is in flash.
    """
    kernel = Kernel(name, [x.pointer, y.pointer])
    table = kernel.table(cortexm.TableOp.get("exponentials", numpy_of(op.table)))
    with kernel.loop(y.height) as row, kernel.loop(y.width) as column:
        source, target = (
            kernel.address(base, [(row, plane.row), (column, plane.pixel)], plane.origin)
            for base, plane in ((kernel.input, x), (kernel.output, y))
        )
        kernel.add(
            cortexm.SoftmaxOp.get(
                source, target, table, x.channels, op.multiplier.value.data, op.output_zero_point
            )
        )
    return [kernel.finish()]


def lower_argmax(name: str, op: ArgMaxOp, x: Plane, y: Plane) -> list[func.FuncOp]:
    """
    The largest of 256 x - k: of equal values the first; k is what is missing to a multiple of 256.
    """
    kernel = Kernel(name, [x.pointer, y.pointer])
    least = kernel.number(-(2**31))
    with kernel.loop(y.height) as row, kernel.loop(y.width) as column:
        pixel = kernel.address(kernel.input, [(row, x.row), (column, x.pixel)], x.origin, "pixel")

        def larger(channel: Index, best: SSAValue) -> SSAValue:
            value = kernel.load(kernel.address(pixel, [(channel, 1)]))
            key = kernel.times(value, kernel.number(256))
            if channel is not None:
                place = kernel.add(arith.IndexCastOp(channel, i32)).result
                key = kernel.add(arith.SubiOp(key, place)).result
            return kernel.add(arith.MaxSIOp(best, key)).result

        best = kernel.fold(x.channels, least, larger)
        negated = kernel.add(arith.SubiOp(kernel.number(0), best)).result
        place = kernel.add(arith.AndIOp(negated, kernel.number(255))).result
        target = kernel.address(kernel.output, [(row, y.row), (column, y.pixel)], y.origin, "out")
        kernel.store(kernel.plus(place, kernel.number(-128)), target)
    return [kernel.finish()]


def lower_local_response_norm(
    name: str, op: LocalResponseNormOp, x: Plane, y: Plane
) -> list[func.FuncOp]:
    """
    For each value the sum of squares around it, two entries of the table, and a line between them.
    """
    kernel = Kernel(name, [x.pointer, y.pointer])
    table = kernel.table(cortexm.TableOp.get("factors", numpy_of(op.table)))
    step = op.step.value.data
    with outputs(kernel, y) as (place, target):
        pixel = kernel.address(
            kernel.input, [(place[0], x.row), (place[1], x.pixel)], x.origin, "pixel"
        )
        total = _sum_of_squares(kernel, op, pixel, place[2], x.channels)
        node = kernel.add(arith.ShRSIOp(total, kernel.number(step))).result
        entry = kernel.address(table, [(kernel.as_index(node), 1)], 0, "entry")
        low, high = kernel.load(entry), kernel.load(entry, 1)
        part = kernel.add(arith.AndIOp(total, kernel.number((1 << step) - 1))).result
        rise = kernel.times(kernel.add(arith.SubiOp(high, low)).result, part)
        factor = kernel.plus(low, kernel.add(arith.ShRSIOp(rise, kernel.number(step))).result)
        centred = _centred(kernel, op, kernel.address(pixel, [(place[2], 1)]))
        half = kernel.number(1 << (op.fraction.value.data - 1))
        product = kernel.plus(kernel.times(centred, factor), half)
        scaled = kernel.add(arith.ShRSIOp(product, kernel.number(op.fraction.value.data))).result
        result = kernel.plus(scaled, kernel.number(op.output_zero_point))
        kernel.store(kernel.add(cortexm.ClampOp.get(result, (-128, 127))).result, target)
    return [kernel.finish()]


def _centred(kernel: Kernel, op: LocalResponseNormOp, place: SSAValue) -> SSAValue:
    return kernel.plus(kernel.load(place), kernel.number(-op.input_zero_point))


def _sum_of_squares(
    kernel: Kernel, op: LocalResponseNormOp, pixel: SSAValue, channel: Index, channels: int
) -> SSAValue:
    """
    Over the window around a channel; one that does not exist is read as the nearest and not added.
    """
    size = op.size.value.data
    zero, last = kernel.number(0), kernel.number(channels - 1)
    here = zero if channel is None else kernel.add(arith.IndexCastOp(channel, i32)).result
    first = kernel.plus(here, kernel.number(-((size - 1) // 2)))

    def add(index: Index, total: SSAValue) -> SSAValue:
        place = first
        if index is not None:
            place = kernel.plus(first, kernel.add(arith.IndexCastOp(index, i32)).result)
        upper = kernel.add(arith.MinSIOp(place, last)).result
        nearest = kernel.add(arith.MaxSIOp(upper, zero)).result
        value = _centred(kernel, op, kernel.address(pixel, [(kernel.as_index(nearest), 1)]))
        exists = kernel.add(arith.CmpiOp(place, nearest, "eq")).result
        square = kernel.add(arith.SelectOp(exists, kernel.times(value, value), zero)).result
        return kernel.plus(total, square)

    return kernel.fold(size, zero, add)
