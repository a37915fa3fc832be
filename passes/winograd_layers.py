"""
Which convolutions Winograd's algorithm can compute, and what it takes (helper of `select-kernels`
and `plan-memory`).
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.dialects.builtin import IntegerType, StringAttr, i16, i32
from xdsl.ir import Operation

from ..compiler.fixedpoint import accumulator_bound
from ..compiler.winograd import (
    F2,
    F4,
    TILES,
    Winograd,
    bands,
    group_grid,
    group_shape,
    largest_sum,
)
from ..compiler.winograd_domain import completed_filters
from ..dialects import network_ops as approx
from ..dialects.cortexm_winograd4 import LARGEST_PAIRS
from ..dialects.tap_ops import UnpackedConv2dOp
from .convolutions import dense_weights

WINOGRAD2 = StringAttr("winograd2")
WINOGRAD4 = StringAttr("winograd4")
WINOGRAD4_PACKED = StringAttr("winograd4-packed")
FORMS: dict[str, Winograd] = {"winograd2": F2, "winograd4": F4, "winograd4-packed": F4}
"""By the name of the kernel."""


def suits_winograd(op: Operation, form: Winograd) -> bool:
    """
    True for 3x3 convolutions of stride 1 whose sums can be divided exactly, and which are not
    smaller than a tile of F(4x4, 3x3).
    """
    if not isinstance(op, approx.Conv2dOp | UnpackedConv2dOp) or op.groups != 1:
        return False
    if (op.window, op.stride, op.dilation) != ((3, 3), (1, 1), (1, 1)):
        return False
    if op.rounding_mode != "nearest":
        return False
    if is_in_domain(op):
        return form is F4
    if form is F4 and (min(op.output_shape[:2]) < F4.size or _pairs(op) > LARGEST_PAIRS):
        return False
    weights, bias = dense_weights(op)
    bound = int(accumulator_bound(weights.reshape(len(weights), -1), bias).max())
    return bound < largest_sum(form)


def suited_kernels(op: approx.Conv2dOp | UnpackedConv2dOp) -> list[str]:
    """
    The kernels that can compute a convolution; filters are packed where weights fit a byte each.
    """
    names = [name for name, form in FORMS.items() if suits_winograd(op, form)]
    weights, _ = dense_weights(op)
    if weights.min() < -128 or weights.max() > 127:
        return [name for name in names if name != WINOGRAD4_PACKED.data]
    return names


def is_in_domain(op: Operation) -> bool:
    """
    True for a convolution whose taps are those of F(4x4, 3x3): there is no other kernel for it.
    """
    return isinstance(op, UnpackedConv2dOp) and op.domain is not None


def lacks_taps(op: UnpackedConv2dOp) -> bool:
    """
    True for taps in the domain of F(4x4, 3x3) that are not the transform of any filters: some were
    skipped.
    """
    return op.domain is not None and completed_filters(op.tap_matrix()) is None


def is_winograd(op: Operation) -> bool:
    """
    True for a layer that runs so.
    """
    if not isinstance(op, approx.NetworkOp):
        return False
    return op.kernel in (WINOGRAD2, WINOGRAD4, WINOGRAD4_PACKED)


@dataclass(frozen=True)
class ScratchPart:
    """
    Bytes that only the kernel of a layer uses.
    """

    name: str
    element: IntegerType
    size: int


def scratch_parts(op: approx.Conv2dOp | UnpackedConv2dOp, kernel: str) -> list[ScratchPart]:
    """
    What a kernel of Winograd's writes for itself, in the order it lies in: transformed inputs v, of
    a group or of all that share what is read of the filters; products m of a group and two output
    channels; and their filters u, if it transforms them.
    """
    form = FORMS[kernel]
    count = groups_at_once(op.output_shape[:2], kernel) if form is F4 else 1
    parts = [
        ScratchPart("v", i16, count * form.positions * TILES * 4 * _pairs(op)),
        ScratchPart("m", i32, form.positions * TILES * 8),
    ]
    if kernel == WINOGRAD4_PACKED.data:
        parts.append(ScratchPart("u", i16, form.positions * 8 * _pairs(op)))
    return parts


def groups_at_once(plane: tuple[int, ...], kernel: str) -> int:
    """
    Groups of F(4x4, 3x3) that are transformed together: those of a row, or of a small plane.
    """
    height, width = plane
    if kernel == WINOGRAD4_PACKED.data:
        return bands(height, width)[1]
    _, columns = group_grid(height, width, group_shape(height, width))
    return columns


def scratch_bytes(op: Operation, kernel: str | None = None) -> int:
    """
    Memory that only the kernel of a layer uses, the one it has or another.
    """
    if not isinstance(op, approx.Conv2dOp | UnpackedConv2dOp):
        return 0
    if kernel is None:
        kernel = "" if op.kernel is None else op.kernel.data
    if kernel not in FORMS:
        return 0
    return sum(part.size for part in scratch_parts(op, kernel))


def winograd_pads(op: approx.Conv2dOp | UnpackedConv2dOp) -> tuple[int, int, int, int]:
    """
    The padding of the input: for F(2x2, 3x3) on an output smaller than a group of tiles, room for
    its last ones.
    """
    top, left, bottom, right = op.padding
    if op.kernel in (WINOGRAD4, WINOGRAD4_PACKED):
        return top, left, bottom, right
    height, width, _ = op.output_shape
    return top, left, bottom + max(0, 2 - height), right + max(0, 2 * TILES - width)


def _pairs(op: approx.Conv2dOp | UnpackedConv2dOp) -> int:
    return -(-op.input_shape[2] // 2)
