"""
Sums of tiles within int32 (helper of `skip-operands`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from xdsl.utils.exceptions import PassFailedException

from ..compiler.winograd_domain import completed_filters, sum_bounds
from ..dialects.dense import Array, dense, numpy_of
from ..dialects.tap_ops import ChannelOp, UnpackedConv2dOp

LARGEST_SUM = 2**31
"""What the sums of a tile have to stay below."""


@dataclass(frozen=True, eq=False)
class _Scaled:
    """
    A channel with its multiplier.
    """

    channel: ChannelOp
    multiplier: int


def fit_sums(op: UnpackedConv2dOp) -> None:
    """
    Halve weights and bias of the channels whose sums could leave int32 in Winograd's domain, and
    double their multipliers, until they cannot.

    The sum of a tile is up to 576 times that of the convolution. As long as all taps are there it
    may wrap, for its division is exact; not so when it lacks some.
    Errors: PassFailedException for a multiplier that leaves int32 by that.
    """
    if completed_filters(op.tap_matrix()) is not None:
        return
    multipliers = np.broadcast_to(numpy_of(op.multipliers), (len(op.channels),))
    pairs = zip(op.channels, multipliers.tolist(), strict=True)
    scaled = [_fitted(op, channel, multiplier) for channel, multiplier in pairs]
    op.set_channels([one.channel for one in scaled])
    op.multipliers = dense(np.array([one.multiplier for one in scaled], np.int32))


def largest_sums(op: UnpackedConv2dOp, weights: Array) -> Array:
    """
    The largest sum of each output of a tile in magnitude: int64 [O, 16] for weights [O, 36 C].
    """
    zero_point = op.input_zero_point
    return sum_bounds(weights, -128 - zero_point, 127 - zero_point)


def _fitted(op: UnpackedConv2dOp, channel: ChannelOp, multiplier: int) -> _Scaled:
    columns, weights = numpy_of(channel.columns), numpy_of(channel.weights).astype(np.int64)
    row = np.zeros((1, op.depth), np.int64)
    halved, bits = weights, 0
    while True:
        row[0, columns] = halved
        if int(largest_sums(op, row).max()) < LARGEST_SUM:
            break
        bits += 1
        halved = np.rint(weights / 2**bits).astype(np.int64)
    if multiplier << bits >= LARGEST_SUM:
        raise PassFailedException(
            f"layer {op.layer.data}: the sums of a tile could leave int32, and its multipliers are "
            "too large to make up for smaller weights: leave it in the direct domain"
        )
    bias = int(np.rint(channel.bias.value.data / 2**bits))
    stays = halved != 0
    significance = channel.significance
    kept = None if significance is None else numpy_of(significance)[stays]
    return _Scaled(ChannelOp.get(bias, columns[stays], halved[stays], kept), multiplier << bits)
