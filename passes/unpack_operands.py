"""
`unpack-operands`: convolutions become lists of taps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass
from xdsl.rewriter import Rewriter
from xdsl.utils.exceptions import PassFailedException

from ..compiler.plan import unknown_name
from ..dialects.dense import numpy_of
from ..dialects.network_ops import Conv2dOp
from ..dialects.tap_ops import ChannelOp, UnpackedConv2dOp, channel_region


@dataclass(frozen=True)
class UnpackOperandsPass(ModulePass):
    """
    Replace every `approx.conv2d` by an `approx.unpacked_conv2d` with one `approx.channel` an output
    channel.

    A tap whose weight is zero adds nothing and is not listed; `keep_zeros` lists it all the same.
    Statistics and everything else the layer carries stay. Options: `min_macs` leaves layers with
    fewer multiply-accumulates as they are, `layers` all but those named.
    Errors: PassFailedException for a layer that is not there.
    """

    name = "unpack-operands"

    min_macs: int = 0
    layers: tuple[str, ...] | None = None
    keep_zeros: bool = False

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """
        Unpack the convolutions asked for.
        """
        convolutions = [o for o in op.walk() if isinstance(o, Conv2dOp)]
        if self.layers is not None:
            convolutions = _named(convolutions, self.layers)
        for convolution in convolutions:
            if _macs(convolution) >= self.min_macs:
                Rewriter.replace_op(convolution, unpacked(convolution, self.keep_zeros))


def unpacked(op: Conv2dOp, keep_zeros: bool = False) -> UnpackedConv2dOp:
    """
    The same convolution as a list of taps.
    """
    weights, bias = op.full_weights(), numpy_of(op.bias)
    rows = weights.reshape(len(weights), -1)
    groups = np.tile(op.group_mask(), prod(op.window))
    present = [
        np.flatnonzero(row) if not keep_zeros else np.flatnonzero(group)
        for row, group in zip(rows, groups, strict=True)
    ]
    channels = [
        ChannelOp.get(int(b), columns, row[columns])
        for b, row, columns in zip(bias, rows, present, strict=True)
    ]
    kept = {k: v for k, v in op.properties.items() if k not in ("weights", "bias")}
    return UnpackedConv2dOp(
        operands=[op.input],
        properties=kept,
        result_types=[op.output.type],
        regions=[channel_region(channels)],
    )


def _named(convolutions: Sequence[Conv2dOp], layers: Sequence[str]) -> list[Conv2dOp]:
    names = [op.layer.data for op in convolutions]
    for layer in layers:
        if layer not in names:
            raise PassFailedException(f"asked to unpack convolution {unknown_name(layer, names)}")
    return [op for op in convolutions if op.layer.data in layers]


def _macs(op: Conv2dOp) -> int:
    height, width, _ = op.output_shape
    return height * width * numpy_of(op.weights).size
