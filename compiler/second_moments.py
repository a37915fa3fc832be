"""
What least squares needs to know of a layer: second moments of its columns, and of what it is to
give with them, over a stream of samples.

Columns come as float64 [N, P, C] of integers. For taps in the window P is 1 and C the number of
columns of the im2col matrix, and a sample is an output pixel. In Winograd's domain P is 36, C the
input channels, and a sample is a tile of 16 outputs, on each of which the 36 positions have another
effect: `effects` float64 [E, P], ones [1, 1] in the window. Tap (p, c) of weight w adds
w effects[e, p] x[p, c] to output e, and moments are over samples and outputs alike:

    E[f_pc f_qd] = (sum_e effects[e, p] effects[e, q] / E) E[x_pc x_qd]
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WINDOW_EFFECTS: Floats = np.ones((1, 1))
"""Of taps in the window: each sample is one output."""


class ColumnSums:
    """
    Mean and covariance of columns, K in all: exact sums, however the samples are cut into batches.

    Products of columns are integers, and their sums stay below 2^53 for 10^10 samples of |x| <= 255
    and for 10^7 tiles, whose elements are at most 25500.
    """

    def __init__(self, columns: int):
        self.count = 0
        self.first = np.zeros(columns)
        self.second = np.zeros((columns, columns))

    def add(self, x: Floats) -> None:
        """
        Take in samples, float64 [N, K] of integers.
        """
        self.count += len(x)
        self.first += x.sum(axis=0)
        self.second += x.T @ x

    def mean(self) -> Floats:
        """
        Float64 [K]. Errors: ValueError when nothing was added.
        """
        if not self.count:
            raise ValueError("no image, no moments")
        return self.first / self.count

    def covariance(self) -> Floats:
        """
        E[x x^T] - m m^T: float64 [K, K]. Errors: ValueError when nothing was added.
        """
        mean = self.mean()
        return self.second / self.count - np.outer(mean, mean)


@dataclass(frozen=True, eq=False)
class FeatureMoments:
    """
    Mean [K] and covariance [K, K] of what a unit of each tap adds to an output.
    """

    mean: Floats
    covariance: Floats


def feature_moments(mean: Floats, covariance: Floats, effects: Floats) -> FeatureMoments:
    """
    From mean [K] and covariance [K, K] of the columns.
    """
    positions = effects.shape[1]
    channels = len(mean) // positions
    gram = effects.T @ effects / len(effects)
    second = (covariance + np.outer(mean, mean)).reshape(positions, channels, positions, channels)
    seen = np.repeat(effects.mean(axis=0), channels) * mean
    spread = (second * gram[:, np.newaxis, :, np.newaxis]).reshape(covariance.shape)
    return FeatureMoments(seen, spread - np.outer(seen, seen))


class TargetSums:
    """
    Moments of a layer's columns with what the layer gives on other columns: those of the original
    network, while its own inputs are what is left of it.
    """

    def __init__(self, weights: NDArray[np.int16], effects: Floats):
        """
        `weights` [O, K] are those of the original layer.
        """
        outputs, columns = weights.shape
        positions = effects.shape[1]
        filters = weights.reshape(outputs, positions, columns // positions)
        self.filters = filters.transpose(1, 2, 0).astype(np.float64)
        self.effects = effects
        self.columns = ColumnSums(columns)
        self.products = np.zeros((positions, outputs, columns // positions))
        self.outputs = np.zeros(outputs)

    def add(self, x: Floats, original: Floats) -> None:
        """
        Take in samples of the layer's columns and, for the same outputs, of the original network's:
        both float64 [N, P, C].
        """
        self.columns.add(x.reshape(len(x), -1))
        given = original.swapaxes(0, 1) @ self.filters
        self.outputs += np.tensordot(self.effects.mean(axis=0), given, 1).sum(axis=0)
        gram = self.effects.T @ self.effects / len(self.effects)
        pulled = np.tensordot(gram, given, 1)
        self.products += pulled.swapaxes(1, 2) @ x.swapaxes(0, 1)

    def features(self) -> FeatureMoments:
        """
        Of the layer's own columns.
        """
        return feature_moments(self.columns.mean(), self.columns.covariance(), self.effects)

    def target_mean(self) -> Floats:
        """
        Of the outputs without bias, float64 [O].
        """
        return self.outputs / self.columns.count

    def cross(self, mean: Floats) -> Floats:
        """
        Covariance of the outputs with the features, whose `mean` is [K]: float64 [O, K].
        """
        together = self.products.transpose(1, 0, 2).reshape(len(self.outputs), -1)
        return together / self.columns.count - np.outer(self.target_mean(), mean)
