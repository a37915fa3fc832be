"""
Which lowering computes a layer (helper of `lower-to-cortexm`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from xdsl.dialects import func
from xdsl.dialects.builtin import StringAttr
from xdsl.utils.exceptions import PassFailedException

from ..dialects import network_ops as approx
from ..dialects.tap_ops import UnpackedConv2dOp
from .convolutions import Convolution, DenseLayer, convolution_of, groups_of
from .indexed_layers import INDEXED
from .lowering_depthwise import lower_planar_depthwise
from .lowering_elementwise import lower_add, lower_lookup, lower_mul, lower_requantize
from .lowering_indexed import lower_indexed
from .lowering_inputs import lower_convert
from .lowering_loop import lower_loop
from .lowering_moves import (
    lower_concat,
    lower_pad,
    lower_repack,
    lower_resize,
    lower_transpose,
)
from .lowering_rows import lower_argmax, lower_local_response_norm, lower_softmax
from .lowering_unrolled import lower_unrolled
from .lowering_windows import lower_avg_pool, lower_depthwise, lower_max_pool
from .lowering_winograd2 import lower_winograd2
from .lowering_winograd4 import lower_winograd4
from .lowering_winograd4_packed import lower_winograd4_packed
from .lowering_winograd4_taps import lower_winograd4_taps
from .planar_layers import is_planar_depthwise
from .planes import Plane
from .winograd_layers import is_winograd, lacks_taps

_LOWERINGS: dict[type[approx.NetworkOp], Callable[..., list[func.FuncOp]]] = {
    approx.AddOp: lower_add,
    approx.ArgMaxOp: lower_argmax,
    approx.AvgPool2dOp: lower_avg_pool,
    approx.ConvertOp: lower_convert,
    approx.DepthwiseConv2dOp: lower_depthwise,
    approx.LocalResponseNormOp: lower_local_response_norm,
    approx.LookupOp: lower_lookup,
    approx.MaxPool2dOp: lower_max_pool,
    approx.MulOp: lower_mul,
    approx.PadOp: lower_pad,
    approx.RepackOp: lower_repack,
    approx.RequantizeOp: lower_requantize,
    approx.ResizeNearest2dOp: lower_resize,
    approx.SoftmaxOp: lower_softmax,
    approx.TransposeOp: lower_transpose,
}
"""Layers of one kernel: called with a name, the op, and the planes of operands and result."""


_WINOGRAD: dict[str, Callable[[str, Convolution], list[func.FuncOp]]] = {
    "winograd2": lower_winograd2,
    "winograd4": lower_winograd4,
    "winograd4-packed": lower_winograd4_packed,
}


def layer_functions(
    op: approx.NetworkOp, name: str, inputs: Sequence[Plane], y: Plane
) -> list[func.FuncOp]:
    """
    The functions over pointers to inputs and output that compute a layer.
    """
    if isinstance(op, UnpackedConv2dOp) and lacks_taps(op):
        return lower_winograd4_taps(name, op, inputs[0], y)
    if isinstance(op, DenseLayer):
        conv = convolution_of(op, inputs[0], y)
        if op.kernel == StringAttr("unrolled"):
            return lower_unrolled(name, conv)
        if op.kernel == INDEXED:
            return lower_indexed(name, conv)
        if is_winograd(op):
            assert op.kernel is not None
            return _WINOGRAD[op.kernel.data](name, conv)
        return lower_loop(name, groups_of(op, conv))
    if isinstance(op, approx.DepthwiseConv2dOp) and is_planar_depthwise(op):
        return lower_planar_depthwise(name, op, inputs[0], y)
    if isinstance(op, approx.ConcatOp):
        return lower_concat(name, op, inputs, y)
    if type(op) not in _LOWERINGS:
        raise PassFailedException(f"layer {op.layer.data}: there is no kernel for {op.name}")
    return _LOWERINGS[type(op)](name, op, *inputs, y)
