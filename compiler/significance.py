"""
What a tap (one multiply-accumulate per output value) is worth, and what skipping costs.

Arrays: `weights` int [O, K], one row an output channel, one column an im2col column; `mean` and
`variance` float [K], the moments of the columns of x - z_x on calibration data. Significance is
float64 [O, K], 0 where the weight is 0.

    mean           |E[x_k] w_k| / sum_j |E[x_j] w_j|, the sum over the output channel
                   The share of the expected product: Armeniakos, Mentzos, Soudris,
                   "Accelerating TinyML Inference on Microcontrollers through Approximate
                   Kernels", arXiv 2409.16815.
    variance       (g w_k)^2 Var[x_k]
                   The squared error of the output, in LSB^2, that skipping the tap leaves once
                   g w_k E[x_k] is in the bias and inputs are taken as uncorrelated.
    second-moment  (g w_k)^2 E[x_k^2]
                   The same where the bias takes up nothing: Var + mean^2.

g is what one unit of the accumulator is worth in units of the output (`output_gains`): with it the
numbers of different channels, and layers that share an output scale, compare. `mean` compares only
within its channel, as its authors use it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Taps:
    """
    A layer as the metrics see it: weights [O, K], mean [K], variance [K], gains [O].
    """

    weights: NDArray[Any]
    mean: NDArray[Any]
    variance: NDArray[Any]
    gains: Floats


class Metric(Protocol):
    """
    Significance of every tap of a layer.
    """

    def __call__(self, taps: Taps) -> Floats:
        """
        Float64 [O, K].
        """
        ...


def output_gains(multipliers: NDArray[np.int32], shift: int, rounding: str) -> Floats:
    """
    Output LSB per unit of the accumulator, one a channel: the real number that requantization
    approximates (s_x s_w / s_y), from its integers (compiler/fixedpoint.py).
    """
    fraction_bits = 31 if rounding == "tflite" else 32
    return multipliers.astype(np.float64) * 2.0 ** (shift - fraction_bits)


def mean_significance(taps: Taps) -> Floats:
    """
    Share of |E[x] w| in its channel; a channel's shares sum to 1.

    Where every expected product is 0 the formula is 0 / 0, and no tap is worth less than another:
    the shares are equal. A channel without weights has only zeros.
    """
    products = np.abs(taps.weights.astype(np.float64) * taps.mean.astype(np.float64))
    silent = products.sum(axis=1) == 0
    products[silent] = taps.weights[silent] != 0
    totals = products.sum(axis=1, keepdims=True)
    return products / np.where(totals == 0, 1, totals)


def variance_significance(taps: Taps) -> Floats:
    """
    (g w)^2 Var[x], in squared output LSB.
    """
    return _weighted_squares(taps) * taps.variance.astype(np.float64)


def second_moment_significance(taps: Taps) -> Floats:
    """
    (g w)^2 E[x^2], in squared output LSB.
    """
    mean, variance = taps.mean.astype(np.float64), taps.variance.astype(np.float64)
    return _weighted_squares(taps) * (variance + mean**2)


def _weighted_squares(taps: Taps) -> Floats:
    return np.square(taps.weights.astype(np.float64) * taps.gains[:, np.newaxis])


METRIC_NAMES = ("mean", "variance", "second-moment", "surgeon")
"""Those of this file, which look at each tap by itself, and that of compiler/surgeon.py."""

METRICS: Mapping[str, Metric] = {
    "mean": mean_significance,
    "variance": variance_significance,
    "second-moment": second_moment_significance,
}


def compensation(
    weights: NDArray[Any], skipped: NDArray[np.bool_], mean: NDArray[Any]
) -> NDArray[np.int64]:
    """
    What skipping adds to the bias so that the expected accumulator stays: int64 [O].

    weights int [O, K], skipped bool [O, K], mean float [K]. The exact expectation is a real
    number; rounding it (half to even) leaves a mean error of half an accumulator unit at most.
    """
    lost = np.where(skipped, weights, 0).astype(np.float64) @ mean.astype(np.float64)
    return np.rint(lost).astype(np.int64)
