"""
Which tensors are one buffer, when it is alive and how much it is used (helper of `plan-memory`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import ceil, prod

from xdsl.dialects import func
from xdsl.ir import Operation, SSAValue
from xdsl.utils.exceptions import PassFailedException

from ..compiler.memory import Buffer
from ..dialects import network_ops as approx
from ..dialects.quant import LayoutAttr, shape_of
from .convolutions import DenseLayer
from .layouts import plane_shape
from .winograd_layers import scratch_bytes

ELEMENT_WISE = (approx.AddOp, approx.LookupOp, approx.MulOp, approx.RequantizeOp)
"""
Layers whose kernels read each element of an operand before they write the one at the same place of
the result, and never again: what a later tile reads twice must not be changed in between.
"""

_CHANNELS_AT_ONCE = 2
"""Output channels that a convolution computes of what it has loaded."""


@dataclass(frozen=True)
class SharedBuffer:
    """
    Memory for the results of one or more layers, each computed in the place of the one before.
    """

    layers: tuple[approx.NetworkOp, ...]
    buffer: Buffer

    @property
    def description(self) -> str:
        """
        `conv1, add1 (4096 bytes)`.
        """
        names = ", ".join(op.layer.data for op in self.layers)
        return f"{names} ({self.buffer.size} bytes)"


def root(value: SSAValue) -> SSAValue:
    """
    The tensor whose memory `value` is: a reshape is its operand.
    """
    while isinstance(value.owner, approx.ReshapeOp):
        value = value.owner.input
    return value


def shared_buffers(function: func.FuncOp) -> list[SharedBuffer]:
    """
    The buffers of a network with layouts, in the order of their first layers. What comes from the
    caller or is returned has none.

    Errors: PassFailedException for a layer without layout.
    """
    shared: dict[SSAValue, SharedBuffer] = {}
    for op, buffer in lifetimes(function).items():
        one = SharedBuffer((op,), buffer)
        for operand in map(root, _overwritable(op)):
            before = shared.get(operand)
            if before is not None and before.buffer.last == buffer.first:
                del shared[operand]
                one = SharedBuffer((*before.layers, op), before.buffer.joined(buffer))
                break
        shared[op.output] = one
    return sorted(shared.values(), key=lambda one: one.buffer.first)


def lifetimes(function: func.FuncOp) -> dict[approx.NetworkOp, Buffer]:
    """
    The layers with results that need memory, in order, each with memory of its own.

    Errors: PassFailedException for a layer without layout.
    """
    steps = {op: step for step, op in enumerate(function.body.block.ops)}
    readers, sizes = _readers(function), _sizes(function)
    terminator = function.body.block.last_op
    assert isinstance(terminator, func.ReturnOp)
    returned = {root(value) for value in terminator.arguments}
    buffers: dict[approx.NetworkOp, Buffer] = {}
    for op, step in steps.items():
        if not isinstance(op, approx.NetworkOp) or isinstance(op, approx.ReshapeOp):
            continue
        if op.output not in returned:
            users = readers[op.output]
            last = max((steps[user] for user in users), default=step)
            traffic = round(_bytes(op) * (1 + sum(map(_reads, users))))
            buffers[op] = Buffer(sizes[op.output], step, last, traffic)
    return buffers


def scratch_buffers(function: func.FuncOp) -> list[SharedBuffer]:
    """
    Memory that kernels use while their layer runs: written and read once for each group of tiles.
    """
    found: list[SharedBuffer] = []
    for step, op in enumerate(function.body.block.ops):
        size = scratch_bytes(op)
        if size and isinstance(op, approx.NetworkOp):
            height, width, channels = plane_shape(op.output_shape)
            traffic = size * ceil(height / 2) * ceil(width / 8) * ceil(channels / 2)
            found.append(SharedBuffer((op,), Buffer(size, step, step, traffic)))
    return found


def working_bytes(op: approx.NetworkOp, kernel: str) -> int:
    """
    What a layer and memory of its kernel's own need at least at the same time, if values take two
    bytes.
    """
    values = sum(prod(shape_of(value)) for value in (*op.operands, op.output))
    return 2 * values + scratch_bytes(op, kernel)


def _overwritable(op: approx.NetworkOp) -> list[SSAValue]:
    """
    The operands whose memory an element-wise layer can write its result to, if nobody else needs
    them: they, and whatever else it reads of the same memory, are laid out as the result is.
    """
    if not isinstance(op, ELEMENT_WISE):
        return []
    unlike = {
        root(operand)
        for operand in op.operands
        if shape_of(operand) != op.output_shape or _layout(operand) != op.layout
    }
    return [operand for operand in op.operands if root(operand) not in unlike]


def _readers(function: func.FuncOp) -> dict[SSAValue, list[Operation]]:
    """
    Who reads a tensor, itself or a reshape of it: once for each operand.
    """
    readers: dict[SSAValue, list[Operation]] = defaultdict(list)
    for op in function.body.block.ops:
        for operand in op.operands:
            readers[root(operand)].append(op)
    return readers


def _sizes(function: func.FuncOp) -> dict[SSAValue, int]:
    """
    Bytes of each tensor in the largest of its forms: a vector that is read in pairs has an even
    number of elements, whatever it was before the reshape.
    """
    sizes: dict[SSAValue, int] = defaultdict(int)
    for op in function.body.block.ops:
        if isinstance(op, approx.NetworkOp):
            sizes[root(op.output)] = max(sizes[root(op.output)], _bytes(op))
    return sizes


def _layout(value: SSAValue) -> LayoutAttr | None:
    return value.owner.layout if isinstance(value.owner, approx.NetworkOp) else None


def _reads(op: Operation) -> float:
    """
    How often a layer loads each byte of an operand, roughly: as often as windows overlap there, and
    where channels are summed up, again for every two channels of the result. Skipping is ignored.
    """
    if isinstance(op, approx.ReshapeOp):
        return 0
    windows, rounds = 1.0, 1
    if isinstance(op, approx.WindowedOp):
        windows = prod(op.window) / prod(op.stride)
    if isinstance(op, DenseLayer):
        groups = 1 if isinstance(op, approx.FullyConnectedOp) else op.groups
        rounds = ceil(op.output_shape[-1] / groups / _CHANNELS_AT_ONCE)
    return windows * rounds


def _bytes(op: approx.NetworkOp) -> int:
    if op.layout is None:
        raise PassFailedException(f"{op.layer.data} has no layout: run select-kernels first")
    height, width, _ = plane_shape(op.output_shape)
    return op.layout.elements(height, width) * op.layout.element_bytes
