"""
Depthwise 3x3 convolutions on channels that are planes of their own.
"""

from __future__ import annotations

from xdsl.dialects import func

from ..compiler.depthwise import packed_table
from ..dialects import cortexm
from ..dialects.dense import numpy_of
from ..dialects.network_ops import DepthwiseConv2dOp
from .convolutions import Requantization, folded_bias
from .kernel_builder import Kernel
from .planes import Plane, windows


def lower_planar_depthwise(
    name: str, op: DepthwiseConv2dOp, x: Plane, y: Plane
) -> list[func.FuncOp]:
    """
    One statement; bias, multiplier and weights of a channel lie side by side.
    """
    weights, stride = numpy_of(op.weights), op.stride[0]
    bias = folded_bias(op, weights.reshape(9, -1).T, numpy_of(op.bias))
    requantization = Requantization.of(op)
    table = packed_table(weights, bias, requantization.multipliers, stride)
    kernel = Kernel(name, [x.pointer, y.pointer])
    tables = kernel.table(cortexm.TableOp.get("channels", table))
    slide = windows(x, op.window, op.stride, op.padding, op.dilation)
    numbers = {
        "stride": stride,
        "planes": y.channels,
        "x_plane": x.channel,
        "y_plane": y.channel,
        "height": y.height,
        "width": y.width,
        "row": x.row,
        "y_row": y.row,
        "y_pixel": y.pixel,
        "zero_point": requantization.zero_point,
    }
    source = kernel.address(kernel.input, [], slide.first, "window")
    target = kernel.address(kernel.output, [], y.origin, "out")
    operands = source, tables, target
    kernel.add(cortexm.DepthwisePlanesOp.get(operands, numbers, requantization.clamp))
    return [kernel.finish()]
