"""
`annotate-significance`: a number on each tap that says what it is worth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import PassFailedException

from ..compiler.batches import one_blas_thread
from ..compiler.second_moments import feature_moments
from ..compiler.significance import METRICS, Taps, output_gains
from ..compiler.surgeon import Floats, normal_equations, saliency
from ..compiler.winograd_domain import rms_effects
from ..dialects.dense import numpy_of
from ..dialects.tap_ops import ChannelOp, UnpackedConv2dOp
from .layer_plans import planned_skips, unpacked_convolutions
from .tap_domains import tap_damping, tap_effects, tap_gains


@dataclass(frozen=True)
class AnnotateSignificancePass(ModulePass):
    """
    Attach `significance` (f32) to every tap of every unpacked convolution, and `metric` to the op.

    Option `metric` (compiler/significance.py): "mean", the paper's share of the expected product;
    "variance" and "second-moment", the squared output error of a skip with and without
    compensation; "surgeon" (compiler/surgeon.py), the error that is left when all other taps of the
    channel make up for the one, which reconstruct-operands lets them do. A tap in Winograd's
    domain counts by the root mean square of what it does to the outputs of a tile. With `plan` (a
    file) only the layers it skips in are annotated, each by the metric it names or else by the
    option.
    Errors: PassFailedException for a layer without statistics (for "surgeon", those of
    `collect-statistics{covariance=true}`); UserError for a bad plan.
    """

    name = "annotate-significance"

    metric: Literal["mean", "variance", "second-moment", "surgeon"] = "variance"
    plan: str | None = None

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """
        Annotate layer by layer.
        """
        planned = None if self.plan is None else planned_skips(self.plan, op)
        for layer in unpacked_convolutions(op):
            if planned is None:
                annotate(layer, self.metric)
            elif layer.layer.data in planned:
                annotate(layer, planned[layer.layer.data].metric or self.metric)


def annotate(op: UnpackedConv2dOp, metric: str) -> None:
    """
    Give every tap of a layer its significance.
    """
    significance = _saliency(op) if metric == "surgeon" else METRICS[metric](taps_of(op))
    channels = [
        ChannelOp.get(channel.bias.value.data, columns, numpy_of(channel.weights), row[columns])
        for row, channel in zip(significance, op.channels, strict=True)
        for columns in [numpy_of(channel.columns)]
    ]
    op.set_channels(channels)
    op.metric = StringAttr(metric)


def taps_of(op: UnpackedConv2dOp) -> Taps:
    """
    A layer as the metrics see it. Errors: PassFailedException without statistics.
    """
    if op.patch_mean is None or op.patch_variance is None:
        raise PassFailedException(
            f"layer {op.layer.data} has no statistics: run collect-statistics first "
            "(or pass --calibration)"
        )
    weights = op.tap_matrix()
    if op.domain is not None:
        weights = weights * np.repeat(rms_effects(), op.input_shape[2])
    return Taps(
        weights=weights,
        mean=numpy_of(op.patch_mean),
        variance=numpy_of(op.patch_variance),
        gains=output_gains(numpy_of(op.multipliers), op.left_shift, op.rounding_mode),
    )


def _saliency(op: UnpackedConv2dOp) -> Floats:
    """
    (g w)^2 / [C_SS^-1]_kk over the taps that are there.
    """
    if op.patch_mean is None or op.patch_covariance is None:
        raise PassFailedException(
            f"layer {op.layer.data} has no covariance: run collect-statistics{{covariance=true}} "
            "after unpack-operands"
        )
    weights = op.tap_matrix()
    mean = numpy_of(op.patch_mean).astype(np.float64)
    covariance = feature_moments(mean, numpy_of(op.patch_covariance), tap_effects(op)).covariance
    with one_blas_thread():
        normal = normal_equations(covariance, weights @ covariance, weights, tap_damping(op))
        costs = saliency(normal, op.tap_mask(), op.input_shape[2], "mac")
    return costs * np.square(tap_gains(op))[:, None]
