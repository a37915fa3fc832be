"""
Convolutions with taps in the domain of Winograd's F(4x4, 3x3): the taps that are left as a stream
of words, or, where few are gone, as filters with zeros.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from xdsl.dialects import func
from xdsl.ir import SSAValue
from xdsl.utils.exceptions import PassFailedException

from ..compiler.winograd import F4, paired_filters
from ..compiler.winograd_domain import CONSTANT_POSITION
from ..compiler.winograd_taps import tap_stream
from ..dialects import cortexm
from ..dialects.dense import Array
from ..dialects.tap_ops import UnpackedConv2dOp
from .convolutions import Requantization, check_accumulator
from .fit_sums import largest_sums
from .kernel_builder import Index
from .kernel_costs import streams_taps
from .lowering_winograd4 import ChannelPair, channel_pairs, winograd4_kernel
from .planes import Plane, windows
from .tile_groups import TileGroups


def lower_winograd4_taps(name: str, op: UnpackedConv2dOp, x: Plane, y: Plane) -> list[func.FuncOp]:
    """
    One function over input, transformed input, products and output, as for the whole kernel.

    Errors: PassFailedException where a sum or an accumulator could leave int32.
    """
    _check_sums(op)
    kernel = winograd4_kernel(name, x, y)
    tiles = TileGroups(kernel, x, windows(x, op.window, op.stride, op.padding, op.dilation), y)
    channels = _Channels(tiles, op)
    with tiles.row_of_groups():
        channel_pairs(kernel, y.channels, channels.compute)
    return [kernel.finish()]


class _Channels:
    """
    The taps of a layer in flash, and the steps of one or two output channels of a group.
    """

    def __init__(self, tiles: TileGroups, op: UnpackedConv2dOp):
        self.tiles = tiles
        self.kernel = tiles.kernel
        self.requantization = Requantization.of(op)
        filters = paired_filters(op.tap_matrix(), F4)
        if streams_taps(op):
            streams = [tap_stream(one) for one in filters]
            starts = np.cumsum([0, *(stream.size for stream in streams[:-1])])
            self.starts: Sequence[int] | None = starts.tolist()
            self.taps = self._table("taps", np.concatenate(streams))
            if tiles.y.channels > 3:
                self.places = self._table("starts", starts.astype(np.int32))
        else:
            self.starts = None
            self.taps = self._table("filters", filters)
        self.tables = [
            self._table(label, values)
            for label, values in (
                ("bias", op.biases().astype(np.int32)),
                ("multipliers", self.requantization.multipliers),
                ("centers", _centers(op)),
            )
        ]

    def _table(self, label: str, values: Array) -> SSAValue:
        return self.kernel.table(cortexm.TableOp.get(label, values))

    def compute(self, place: ChannelPair, channels: int) -> None:
        """
        Products and outputs of one or two channels for a row of groups.
        """
        kernel, y, (index, first) = self.kernel, self.tiles.y, place
        u, m = self._taps(index, first), kernel.inputs[2]
        *tables, out = (
            kernel.address(base, [(index, 2)], 2 * first) for base in (*self.tables, kernel.output)
        )
        numbers = {
            "channels": channels,
            "shift": self.requantization.shift,
            "zero_point": self.requantization.zero_point,
            "row": y.row,
            "pixel": y.pixel,
        }
        clamp, pairs = self.requantization.clamp, self.tiles.pairs
        product = cortexm.Winograd4ProductOp if self.starts is None else cortexm.Winograd4TapsOp
        with self.tiles.groups(out) as (v, targets):
            kernel.add(product.get(v, u, m, pairs))
            kernel.add(cortexm.Winograd4SkippedOp.get((m, *tables), targets, numbers, clamp))

    def _taps(self, index: Index, first: int) -> SSAValue:
        """
        Where the taps of a pair of channels begin.
        """
        kernel = self.kernel
        if self.starts is None:
            size = F4.positions * self.tiles.pairs * 4
            return kernel.address(self.taps, [(index, size)], first * size, "u")
        if index is None:
            return kernel.address(self.taps, [], self.starts[first], "u")
        start = kernel.load(kernel.address(self.places, [(index, 1)]))
        return kernel.address(self.taps, [(kernel.as_index(start), 1)], 0, "u")


def _centers(op: UnpackedConv2dOp) -> Array:
    """
    What makes of the sums over x those over x - z_x: a constant input is 36 times itself at
    position (1, 1), and nothing at the others. Int32 [O], wrapped as the sums are.
    """
    taps = op.tap_matrix().reshape(len(op.channels), F4.positions, -1)[:, CONSTANT_POSITION]
    return (-36 * op.input_zero_point * taps.astype(np.int64).sum(axis=1)).astype(np.int32)


def _check_sums(op: UnpackedConv2dOp) -> None:
    """
    Errors: PassFailedException where a sum of a tile or an accumulator could leave int32.
    """
    bounds = largest_sums(op, op.tap_matrix())
    largest = int(bounds.max())
    if largest >= 2**31:
        raise PassFailedException(
            f"layer {op.layer.data}: the sums of a tile can reach {largest} without the taps that "
            "were skipped, beyond int32: skip fewer, or leave the layer in the direct domain"
        )
    bias = np.array([abs(channel.bias.value.data) for channel in op.channels], np.int64)
    shifts = np.add.outer(F4.shifts, F4.shifts).reshape(-1)
    accumulators = ((bounds // F4.odd + 1) >> shifts).max(axis=1) + 1 + bias
    check_accumulator(op, int(accumulators.max()))
