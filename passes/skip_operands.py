"""
`skip-operands`: the taps that matter least are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from xdsl.context import Context
from xdsl.dialects.builtin import FloatAttr, ModuleOp, StringAttr, f64
from xdsl.utils.exceptions import PassFailedException

from ..compiler.significance import compensation
from ..compiler.skipping import Mask, SkipRule, select
from ..compiler.winograd_domain import mean_effects
from ..dialects.dense import Array, dense, numpy_of
from ..dialects.tap_ops import ChannelOp, UnpackedConv2dOp
from .fit_sums import fit_sums
from .layer_plans import planned_skips, unpacked_convolutions
from .skip_rules import SkippingPass


@dataclass(frozen=True)
class SkipOperandsPass(SkippingPass):
    """
    Remove taps of unpacked convolutions by their significance.

    How much, one of:

    - `threshold`: units whose significance is below it (the paper's mode, with the metric mean).
    - `fraction` (0 to 1): in each layer the least significant units, until that share of the
      multiply-accumulates of the dense convolution is gone; zero weights, which are gone from the
      start, count. `first_fraction` is a cap for the network's first convolution, which bears
      less; it holds in threshold mode as well.
    - `plan` (a file): as it says for each layer; what it does not name stays exact.

    `granularity` (compiler/skipping.py): "mac" (default with `threshold`), "pair" (default
    otherwise) or "block". A unit is worth the sum of its taps; of equals the first goes first.
    With `compensate` the expected value of what is skipped goes into the bias. `granularity` and
    `skip`, the share that is gone in the end, are noted on the op.

    In Winograd's domain (transform-winograd) a tap adds differently to the 16 outputs of a tile,
    and the bias takes up the average; means other than 0 are mostly those of position (1, 1), the
    only one that constants reach. Channels whose sums of a tile could leave int32 when taps are
    gone lose the last bits of their weights (passes/fit_sums.py).

    What was skipped stays visible: the op keeps the `significance` of all taps.

    Errors: PassFailedException for contradictory options, layers without significance or, to
    compensate, statistics, and a bias beyond int32; UserError for a bad plan.
    """

    name = "skip-operands"

    compensate: bool = True

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """
        Skip layer by layer.
        """
        self.check_options()
        if self.plan is None:
            rules = self.uniform(op)
        else:
            rules = self.planned(planned_skips(self.plan, op))
        for layer in unpacked_convolutions(op):
            if layer.layer.data in rules:
                skip(layer, rules[layer.layer.data], self.compensate)


def skip(op: UnpackedConv2dOp, rule: SkipRule, compensate: bool = True) -> None:
    """
    Remove the taps of one layer that a rule selects.
    """
    present = op.tap_mask()
    _check_significance(op)
    significance = op.present_significance()
    skipped = select(significance, present, op.input_shape[2], rule)
    biases = op.biases()
    if compensate:
        biases += _compensation(op, skipped)
    check_biases(op, biases)
    kept = present & ~skipped
    op.set_channels(
        [
            _reduced(channel, row, int(bias))
            for channel, row, bias in zip(op.channels, kept, biases, strict=True)
        ]
    )
    op.granularity = StringAttr(rule.granularity)
    op.skip = FloatAttr(1 - int(kept.sum()) / kept.size, f64)
    op.significance = dense(significance.astype(np.float32))
    if op.domain is not None:
        fit_sums(op)


def _reduced(channel: ChannelOp, kept: Mask, bias: int) -> ChannelOp:
    """
    The taps of a channel that are kept (bool [K]); they stay as significant as they were.
    """
    columns = numpy_of(channel.columns)
    stays = kept[columns]
    significance = None
    if channel.significance is not None:
        significance = numpy_of(channel.significance)[stays]
    return ChannelOp.get(bias, columns[stays], numpy_of(channel.weights)[stays], significance)


def _check_significance(op: UnpackedConv2dOp) -> None:
    """
    Errors: PassFailedException for taps without.
    """
    if any(one.significance is None and numpy_of(one.columns).size for one in op.channels):
        raise PassFailedException(
            f"layer {op.layer.data} has no significance: run annotate-significance first"
        )


def _compensation(op: UnpackedConv2dOp, skipped: Mask) -> Array:
    if op.patch_mean is None:
        raise PassFailedException(
            f"layer {op.layer.data} has no statistics to compensate with: run collect-statistics "
            "first (or pass --calibration), or set compensate=false"
        )
    weights = op.tap_matrix()
    if op.domain is not None:
        weights = weights * np.repeat(mean_effects(), op.input_shape[2])
    return compensation(weights, skipped, numpy_of(op.patch_mean))


def check_biases(op: UnpackedConv2dOp, biases: Array) -> None:
    """
    Errors: PassFailedException for a bias (int64 [O]) beyond int32.
    """
    limits = np.iinfo(np.int32)
    outside = np.flatnonzero((biases < limits.min) | (biases > limits.max))
    if outside.size:
        raise PassFailedException(
            f"layer {op.layer.data}: compensation takes the bias of output channel {outside[0]} "
            f"to {biases[outside[0]]}, beyond int32"
        )
