"""
`transform-winograd`: taps of 3x3 convolutions become those of Winograd's domain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import PassFailedException

from ..compiler.plan import unknown_name
from ..compiler.winograd import F4
from ..compiler.winograd_domain import domain_weights
from ..dialects.tap_ops import WINOGRAD4_DOMAIN, ChannelOp, UnpackedConv2dOp
from .convolutions import dense_weights
from .layer_plans import planned_domains, unpacked_convolutions
from .presets import SkippingPreset, losing_convolutions
from .winograd_layers import suits_winograd


@dataclass(frozen=True)
class TransformWinogradPass(ModulePass):
    """
    Put the taps of unpacked convolutions into the domain of Winograd's F(4x4, 3x3), exactly: 36 for
    16 outputs instead of 9 for each.

    What collect-statistics, annotate-significance and skip-operands then work on are transformed
    weights and inputs, so this comes before them; statistics of the window are dropped, as are
    significances. Convolutions that do not suit (3x3, stride 1, one group, at least 4x4 outputs,
    rounding to nearest, sums that can be divided exactly) and those that have lost taps already
    stay as they are. Options: `layers`, only those named; `plan` (a file), only those whose entry
    says `"domain": "winograd4"`; `preset`, only those that lose taps by one (passes/presets.py),
    without the first, whose few channels make Winograd's algorithm slow.
    Errors: PassFailedException for a layer that is named and cannot be transformed; UserError for a
    bad plan.
    """

    name = "transform-winograd"

    layers: tuple[str, ...] | None = None
    plan: str | None = None
    preset: SkippingPreset | None = None

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """
        Transform layer by layer.
        """
        convolutions = list(unpacked_convolutions(op))
        if self.plan is not None:
            convolutions = _named(convolutions, planned_domains(self.plan, op))
        elif self.preset is not None:
            convolutions = losing_convolutions(op)[1:]
        elif self.layers is not None:
            convolutions = _named(convolutions, self.layers)
        for convolution in convolutions:
            if is_suited(convolution):
                transform(convolution)


def transform(op: UnpackedConv2dOp) -> None:
    """
    The same convolution by its transformed taps, those that are not zero.
    """
    weights, bias = dense_weights(op)
    rows = domain_weights(weights)
    channels: list[ChannelOp] = []
    for row, start in zip(rows, bias, strict=True):
        columns = np.flatnonzero(row)
        channels.append(ChannelOp.get(int(start), columns, row[columns]))
    op.domain = WINOGRAD4_DOMAIN
    op.patch_mean = op.patch_variance = op.patch_covariance = None
    op.metric = op.significance = None
    op.set_channels(channels)


def is_suited(op: UnpackedConv2dOp) -> bool:
    """
    True for a convolution that can be transformed and still has all its taps.
    """
    return op.domain is None and op.skip is None and suits_winograd(op, F4)


def _named(
    convolutions: Sequence[UnpackedConv2dOp], layers: Sequence[str]
) -> list[UnpackedConv2dOp]:
    names = [op.layer.data for op in convolutions]
    for layer in layers:
        if layer not in names:
            raise PassFailedException(
                f"asked to transform unpacked convolution {unknown_name(layer, names)}"
            )
    chosen = [op for op in convolutions if op.layer.data in layers]
    for op in chosen:
        if not is_suited(op):
            raise PassFailedException(
                f"layer {op.layer.data} has no Winograd domain: that is for 3x3 convolutions of "
                "stride 1 and one group, with at least 4x4 outputs and all their taps"
            )
    return chosen
