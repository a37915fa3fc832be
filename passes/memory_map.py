"""
Which part of the workspace is whose, and when (helper of `lower-to-cortexm`).
"""

from __future__ import annotations

from xdsl.dialects import func
from xdsl.dialects.builtin import DictionaryAttr, IntegerAttr, StringAttr

from ..compiler.memory import Buffer
from ..dialects import network_ops as approx
from ..dialects.dense import i32_properties
from .tensor_memory import lifetimes, scratch_buffers


def memory_map(network: func.FuncOp) -> list[DictionaryAttr]:
    """
    One entry for the result of each layer that lies in a workspace, and one for the memory that its
    kernel has for itself: layer, kind, workspace, offset and size in bytes, and the first and the
    last layer that need it, as numbers. Where a layer writes over its operand, both are there.
    """
    entries: list[DictionaryAttr] = []
    layers = _layer_numbers(network)
    for op, buffer in lifetimes(network).items():
        entries.append(_entry(op, "result", op.offset, op.fast is not None, buffer, layers))
    for one in scratch_buffers(network):
        (op,) = one.layers
        fast = op.fast_scratch is not None
        entries.append(_entry(op, "scratch", op.scratch, fast, one.buffer, layers))
    return entries


def _entry(
    op: approx.NetworkOp,
    kind: str,
    offset: IntegerAttr | None,
    fast: bool,
    buffer: Buffer,
    layers: list[int],
) -> DictionaryAttr:
    assert offset is not None
    numbers = {
        "offset": offset.value.data,
        "size": buffer.size,
        "first": layers[buffer.first],
        "last": layers[buffer.last],
    }
    words = {
        "layer": op.layer.data,
        "kind": kind,
        "workspace": "fast_workspace" if fast else "workspace",
    }
    texts = {key: StringAttr(text) for key, text in words.items()}
    return DictionaryAttr({**texts, **i32_properties(**numbers)})


def _layer_numbers(network: func.FuncOp) -> list[int]:
    """
    The number of the layer that runs at each step, or last ran before it: a reshape is none.
    """
    numbers: list[int] = []
    count = 0
    for op in network.body.block.ops:
        count += isinstance(op, approx.NetworkOp) and not isinstance(op, approx.ReshapeOp)
        numbers.append(count - 1)
    return numbers
