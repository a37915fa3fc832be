"""
`reconstruct-operands`: the taps that can be made up for are left out, and the others make up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from xdsl.context import Context
from xdsl.dialects.builtin import FloatAttr, ModuleOp, StringAttr, f64
from xdsl.utils.exceptions import PassFailedException

from ..compiler import operation, surgeon
from ..compiler.batches import one_blas_thread
from ..compiler.calibration import load_calibration
from ..compiler.calibration_input import onnx_input_shape, quantized_inputs
from ..compiler.interpreter import entry_function
from ..compiler.lockstep import Visit, rewrite_in_lockstep
from ..compiler.output_moments import Correction, correction
from ..compiler.progress import progress
from ..compiler.second_moments import TargetSums
from ..compiler.skipping import SkipRule, whole_units
from ..dialects.dense import Array, dense, numpy_of
from ..dialects.tap_ops import ChannelOp, UnpackedConv2dOp
from .collect_statistics import chunk_size
from .fit_sums import LARGEST_SUM, fit_sums, largest_sums
from .layer_plans import planned_skips, unpacked_convolutions
from .presets import SkippingPreset, preset_rules
from .skip_operands import check_biases
from .skip_rules import SkippingPass
from .tap_domains import tap_columns, tap_damping, tap_effects, tap_gains

Int8 = NDArray[np.int8]

_LARGEST = 127
_LARGEST_TRANSFORMED = 2**15 - 1
_SLACK = 1 / 64
"""Of the bound on sums of tiles, for what rounding adds to them."""


@dataclass(frozen=True)
class ReconstructOperandsPass(SkippingPass):
    """
    Remove taps of unpacked convolutions by optimal brain surgeon, and solve for the weights of
    those that stay (compiler/surgeon.py).

    Layer by layer in the order of the network, in so many `rounds`: the taps go whose loss the
    others can make up for best, and these are solved again by least squares, so that the layer
    gives what the original network gives there, from inputs that the layers before it, already
    without their taps, pass on. Then weights are rounded, each making up for those before it, to
    the grid of their channel: 127 steps a side, in Winograd's domain those of int16. Channels whose
    weights or sums of a tile have become too large get larger steps, and a larger multiplier.
    The bias takes up what is left of the mean, and in the end biases and multipliers give each
    channel the mean and the spread of its outputs back, which matter behind a ReLU
    (compiler/output_moments.py). Weights that become zero are gone, too. A layer of which nothing
    is to be skipped stays as it is.

    `fraction`, `first_fraction`, `threshold` (in squared output steps), `granularity` and `plan` as
    for skip-operands; of a plan only the layers whose metric is "surgeon", `metric` being that of
    those which name none. `preset` stands for all of these (passes/presets.py). `calibration` and
    `samples` as for collect-statistics, which is not needed before. `skip` on the op is the share
    that was asked for: it repeats the run.

    Errors: PassFailedException without calibration data, for contradictory options, and for a bias
    beyond int32; UserError for a bad plan and data that do not fit.
    """

    name = "reconstruct-operands"

    metric: Literal["mean", "variance", "second-moment", "surgeon"] = "surgeon"
    calibration: str | None = None
    samples: int = 512
    rounds: int = operation.ROUNDS
    preset: SkippingPreset | None = None

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """
        Run the network on the calibration data, rewriting it on the way.
        """
        self.check_options()
        rules = self._rules(op)
        layers = [o for o in unpacked_convolutions(op) if o.layer.data in rules]
        if not layers:
            return
        if self.calibration is None:
            raise PassFailedException(
                f"reconstruct-operands has no calibration data for layer {layers[0].layer.data}: "
                'pass --calibration or reconstruct-operands{calibration="..."}'
            )
        function = entry_function(op)
        shape = onnx_input_shape(function)
        data = load_calibration(Path(self.calibration), shape, samples=self.samples)
        named = {layer: rules[layer.layer.data] for layer in layers}
        reconstruct(op, named, quantized_inputs(function, data.x), self.rounds)

    def check_options(self) -> None:
        """
        Errors: PassFailedException for options that contradict each other or are out of range.
        """
        if self.preset is None:
            super().check_options()
        elif not self.leaves_all_open():
            raise PassFailedException(
                f"{self.name}: a preset says how much to skip, and nothing else"
            )
        if self.rounds < 1:
            raise PassFailedException(f"{self.name}: {self.rounds} rounds are too few")

    def _rules(self, module: ModuleOp) -> Mapping[str, SkipRule]:
        if self.preset is not None:
            return preset_rules(module, self.preset)
        if self.plan is None:
            return self.uniform(module)
        planned = planned_skips(self.plan, module)
        return self.planned(
            {name: p for name, p in planned.items() if (p.metric or self.metric) == "surgeon"}
        )


def reconstruct(
    module: ModuleOp, rules: Mapping[UnpackedConv2dOp, SkipRule], x: Int8, rounds: int
) -> None:
    """
    Skip by the rules of the layers, with samples int8 [N, ...] of the network's input.
    """
    chunk = chunk_size(module)

    with progress("reconstruct-operands", len(rules)) as step:

        def rewrite(visit: Visit) -> bool:
            assert isinstance(visit.op, UnpackedConv2dOp)
            step(visit.op.layer.data)
            return reconstruct_layer(visit.op, visit, rules[visit.op], rounds, chunk)

        rewrite_in_lockstep(module, x, chunk, list(rules), rewrite)


def reconstruct_layer(
    op: UnpackedConv2dOp, visit: Visit, rule: SkipRule, rounds: int, chunk: int
) -> bool:
    """
    Skip by the rule, solve for what stays, and set mean and spread of the outputs right; False
    where there is nothing to skip. `chunk` samples are worked on at once.
    """
    sums = _sums(op, visit.original, visit.current, chunk)
    with one_blas_thread():
        if not _solve(op, sums, rule, rounds):
            return False
    _correct(op, correction(visit.run(), visit.result, op.output_zero_point, op.bounds))
    return True


def _sums(op: UnpackedConv2dOp, original: Int8, current: Int8, chunk: int) -> TargetSums:
    sums = TargetSums(op.tap_matrix(), tap_effects(op))
    for start in range(0, len(current), chunk):
        part = slice(start, start + chunk)
        columns = tap_columns(op, current[part])
        before = columns if original is current else tap_columns(op, original[part])
        sums.add(columns, before)
    return sums


def _solve(op: UnpackedConv2dOp, sums: TargetSums, rule: SkipRule, rounds: int) -> bool:
    """
    False where there is nothing to skip.
    """
    features = sums.features()
    cross = sums.cross(features.mean)
    normal = surgeon.normal_equations(features.covariance, cross, op.tap_matrix(), tap_damping(op))
    channels = op.input_shape[2]
    present = op.tap_mask()
    if rule.granularity == "block":
        present = whole_units(present, channels, rule.granularity)
    task = operation.Operation(rule, rounds, tap_gains(op), channels)
    left = operation.operate(normal, present, task)
    _note(op, rule, left)
    if np.array_equal(left.kept, present):
        return False
    steps = _steps(op, left.weights)
    largest = _LARGEST if op.domain is None else _LARGEST_TRANSFORMED
    weights = surgeon.rounded(normal, left, steps, largest)
    biases = np.rint((op.biases() + sums.target_mean()) / steps - weights @ features.mean)
    check_biases(op, biases.astype(np.int64))
    _replace(op, weights, biases, steps)
    return True


def _steps(op: UnpackedConv2dOp, weights: Array) -> Array:
    """
    The grid of each row, float64 [O], in units of the original one: no finer than that, no coarser
    than needed, and no coarser than the multiplier has room for (weights beyond it are clipped).
    """
    needed = np.abs(weights).max(axis=1) / _LARGEST
    if op.domain is not None:
        sums = largest_sums(op, weights).max(axis=1) / (LARGEST_SUM * (1 - _SLACK))
        needed = np.maximum(np.abs(weights).max(axis=1) / _LARGEST_TRANSFORMED, sums)
    room = (2**31 - 1) / np.maximum(numpy_of(op.multipliers), 1)
    return np.clip(needed, 1, room)


def _replace(op: UnpackedConv2dOp, weights: Array, biases: Array, steps: Array) -> None:
    multipliers = np.rint(numpy_of(op.multipliers) * steps)
    if np.any(steps != 1):
        op.multipliers = dense(np.minimum(multipliers, 2**31 - 1).astype(np.int32))
    channels: list[ChannelOp] = []
    for row, bias in zip(weights, biases, strict=True):
        columns = np.flatnonzero(row)
        channels.append(ChannelOp.get(int(bias), columns, row[columns]))
    op.set_channels(channels)
    if op.domain is not None:
        fit_sums(op)


def _correct(op: UnpackedConv2dOp, by: Correction) -> None:
    """
    Scales go into the multipliers, and shifts, in units of the accumulator, into the biases.
    """
    multipliers = np.broadcast_to(numpy_of(op.multipliers), (len(op.channels),))
    corrected = np.rint(multipliers * by.scale).clip(max=2**31 - 1).astype(np.int32)
    op.multipliers = dense(corrected)
    biases = np.rint(op.biases() + by.shift / tap_gains(op)).astype(np.int64)
    check_biases(op, biases)
    channels: list[ChannelOp] = []
    for channel, bias in zip(op.channels, biases, strict=True):
        columns, weights = numpy_of(channel.columns), numpy_of(channel.weights)
        channels.append(ChannelOp.get(int(bias), columns, weights))
    op.set_channels(channels)


def _note(op: UnpackedConv2dOp, rule: SkipRule, left: surgeon.Survivors) -> None:
    share = 1 - float(left.kept.mean()) if rule.fraction is None else float(rule.fraction)
    op.metric = StringAttr("surgeon")
    op.granularity = StringAttr(rule.granularity)
    op.skip = FloatAttr(share, f64)
    op.significance = dense(left.significance)
