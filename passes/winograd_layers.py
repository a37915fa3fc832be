"""
Which convolutions Winograd's algorithm can compute, and what it takes (helper of `select-kernels`
and `plan-memory`).
"""

from __future__ import annotations

from xdsl.dialects.builtin import StringAttr
from xdsl.ir import Operation

from ..compiler.fixedpoint import accumulator_bound
from ..compiler.winograd import F2, F4, TILES, Winograd, group_grid, group_shape, largest_sum
from ..compiler.winograd_domain import completed_filters
from ..dialects import network_ops as approx
from ..dialects.cortexm_winograd4 import LARGEST_PAIRS
from ..dialects.tap_ops import UnpackedConv2dOp
from .convolutions import dense_weights

WINOGRAD2 = StringAttr("winograd2")
WINOGRAD4 = StringAttr("winograd4")
FORMS: dict[str, Winograd] = {"winograd2": F2, "winograd4": F4}
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
    return isinstance(op, approx.NetworkOp) and op.kernel in (WINOGRAD2, WINOGRAD4)


def transformed_bytes(op: approx.Conv2dOp | UnpackedConv2dOp, kernel: str) -> int:
    """
    The transformed input: of a group of tiles, or, of F(4x4, 3x3), of a row of groups.
    """
    count = groups_at_once(op.output_shape[:2]) if FORMS[kernel] is F4 else 1
    return count * FORMS[kernel].positions * TILES * 4 * _pairs(op)


def groups_at_once(plane: tuple[int, ...]) -> int:
    """
    Groups of F(4x4, 3x3) in a row of them: they share what is read of the filters.
    """
    height, width = plane
    _, columns = group_grid(height, width, group_shape(height, width))
    return columns


def scratch_bytes(op: Operation, kernel: str | None = None) -> int:
    """
    Memory that only the kernel of a layer uses, the one it has or another: transformed input, then
    products.
    """
    if not isinstance(op, approx.Conv2dOp | UnpackedConv2dOp):
        return 0
    if kernel is None:
        kernel = "" if op.kernel is None else op.kernel.data
    if kernel not in FORMS:
        return 0
    return transformed_bytes(op, kernel) + FORMS[kernel].positions * 2 * TILES * 4


def winograd_pads(op: approx.Conv2dOp | UnpackedConv2dOp) -> tuple[int, int, int, int]:
    """
    The padding of the input: for F(2x2, 3x3) on an output smaller than a group of tiles, room for
    its last ones.
    """
    top, left, bottom, right = op.padding
    if op.kernel == WINOGRAD4:
        return top, left, bottom, right
    height, width, _ = op.output_shape
    return top, left, bottom + max(0, 2 - height), right + max(0, 2 * TILES - width)


def _pairs(op: approx.Conv2dOp | UnpackedConv2dOp) -> int:
    return -(-op.input_shape[2] // 2)
