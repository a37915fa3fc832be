"""
Which dimension of an input is height, width and channel (helper of `convert-inputs`).
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import DenseArrayBase, DictionaryAttr, IntegerType
from xdsl.ir import BlockArgument, Operation, SSAValue
from xdsl.utils.hints import isa

from ..dialects.dense import tuple_of
from ..dialects.network_ops import (
    AddOp,
    LocalResponseNormOp,
    LookupOp,
    MulOp,
    PadOp,
    RequantizeOp,
    ResizeNearest2dOp,
    TransposeOp,
    WindowedOp,
)
from ..dialects.quant import shape_of

Order = tuple[int, ...]
"""Where height, width and channels are among the dimensions of an input."""

ORDERS: dict[str, Order] = {"nhwc": (0, 1, 2), "nchw": (1, 2, 0)}
"""By layout, the batch left out."""
_IMAGE_OPS = (LocalResponseNormOp, ResizeNearest2dOp, WindowedOp)
"""Layers that take HWC."""
_ORDER_KEEPING = (AddOp, LookupOp, MulOp, PadOp, RequantizeOp)


def image_order(argument: BlockArgument, noted: DictionaryAttr) -> Order:
    """
    The order of an argument of three dimensions: as the first layer tells that knows; if none does,
    that of ONNX, which has channels first, after what `approx.perm` says in `noted`, the attributes
    of the argument.
    """
    found = _order_by_layers(argument, (0, 1, 2))
    if found is not None:
        return found
    perm = noted.data.get("approx.perm")
    if not isa(perm, DenseArrayBase[IntegerType]):
        return ORDERS["nhwc"]
    return tuple(tuple_of(perm).index(p) for p in ORDERS["nchw"])


def _order_by_layers(value: SSAValue, order: Sequence[int]) -> Order | None:
    """
    Of an argument that is `value` after its dimensions were put into an `order`.
    """
    for use in value.uses:
        found = _order_by_layer(use.operation, order)
        if found is not None:
            return found
    return None


def _order_by_layer(op: Operation, order: Sequence[int]) -> Order | None:
    if isinstance(op, _IMAGE_OPS):
        return tuple(order)
    if isinstance(op, LookupOp) and op.is_per_channel:
        return tuple(order)
    if isinstance(op, TransposeOp):
        return _order_by_layers(op.output, [order[p] for p in op.permutation])
    if isinstance(op, _ORDER_KEEPING) and len(shape_of(op.output)) == len(order):
        return _order_by_layers(op.output, order)
    return None
