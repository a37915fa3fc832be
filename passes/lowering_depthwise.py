"""
Depthwise 3x3 convolutions on channels that are planes of their own.
"""

from __future__ import annotations

from xdsl.dialects import func

from ..compiler.depthwise import packed_table, table_words
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
    A loop over channels; weights, bias and multiplier of a channel lie side by side.
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
        "height": y.height,
        "width": y.width,
        "row": x.row,
        "y_row": y.row,
        "y_pixel": y.pixel,
        "zero_point": requantization.zero_point,
    }
    with kernel.loop(y.channels) as channel:
        source = kernel.address(kernel.input, [(channel, x.channel)], slide.first, "window")
        w = kernel.address(tables, [(channel, table_words(stride))], 0, "w")
        target = kernel.address(kernel.output, [(channel, y.channel)], y.origin, "out")
        operands = source, w, target
        kernel.add(cortexm.DepthwisePlaneOp.get(operands, numbers, requantization.clamp))
    return [kernel.finish()]
