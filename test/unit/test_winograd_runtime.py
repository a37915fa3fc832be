"""
runtime/approx_winograd.h against NumPy: each function alone on random data, to the ends of its
types, and the three in a row, which must be a 3x3 convolution.

One C program runs a vector of parameters and data through the three functions. It is built for the
PC (with sanitizers) and for Cortex-M, where examples/vector_runner/main.c feeds it in QEMU.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from check_program import RUNTIME, Program, runtime_tests

PAIRS = (1, 2, 3, 4, 5, 8, 9, 10, 16, 33)
MAX_PAIRS = max(PAIRS)
MAX_PIXEL, FILL = 2 * MAX_PAIRS + 2, -77

X_SIZE = 4 * (10 * MAX_PIXEL + 2)
V_SIZE, U_SIZE, M_SIZE = 16 * MAX_PAIRS * 8, 16 * MAX_PAIRS * 4, 16 * 8
Y_SIZE = 2 * 40
INPUT = np.dtype(
    [
        *((name, np.int32) for name in ("chain", "pairs", "row", "pixel")),
        *((name, np.int32) for name in ("channels", "rows", "columns", "y_row", "y_pixel")),
        *((name, np.int32) for name in ("shift", "zp", "lo", "hi")),
        *((name, np.int32, 2) for name in ("bias", "multipliers")),
        *(("m", np.int32, M_SIZE), ("x", np.int16, X_SIZE)),
        *(("v", np.int16, V_SIZE), ("u", np.int16, U_SIZE)),
    ]
)
OUTPUT = np.dtype(
    [
        *(("m", np.int32, M_SIZE), ("v", np.int16, V_SIZE)),
        *(("y16", np.int16, Y_SIZE), ("y8", np.int8, Y_SIZE)),
    ]
)
"""A vector and its results, as the structs of the C program; `chain` passes results on."""

B_T = np.array([[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]])
G2 = np.array([[2, 0, 0], [1, 1, 1], [1, -1, 1], [0, 0, 2]])
A_T = np.array([[1, 1, 1, 0], [0, 1, -1, -1]])

SOURCE = f"""
#include <string.h>
#include "check.h"
#include "approx_runtime.h"
#define OUTPUT(name, y)                                                                      \\
  approx_winograd_output_##name(in.chain ? out.m : in.m, in.channels, in.bias,               \\
                                in.multipliers, (int)in.shift, in.zp, in.lo, in.hi, y,       \\
                                in.y_row, in.y_pixel, in.rows, in.columns)
int check_run(const int8_t *input, int8_t *output, void *workspace) {{
  static struct inputs in;
  static struct outputs out;
  (void)workspace;
  memcpy(&in, input, sizeof in);
  for (int i = 0; i < {V_SIZE}; i++) out.v[i] = {FILL};
  for (int i = 0; i < {Y_SIZE}; i++) out.y8[i] = {FILL}, out.y16[i] = {FILL};
  approx_winograd_input(in.x, in.row, in.pixel, in.pairs, out.v);
  approx_winograd_product(in.chain ? out.v : in.v, in.u, out.m, in.pairs);
  OUTPUT(s8, out.y8);
  OUTPUT(s16, out.y16);
  memcpy(output, &out, sizeof out);
  return 0;
}}
"""


def patch(vector: np.void) -> np.ndarray:
    """
    The 4 x 10 inputs of a vector, with their channels.
    """
    at = vector["row"] * np.arange(4)[:, None, None] + vector["pixel"] * np.arange(10)[:, None]
    return vector["x"][at + np.arange(2 * vector["pairs"])].astype(np.int64)


def input_transform(vector: np.void) -> np.ndarray:
    """
    v [position, channel pair, tile, 2].
    """
    x = patch(vector)
    tiles = np.stack([x[:, 2 * t : 2 * t + 4] for t in range(4)])
    v = np.einsum("ia,tabc,jb->ijct", B_T, tiles, B_T)
    return v.reshape(16, -1, 2, 4).swapaxes(2, 3)


def product(vector: np.void, v: np.ndarray) -> np.ndarray:
    """
    m [position, output, tile].
    """
    u = vector["u"][: 64 * vector["pairs"]].reshape(16, -1, 2, 2).astype(np.int64)
    return np.einsum("pctk,pcrk->prt", v, u).astype(np.int32)


def requantized(acc: int, r: int, vector: np.void) -> int:
    """
    One output from a sum of output r that holds its bias.
    """
    wrapped = int(np.int64(acc).astype(np.int32))
    scaled = (wrapped >> 2 << int(vector["shift"])) * int(vector["multipliers"][r])
    value = (scaled + 2**31 >> 32) + int(vector["zp"])
    return min(max(value, int(vector["lo"])), int(vector["hi"]))


def stored(vector: np.void, sums: np.ndarray) -> np.ndarray:
    """
    y as memory is left, from four times the sums [output, row, column] without their biases.
    """
    y = np.full(Y_SIZE, FILL, np.int64)
    for r, i, j in np.ndindex(*(int(vector[name]) for name in ("channels", "rows", "columns"))):
        at = i * vector["y_row"] + j * vector["y_pixel"] + r
        y[at] = requantized(int(sums[r, i, j]) + int(vector["bias"][r]), r, vector)
    return y


def output_transform(vector: np.void) -> np.ndarray:
    """
    y from the vector's m [position, output, tile].
    """
    square = vector["m"].reshape(4, 4, 2, 4).astype(np.int64)
    return stored(vector, np.einsum("ia,abrt,jb->ritj", A_T, square, A_T).reshape(2, 2, 8))


@dataclass(frozen=True)
class Shape:
    """
    What the functions are asked for.
    """

    pairs: int
    channels: int = 2
    rows: int = 2
    columns: int = 8
    lo: int = -128
    hi: int = 127


SHAPES = (
    *(Shape(pairs) for pairs in PAIRS),
    *(Shape(1, channels=1, rows=rows, columns=n) for rows in (1, 2) for n in range(1, 9)),
    *(Shape(2, rows=rows, columns=n) for rows in (1, 2) for n in range(1, 9)),
    *(Shape(3, lo=lo, hi=hi) for lo, hi in ((-20, 127), (-128, 5), (-3, 90))),
)


def random_vector(rng: np.random.Generator, shape: Shape, chain: bool) -> np.void:
    """
    Parameters and data; the latter of full range, but for the inputs, which are those of int8.
    """
    vector = np.zeros((), INPUT)
    for name in ("pairs", "channels", "rows", "columns", "lo", "hi"):
        vector[name] = getattr(shape, name)
    pixel = 2 * shape.pairs + int(rng.choice([0, 2]))
    vector["chain"], vector["pixel"] = chain, pixel
    vector["row"] = 10 * pixel + int(rng.choice([0, 2]))
    vector["y_pixel"], vector["y_row"] = rng.choice([(2, 16), (4, 34), (2, 40)])
    vector["shift"], vector["zp"] = rng.integers(0, 3), rng.integers(-128, 128)
    vector["bias"] = rng.integers(-(2**31), 2**31, 2)
    vector["multipliers"] = rng.integers(0, 2 ** rng.integers(8, 32), 2)
    vector["m"] = rng.integers(-(2**31), 2**31, M_SIZE)
    vector["x"] = rng.choice([-128, *range(-128, 128), 127], X_SIZE)
    for name in ("u", "v"):
        vector[name] = rng.choice(
            [-(2**15), 2**15 - 1, *range(-(2**15), 2**15, 99)], INPUT[name].shape
        )
    return vector[()]


def convolution_vector(rng: np.random.Generator, shape: Shape) -> tuple[np.void, np.ndarray]:
    """
    All three steps, with weights g [output, channel, 3, 3] transformed as the compiler does.
    """
    vector = random_vector(rng, shape, chain=True)
    g = rng.choice([-128, *range(-128, 128), 127], (2, 2 * shape.pairs, 3, 3))
    u = np.einsum("ia,rcab,jb->ijcr", G2, g, G2).reshape(16, shape.pairs, 2, 2).swapaxes(2, 3)
    assert np.abs(u).max() <= 9 * 128
    vector["u"][: u.size] = u.ravel()
    vector["bias"] = 4 * rng.integers(-(2**15), 2**15, 2)
    vector["zp"] = rng.integers(-50, 50)
    vector["multipliers"] = (
        2**32 // (500 * shape.pairs) + rng.integers(0, 999, 2) >> vector["shift"]
    )
    return vector, g


def convolved(vector: np.void, g: np.ndarray) -> np.ndarray:
    """
    y by a direct convolution.
    """
    windows = np.lib.stride_tricks.sliding_window_view(patch(vector), (3, 3), axis=(0, 1))
    return stored(vector, 4 * np.einsum("ijcab,rcab->rij", windows, g))


RNG = np.random.default_rng(7)
ALONE = [random_vector(RNG, shape, chain=False) for shape in SHAPES]
CONVOLUTIONS = [convolution_vector(RNG, shape) for shape in SHAPES]
INPUTS = b"".join(v.tobytes() for v in (*ALONE, *(v for v, _ in CONVOLUTIONS)))


def check_results(results: bytes) -> None:
    """
    Compare step by step; memory that is not the step's keeps its fill.
    """
    found = np.frombuffer(results, OUTPUT)
    assert len(found) == len(ALONE) + len(CONVOLUTIONS)
    for vector, out in zip(ALONE, found, strict=False):
        v = np.full(V_SIZE, FILL)
        v[: 128 * vector["pairs"]] = input_transform(vector).ravel()
        np.testing.assert_array_equal(out["v"], v)
        given = vector["v"][: 128 * vector["pairs"]].reshape(16, -1, 4, 2)
        m = product(vector, given.astype(np.int64))
        np.testing.assert_array_equal(out["m"], m.ravel())
        y = output_transform(vector)
        np.testing.assert_array_equal(out["y8"], y)
        np.testing.assert_array_equal(out["y16"], y)
    for (vector, g), out in zip(CONVOLUTIONS, found[len(ALONE) :], strict=True):
        y = convolved(vector, g)
        np.testing.assert_array_equal(out["y8"], y)
        np.testing.assert_array_equal(out["y16"], y)


def test_convolutions_tell_results_apart():
    """
    The outputs that are expected are not all at the bounds.
    """
    values = np.concatenate([convolved(*convolution) for convolution in CONVOLUTIONS])
    assert len(np.unique(values)) > 150


test_host, test_emulated = runtime_tests(Program(INPUT, OUTPUT, SOURCE, INPUTS), check_results)


def test_is_cplusplus_too(tmp_path: Path):
    """
    A C++ file may include the header and call the functions, with the extension and without.
    """
    source = tmp_path / "check.cpp"
    source.write_text(
        '#include "approx_runtime.h"\n'
        "void check(const int16_t *x, int16_t *v, int32_t *m, int16_t *y) {\n"
        "  approx_winograd_input(x, 40, 4, 2, v);\n  approx_winograd_product(v, x, m, 2);\n"
        "  approx_winograd_output_s16(m, 2, m, m, 1, 0, -128, 127, y, 32, 4, 2, 8);\n}\n"
    )
    warnings = ("-std=c++17", "-O2", "-Wall", "-Wextra", "-Wconversion", "-Werror")
    for cpu in ("cortex-m4", "cortex-m0plus"):
        command = ("arm-none-eabi-g++", f"-mcpu={cpu}", "-mthumb", *warnings, f"-I{RUNTIME}")
        subprocess.run([*command, "-c", source, "-o", tmp_path / "check.o"], check=True)
