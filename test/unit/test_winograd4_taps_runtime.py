"""
runtime/approx_winograd4_taps.h against NumPy: each function alone on random data, to the ends of
its types, where sums wrap. (test/numerics has whole convolutions.)

One C program runs a vector of parameters and data through the functions. It is built for the PC
(with sanitizers) and for Cortex-M, where examples/vector_runner/main.c feeds it in QEMU.
"""

from __future__ import annotations

import numpy as np
from approx_opt.compiler.fixedpoint import requantize
from approx_opt.compiler.winograd import transformed_output
from approx_opt.compiler.winograd_domain import CONSTANT_POSITION, F4_TAPS, ninths
from approx_opt.compiler.winograd_taps import tap_products, tap_stream
from check_program import Program, runtime_tests

PAIRS = 36
FILL = -77
V_SIZE, M_SIZE, Y_SIZE = 36 * PAIRS * 8, 288, 4 * 40
U_SIZE = 36 * (3 * PAIRS + 6) + 3
INPUT = np.dtype(
    [
        *((name, np.int32) for name in ("channels", "y_row", "y_pixel", "shift", "zp", "lo", "hi")),
        *(("bias", np.int32, 2), ("multipliers", np.int32, 2), ("centers", np.int32, 2)),
        *(("m", np.int32, M_SIZE), ("u", np.int32, U_SIZE), ("v", np.int16, V_SIZE)),
    ]
)
OUTPUT = np.dtype(
    [("m", np.int32, M_SIZE), ("y16", np.int16, (4, Y_SIZE)), ("y8", np.int8, (4, Y_SIZE))]
)
"""A vector and its results, as the structs of the C program."""

SOURCE = f"""
#include <string.h>
#include "check.h"
#include "approx_runtime.h"
#define OUTPUT(name, y)                                                                       \\
  approx_winograd4_skipped_##name(in.m, in.channels, in.bias, in.multipliers, in.centers,     \\
                                  (int)in.shift, in.zp, in.lo, in.hi, y[0], y[1], y[2], y[3], \\
                                  in.y_row, in.y_pixel)
static struct inputs in;
static struct outputs out;
int check_run(const int8_t *input, int8_t *output, void *workspace) {{
  (void)workspace;
  memcpy(&in, input, sizeof in);
  for (int i = 0; i < {Y_SIZE}; i++) {{
    for (int t = 0; t < 4; t++) {{
      out.y8[t][i] = {FILL};
      out.y16[t][i] = {FILL};
    }}
  }}
  approx_winograd4_taps(in.v, in.u, out.m);
  OUTPUT(s8, out.y8);
  OUTPUT(s16, out.y16);
  memcpy(output, &out, sizeof out);
  return 0;
}}
"""


def random_filters(rng: np.random.Generator) -> np.ndarray:
    """
    int16 [36, PAIRS, 2, 2] of which each position has its own shares of both outputs' blocks.
    """
    values = [-(2**15), 2**15 - 1, *range(-(2**15), 2**15, 99)]
    filters = rng.choice(values, (36, PAIRS, 2, 2))
    shares = rng.choice([0.0, 0.1, 0.5, 0.9, 1.0], (36, 1, 2))
    return (filters * (rng.random((36, PAIRS, 2)) < shares)[..., np.newaxis]).astype(np.int16)


def random_vector(rng: np.random.Generator, channels: int, plain: bool) -> np.void:
    """
    Numbers of full range; `plain` asks for no shift and SSAT's bounds.
    """
    vector = np.zeros((), INPUT)
    stream = tap_stream(random_filters(rng))
    vector["u"][: stream.size] = stream
    vector["channels"] = channels
    vector["y_pixel"], vector["y_row"] = rng.choice([(2, 8), (4, 18), (3, 31)])
    vector["lo"], vector["hi"] = (-128, 127) if plain else (-20, 90)
    vector["shift"] = 0 if plain else 1
    vector["zp"] = rng.integers(-20, 91)
    vector["bias"] = rng.integers(-(2**24), 2**24, 2)
    vector["multipliers"] = rng.integers(0, 2 ** rng.choice([11, 13, 14, 30]), 2)
    for name in ("centers", "m"):
        vector[name] = rng.integers(-(2**31), 2**31, INPUT[name].shape)
    values = [-(2**15), 2**15 - 1, *range(-(2**15), 2**15, 99)]
    vector["v"] = rng.choice(values, V_SIZE)
    return vector[()]


RNG = np.random.default_rng(12)
VECTORS = [
    random_vector(RNG, channels, plain)
    for _ in range(8)
    for channels, plain in ((2, True), (1, True), (2, False))
]
INPUTS = b"".join(vector.tobytes() for vector in VECTORS)


def product(vector: np.void) -> np.ndarray:
    """
    m [position, output, tile], wrapped.
    """
    v = vector["v"].reshape(PAIRS, 36, 4, 2)
    return tap_products(v, vector["u"]).astype(np.int32)


def output_transform(vector: np.void) -> np.ndarray:
    """
    y as memory is left, [tile, element].
    """
    m = vector["m"].reshape(36, 2, 4).astype(np.int64)
    m[CONSTANT_POSITION] += vector["centers"][:, np.newaxis]
    sums = transformed_output(m, F4_TAPS).astype(np.int32).astype(np.int64)
    accumulators = ninths(sums) >> np.add.outer(F4_TAPS.shifts, F4_TAPS.shifts)
    y = np.full((4, Y_SIZE), FILL, np.int64)
    clamp = int(vector["lo"]), int(vector["hi"])
    for r in range(int(vector["channels"])):
        acc = accumulators[r] + vector["bias"][r]
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
        np.testing.assert_array_equal(out["m"], product(vector).ravel())
        y = output_transform(vector)
        np.testing.assert_array_equal(out["y8"], y)
        np.testing.assert_array_equal(out["y16"], y)


def test_outputs_differ():
    """
    What is expected is not all at the bounds.
    """
    assert len(np.unique([output_transform(vector) for vector in VECTORS])) > 150


test_host, test_emulated = runtime_tests(Program(INPUT, OUTPUT, SOURCE, INPUTS), check_results)
