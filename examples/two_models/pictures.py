"""
What the two networks are trained and calibrated with: handwritten digits, and pictures of none.

`python pictures.py GATE.npz DIGITS.npz` writes the calibration data of both; the build does that.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "digits"))

from dataset import SEED, Samples, load_split


@dataclass(frozen=True)
class Pictures:
    """
    Pictures as both networks take them, and what the gate is to say of them.
    """

    x: NDArray[np.float32]
    """[N, 1, 8, 8], pixel / 16, so 0..1."""
    is_digit: NDArray[np.bool_]
    """[N]."""


def load_pictures() -> tuple[Pictures, Pictures]:
    """
    Training and test pictures: each digit, and the same pixels in an order of chance.
    """
    generator = np.random.default_rng(SEED)
    training, test = load_split()
    return _with_scrambled(training, generator), _with_scrambled(test, generator)


def _with_scrambled(digits: Samples, generator: np.random.Generator) -> Pictures:
    pixels = generator.permuted(digits.x.reshape(len(digits.x), -1), axis=1)
    x = np.stack((digits.x, pixels.reshape(digits.x.shape)), axis=1)
    is_digit = np.tile([True, False], len(digits.x))
    return Pictures(x.reshape(-1, *digits.x.shape[1:]), is_digit)


def main() -> None:
    """
    Write the two files.
    """
    gate, digits = sys.argv[1:]
    training, _ = load_pictures()
    np.savez(gate, x=training.x)
    np.savez(digits, x=training.x[training.is_digit])


if __name__ == "__main__":
    main()
