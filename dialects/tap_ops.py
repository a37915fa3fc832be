"""
Convolutions unpacked into their operands: a list of taps for every output channel.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from xdsl.dialects.builtin import (
    DenseArrayBase,
    DenseIntOrFPElementsAttr,
    FloatAttr,
    IntegerAttr,
    StringAttr,
    f32,
    i16,
    i32,
)
from xdsl.ir import Block, Operation, Region
from xdsl.irdl import (
    IRDLOperation,
    ParsePropInAttrDict,
    irdl_op_definition,
    lazy_traits_def,
    opt_prop_def,
    prop_def,
    region_def,
    traits_def,
)
from xdsl.traits import HasParent, NoTerminator
from xdsl.utils.exceptions import VerifyException

from .dense import INTEGER, Array, dense_array, numpy_of
from .network_base import RequantizedOp, verify_constant
from .weighted_ops import GroupedOp, StatisticsOp

WINOGRAD4_DOMAIN = StringAttr("winograd4")
"""Taps are those of Winograd's F(4x4, 3x3)."""
WINOGRAD4_POSITIONS = 36
"""Elements of a transformed tile."""


@irdl_op_definition
class ChannelOp(IRDLOperation):
    """
    The taps of one output channel: `weights[t]` multiplies column `columns[t]` of the im2col
    matrix, column (a * KW + b) * C + c being input (a, b, c) of the window; in the domain
    "winograd4" of the transformed input, column p * C + c being position p of channel c. Columns
    ascend; a column that is not listed is a multiply-accumulate that does not exist any more.

        approx.channel bias -12 columns [0, 1, 4] weights [3, -5, 7]

    `significance` is one f32 a tap, in the order of `columns`.
    """

    name = "approx.channel"

    bias = prop_def(INTEGER)
    columns = prop_def(DenseArrayBase.constr(i32))
    weights = prop_def(DenseArrayBase.constr(i16))
    significance = opt_prop_def(DenseArrayBase.constr(f32))

    traits = lazy_traits_def(lambda: (HasParent(UnpackedConv2dOp),))
    irdl_options = (ParsePropInAttrDict(),)

    assembly_format = (
        "`bias` $bias `columns` $columns `weights` $weights"
        " (`significance` $significance^)? attr-dict"
    )

    @staticmethod
    def get(
        bias: int, columns: Array, weights: Array, significance: Array | None = None
    ) -> ChannelOp:
        """
        A channel from arrays: columns (int), weights (int), significance (float), all rank 1.
        """
        return ChannelOp(
            properties={
                "bias": IntegerAttr(bias, i32),
                "columns": dense_array(columns.astype(np.int32)),
                "weights": dense_array(weights.astype(np.int16)),
                "significance": None
                if significance is None
                else dense_array(significance.astype(np.float32)),
            }
        )

    def verify_(self) -> None:
        """
        One weight and at most one significance a column; columns ascend.
        """
        columns = numpy_of(self.columns)
        if columns.size != len(self.weights):
            raise VerifyException(f"{columns.size} columns but {len(self.weights)} weights")
        if self.significance is not None and columns.size != len(self.significance):
            raise VerifyException("significance needs one number a column")
        if columns.size and (columns[0] < 0 or bool(np.any(np.diff(columns) <= 0))):
            raise VerifyException("columns must ascend from 0")


@irdl_op_definition
class UnpackedConv2dOp(GroupedOp, RequantizedOp, StatisticsOp):
    """
    A convolution as the list of its operands, one `approx.channel` an output channel.

        %y = approx.unpacked_conv2d "conv1" %x {...} : tensor<...> -> tensor<...> {
          approx.channel bias 5 columns [0, 3] weights [12, -7]
          approx.channel bias 0 columns [1] weights [4]
        }

    Kernel selection turns the taps into straight-line code (`kernel = "unrolled"`: an absent tap
    has no instruction), into lists that a loop goes through (`kernel = "indexed"`: an absent tap is
    not listed) or into the dense weights of a loop (`kernel = "loop"`: an absent tap is a zero).
    Columns count all input channels; with `group` only those of the own group are there.
    `metric`, `granularity` and `skip` record what the skipping passes did, `significance` (f32
    [O, depth]) what every tap was worth to them when it was kept or removed, 0 where there is none.

    `domain = "winograd4"` (3x3, stride 1, at least 4x4 outputs): the taps are those of Winograd's
    F(4x4, 3x3), U = G g G^T at 36 positions p = 6 i + j, each for all input channels. For each tile
    of 4 x 4 outputs, tiles beginning at rows min(4 i, H - 4) and columns min(4 j, W - 4), the later
    one counting where they overlap, with d = x - z_x of the 6 x 6 inputs it sees

        t = A^T ((B^T d B) * U) A
        y = requantize(bias + (floor((t * 477218588 + 2^31) / 2^32) >> (k_i + k_j)))

    k = 3, 2, 1, 1. With all taps these are the outputs of the direct convolution, to the bit.
    """

    name = "approx.unpacked_conv2d"

    metric = opt_prop_def(StringAttr)
    granularity = opt_prop_def(StringAttr)
    skip = opt_prop_def(FloatAttr)
    significance = opt_prop_def(DenseIntOrFPElementsAttr)
    domain = opt_prop_def(StringAttr)
    body = region_def("single_block")

    traits = traits_def(NoTerminator())

    assembly_format = "$layer $input attr-dict `:` type($input) `->` type($output) $body"

    @property
    def channels(self) -> Sequence[ChannelOp]:
        """
        The output channels in order.
        """
        return [op for op in self.body.block.ops if isinstance(op, ChannelOp)]

    @property
    def depth(self) -> int:
        """
        Columns of the im2col matrix: KH * KW * C; of the transformed input: 36 * C.
        """
        if self.domain is not None:
            return WINOGRAD4_POSITIONS * self.input_shape[2]
        return self.window[0] * self.window[1] * self.input_shape[2]

    def tap_matrix(self) -> Array:
        """
        Weights as a dense matrix (int16, [O, depth]); absent taps are zero.
        """
        matrix = np.zeros((len(self.channels), self.depth), np.int16)
        for row, channel in zip(matrix, self.channels, strict=True):
            row[numpy_of(channel.columns)] = numpy_of(channel.weights)
        return matrix

    def biases(self) -> Array:
        """
        Of the channels: int64 [O].
        """
        return np.array([channel.bias.value.data for channel in self.channels], np.int64)

    def tap_mask(self) -> Array:
        """
        Which taps are there (bool, [O, depth]).
        """
        mask = np.zeros((len(self.channels), self.depth), np.bool_)
        for row, channel in zip(mask, self.channels, strict=True):
            row[numpy_of(channel.columns)] = True
        return mask

    def tap_significance(self) -> Array | None:
        """
        What every tap is worth, also where it has been skipped: f32 [O, depth], 0 where there is
        none. None without a significance.
        """
        if self.significance is not None:
            return numpy_of(self.significance)
        if all(channel.significance is None for channel in self.channels):
            return None
        return self.present_significance().astype(np.float32)

    def present_significance(self) -> Array:
        """
        What the taps that are there are worth: float64 [O, depth], 0 for all others.
        """
        matrix = np.zeros((len(self.channels), self.depth))
        for row, channel in zip(matrix, self.channels, strict=True):
            if channel.significance is not None:
                row[numpy_of(channel.columns)] = numpy_of(channel.significance)
        return matrix

    def set_channels(self, channels: Sequence[ChannelOp]) -> None:
        """
        Replace the body.
        """
        for op in list(self.body.block.ops):
            op.detach()
            op.erase()
        self.body.block.add_ops(channels)

    def verify_(self) -> None:
        """
        One `approx.channel` for every output channel, columns within the window.
        """
        super().verify_()
        self.verify_groups()
        self.verify_requantization((self.output_shape[2],))
        self._verify_domain()
        self.verify_statistics(self.depth)
        if self.significance is not None:
            shape = (self.output_shape[2], self.depth)
            verify_constant("significance", self.significance, f32, shape)
        ops = list(self.body.block.ops)
        if not len(ops) == len(self.channels) == self.output_shape[2]:
            raise VerifyException("needs one approx.channel for every output channel")
        for channel in self.channels:
            columns = numpy_of(channel.columns)
            if columns.size and columns[-1] >= self.depth:
                place = "the window" if self.domain is None else "the transformed tile"
                raise VerifyException(f"column {columns[-1]} lies outside {place}")
        self._verify_group_columns()

    def _verify_domain(self) -> None:
        """
        A domain that there is, for a convolution that has it.
        """
        if self.domain is None:
            return
        if self.domain != WINOGRAD4_DOMAIN:
            raise VerifyException(f'the domain is "winograd4" or absent, not {self.domain}')
        if (self.window, self.stride, self.dilation) != ((3, 3), (1, 1), (1, 1)):
            raise VerifyException("Winograd's domain is for windows of 3x3, stride 1, undilated")
        if self.groups != 1 or min(self.output_shape[:2]) < 4:
            raise VerifyException("Winograd's domain is for one group, and at least 4x4 outputs")
        if self.rounding_mode != "nearest":
            raise VerifyException("Winograd's domain rounds to nearest")

    def _verify_group_columns(self) -> None:
        """
        Channels see nothing but their group.
        """
        if self.groups == 1:
            return
        for index, (channel, own) in enumerate(zip(self.channels, self.group_mask(), strict=True)):
            if not np.all(own[numpy_of(channel.columns) % len(own)]):
                raise VerifyException(f"channel {index} has taps outside its group")


def channel_region(channels: Sequence[ChannelOp]) -> Region:
    """
    The body of an `approx.unpacked_conv2d`.
    """
    return Region(Block(channels))


TAP_OPS: list[type[Operation]] = [ChannelOp, UnpackedConv2dOp]
