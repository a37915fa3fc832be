"""
`approx-to-c`: every pass from a quantized ONNX model to the kernel level, under one name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass, PassPipeline
from xdsl.utils.exceptions import PassFailedException

from ..compiler.mcu import mcu_named
from ..compiler.plan import load_plan
from ..compiler.sizes import Size
from .annotate_significance import AnnotateSignificancePass
from .collect_statistics import CollectStatisticsPass
from .convert_inputs import ConvertInputsPass, InputLayout, InputType
from .fold_pads import FoldPadsPass
from .fold_transposes import FoldTransposesPass
from .fuse_qdq import FuseQdqPass
from .lower_to_cortexm import LowerToCortexmPass
from .plan_memory import PlanMemoryPass
from .presets import Preset
from .reconstruct_operands import ReconstructOperandsPass
from .select_kernels import SelectKernelsPass
from .skip_operands import SkipOperandsPass
from .transform_winograd import TransformWinogradPass
from .unpack_operands import UnpackOperandsPass

Metric: TypeAlias = Literal["mean", "variance", "second-moment", "surgeon"]
Rounding: TypeAlias = Literal["nearest", "tflite"]


def passes_to_taps(rounding: Rounding = "nearest") -> Iterator[ModulePass]:
    """
    From ONNX ops to the integer network, its convolutions unpacked.
    """
    yield FuseQdqPass(rounding=rounding)
    yield FoldTransposesPass()
    yield FoldPadsPass()
    yield UnpackOperandsPass()


@dataclass(frozen=True)
class ApproxToCPass(ModulePass):
    """
    Take a quantized network from ONNX ops to C, all but the printing.

    That is fuse-qdq, fold-transposes, fold-pads, unpack-operands, convert-inputs, select-kernels,
    plan-memory, lower-to-cortexm; and, where something is to be skipped, collect-statistics,
    annotate-significance and skip-operands after unpack-operands, or, by the metric "surgeon",
    reconstruct-operands. With `domain` or a plan, before them, transform-winograd.

    What to skip comes from `preset` ("balanced" or "fast", docs/plans.md; "exact" is nothing),
    `plan` (a file), `skip` (the share of every convolution's multiply-accumulates, at most
    `first-skip` in the first) or `threshold`; with none of them the network stays exact.
    `domain=winograd4` puts the convolutions that suit into the domain of Winograd's F(4x4, 3x3),
    exactly, so that it is there that taps are skipped. With `compensate` biases take up the mean of
    what is skipped; by "surgeon" they do in any case. `target`, `flash-budget`, `ram-budget` and
    `fast-ram` (bytes: 65536, 64K, 1M) bound kernels and memory. All options mean what they mean to
    the passes that take them.

    `input-layout` ("nhwc", "nchw") and `input-type` ("int8", "uint8", "float32") are how NAME_run
    takes its inputs.
    """

    name = "approx-to-c"

    target: str = "stm32u5"
    plan: str | None = None
    flash_budget: Size | None = None
    ram_budget: Size | None = None
    fast_ram: Size | None = None
    preset: Preset | None = None
    metric: Metric | None = None
    granularity: Literal["mac", "pair", "block"] | None = None
    skip: float | int | None = None
    first_skip: float | int | None = None
    threshold: float | int | None = None
    calibration: str | None = None
    samples: int = 512
    rounding: Rounding = "nearest"
    domain: Literal["direct", "winograd4"] | None = None
    compensate: bool = True
    input_layout: InputLayout | None = None
    input_type: InputType = "int8"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """
        Run the passes one after the other; wrong options are found before the first one.
        """
        mcu_named(self.target)
        self._check_preset()
        passes = tuple(self.passes())
        for step in passes:
            if isinstance(step, SkipOperandsPass | ReconstructOperandsPass | PlanMemoryPass):
                step.check_options()
        PassPipeline(passes).apply(ctx, op)

    def passes(self) -> Iterator[ModulePass]:
        """
        The passes with their options.
        """
        yield from passes_to_taps(self.rounding)
        if self.preset is not None and self.preset != "exact":
            yield TransformWinogradPass(preset=self.preset)
            yield ReconstructOperandsPass(
                preset=self.preset, calibration=self.calibration, samples=self.samples
            )
        yield from self._skipping(self.metric or "variance")
        yield ConvertInputsPass(self.input_layout, self.input_type)
        yield SelectKernelsPass(self.target, self.flash_budget, self.ram_budget, self.plan)
        yield PlanMemoryPass(self.target, self.ram_budget, self.fast_ram)
        yield LowerToCortexmPass()

    def _skipping(self, metric: Metric) -> Iterator[ModulePass]:
        """
        What options or the plan ask for.
        """
        if self.domain == "winograd4":
            yield TransformWinogradPass()
        elif self.plan is not None:
            yield TransformWinogradPass(plan=self.plan)
        metrics = self._metrics(metric)
        if "surgeon" in metrics:
            yield ReconstructOperandsPass(
                threshold=self.threshold,
                fraction=self.skip,
                granularity=self.granularity,
                first_fraction=self.first_skip,
                plan=self.plan,
                metric=metric,
                calibration=self.calibration,
                samples=self.samples,
            )
        if metrics - {"surgeon"}:
            yield CollectStatisticsPass(calibration=self.calibration, samples=self.samples)
            yield AnnotateSignificancePass(metric=metric, plan=self.plan)
            yield SkipOperandsPass(
                threshold=self.threshold,
                fraction=self.skip,
                granularity=self.granularity,
                first_fraction=self.first_skip,
                compensate=self.compensate,
                plan=self.plan,
            )

    def _check_preset(self) -> None:
        """
        Errors: PassFailedException for a preset beside what it stands for.
        """
        if self.preset is None:
            return
        chosen = ("plan", "metric", "granularity", "skip", "first_skip", "threshold", "domain")
        given = [name.replace("_", "-") for name in chosen if getattr(self, name) is not None]
        if given:
            raise PassFailedException(
                f"approx-to-c: preset={self.preset} says what to skip, and goes not with "
                f"{', '.join(given)}: leave one or the other out"
            )

    def _metrics(self, metric: str) -> set[str]:
        """
        By which an option or entries of the plan ask to skip; none where nothing is skipped.
        """
        if self.skip is not None or self.threshold is not None:
            return {metric}
        if self.plan is None:
            return set()
        layers = load_plan(self.plan).layers.values()
        return {layer.metric or metric for layer in layers if not layer.is_exact}
