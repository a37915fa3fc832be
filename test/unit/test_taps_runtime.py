"""
runtime/approx_taps.h against NumPy: lists of taps of every tile alone on random data, to the ends
of its types, where sums wrap. (test/numerics has whole convolutions.)

One C program runs a vector of data through the code that it names. It is built for the PC (with
sanitizers) and for Cortex-M, where examples/vector_runner/main.c feeds it in QEMU.
"""

from __future__ import annotations

import numpy as np
import pytest
from approx_opt.compiler.tap_streams import MOST_COPIES, Code, TapLists, taps_of
from check_program import Program, runtime_tests

N = MOST_COPIES
CODES = [
    *(Code(2, pixels, (N, N, N)) for pixels in (1, 2, 4)),
    *(Code(1, pixels, (0, N, 0)) for pixels in (1, 2, 4, 8)),
    Code(2, 4, (3, 0, 1)),
    Code(2, 2, (0, 2, 5)),
]
STEPS = [(6, 40), (32, 64)]
"""From pixel to pixel, and to the second half of them: two by two, and in a line of four."""
PAIRS, ACCUMULATORS = 130, 16
X_SIZE, W_SIZE = 2600, 5 * PAIRS + 20

INPUT = np.dtype(
    [
        *(("code", np.int32), ("acc", np.int32, ACCUMULATORS), ("w", np.int32, W_SIZE)),
        *(("x", np.int16, X_SIZE),),
    ]
)
OUTPUT = np.dtype([("acc", np.int32, ACCUMULATORS)])
"""A vector and its results, as the structs of the C program."""


def function(number: int, code: Code, steps: tuple[int, int]) -> str:
    """
    The C of a tile: start values in, sums out.
    """
    shape = f"{code.rows}X{code.pixels}"
    places = [(r, p) for r in range(code.rows) for p in range(code.pixels)]
    starts = ", ".join(f"in.acc[{r * code.pixels}]" for r in range(code.rows))
    lines = [f"  out.acc[{i}] = APPROX_ACC(acc, {r}, {p});" for i, (r, p) in enumerate(places)]
    return f"""
static APPROX_NOINLINE void run{number}(void) {{
  APPROX_TILE_{shape}(acc, {starts});
  APPROX_TAPS_{shape}(acc, in.x, in.w, {", ".join(map(str, (*code.copies, *steps)))});
{chr(10).join(lines)}
}}
"""


VARIANTS = [(code, steps) for code in CODES for steps in STEPS]
SOURCE = f"""
#include <string.h>
#include "check.h"
#include "approx_runtime.h"
static struct inputs in;
static struct outputs out;
{"".join(function(i, *variant) for i, variant in enumerate(VARIANTS))}
static void (*const codes[])(void) = {{ {", ".join(f"run{i}" for i in range(len(VARIANTS)))} }};
int check_run(const int8_t *input, int8_t *output, void *workspace) {{
  (void)workspace;
  memcpy(&in, input, sizeof in);
  memset(&out, 0, sizeof out);
  codes[in.code]();
  memcpy(output, &out, sizeof out);
  return 0;
}}
"""


def random_lists(rng: np.random.Generator, code: Code) -> TapLists:
    """
    Pairs of weights of which so many are gone that the code has enough copies.
    """
    share = rng.choice([0.0, 0.1, 0.5, 0.9, 1.0], (code.rows, 1))
    steps = rng.choice([4, 4, 8, 252, 256], PAIRS, p=[0.7, 0.1, 0.16, 0.02, 0.02])
    places = np.cumsum(steps) - steps[0]
    pairs = rng.choice([-128, 127, 1, *range(-128, 128)], (code.rows, PAIRS, 2))
    kept = rng.random((code.rows, PAIRS)) < share
    lists = TapLists((pairs * kept[..., np.newaxis]).astype(np.int16)[np.newaxis], places)
    while any(one > most for one, most in zip(lists.copies(), code.copies, strict=True)):
        kept &= rng.random((code.rows, PAIRS)) < 0.7
        lists = TapLists((pairs * kept[..., np.newaxis]).astype(np.int16)[np.newaxis], places)
    return lists


def random_vector(rng: np.random.Generator, number: int) -> np.void:
    """
    Inputs and start values of full range.
    """
    vector = np.zeros((), INPUT)
    code, _ = VARIANTS[number]
    words = random_lists(rng, code).streams(code).words
    vector["code"] = number
    vector["w"][: words.size] = words
    vector["acc"] = rng.integers(-(2**31), 2**31, ACCUMULATORS)
    vector["x"] = rng.choice([-(2**15), 2**15 - 1, *range(-(2**15), 2**15, 99)], X_SIZE)
    return vector[()]


RNG = np.random.default_rng(7)
VECTORS = [random_vector(RNG, number) for number in range(len(VARIANTS)) for _ in range(12)]
INPUTS = b"".join(vector.tobytes() for vector in VECTORS)


def sums(vector: np.void) -> np.ndarray:
    """
    What accumulators come to, wrapped.
    """
    code, (pixel, line) = VARIANTS[vector["code"]]
    half = max(1, code.pixels // 2)
    at = np.array([p % half * pixel + p // half * line for p in range(code.pixels)])
    x = vector["x"].astype(np.int64)
    acc = np.repeat(vector["acc"][: code.rows * code.pixels : code.pixels], code.pixels)
    tile = acc.astype(np.int64).reshape(code.rows, code.pixels)
    for tap in taps_of(vector["w"], code):
        for row, (low, high) in tap.weights.items():
            tile[row] += x[at + tap.place // 2] * low + x[at + tap.place // 2 + 1] * high
    result = np.zeros(ACCUMULATORS, np.int64)
    result[: tile.size] = tile.ravel()
    return result.astype(np.int32)


def check_results(results: bytes) -> None:
    """
    Compare vector by vector.
    """
    found = np.frombuffer(results, OUTPUT)
    assert len(found) == len(VECTORS)
    for vector, out in zip(VECTORS, found, strict=True):
        np.testing.assert_array_equal(out["acc"], sums(vector), str(VARIANTS[vector["code"]]))


def test_lists_say_what_they_were_made_of():
    """
    Every pair of weights that is not zero once, at its place; headers that are none are told.
    """
    rng = np.random.default_rng(3)
    for code in CODES[:7] * 5:
        lists = random_lists(rng, code)
        stream = lists.streams(code).words
        found = np.zeros_like(lists.pairs[0])
        for tap in taps_of(stream, code):
            for row, weights in tap.weights.items():
                found[row, np.flatnonzero(lists.places == tap.place)[0]] = weights
        np.testing.assert_array_equal(found, lists.pairs[0])
        stream[1] += 2
        with pytest.raises(ValueError, match="word 1 of the taps is no header"):
            list(taps_of(stream, code))


test_host, test_emulated = runtime_tests(Program(INPUT, OUTPUT, SOURCE, INPUTS), check_results)
