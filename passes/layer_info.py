"""
What the report says of a layer (helper of `lower-to-cortexm`).
"""

from __future__ import annotations

from math import prod

from xdsl.dialects.builtin import IntegerAttr, ModuleOp, StringAttr, i64
from xdsl.ir import Attribute

from ..dialects import network_ops as approx
from ..dialects.dense import ints
from ..dialects.quant import shape_of
from ..dialects.tap_ops import UnpackedConv2dOp
from .kernel_costs import form, streams_taps
from .layouts import plane_shape
from .winograd_layers import FORMS, lacks_taps

_WITHOUT_SKIPPED = ("unrolled", "indexed")


def layer_info(op: approx.NetworkOp) -> dict[str, Attribute]:
    """
    Kind, kernel, shapes, multiply-accumulates, bytes of flash and cycles of an inference (both as
    the kernel selection predicts them), bytes of RAM (its result); of weights their shape.
    """
    cost = form(op)
    kind = "conv2d" if isinstance(op, UnpackedConv2dOp) else op.name.removeprefix("approx.")
    info: dict[str, Attribute] = {
        "op": StringAttr(kind),
        "kernel": StringAttr("loop") if op.kernel is None else op.kernel,
        "in_shape": ints(shape_of(op.operands[0])),
        "out_shape": ints(op.output_shape),
        "macs": IntegerAttr(multiply_accumulates(op), i64),
        "macs_skipped": IntegerAttr(skipped(op), i64),
        "flash_bytes": IntegerAttr(cost.flash, i64),
        "predicted_cycles": IntegerAttr(round(cost.cycles), i64),
        "ram_bytes": IntegerAttr(result_bytes(op), i64),
    }
    shape = weight_shape(op)
    if shape is not None:
        info["weight_shape"] = ints(shape)
    if isinstance(op, UnpackedConv2dOp):
        noted = {
            "metric": op.metric,
            "granularity": op.granularity,
            "skip": op.skip,
            "domain": op.domain,
        }
        info |= {key: value for key, value in noted.items() if value is not None}
    return info


def weight_shape(op: approx.NetworkOp) -> tuple[int, ...] | None:
    """
    [O, KH, KW, C] of a convolution, where C is the channels of a group; [KH, KW, C] of a depthwise
    one, [O, I] of a fully connected layer. None for a layer without weights.
    """
    match op:
        case approx.Conv2dOp() | UnpackedConv2dOp():
            return convolution_shape(op)
        case approx.DepthwiseConv2dOp() | approx.FullyConnectedOp():
            return op.weights.get_shape()
        case _:
            return None


def convolution_shape(op: approx.Conv2dOp | UnpackedConv2dOp) -> tuple[int, ...]:
    """
    [O, KH, KW, C] of the weights, where C is the channels of a group.
    """
    return (op.output_shape[2], *op.window, op.input_shape[2] // op.groups)


def multiply_accumulates(op: approx.NetworkOp) -> int:
    """
    Of the exact layer: every weight once for each pixel.
    """
    shape = weight_shape(op)
    return 0 if shape is None else prod(op.output_shape[:-1]) * prod(shape)


def multiplications(op: approx.NetworkOp) -> int:
    """
    Those that the kernel of a layer carries out: by Winograd's algorithm a fraction of the
    multiply-accumulates, and what is skipped only where the kernel leaves it out.
    """
    macs = multiply_accumulates(op)
    if not isinstance(op, approx.Conv2dOp | UnpackedConv2dOp) or op.kernel is None:
        return macs
    kept = op.tap_mask().sum() if isinstance(op, UnpackedConv2dOp) else 0
    form = FORMS.get(op.kernel.data)
    if form is not None:
        height, width, outputs = op.output_shape
        listed = isinstance(op, UnpackedConv2dOp) and lacks_taps(op) and streams_taps(op)
        taps = kept if listed else form.positions * op.input_shape[2] * outputs
        return -(-height // form.size) * -(-width // form.size) * int(taps)
    if isinstance(op, UnpackedConv2dOp) and op.kernel.data in _WITHOUT_SKIPPED:
        return macs * int(kept) // op.tap_mask().size
    return macs


def multiplications_left(module: ModuleOp) -> float:
    """
    The share of the multiplications of direct, exact convolution that the convolutions of a network
    carry out, their kernels being chosen; depthwise ones aside.
    """
    layers = [op for op in module.walk() if isinstance(op, approx.Conv2dOp | UnpackedConv2dOp)]
    return sum(map(multiplications, layers)) / sum(map(multiply_accumulates, layers))


def skipped(op: approx.NetworkOp) -> int:
    """
    Those that are gone, by skip-operands or because their weights are zero; of an exact layer none.
    In Winograd's domain, the same share of those of the exact layer.
    """
    if not isinstance(op, UnpackedConv2dOp) or op.skip is None:
        return 0
    mask = op.tap_mask()
    return multiply_accumulates(op) * (mask.size - int(mask.sum())) // mask.size


def result_bytes(op: approx.NetworkOp) -> int:
    """
    Memory of the result, padding included.
    """
    if op.layout is None:
        return 0
    height, width, _ = plane_shape(op.output_shape)
    return op.layout.elements(height, width) * op.layout.element_bytes
