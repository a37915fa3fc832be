"""
runtime/approx_elementwise.h against NumPy on random data, to the ends of its types.

The numbers of a step are literals, so the C program has one statement for each shape; it is built
for the PC (with sanitizers) and for Cortex-M, where examples/vector_runner/main.c feeds it in QEMU.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from check_program import Program, runtime_tests, source_of_shapes

SIZE, VECTORS, FILL = 1024, 4, -77


@dataclass(frozen=True)
class Add:
    """
    `count` sums of elements of some bits.
    """

    bits: tuple[int, int, int]
    count: int
    multipliers: tuple[int, int] = (5_400_000, -2_900_000)
    constant: int = 1 << 21
    shift: int = 22
    clamp: tuple[int, int] = (-128, 127)

    def statement(self) -> str:
        """
        The macro's invocation.
        """
        a, b, c = self.bits
        numbers = (*self.multipliers, self.constant, self.shift, *self.clamp)
        pointers = f"in.x{a}, in.z{b}, out.y{c}"
        return (
            f"APPROX_ADD({a}, {b}, {c}, {self.count}, {pointers}, {', '.join(map(str, numbers))});"
        )

    def result(self, vector: np.void) -> np.ndarray:
        """
        As memory is left.
        """
        y = np.full(SIZE, FILL, np.int64)
        x, z = vector[f"x{self.bits[0]}"], vector[f"z{self.bits[1]}"]
        left, right = self.multipliers
        total = x.astype(np.int64) * left + z.astype(np.int64) * right + self.constant
        y[: self.count] = np.clip(total >> self.shift, *self.clamp)[: self.count]
        return y


@dataclass(frozen=True)
class MaxPool:
    """
    The channels of a pixel.
    """

    window: int
    bits: tuple[int]
    count: int
    row: int
    pixel: int

    def statement(self) -> str:
        """
        The macro's invocation.
        """
        macro = f"APPROX_MAX_POOL_{self.window}X{self.window}_S{self.bits[0]}"
        return f"{macro}({self.count}, in.x8, {self.row}, {self.pixel}, out.y{self.bits[0]});"

    def result(self, vector: np.void) -> np.ndarray:
        """
        As memory is left.
        """
        y = np.full(SIZE, FILL, np.int64)
        starts = [i * self.row + j * self.pixel for i, j in np.ndindex(self.window, self.window)]
        taps = np.array([vector["x8"][start : start + self.count] for start in starts])
        y[: self.count] = taps.max(axis=0)
        return y


SHAPES: list[Add | MaxPool] = [
    *(
        Add((a, b, c), count)
        for a in (8, 16)
        for b in (8, 16)
        for c in (8, 16)
        for count in (1, 4, 7, 64)
    ),
    Add((8, 16, 8), 30, clamp=(-20, 90)),
    Add((16, 16, 16), 30, clamp=(0, 127)),
    Add((8, 8, 8), 8, (3, 1), 1, 1),
    Add((8, 8, 16), 9, (4_000_000, 4_000_000), -(2**29), 31),
    *(
        MaxPool(window, (bits,), *numbers)
        for window in (2, 3)
        for bits in (8, 16)
        for numbers in ((4, 12, 4), (32, 200, 36), (64, 256, 64))
    ),
]
INPUT = np.dtype(
    [
        *(("shape", np.int32), ("x16", np.int16, SIZE), ("z16", np.int16, SIZE)),
        *(("x8", np.int8, SIZE), ("z8", np.int8, SIZE)),
    ]
)
OUTPUT = np.dtype([("y16", np.int16, SIZE), ("y8", np.int8, SIZE)])


def random_vector(rng: np.random.Generator, number: int) -> np.void:
    """
    Values of int8 in both widths, for a shape.
    """
    vector = np.zeros((), INPUT)
    vector["shape"] = number
    for name in ("x16", "z16", "x8", "z8"):
        vector[name] = rng.choice([-128, *range(-128, 128), 127], SIZE)
    return vector[()]


RNG = np.random.default_rng(13)
CASES = [random_vector(RNG, number) for number in range(len(SHAPES)) for _ in range(VECTORS)]
INPUTS = b"".join(vector.tobytes() for vector in CASES)


def check_results(results: bytes) -> None:
    """
    Every value, and nothing behind them.
    """
    found = np.frombuffer(results, OUTPUT)
    assert len(found) == len(CASES)
    for vector, out in zip(CASES, found, strict=True):
        shape = SHAPES[vector["shape"]]
        other = np.full(SIZE, FILL)
        for bits in (8, 16):
            expected = shape.result(vector) if shape.bits[-1] == bits else other
            np.testing.assert_array_equal(out[f"y{bits}"], expected, err_msg=str(shape))


def test_vectors_tell_results_apart():
    """
    The outputs that are expected are not all at the bounds.
    """
    results = [SHAPES[vector["shape"]].result(vector) for vector in CASES]
    assert len(np.unique(np.concatenate(results))) > 200


SOURCE = source_of_shapes([shape.statement() for shape in SHAPES], OUTPUT, FILL)
test_host, test_emulated = runtime_tests(Program(INPUT, OUTPUT, SOURCE, INPUTS), check_results)
