"""
runtime/approx_dense_plane.h against NumPy on random data.

The numbers of a statement are literals, so the C program has one for each shape; it is built for
the PC (with sanitizers) and for Cortex-M, where examples/vector_runner/main.c feeds it in QEMU.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from approx_opt.compiler.packing import BYTES, SUMS, WORDS
from check_program import Program, runtime_tests, source_of_shapes

X_SIZE, W_SIZE, Y_SIZE, FILL, ROWS = 6000, 3200, 10000, -77, 4
ORDERS = {"S16": WORDS, "S8": BYTES, "SUMS": SUMS}


@dataclass(frozen=True)
class Shape:
    """
    What a statement is written with.
    """

    order: str
    bits: int
    lines: int
    count: int
    x_steps: tuple[int, int]
    runs: tuple[int, int, int]
    y_steps: tuple[int, int, int]
    zp: int = 0

    def statement(self) -> str:
        """
        The macro's invocation.
        """
        x, runs, y = (", ".join(map(str, n)) for n in (self.x_steps, self.runs, self.y_steps))
        w = "in.w" if self.order == "S16" else "(const int8_t *)in.w"
        return (
            f"APPROX_DENSE_PLANE_{self.order}_S{self.bits}({self.lines}, {self.count}, in.x, {x}, "
            f"{w}, {runs}, in.bias, in.m, {self.zp}, out.y{self.bits}, {y});"
        )

    def windows(self) -> np.ndarray:
        """
        Places of inputs [lines, count, runs * length].
        """
        length, runs, below = self.runs
        counts, steps = (self.lines, self.count, runs, length), (*self.x_steps, below, 1)
        places = sum(i * n for i, n in zip(np.indices(counts), steps, strict=True))
        return np.asarray(places).reshape(self.lines, self.count, -1)


SHAPES = [
    Shape(order, bits, *numbers)
    for order in ORDERS
    for bits in (8, 16)
    for numbers in (
        # Straight-line windows: an even and an odd line, channels adjacent and in planes.
        (1, 6, (0, 8), (8, 1, 0), (0, 4, 1), -128),
        (1, 5, (0, 8), (8, 1, 0), (0, 4, 1), 127),
        (1, 2, (0, 2), (2, 1, 0), (0, 1, 2), 5),
        (1, 3, (0, 2), (4, 1, 0), (0, 1, 3), -5),
        (3, 4, (80, 8), (8, 2, 40), (6, 1, 30), 1),
        (3, 5, (100, 6), (6, 3, 100), (7, 1, 2100), 2),
        # Two tiles written out, side by side and below each other; lines of one output.
        (2, 8, (90, 10), (10, 1, 0), (9, 1, 20), 7),
        (2, 4, (60, 12), (6, 2, 150), (4, 1, 2100), 7),
        (3, 1, (60, 2), (18, 2, 30), (3, 1, 9), 8),
        # Columns as lines: steps of a line are longer than those between lines.
        (4, 5, (6, 100), (6, 1, 0), (3, 60, 1), 3),
        (2, 3, (4, 2000), (4, 1, 0), (5, 1500, 700), 3),
        # Loops over a window: rounds, rounds and a rest, runs, and both.
        (2, 4, (400, 64), (64, 1, 0), (40, 4, 1), 0),
        (2, 3, (400, 58), (58, 1, 0), (40, 1, 5), 0),
        (2, 5, (200, 16), (16, 3, 200), (50, 4, 1), 0),
        (2, 3, (700, 70), (70, 3, 700), (50, 4, 1), 0),
        (2, 4, (1000, 10), (90, 4, 1000), (4, 1, 8), 0),
        (2, 2, (600, 300), (258, 1, 0), (8, 4, 1), 0),
        (2, 3, (900, 276), (266, 1, 0), (12, 4, 1), 0),
        (2, 3, (600, 200), (170, 2, 1500), (4, 1, 12), 0),
    )
]
INPUT = np.dtype(
    [
        *(("shape", np.int32), ("bias", np.int32, ROWS), ("m", np.int32, ROWS)),
        *(("w", np.int16, W_SIZE), ("x", np.int16, X_SIZE)),
    ]
)
OUTPUT = np.dtype([("y16", np.int16, Y_SIZE), ("y8", np.int8, Y_SIZE)])


def random_vector(rng: np.random.Generator, number: int) -> tuple[np.void, np.ndarray]:
    """
    Inputs and weights of int8 for a shape; the output as memory is left.
    """
    shape, vector = SHAPES[number], np.zeros((), INPUT)
    places = shape.windows()
    weights = rng.integers(-127, 128, (ROWS, places.shape[2]))
    bias = rng.integers(-(2**14), 2**14, ROWS)
    multipliers = rng.integers(0, 2 ** rng.integers(20, 27), ROWS)
    packed = ORDERS[shape.order].pack(weights).tobytes()
    vector["w"] = np.frombuffer(packed.ljust(2 * W_SIZE, b"\0"), np.int16)
    starts = bias.copy()
    if shape.order == "SUMS":
        starts[1::2] = starts[0::2] + 256 * bias[1::2]
    vector["shape"], vector["bias"], vector["m"] = number, starts, multipliers
    x = vector["x"] = rng.choice([-128, *range(-128, 128), 127], X_SIZE)
    acc = x[places].astype(np.int64) @ weights.T + bias
    values = np.clip((acc * multipliers + 2**31 >> 32) + shape.zp, -128, 127)
    y = np.full(Y_SIZE, FILL)
    steps = np.array(shape.y_steps)
    for at in np.ndindex(values.shape):
        y[int(steps @ at)] = values[at]
    return vector[()], y


RNG = np.random.default_rng(23)
CASES = [random_vector(RNG, number) for number in range(len(SHAPES)) for _ in range(2)]
INPUTS = b"".join(vector.tobytes() for vector, _ in CASES)


def check_results(results: bytes) -> None:
    """
    Every output, and nothing between them.
    """
    found = np.frombuffer(results, OUTPUT)
    assert len(found) == len(CASES)
    for (vector, y), out in zip(CASES, found, strict=True):
        shape = SHAPES[vector["shape"]]
        wide = shape.bits == 16
        other = np.full(Y_SIZE, FILL)
        np.testing.assert_array_equal(out["y16"], y if wide else other, err_msg=str(shape))
        np.testing.assert_array_equal(out["y8"], other if wide else y, err_msg=str(shape))


def test_vectors_tell_results_apart():
    """
    The outputs that are expected are not all at the bounds.
    """
    assert len(np.unique(np.concatenate([y for _, y in CASES]))) > 150


SOURCE = source_of_shapes([shape.statement() for shape in SHAPES], OUTPUT, FILL)
test_host, test_emulated = runtime_tests(Program(INPUT, OUTPUT, SOURCE, INPUTS), check_results)
