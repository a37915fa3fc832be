"""
Layers that take values one by one: addition, requantization, softmax, other orders and layouts.
"""

from __future__ import annotations

from xdsl.dialects import arith, func
from xdsl.ir import SSAValue

from ..dialects import cortexm
from ..dialects.dense import numpy_of
from ..dialects.network_ops import AddOp, RepackOp, RequantizeOp, SoftmaxOp, TransposeOp
from .convolutions import Requantization, check_accumulator
from .kernel_builder import Kernel
from .lowering_windows import Place, outputs
from .planes import Plane


def _element(kernel: Kernel, base: SSAValue, x: Plane, place: Place) -> SSAValue:
    """
    The value of a plane at row, column, channel.
    """
    row, column, channel = place
    steps = [(row, x.row), (column, x.pixel), (channel, 1)]
    return kernel.load(kernel.address(base, steps, x.origin))


def lower_add(name: str, op: AddOp, lhs: Plane, rhs: Plane, y: Plane) -> list[func.FuncOp]:
    """
    y = clamp((lhs * A + rhs * B + constant) >> shift).
    """
    kernel = Kernel(name, [lhs.pointer, rhs.pointer, y.pointer])
    with outputs(kernel, y) as (place, target):
        terms = [
            kernel.times(_element(kernel, base, plane, place), kernel.number(factor.value.data))
            for base, plane, factor in (
                (kernel.inputs[0], lhs, op.lhs_multiplier),
                (kernel.inputs[1], rhs, op.rhs_multiplier),
            )
        ]
        total = kernel.plus(kernel.plus(*terms), kernel.number(op.constant.value.data))
        shifted = kernel.add(arith.ShRSIOp(total, kernel.number(op.shift.value.data))).result
        kernel.store(kernel.add(cortexm.ClampOp.get(shifted, op.bounds)).result, target)
    return [kernel.finish()]


def lower_requantize(name: str, op: RequantizeOp, x: Plane, y: Plane) -> list[func.FuncOp]:
    """
    y = requantize(x - z_x).
    """
    check_accumulator(op, 256)
    requantization = Requantization.of(op)
    kernel = Kernel(name, [x.pointer, y.pointer])
    multiplier = kernel.number(int(requantization.multipliers.reshape(-1)[0]))
    with outputs(kernel, y) as (place, target):
        value = _element(kernel, kernel.input, x, place)
        acc = kernel.plus(value, kernel.number(-op.input_zero_point))
        kernel.store(kernel.add(requantization.apply(acc, [multiplier])).result, target)
    return [kernel.finish()]


def lower_repack(name: str, op: RepackOp, x: Plane, y: Plane) -> list[func.FuncOp]:
    """
    A copy into another layout.
    """
    kernel = Kernel(name, [x.pointer, y.pointer])
    with outputs(kernel, y) as (place, target):
        kernel.store(_element(kernel, kernel.input, x, place), target)
    return [kernel.finish()]


def lower_transpose(name: str, op: TransposeOp, x: Plane, y: Plane) -> list[func.FuncOp]:
    """
    A copy in another order of dimensions.
    """
    rank = len(op.permutation)
    steps = [x.row, x.pixel, 1][3 - rank :]
    permuted = [0] * (3 - rank) + [steps[p] for p in op.permutation]
    kernel = Kernel(name, [x.pointer, y.pointer])
    with outputs(kernel, y) as (place, target):
        source = kernel.address(kernel.input, list(zip(place, permuted, strict=True)), x.origin)
        kernel.store(kernel.load(source), target)
    return [kernel.finish()]


def lower_softmax(name: str, op: SoftmaxOp, x: Plane, y: Plane) -> list[func.FuncOp]:
    """
    One call of the runtime; its table of exponentials is in flash.
    """
    kernel = Kernel(name, [x.pointer, y.pointer])
    table = kernel.table(cortexm.TableOp.get("exponentials", numpy_of(op.table)))
    kernel.add(
        cortexm.SoftmaxOp.get(
            kernel.input,
            kernel.output,
            table,
            x.channels,
            op.multiplier.value.data,
            op.output_zero_point,
        )
    )
    return [kernel.finish()]
