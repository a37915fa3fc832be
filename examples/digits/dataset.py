"""
The handwritten digits of scikit-learn (8x8 pixels, 0..16), split once and for all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

SEED = 0
TEST_SHARE = 0.5


@dataclass(frozen=True)
class Samples:
    """
    Images as the network takes them, with their labels.
    """

    x: NDArray[np.float32]
    """[N, 1, 8, 8], pixel / 16, so 0..1."""
    y: NDArray[np.int64]
    """[N], the digit."""


def load_split() -> tuple[Samples, Samples]:
    """
    Training and test samples, every digit in the same share in both.

    The data come with scikit-learn; nothing is downloaded. The split depends on `SEED` alone.
    """
    pixels, labels = load_digits(return_X_y=True)
    images = (pixels / 16).astype(np.float32).reshape(-1, 1, 8, 8)
    x_train, x_test, y_train, y_test = train_test_split(
        images, labels.astype(np.int64), test_size=TEST_SHARE, random_state=SEED, stratify=labels
    )
    return Samples(x_train, y_train), Samples(x_test, y_test)
