"""
`annotate-magnitude`: a significance of one's own, for `skip-operands` to go by.

How it becomes a pass of approx-opt: docs/howto-pass.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from approx_opt.dialects.dense import numpy_of
from approx_opt.dialects.tap_ops import ChannelOp, UnpackedConv2dOp
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.passes import ModulePass
from xdsl.universe import Universe
from xdsl.utils.exceptions import PassFailedException


@dataclass(frozen=True)
class AnnotateMagnitudePass(ModulePass):
    """
    Attach `significance` |w|^power to every tap of every unpacked convolution.

    It takes no calibration data. Weights are compared in steps of their channel: one of 10 counts
    alike in a channel with small and in one with large weights.
    Errors: PassFailedException for a power that is not positive.
    """

    name = "annotate-magnitude"

    power: float | int = 1

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """
        Layer by layer.
        """
        if self.power <= 0:
            raise PassFailedException(f"annotate-magnitude: power={self.power} is not positive")
        for layer in op.walk():
            if isinstance(layer, UnpackedConv2dOp):
                layer.set_channels([self._annotated(channel) for channel in layer.channels])
                layer.metric = StringAttr("magnitude")

    def _annotated(self, channel: ChannelOp) -> ChannelOp:
        columns, weights = numpy_of(channel.columns), numpy_of(channel.weights)
        significance = np.abs(weights.astype(np.float64)) ** self.power
        return ChannelOp.get(channel.bias.value.data, columns, weights, significance)


MAGNITUDE_UNIVERSE = Universe(all_passes={"annotate-magnitude": lambda: AnnotateMagnitudePass})
