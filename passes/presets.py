"""
What a preset skips where no plan says it (helper of `transform-winograd` and
`reconstruct-operands`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from xdsl.dialects.builtin import ModuleOp

from ..compiler.skipping import SkipRule
from ..dialects.network_ops import AddOp
from ..dialects.tap_ops import UnpackedConv2dOp
from .layer_plans import unpacked_convolutions

SkippingPreset: TypeAlias = Literal["balanced", "fast"]
Preset: TypeAlias = Literal["exact", "balanced", "fast"]

FRACTIONS: dict[SkippingPreset, float] = {"balanced": 0.25, "fast": 0.5}
"""Of the taps of a layer (docs/plans.md, Presets)."""
GRANULARITY = "block"


def preset_rules(module: ModuleOp, preset: SkippingPreset) -> Mapping[str, SkipRule]:
    """
    The same share of all convolutions that lose taps.
    """
    rule = SkipRule(GRANULARITY, None, FRACTIONS[preset])
    return {op.layer.data: rule for op in losing_convolutions(module)}


def losing_convolutions(module: ModuleOp) -> list[UnpackedConv2dOp]:
    """
    The first convolution, and all whose result is not an operand of an addition: no ReLU comes
    between a residual branch and the sum, so that its errors go on in full.
    """
    convolutions = list(unpacked_convolutions(module))
    others = (op for op in convolutions[1:] if not _is_residual(op))
    return [*convolutions[:1], *others]


def _is_residual(op: UnpackedConv2dOp) -> bool:
    return any(isinstance(use.operation, AddOp) for use in op.output.uses)
