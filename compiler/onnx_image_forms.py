"""
What ONNX operators that join, pad and resize become (part of onnx_forms.py).
"""

from __future__ import annotations

import numpy as np
from onnx import TensorProto
from xdsl.ir import Attribute

from ..dialects import onnx_ops as ops
from ..dialects.dense import ints
from .onnx_bias_rewrites import dequantized
from .onnx_node import (
    Form,
    FormBuilder,
    NodeView,
    Unsupported,
    all_inputs,
    float_tensors,
    integer,
    real,
)
from .resize import nearest_indices


def _axis(view: NodeView, default: int) -> int:
    """
    The attribute `axis`, counted from the front, which is not the batch.
    """
    rank = len(view.shape(0))
    axis = view.integer("axis", default)
    if not -rank <= axis < rank:
        raise Unsupported(f"its axis {axis} is none of the {rank} dimensions of its input")
    if axis % rank == 0:
        raise Unsupported("it works over the batch")
    return axis % rank


def _concat(view: NodeView) -> Form:
    names = all_inputs(view)
    constant = next((name for name in names if name in view.graph.constants), None)
    if constant is not None:
        raise Unsupported(f"it joins a constant ({constant})")
    return Form(ops.ConcatOp, (names,), {"axis": integer(_axis(view, 0))})


def _pad(view: NodeView) -> Form:
    float_tensors(view, [view.input(0)])
    mode = view.text("mode", "constant")
    if mode != "constant":
        raise Unsupported(f'its mode is "{mode}"; only "constant" is supported')
    rank = len(view.shape(0))
    pads = [0] * (2 * rank)
    stored = view.constant_input(1, "padding")
    if stored.dtype.kind not in "iu":
        raise Unsupported(f"its padding is {stored.dtype.name}")
    given = [int(pad) for pad in stored.reshape(-1)]
    axes = list(range(rank))
    if view.input(3):
        axes = [int(axis) % rank for axis in view.constant_input(3, "axes").reshape(-1)]
    if len(given) != 2 * len(axes):
        raise Unsupported(f"it has {len(given)} pads for {len(axes)} dimensions")
    for index, axis in enumerate(axes):
        pads[axis], pads[rank + axis] = given[index], given[len(given) // 2 + index]
    if min(pads) < 0 or pads[0] or pads[rank]:
        raise Unsupported("it crops, or pads the batch")
    value = dequantized(view.graph, view.input(2)) if view.input(2) else np.zeros(1)
    if value is None:
        raise Unsupported("its padding value must be constant")
    if value.size != 1 or value.dtype.kind != "f":
        raise Unsupported("it pads with other than one real number")
    properties = {"pads": ints(pads), "value": real(float(value.item()))}
    return Form(ops.PadOp, (view.input(0),), properties)


def _resize(view: NodeView) -> Form:
    """
    Resize [x, roi, scales, sizes] and the older Upsample [x, scales].
    """
    float_tensors(view, [view.input(0)])
    mode = view.text("mode", "nearest")
    shape, result = view.shape(0), view.result_shape
    if mode != "nearest":
        raise Unsupported(f'its mode is "{mode}"; only "nearest" is supported')
    if len(shape) != 4 or shape[:2] != result[:2]:
        raise Unsupported("it resizes other dimensions than height and width")
    upsample = view.operator == "Upsample"
    scales = view.constant(1 if upsample else 2)
    coordinates = "asymmetric" if upsample else "half_pixel"
    coordinates = view.text("coordinate_transformation_mode", coordinates)
    rounding = view.text("nearest_mode", "floor" if upsample else "round_prefer_floor")
    given = scales.reshape(-1).tolist() if scales is not None and scales.size == 4 else None
    try:
        rows, columns = (
            nearest_indices(
                shape[d],
                result[d],
                result[d] / shape[d] if given is None else given[d],
                coordinates,
                rounding,
            )
            for d in (2, 3)
        )
    except ValueError as error:
        raise Unsupported(str(error)) from error
    return Form(ops.ResizeOp, (view.input(0),), {"rows": ints(rows), "columns": ints(columns)})


def _arg_max(view: NodeView) -> Form:
    float_tensors(view, [view.input(0)])
    view.require_elements(view.node.output, TensorProto.INT64)
    if view.integer("select_last_index", 0):
        raise Unsupported("it selects the last of equal values; the first is supported")
    return Form(ops.ArgMaxOp, (view.input(0),), {"axis": integer(_axis(view, 0))})


def _lrn(view: NodeView) -> Form:
    float_tensors(view, [view.input(0)])
    if len(view.shape(0)) != 4 or not view.has("size"):
        raise Unsupported("it normalizes other than images, or by channels it does not say")
    reals = {"alpha": 1e-4, "beta": 0.75, "bias": 1.0}
    properties: dict[str, Attribute] = {
        name: real(view.real(name, default)) for name, default in reals.items()
    }
    properties["size"] = integer(view.integer("size", 1))
    return Form(ops.LrnOp, (view.input(0),), properties)


IMAGE_FORMS: dict[str, FormBuilder] = {
    "ArgMax": _arg_max,
    "Concat": _concat,
    "LRN": _lrn,
    "Pad": _pad,
    "Resize": _resize,
    "Upsample": _resize,
}
