"""
runtime/approx_winograd4.h and approx_winograd4_filters.h against NumPy: each function alone on
random data, to the ends of its types, where sums wrap. (test/numerics has whole convolutions.)

One C program runs a vector of parameters and data through the functions. It is built for the PC
(with sanitizers) and for Cortex-M, where examples/vector_runner/main.c feeds it in QEMU.
"""

from __future__ import annotations

import numpy as np
from approx_opt.compiler.fixedpoint import requantize
from approx_opt.compiler.winograd import (
    F4,
    divided,
    products,
    transformed_input,
    transformed_output,
)
from approx_opt.compiler.winograd_filters import transformed_pairs
from check_program import Program, runtime_tests

PAIRS = (1, 2, 7, 8, 9, 16, 17, 32, 33, 40, 47)
"""Every number a first block can have, blocks written out, and a loop of blocks."""
MOST = max(PAIRS)
FILL = -77
X_SIZE, V_SIZE, U_SIZE, M_SIZE = 6 * (6 * (2 * MOST + 2) + 2), 36 * MOST * 8, 36 * MOST * 4, 288
W_SIZE = 36 * MOST
Y_SIZE = 4 * 40
INPUT = np.dtype(
    [
        *((name, np.int32) for name in ("pairs", "row", "pixel", "tile", "channels")),
        *((name, np.int32) for name in ("y_row", "y_pixel", "shift", "zp", "lo", "hi")),
        *(("bias", np.int32, 2), ("multipliers", np.int32, 2), ("m", np.int32, M_SIZE)),
        *(("x", np.int16, X_SIZE), ("v", np.int16, V_SIZE), ("u", np.int16, U_SIZE)),
        ("w", np.int8, W_SIZE),
    ]
)
OUTPUT = np.dtype(
    [
        *(("m", np.int32, M_SIZE), ("packed", np.int32, M_SIZE)),
        *(("v", np.int16, V_SIZE), ("u", np.int16, U_SIZE)),
        *(("y16", np.int16, (4, Y_SIZE)), ("y8", np.int8, (4, Y_SIZE))),
    ]
)
"""A vector and its results, as the structs of the C program."""

CASES = "\n".join(
    f"  if (in.pairs == {n}) {{ APPROX_WINOGRAD4_PRODUCT(in.v, in.u, out.m, {n});"
    f" APPROX_WINOGRAD4_PACKED_PRODUCT(in.v, in.u, out.packed, {n}); }}"
    for n in PAIRS
)

SOURCE = f"""
#include <string.h>
#include "check.h"
#include "approx_runtime.h"
#define OUTPUT(name, y)                                                                      \\
  approx_winograd4_output_##name(in.m, in.channels, in.bias, in.multipliers, (int)in.shift,  \\
                                 in.zp, in.lo, in.hi, y[0], y[1], y[2], y[3], in.y_row,      \\
                                 in.y_pixel)
static struct inputs in;
static struct outputs out;
static void product(void) {{
{CASES}
}}
int check_run(const int8_t *input, int8_t *output, void *workspace) {{
  (void)workspace;
  memcpy(&in, input, sizeof in);
  for (int i = 0; i < {V_SIZE}; i++) out.v[i] = {FILL};
  for (int i = 0; i < {U_SIZE}; i++) out.u[i] = {FILL};
  for (int i = 0; i < 4 * {Y_SIZE}; i++) out.y8[0][i] = {FILL}, out.y16[0][i] = {FILL};
  approx_winograd4_input(in.x, in.row, in.pixel, in.pairs, out.v + 2 * in.tile);
  approx_winograd4_filters(in.w, in.pairs, out.u);
  product();
  OUTPUT(s8, out.y8);
  OUTPUT(s16, out.y16);
  memcpy(output, &out, sizeof out);
  return 0;
}}
""".replace("out.y8[0][i]", "((int8_t *)out.y8)[i]").replace(
    "out.y16[0][i]", "((int16_t *)out.y16)[i]"
)


def random_vector(rng: np.random.Generator, pairs: int, channels: int, plain: bool) -> np.void:
    """
    Inputs as int8 gives them, all else of full range; `plain` asks for no shift and SSAT's bounds.
    """
    vector = np.zeros((), INPUT)
    pixel = 2 * pairs + int(rng.choice([0, 2]))
    vector["pairs"], vector["pixel"], vector["row"] = pairs, pixel, 6 * pixel + rng.choice([0, 2])
    vector["tile"], vector["channels"] = rng.integers(4), channels
    vector["y_pixel"], vector["y_row"] = rng.choice([(2, 8), (4, 18), (3, 31)])
    vector["lo"], vector["hi"] = (-128, 127) if plain else (-20, 90)
    vector["shift"] = 0 if plain else 1
    vector["zp"] = rng.integers(-20, 91)
    vector["bias"] = rng.integers(-(2**24), 2**24, 2)
    vector["multipliers"] = rng.integers(0, 2 ** rng.integers(8, 31), 2)
    vector["m"] = rng.integers(-(2**31), 2**31, M_SIZE)
    vector["x"] = rng.choice([-128, 127, *range(-128, 128)], X_SIZE)
    ends = rng.integers(3) == 0
    vector["w"] = rng.choice([-128, 127] if ends else range(-128, 128), W_SIZE)
    for name in ("u", "v"):
        values = [-(2**15), 2**15 - 1, *range(-(2**15), 2**15, 99)]
        vector[name] = rng.choice(values, INPUT[name].shape)
    return vector[()]


RNG = np.random.default_rng(11)
VECTORS = [
    random_vector(RNG, pairs, channels, plain)
    for pairs in PAIRS
    for channels, plain in ((2, True), (1, True), (2, False))
]
INPUTS = b"".join(vector.tobytes() for vector in VECTORS)


def input_transform(vector: np.void) -> np.ndarray:
    """
    v as memory is left: the words of one tile.
    """
    pairs = int(vector["pairs"])
    at = vector["row"] * np.arange(6)[:, None, None] + vector["pixel"] * np.arange(6)[:, None]
    patch = vector["x"][at + np.arange(2 * pairs)]
    v = np.full(V_SIZE, FILL, np.int64)
    tiles = v[: 288 * pairs].reshape(pairs, 36, 4, 2)
    tiles[:, :, vector["tile"]] = transformed_input(patch[None], F4)[:, :, 0].swapaxes(0, 1)
    return v


def filters(vector: np.void) -> np.ndarray:
    """
    u as memory is left.
    """
    pairs = int(vector["pairs"])
    u = np.full(U_SIZE, FILL, np.int64)
    u[: 144 * pairs] = transformed_pairs(vector["w"][: 36 * pairs].reshape(pairs, 36)).ravel()
    return u


def product(vector: np.void, packed: bool = False) -> np.ndarray:
    """
    m [position, output, tile], wrapped.
    """
    pairs = int(vector["pairs"])
    v = vector["v"][: 288 * pairs].reshape(pairs, 36, 4, 2).swapaxes(0, 1)
    u = vector["u"][: 144 * pairs]
    by_position = (
        u.reshape(pairs, 36, 2, 2).swapaxes(0, 1) if packed else u.reshape(36, pairs, 2, 2)
    )
    return products(v, by_position).astype(np.int32)


def output_transform(vector: np.void) -> np.ndarray:
    """
    y as memory is left, [tile, element].
    """
    sums = transformed_output(vector["m"].reshape(36, 2, 4).astype(np.int64), F4)
    y = np.full((4, Y_SIZE), FILL, np.int64)
    clamp = int(vector["lo"]), int(vector["hi"])
    for r in range(int(vector["channels"])):
        acc = (divided(sums[r], F4) + vector["bias"][r]).astype(np.int32).astype(np.int64)
        factor, shift = int(vector["multipliers"][r]), int(vector["shift"])
        values = requantize(acc, factor, shift, int(vector["zp"]), clamp)
        for i, j in np.ndindex(4, 4):
            y[:, i * vector["y_row"] + j * vector["y_pixel"] + r] = values[:, i, j]
    return y


def check_results(results: bytes) -> None:
    """
    Compare step by step; memory that is not the step's keeps its fill.
    """
    found = np.frombuffer(results, OUTPUT)
    assert len(found) == len(VECTORS)
    for vector, out in zip(VECTORS, found, strict=True):
        np.testing.assert_array_equal(out["v"], input_transform(vector))
        np.testing.assert_array_equal(out["u"], filters(vector))
        np.testing.assert_array_equal(out["m"], product(vector).ravel())
        np.testing.assert_array_equal(out["packed"], product(vector, packed=True).ravel())
        y = output_transform(vector)
        np.testing.assert_array_equal(out["y8"], y)
        np.testing.assert_array_equal(out["y16"], y)


def test_outputs_differ():
    """
    What is expected is not all at the bounds.
    """
    assert len(np.unique([output_transform(vector) for vector in VECTORS])) > 150


test_host, test_emulated = runtime_tests(Program(INPUT, OUTPUT, SOURCE, INPUTS), check_results)
