"""
The vectors that the runtime is tested with, and what a case says of them (helper of tests).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from approx_opt.compiler.packing import BYTES, SUMS, WORDS

X_SIZE, W_SIZE, S_SIZE, ROWS = 2304, 136, 21, 8
INT32_MIN, INT32_MAX = -(2**31), 2**31 - 1
TILES = tuple(itertools.product((1, 2), (1, 2, 4)))
ORDERS = {"s8": BYTES, "sums": SUMS, "s16": WORDS}
ROW_COUNTS = (2, 4, 8)


@dataclass(frozen=True)
class Vector:
    """
    The data of one run: inputs, weight rows, accumulators, softmax inputs.
    """

    x: np.ndarray
    w: np.ndarray
    b: np.ndarray
    s: np.ndarray

    def pack(self) -> bytes:
        """
        As `struct inputs` of the C program.
        """
        weights = [
            order.pack(self.weights(name)[:rows])
            for name, order in ORDERS.items()
            for rows in ROW_COUNTS
        ]
        parts = (self.b, self.x, *weights, self.s)
        return b"".join(part.tobytes() for part in parts)

    def weights(self, order: str) -> np.ndarray:
        """
        int64 [ROWS, W_SIZE] as an order has them: -128 is not for sums, int16 are wider than int8.
        """
        low = -127 if order == "sums" else -128
        weights = np.maximum(self.w.astype(np.int64), low)
        return 256 * weights + 55 if order == "s16" else weights


@dataclass(frozen=True)
class Case:
    """
    C statements that leave `count` numbers in `out`, and the numbers.
    """

    code: str
    count: int
    expected: Callable[[Vector], list[int]]


def wrap(value: int) -> int:
    """
    Modulo 2^32, as int32.
    """
    return (value - INT32_MIN) % 2**32 + INT32_MIN


def clamp(value: int, lo: int, hi: int) -> int:
    """
    The nearest value within bounds.
    """
    return max(lo, min(hi, value))


def read_tile(channels: int, pixels: int, name: str = "acc") -> str:
    """
    C that copies a tile to `out`.
    """
    cells = itertools.product(range(channels), range(pixels))
    return " ".join(f"out[{i}] = APPROX_ACC({name}, {r}, {p});" for i, (r, p) in enumerate(cells))


def new_tile(channels: int, pixels: int) -> str:
    """
    C that declares the tile of a case, started from `b`.
    """
    biases = ", ".join(f"in->b[{r}]" for r in range(channels))
    return f"APPROX_TILE_{channels}X{pixels}(acc, {biases});"


def random_vector(rng: np.random.Generator) -> Vector:
    """
    Uniform over all values, with the extremes more often than that.
    """

    def integers(dtype: str, *shape: int) -> np.ndarray:
        info = np.iinfo(dtype)
        values = rng.integers(info.min, info.max, shape, dtype, endpoint=True)
        extremes = rng.choice(np.array([info.min, info.max, 0, -1], dtype), shape)
        return np.where(rng.random(shape) < 0.1, extremes, values)

    return Vector(
        x=integers("int16", X_SIZE),
        w=integers("int8", ROWS, W_SIZE),
        b=integers("int32", ROWS) >> rng.integers(0, 30, ROWS, "int32"),
        s=integers("int8", S_SIZE),
    )


VECTORS = [random_vector(rng) for rng in np.random.default_rng(7).spawn(20)]
