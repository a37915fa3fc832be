"""
How far the class probabilities of one network are from those of another.

Unlike top-1 this moves with every change of a score: it tells networks apart that a few thousand
images do not, and small changes of several layers nearly add up in it.
"""

from __future__ import annotations

import math

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


def are_right(outputs: NDArray[np.int8], labels: NDArray[np.int64]) -> NDArray[np.bool_]:
    """
    Of which outputs [N, classes] the highest value, of equals the first, is the label's: bool [N].
    """
    return outputs.reshape(len(labels), -1).argmax(axis=1) == labels


def standard_error(right: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """
    Of the difference of two shares of right answers to the same N questions, bool [N] each: only
    those count that one has right and the other wrong (McNemar, Psychometrika 12, 1947).
    """
    won, lost = int((other & ~right).sum()), int((right & ~other).sum())
    count = len(right)
    return math.sqrt(won + lost - (won - lost) ** 2 / count) / count
