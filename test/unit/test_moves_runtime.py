"""
runtime/approx_moves.h and runtime/approx_pooling.h against NumPy on random data.

The numbers of a sum are literals, so the C program has one statement for each shape; it is built
for the PC (with sanitizers) and for Cortex-M, where examples/vector_runner/main.c feeds it in QEMU.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from approx_opt.compiler.fixedpoint import requantize
from check_program import Program, runtime_tests, source_of_shapes

SIZE, VECTORS, FILL = 2400, 3, -77
MULTIPLIER = 1 << 30


@dataclass(frozen=True)
class Copy:
    """
    `count` values between elements of some bits, from one place to another.
    """

    bits: tuple[int, int]
    places: tuple[int, int]
    count: int

    def statement(self) -> str:
        """
        The call.
        """
        (a, b), (source, target) = self.bits, self.places
        return f"approx_copy_s{a}_s{b}(in.x{a} + {source}, out.y{b} + {target}, {self.count});"

    def result(self, vector: np.void) -> dict[str, np.ndarray]:
        """
        What is written.
        """
        y = np.full(SIZE, FILL, np.int64)
        (a, b), (source, target) = self.bits, self.places
        y[target : target + self.count] = vector[f"x{a}"][source : source + self.count]
        return {f"y{b}": y}


@dataclass(frozen=True)
class Fill:
    """
    Runs of `count` elements, `stride` apart; one run by the function for one.
    """

    bits: int
    place: int
    count: int
    runs: int = 1
    stride: int = 0

    def statement(self) -> str:
        """
        The call.
        """
        pointer = f"out.y{self.bits} + {self.place}"
        if not self.stride:
            return f"approx_fill_s{self.bits}({pointer}, 23, {self.count});"
        numbers = f"{self.count}, {self.runs}, {self.stride}"
        return f"approx_fill_runs_s{self.bits}({pointer}, 23, {numbers});"

    def result(self, vector: np.void) -> dict[str, np.ndarray]:
        """
        What is written.
        """
        y = np.full(SIZE, FILL, np.int64)
        for run in range(self.runs):
            start = self.place + run * self.stride
            y[start : start + self.count] = 23
        return {f"y{self.bits}": y}


@dataclass(frozen=True)
class Sum:
    """
    Four channels of a window, and half of the sum, rounded to even.
    """

    bits: int
    height: int
    width: int
    row: int
    pixel: int

    def statement(self) -> str:
        """
        The macros' invocations.
        """
        numbers = f"{self.height}, {self.width}, {self.row}, {self.pixel}"
        halves = f"{', '.join([str(MULTIPLIER)] * 4)}, 1, 3, -128, 127"
        return (
            "APPROX_TILE_4X1(acc, 5, -6, 1000, 0); "
            f"APPROX_SUM_4X1_S{self.bits}(acc, in.x{self.bits}, {numbers}); "
            "out.sums[0] = APPROX_ACC(acc, 0, 0), out.sums[1] = APPROX_ACC(acc, 1, 0), "
            "out.sums[2] = APPROX_ACC(acc, 2, 0), out.sums[3] = APPROX_ACC(acc, 3, 0); "
            f"APPROX_REQUANTIZE_EVEN_4X1(acc, {halves}); "
            "APPROX_PUT_4X1_S8(acc, 4, out.y8, 0, 1, 1);"
        )

    def result(self, vector: np.void) -> dict[str, np.ndarray]:
        """
        What is written.
        """
        x, sums = vector[f"x{self.bits}"].astype(np.int64), np.array([5, -6, 1000, 0], np.int64)
        for i, j in np.ndindex(self.height, self.width):
            start = i * self.row + j * self.pixel
            sums += x[start : start + 4]
        y = np.full(SIZE, FILL, np.int64)
        y[:4] = requantize(sums, np.int64(MULTIPLIER), 1, 3, (-128, 127), "even")
        return {"sums": sums, "y8": y}


SHAPES: list[Copy | Fill | Sum] = [
    *(
        Copy((a, b), places, count)
        for a in (8, 16)
        for b in (8, 16)
        for places, count in (
            *(((source, target), 41) for source in range(4) for target in range(4)),
            *(((0, 0), count) for count in (1, 2, 3, 5, 8, 15, 16, 17, 31, 300)),
        )
    ),
    *(
        Fill(bits, place, count)
        for bits in (8, 16)
        for place in range(4)
        for count in (1, 2, 3, 7, 32, 75)
    ),
    *(
        Fill(bits, place, count, runs, stride)
        for bits in (8, 16)
        for place in (0, 1)
        for count, runs, stride in (
            *((1, 1, 1), (1, 40, 3), (2, 7, 8), (2, 47, 50), (3, 60, 7), (12, 60, 25)),
            *((18, 33, 64), (102, 7, 140), (16, 16, 16), (40, 30, 41)),
        )
    ),
    *(
        Sum(bits, *numbers)
        for bits in (8, 16)
        for numbers in (
            *((1, 1, 4, 4), (2, 2, 24, 8), (3, 3, 100, 4), (1, 9, 0, 256), (5, 6, 60, 10)),
            *((1, 256, 0, 8), (16, 16, 128, 8), (256, 1, 4, 4), (7, 5, 40, 6), (2, 3, 0, 340)),
        )
    ),
]
INPUT = np.dtype([("shape", np.int32), ("x16", np.int16, SIZE), ("x8", np.int8, SIZE)])
OUTPUT = np.dtype([("sums", np.int32, 4), ("y16", np.int16, SIZE), ("y8", np.int8, SIZE)])


def random_vector(rng: np.random.Generator, number: int, extreme: bool) -> np.void:
    """
    Values of int8 in both widths, for a shape; all of them the least one, or random.
    """
    vector = np.zeros((), INPUT)
    vector["shape"] = number
    for name in ("x16", "x8"):
        values = [-128] if extreme else [-128, *range(-128, 128), 127]
        vector[name] = rng.choice(values, SIZE)
    return vector[()]


RNG = np.random.default_rng(17)
CASES = [
    random_vector(RNG, number, round == 0)
    for number in range(len(SHAPES))
    for round in range(VECTORS)
]
INPUTS = b"".join(vector.tobytes() for vector in CASES)


def check_results(results: bytes) -> None:
    """
    Every value, and nothing beside them.
    """
    found = np.frombuffer(results, OUTPUT)
    assert len(found) == len(CASES)
    for vector, out in zip(CASES, found, strict=True):
        shape = SHAPES[vector["shape"]]
        expected = shape.result(vector)
        for name in ("sums", "y16", "y8"):
            values = expected.get(name, np.full(out[name].shape, FILL))
            np.testing.assert_array_equal(out[name], values, err_msg=f"{name} of {shape}")


SOURCE = source_of_shapes([shape.statement() for shape in SHAPES], OUTPUT, FILL)
test_host, test_emulated = runtime_tests(Program(INPUT, OUTPUT, SOURCE, INPUTS), check_results)
