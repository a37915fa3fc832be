"""
Mean and spread of a layer's outputs, made those of the original layer again.

Least squares leaves what the columns do not tell at the mean, so its outputs vary less than those
they are fitted to. A clamp (ReLU) sees one side of that: the mean behind it becomes smaller, too.
Bias correction (Nagel et al., arXiv 1906.04721) is the half of this that is about means.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_LARGEST_SCALE = 2.0


@dataclass(frozen=True, eq=False)
class Correction:
    """
    y becomes zero point + scale (y - zero point) + shift before the clamp: float64 [O] each, the
    shift in output steps.
    """

    scale: Floats
    shift: Floats


def correction(
    outputs: NDArray[np.int8], original: NDArray[np.int8], zero_point: int, bounds: tuple[int, int]
) -> Correction:
    """
    What gives the channels of `outputs` int8 [..., O] mean and standard deviation of `original`,
    same shape; `bounds` are those of the clamp.

    Outputs at a bound are taken to stay there, so it is a step towards it, of which one does most.
    Scales stay within a factor of two; a channel that never varies keeps its scale.
    """
    y, target = (part.reshape(-1, part.shape[-1]) for part in (outputs, original))
    # Two bytes, and sums of integers, which do not depend on their order.
    spread, wanted = y.std(axis=0, dtype=np.float64), target.std(axis=0, dtype=np.float64)
    varies = (spread > 0) & (wanted > 0)
    ratio = np.where(varies, wanted, 1) / np.where(varies, spread, 1)
    scale = np.clip(ratio, 1 / _LARGEST_SCALE, _LARGEST_SCALE)
    lowest, highest = bounds
    moves = (y > lowest) & (y < highest)
    reach = np.maximum(moves.sum(axis=0), ((target > lowest) & (target < highest)).sum(axis=0))
    scaled = np.clip(np.where(moves, zero_point + scale * (y - float(zero_point)), y), *bounds)
    shift = (target.sum(axis=0) - scaled.sum(axis=0)) / np.maximum(reach, 1)
    return Correction(scale, shift)
