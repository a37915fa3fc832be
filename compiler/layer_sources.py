"""
Which nodes of a quantized model become one layer.
"""

from __future__ import annotations

from collections.abc import Iterator

from xdsl.dialects import func
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import SSAValue

from ..dialects.onnx_ops import ConstantOp, DequantizeOp, OnnxOp, QuantizeOp


def fused_nodes(module: ModuleOp) -> tuple[frozenset[str], ...]:
    """
    The nodes of a module of ONNX ops, by name, in the groups that `fuse-qdq` looks at: a
    QuantizeLinear (or the end of the network), what lies between it and the QuantizeLinears above,
    weights included, and the DequantizeLinears that read it. Of a group comes one layer, or none.
    """
    anchors = [op for op in module.walk() if isinstance(op, QuantizeOp)]
    groups = [
        frozenset((op.node.data, *_above(op.input), *_dequantized(op.result))) for op in anchors
    ]
    ends = [op for op in module.walk() if isinstance(op, func.ReturnOp)]
    groups += [frozenset(_above(value)) for op in ends for value in op.arguments]
    return tuple(groups)


def _above(value: SSAValue) -> Iterator[str]:
    """
    The nodes that compute a float value from what is quantized.
    """
    seen: set[SSAValue] = set()
    values = [value]
    while values:
        value = values.pop()
        op = value.owner
        if value in seen or not isinstance(op, OnnxOp) or _is_quantized(op):
            continue
        seen.add(value)
        yield op.node.data
        values += op.operands


def _is_quantized(op: OnnxOp) -> bool:
    """
    True for integers, and for the real numbers that integers other than weights stand for.
    """
    if isinstance(op, DequantizeOp):
        return not isinstance(op.input.owner, ConstantOp)
    return isinstance(op, QuantizeOp | ConstantOp)


def _dequantized(value: SSAValue) -> Iterator[str]:
    readers = (use.operation for use in value.uses)
    return (op.node.data for op in readers if isinstance(op, DequantizeOp))
