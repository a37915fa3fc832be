"""
How far the class probabilities of one network are from those of another.

Unlike top-1 this moves with every change of a score: it tells networks apart that a few thousand
images do not, and small changes of several layers nearly add up in it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def log_probabilities(scores: NDArray[np.int8], scale: float) -> Floats:
    """
    Log of the softmax of scores int8 [N, classes] in steps of `scale`: float64 [N, classes]. The
    zero point is the same for all and drops out.
    """
    wide = scores.reshape(len(scores), -1).astype(np.float64) * scale
    wide -= wide.max(axis=1, keepdims=True)
    return wide - np.log(np.exp(wide).sum(axis=1, keepdims=True))


def divergence(reference: Floats, other: Floats) -> float:
    """
    Mean over the samples of the Kullback-Leibler divergence sum p log(p / q) of `other` (q) from
    `reference` (p), both log probabilities [N, classes], in nats.
    """
    return float((np.exp(reference) * (reference - other)).sum(axis=1).mean())


def top1(outputs: NDArray[np.int8], labels: NDArray[np.int64]) -> float:
    """
    Of how many outputs [N, classes], in %, the highest value, of equals the first, is the label's.
    """
    return 100 * float((outputs.reshape(len(labels), -1).argmax(axis=1) == labels).mean())
