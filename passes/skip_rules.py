"""
What `skip-operands` and `reconstruct-operands` have in common: options that say how much to skip in
each layer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import PassFailedException

from ..compiler.plan import LayerPlan
from ..compiler.skipping import SkipRule
from ..dialects.network_ops import Conv2dOp, DepthwiseConv2dOp
from ..dialects.tap_ops import UnpackedConv2dOp
from .layer_plans import unpacked_convolutions

_CONVOLUTIONS = (Conv2dOp, DepthwiseConv2dOp, UnpackedConv2dOp)


@dataclass(frozen=True)
class SkippingPass(ModulePass):
    """
    A pass that is told how much to skip. The options are those of skip-operands.
    """

    threshold: float | int | None = None
    fraction: float | int | None = None
    granularity: Literal["mac", "pair", "block"] | None = None
    first_fraction: float | int | None = None
    plan: str | None = None

    def check_options(self) -> None:
        """
        Errors: PassFailedException for options that contradict each other or are out of range.
        """
        given = [self.threshold, self.fraction, self.plan]
        if sum(option is not None for option in given) != 1:
            raise PassFailedException(
                f"{self.name} needs one of threshold, fraction and plan to say how much to skip"
            )
        if self.plan is not None and self.first_fraction is not None:
            raise PassFailedException(f"{self.name}: a plan leaves no room for first-fraction")
        for option, value in (
            ("fraction", self.fraction),
            ("first-fraction", self.first_fraction),
        ):
            if value is not None and not 0 <= value <= 1:
                raise PassFailedException(f"{self.name}: {option} {value} is not from 0 to 1")
        if self.threshold is not None and self.threshold < 0:
            raise PassFailedException(f"{self.name}: threshold {self.threshold} is below 0")

    def leaves_all_open(self) -> bool:
        """
        True where no option says what to skip.
        """
        given = (self.threshold, self.fraction, self.granularity, self.first_fraction, self.plan)
        return all(option is None for option in given)

    def uniform(self, module: ModuleOp) -> Mapping[str, SkipRule]:
        """
        The same rule for all layers but, with a cap, the first.
        """
        granularity = self.granularity or _default_granularity(self.threshold)
        rule = SkipRule(granularity, self.threshold, self.fraction)
        rules = {op.layer.data: rule for op in unpacked_convolutions(module)}
        first = next((o for o in module.walk() if isinstance(o, _CONVOLUTIONS)), None)
        if self.first_fraction is not None and first is not None:
            cap = min(self.first_fraction, 1 if self.fraction is None else self.fraction)
            rules[first.layer.data] = SkipRule(granularity, self.threshold, cap)
        return rules

    def planned(self, layers: Mapping[str, LayerPlan]) -> Mapping[str, SkipRule]:
        """
        The rules of entries of a plan.
        """
        return {name: self._planned_rule(layer) for name, layer in layers.items()}

    def _planned_rule(self, layer: LayerPlan) -> SkipRule:
        default = self.granularity or _default_granularity(layer.threshold)
        return SkipRule(layer.granularity or default, layer.threshold, layer.skip)


def _default_granularity(threshold: float | None) -> str:
    return "pair" if threshold is None else "mac"
