"""
runtime/approx_depthwise.h against NumPy on random data, to the ends of its types.

The numbers of a step are literals, so the C program has one statement for each shape; it is built
for the PC (with sanitizers) and for Cortex-M, where examples/vector_runner/main.c feeds it in QEMU.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from approx_opt.compiler.depthwise import packed_table
from check_program import RUNTIME, Program, runtime_tests, source_of_shapes

X_SIZE, W_SIZE, Y_SIZE, FILL = 3000, 3 * 8, 9000, -77
VECTORS = 3


@dataclass(frozen=True)
class Shape:
    """
    What a statement is written with.
    """

    stride: int
    height: int
    width: int
    bits: int
    row: int = 0
    y_row: int = 0
    y_pixel: int = 3
    planes: int = 2
    y_plane: int = 1
    zp: int = 0
    lo: int = -128
    hi: int = 127

    def filled(self) -> Shape:
        """
        With the shortest rows where none are given.
        """
        columns = self.stride * (self.width + self.width % 2) + 2
        y_row = self.y_row or self.width * self.y_pixel
        return replace(self, row=self.row or columns, y_row=y_row)

    @property
    def x_plane(self) -> int:
        """
        Of an even number of rows of outputs.
        """
        return (self.stride * (self.height + self.height % 2 - 1) + 3) * self.row

    def statement(self) -> str:
        """
        The macro's invocation.
        """
        y = f"out.y{self.bits}"
        planes = (self.planes, self.x_plane, self.y_plane, self.height, self.width)
        numbers = (self.y_row, self.y_pixel, self.zp, self.lo, self.hi)
        return (
            f"APPROX_DEPTHWISE_STRIDE{self.stride}_S{self.bits}({', '.join(map(str, planes))}, "
            f"in.x, {self.row}, in.w, {y}, {', '.join(map(str, numbers))});"
        )


SHAPES = [
    shape.filled()
    for bits in (8, 16)
    for stride in (1, 2)
    for shape in (
        *(Shape(stride, height, width, bits) for height in (1, 2, 3) for width in (1, 2, 3, 4)),
        # A column of up to 11 tiles, loops over 6 with a rest of none, of some and of half a tile.
        *(Shape(stride, height, 2, bits, planes=1) for height in (21, 24, 25, 28, 51)),
        Shape(stride, 27, 5, bits, planes=1),
        Shape(stride, 5, 6, bits, planes=3),
        Shape(stride, 4, 7, bits, y_pixel=1, y_plane=40),
        # Inputs and outputs that immediates do not reach.
        Shape(stride, 4, 5, bits, row=30, zp=-128),
        Shape(stride, 2, 4, bits, planes=1, row=400, zp=127),
        Shape(stride, 12, 2, bits, planes=1, row=110),
        Shape(stride, 3, 2, bits, row=160, y_row=900, y_pixel=2, zp=5),
        Shape(stride, 2, 3, bits, y_row=2500, y_pixel=300),
        Shape(stride, 3, 3, bits, y_row=1999, y_pixel=1, y_plane=2400, planes=3),
        Shape(stride, 24, 3, bits, planes=1, y_row=370, y_pixel=123),
        Shape(stride, 2, 2, bits, y_row=8000, y_pixel=2),
        Shape(stride, 3, 4, bits, zp=-20, lo=-20, hi=90),
        Shape(stride, 3, 3, bits, lo=-128, hi=5),
        Shape(stride, 3, 3, bits, row=36, lo=0, hi=127),
    )
]
INPUT = np.dtype(
    [("shape", np.int32), ("w", np.int32, W_SIZE), ("x", np.int16, X_SIZE), ("end", np.int32)]
)
OUTPUT = np.dtype([("y16", np.int16, Y_SIZE), ("y8", np.int8, Y_SIZE)])


def random_vector(rng: np.random.Generator, number: int) -> tuple[np.void, np.ndarray]:
    """
    Inputs of int8, weights of int9, for a shape; the output as memory is left.
    """
    shape, vector = SHAPES[number], np.zeros((), INPUT)
    weights = rng.choice([-255, *range(-255, 256), 255], (3, 3, shape.planes)).astype(np.int16)
    bias = rng.integers(-(2**18), 2**18, shape.planes)
    multiplier = rng.integers(0, 2 ** rng.integers(12, 31), shape.planes)
    table = packed_table(weights, bias, multiplier, shape.stride)
    vector["shape"], vector["w"][: table.size] = number, table.ravel()
    x = vector["x"] = rng.choice([-128, *range(-128, 128), 127], X_SIZE)
    y = np.full(Y_SIZE, FILL)
    for c, i, j in np.ndindex(shape.planes, shape.height, shape.width):
        first = c * shape.x_plane + shape.stride * (i * shape.row + j)
        at = [first + a * shape.row + b for a, b in np.ndindex(3, 3)]
        acc = int(bias[c]) + int((x[at].astype(np.int64) * weights[..., c].ravel()).sum())
        value = (acc * int(multiplier[c]) + 2**31 >> 32) + shape.zp
        place = c * shape.y_plane + i * shape.y_row + j * shape.y_pixel
        y[place] = min(max(value, shape.lo), shape.hi)
    return vector[()], y


RNG = np.random.default_rng(11)
CASES = [random_vector(RNG, number) for number in range(len(SHAPES)) for _ in range(VECTORS)]
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


def test_is_cplusplus_too(tmp_path: Path):
    """
    A C++ file may use the macros, with the extension and without.
    """
    text = (
        '#include "approx_runtime.h"\n'
        "void check(const int16_t *x, const int32_t *w, int8_t *y, int16_t *z) {\n"
        "  APPROX_DEPTHWISE_STRIDE1_S8(2, 48, 1, 3, 5, x, 8, w, y, 15, 3, 0, -128, 127);\n"
        "  APPROX_DEPTHWISE_STRIDE2_S16(2, 126, 1, 3, 5, x, 14, w, z, 15, 3, 0, -9, 99);\n}\n"
    )
    (tmp_path / "check.cpp").write_text(text)
    warnings = ("-std=c++17", "-O2", "-Wall", "-Wextra", "-Wconversion", "-Werror")
    for cpu in ("cortex-m4", "cortex-m0plus"):
        command = ("arm-none-eabi-g++", f"-mcpu={cpu}", "-mthumb", *warnings, f"-I{RUNTIME}")
        subprocess.run([*command, "-c", "check.cpp", "-o", "check.o"], check=True, cwd=tmp_path)
