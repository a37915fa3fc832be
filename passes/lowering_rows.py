"""
Layers over the last dimension: softmax, argmax.
"""

from __future__ import annotations

from xdsl.dialects import arith, func
from xdsl.dialects.builtin import i32
from xdsl.ir import SSAValue

from ..dialects import cortexm
from ..dialects.dense import numpy_of
from ..dialects.network_ops import ArgMaxOp, SoftmaxOp
from .kernel_builder import Index, Kernel
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
