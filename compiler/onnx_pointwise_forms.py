"""
What ONNX operators that treat every value alike become (part of onnx_forms.py).
"""

from __future__ import annotations

import numpy as np
from xdsl.ir import Attribute

from ..dialects import onnx_ops as ops
from ..dialects.dense import dense
from .onnx_node import Form, FormBuilder, NodeView, Unsupported, float_tensors, plain_form, real

_FLOAT32_LIMIT = float(np.finfo(np.float32).max)


def _with_reals(op: type[ops.OnnxOp], **defaults: float) -> FormBuilder:
    """
    Float tensors in and out, and float attributes.
    """

    def build(view: NodeView) -> Form:
        form = plain_form(op)(view)
        values = {name: real(view.real(name, default)) for name, default in defaults.items()}
        return Form(form.op, form.operands, values)

    return build


def _clip(view: NodeView) -> Form:
    float_tensors(view, [view.input(0)])
    properties: dict[str, Attribute] = {}
    for index, name in enumerate(("min", "max"), start=1):
        bound = _clip_bound(view, index, name)
        if bound is not None and abs(bound) < _FLOAT32_LIMIT:
            properties[name] = real(bound)
    return Form(ops.ClipOp, (view.input(0),), properties)


def _clip_bound(view: NodeView, index: int, name: str) -> float | None:
    """
    An attribute up to opset 6, an input from 11 on.
    """
    if view.has(name):
        return view.real(name, 0.0)
    return float(view.constant_input(index, name).item()) if view.input(index) else None


def _batch_normalization(view: NodeView) -> Form:
    float_tensors(view, [view.input(0)])
    if view.integer("training_mode", 0):
        raise Unsupported("it is in training mode")
    names = ("scale", "bias", "mean", "variance")
    properties: dict[str, Attribute] = {
        name: dense(view.constant_input(index, name).astype(np.float32))
        for index, name in enumerate(names, start=1)
    }
    properties["epsilon"] = real(view.real("epsilon", 1e-5))
    return Form(ops.BatchNormalizationOp, (view.input(0),), properties)


POINTWISE_FORMS: dict[str, FormBuilder] = {
    "Add": plain_form(ops.AddOp),
    "BatchNormalization": _batch_normalization,
    "Clip": _clip,
    "Div": plain_form(ops.DivOp),
    "HardSigmoid": _with_reals(ops.HardSigmoidOp, alpha=0.2, beta=0.5),
    "HardSwish": plain_form(ops.HardSwishOp),
    "LeakyRelu": _with_reals(ops.LeakyReluOp, alpha=0.01),
    "Mul": plain_form(ops.MulOp),
    "PRelu": plain_form(ops.PReluOp),
    "Relu": plain_form(ops.ReluOp),
    "Sigmoid": plain_form(ops.SigmoidOp),
    "Sub": plain_form(ops.SubOp),
    "Tanh": plain_form(ops.TanhOp),
}
