"""
Layers that take values one by one: addition, multiplication, requantization, functions by table.
"""

from __future__ import annotations

from xdsl.dialects import arith, func
from xdsl.ir import SSAValue

from ..dialects import cortexm
from ..dialects import network_ops as approx
from ..dialects.dense import numpy_of
from ..dialects.network_ops import AddOp, LookupOp, MulOp, RequantizeOp
from .convolutions import Requantization, check_accumulator
from .kernel_builder import Kernel
from .lowering_rows_at_once import add_rows, adds_rows
from .lowering_windows import Place, outputs
from .planes import Plane


def element(kernel: Kernel, base: SSAValue, x: Plane, place: Place) -> SSAValue:
    """
    The value of a plane at row, column, channel. A plane of one row (column, channel) has the same
    one everywhere.
    """
    sizes, steps = (x.height, x.width, x.channels), (x.row, x.pixel, x.channel)
    live = [
        (None if size == 1 else index, step)
        for index, size, step in zip(place, sizes, steps, strict=True)
    ]
    return kernel.load(kernel.address(base, live, x.origin))


def lower_add(name: str, op: AddOp, lhs: Plane, rhs: Plane, y: Plane) -> list[func.FuncOp]:
    """
    y = clamp((lhs * A + rhs * B + constant) >> shift).
    """
    kernel = Kernel(name, [lhs.pointer, rhs.pointer, y.pointer])
    if adds_rows(op, lhs, rhs, y):
        add_rows(kernel, op, lhs, rhs, y)
        return [kernel.finish()]
    with outputs(kernel, y) as (place, target):
        terms = [
            kernel.times(element(kernel, base, plane, place), kernel.number(factor.value.data))
            for base, plane, factor in (
                (kernel.inputs[0], lhs, op.lhs_multiplier),
                (kernel.inputs[1], rhs, op.rhs_multiplier),
            )
        ]
        total = kernel.plus(kernel.plus(*terms), kernel.number(op.constant.value.data))
        shifted = kernel.add(arith.ShRSIOp(total, kernel.number(op.shift.value.data))).result
        kernel.store(kernel.add(cortexm.ClampOp.get(shifted, op.bounds)).result, target)
    return [kernel.finish()]


def lower_mul(name: str, op: MulOp, lhs: Plane, rhs: Plane, y: Plane) -> list[func.FuncOp]:
    """
    y = requantize((lhs - z_lhs) * (rhs - z_rhs)).
    """
    check_accumulator(op, 255 * 255)
    requantization = Requantization.of(op)
    kernel = Kernel(name, [lhs.pointer, rhs.pointer, y.pointer])
    multiplier = kernel.number(int(requantization.multipliers[0]))
    with outputs(kernel, y) as (place, target):
        centred = [
            kernel.plus(element(kernel, base, plane, place), kernel.number(-zero_point))
            for base, plane, zero_point in zip(
                kernel.inputs, (lhs, rhs), op.zero_points, strict=True
            )
        ]
        acc = kernel.times(*centred)
        kernel.store(kernel.add(requantization.apply(acc, [multiplier])).result, target)
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
        value = element(kernel, kernel.input, x, place)
        acc = kernel.plus(value, kernel.number(-op.input_zero_point))
        kernel.store(kernel.add(requantization.apply(acc, [multiplier])).result, target)
    return [kernel.finish()]


def lower_lookup(name: str, op: LookupOp, x: Plane, y: Plane) -> list[func.FuncOp]:
    """
    y = table[x + 128].
    """
    kernel = Kernel(name, [x.pointer, y.pointer])
    table = kernel.table(cortexm.TableOp.get("table", numpy_of(op.table)))
    with outputs(kernel, y) as (place, target):
        index = kernel.as_index(element(kernel, kernel.input, x, place))
        channel = place[2] if op.is_per_channel else None
        entry = kernel.address(table, [(channel, approx.TABLE_SIZE), (index, 1)], 128, "entry")
        kernel.store(kernel.load(entry), target)
    return [kernel.finish()]
