"""
Functions of one quantized tensor, whatever they are made of (helper of `fuse-qdq`).

An int8 tensor has 256 values. What Sigmoid, HardSwish, a BatchNormalization that was left over, or
any chain of such nodes between DequantizeLinear and QuantizeLinear does to them is worked out at
compile time, in float32 as ONNX has it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from xdsl.dialects.builtin import ModuleOp
from xdsl.interpreter import Interpreter
from xdsl.ir import SSAValue

from ..compiler.interpret_onnx import OnnxFunctions
from ..dialects import onnx_ops as onnx
from ..dialects.quant import shape_of
from .qdq_constants import Unfusable

Floats = NDArray[np.float32]

POINTWISE = tuple(onnx.POINTWISE_OPS)
_STRAIGHT = 1e-5
"""How far from a straight line, relative to its extent, float32 takes a linear function."""


@dataclass(frozen=True)
class Line:
    """
    y = slope x + offset of the real values: float64 [C].
    """

    slope: NDArray[np.float64]
    offset: NDArray[np.float64]


def is_constant(value: SSAValue) -> bool:
    """
    True for constants, quantized ones too.
    """
    owner = value.owner
    while isinstance(owner, onnx.DequantizeOp | onnx.QuantizeOp):
        owner = owner.input.owner
    return isinstance(owner, onnx.ConstantOp)


def leaves(value: SSAValue) -> list[SSAValue]:
    """
    The tensors, no constants, that pointwise ops compute `value` from.
    """
    if is_constant(value):
        return []
    if not isinstance(value.owner, POINTWISE):
        return [value]
    found = [leaf for operand in value.owner.operands for leaf in leaves(operand)]
    return list(dict.fromkeys(found))


def evaluate(op: onnx.OnnxOp, leaf: SSAValue, x: Floats) -> Floats:
    """
    The result of `op` where `leaf` takes the values x [N] one after the other: float32 [N, C], or
    [N, 1] where all channels are alike.

    Errors: Unfusable for a function that differs between the places of a plane.
    """
    interpreter = Interpreter(ModuleOp([]))
    interpreter.register_implementations(OnnxFunctions())
    rank = len(shape_of(leaf))
    y = _evaluated(interpreter.run_op, op.result, leaf, x.reshape(-1, *(1,) * (rank - 1)))
    if y.ndim != rank or any(size != 1 for size in y.shape[2:]):
        raise Unfusable(
            op, f"has constants of shape {list(y.shape[1:])} that differ within a channel"
        )
    return y.reshape(len(x), -1)


def _evaluated(
    run: Callable[[Any, tuple[Any, ...]], tuple[Any, ...]],
    value: SSAValue,
    leaf: SSAValue,
    x: Floats,
) -> Any:
    if value is leaf:
        return x
    op: Any = value.owner
    with np.errstate(all="ignore"):
        return run(op, tuple(_evaluated(run, v, leaf, x) for v in op.operands))[0]


def line_through(x: Floats, y: Floats) -> Line | None:
    """
    The line on which y [N, C] lies over x [N]; None where it is none.
    """
    wide, over = y.astype(np.float64), x.astype(np.float64)
    slope = (wide[-1] - wide[0]) / (over[-1] - over[0])
    offset = wide[0] - slope * over[0]
    error = np.abs(wide - (over[:, None] * slope + offset)).max(axis=0)
    extent = np.abs(wide).max(axis=0)
    return Line(slope, offset) if bool(np.all(error <= _STRAIGHT * extent)) else None
