"""
Uses of every macro and function of runtime/approx_runtime.h, and what they give by Python integers.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from approx_opt.compiler.fixedpoint import softmax_table
from approx_opt.dialects.cortexm_types import STREAMED_TILES
from runtime_products import dot_cases, mac_cases, split_cases
from runtime_vectors import INT32_MAX, S_SIZE, TILES, Case, Vector, clamp, new_tile, read_tile


def nearest(acc: int, m: int, shift: int, zp: int, lo: int, hi: int) -> int:
    """
    One rounding, with Python's unbounded integers.
    """
    return clamp(zp + (((acc << shift) * m + 2**31) >> 32), lo, hi)


def tflite(acc: int, m: int, shift: int, zp: int, lo: int, hi: int) -> int:
    """
    Two roundings: of the product to the nearest, ties up; of the shift, ties away from zero.
    """
    high = ((acc << max(shift, 0)) * m + 2**30) >> 31
    right = max(-shift, 0)
    magnitude = (abs(high) + ((1 << right) >> 1)) >> right
    return clamp(zp + (magnitude if high >= 0 else -magnitude), lo, hi)


def requantized(
    v: Vector,
    function: Callable[..., int],
    pixels: int,
    m: tuple[int, ...],
    numbers: tuple[int, ...],
) -> list[int]:
    """
    The tile of b[r], halved as often as the shift doubles it.
    """
    halved = max(numbers[0], 0)
    rows = [function(int(v.b[r]) >> halved, m[r], *numbers) for r in range(len(m))]
    return [value for value in rows for _ in range(pixels)]


def requantize_cases() -> Iterator[Case]:
    """
    Both roundings and kinds of clamp, shifts either way, multipliers to their ends.
    """
    functions = {"": (nearest, (0, 5, 0, 2)), "TFLITE_": (tflite, (0, 5, -7, -31))}
    bounds = [(-128, -128, 127), (7, -20, 90), (127, -128, 127), (-5, 0, 0)]
    multipliers = [(1234567891, 987654321), (INT32_MAX, 1), (2**30, 2**30 + 1), (0, 2**29)]
    tiles = sorted({*TILES, *STREAMED_TILES})
    for (channels, pixels), infix, i in itertools.product(tiles, functions, range(16)):
        function, shifts = functions[infix]
        shift, m = shifts[i % 4], (4 * multipliers[i // 4])[:channels]
        numbers = (shift, *bounds[(i + i // 4) % 4])
        biases = ", ".join(f"in->b[{r}] >> {max(shift, 0)}" for r in range(channels))
        shape, literals = f"{channels}X{pixels}", ", ".join(map(str, (*m, *numbers)))
        start = f"APPROX_TILE_{shape}(acc, {biases});"
        macro = f"APPROX_REQUANTIZE_{infix}{shape}(acc, {literals});"
        code = f"{start} {macro} {read_tile(channels, pixels)}"
        expected = partial(requantized, function=function, pixels=pixels, m=m, numbers=numbers)
        yield Case(code, channels * pixels, expected)


def stored(v: Vector, rows: int, pixels: int, step: int, dtype: str) -> list[int]:
    """
    What a tile leaves in a buffer of 99s; the last pixel of row 0 has two bits flipped.
    """
    y = np.full(32, 99, dtype)
    for r, p in itertools.product(range(rows), range(pixels)):
        value = int(v.b[r]) ^ (3 if (r, p) == (0, pixels - 1) else 0)
        y[4 + step * p + r] = np.int64(value).astype(dtype)
    return y.tolist()


def store_cases() -> Iterator[Case]:
    """
    Tiles stored to a row of pixels; what lies between them stays. Tiles of streamed weights may be
    stored in part, and to odd places.
    """
    stores = [("STORE", tile, "", "", tile[0], 6) for tile in TILES]
    stores += [
        ("PUT", (channels, pixels), f"{rows}, ", ", 1", rows, step)
        for channels, pixels in STREAMED_TILES
        for rows, step in ((channels, 9), (channels - 1, 8), (1, 1))
    ]
    for (kind, (channels, pixels), first, last, rows, step), width in itertools.product(
        stores, (8, 16)
    ):
        code = (
            f"APPROX_ALIGNED(4) int{width}_t y[32]; for (int i = 0; i < 32; i++) y[i] = 99;"
            f" {new_tile(channels, pixels)} APPROX_ACC(acc, 0, {pixels - 1}) ^= 3;"
            f" APPROX_{kind}_{channels}X{pixels}_S{width}(acc, {first}y, 4, {step}{last});"
            " for (int i = 0; i < 32; i++) out[i] = y[i];"
        )
        dtype = f"int{width}"
        yield Case(code, 32, partial(stored, rows=rows, pixels=pixels, step=step, dtype=dtype))


def filled(v: Vector, width: int, start: int, count: int) -> list[int]:
    """
    A buffer of 99s of which `count` are filled with the low bits of b[0].
    """
    y = np.full(24, 99, f"int{width}")
    y[start : start + count] = v.b[:1].astype(y.dtype)
    return y.tolist()


def fill_cases() -> Iterator[Case]:
    """
    Fills from every alignment, of every remainder.
    """
    for width, start, count in itertools.product((8, 16), range(4), (0, 1, 2, 3, 4, 7, 11, 18)):
        code = (
            f"APPROX_ALIGNED(4) int{width}_t y[24]; for (int i = 0; i < 24; i++) y[i] = 99;"
            f" approx_fill_s{width}(y + {start}, (int{width}_t)in->b[0], {count});"
            " for (int i = 0; i < 24; i++) out[i] = y[i];"
        )
        yield Case(code, 24, partial(filled, width=width, start=start, count=count))


def scalars(v: Vector) -> list[int]:
    """
    Maximum, minimum, clamp.
    """
    a, b = int(v.b[0]), int(v.b[1])
    return [max(a, b), min(a, b), clamp(a, -1000, 2000)]


def softmaxed(v: Vector, n: int, table: np.ndarray, multiplier: int, zp: int) -> list[int]:
    """
    Rounded shares of the exponentials, by their definition.
    """
    x = [int(value) for value in v.s[:n]]
    terms = [int(table[max(x) - value]) for value in x]
    total = max(1, (sum(terms) * multiplier) >> 32)
    return [clamp(zp + (term + total // 2) // total, -128, 127) for term in terms]


def other_cases() -> Iterator[Case]:
    """
    Scalar functions, softmax.
    """
    calls = ("max(in->b[0], in->b[1])", "min(in->b[0], in->b[1])", "clamp(in->b[0], -1000, 2000)")
    code = " ".join(f"out[{i}] = approx_{call};" for i, call in enumerate(calls))
    yield Case(code, 3, scalars)
    for n, scale, multiplier, zp in (
        (S_SIZE, 0.1, 2**24, -128),
        (1, 0.5, 1, 0),
        (9, 3.0, 2**25, 5),
    ):
        table = softmax_table(scale, n)
        code = (
            f"static const int32_t table[256] = {{{', '.join(map(str, table))}}}; int8_t y[{n}];"
            f" approx_softmax_s8(in->s, y, {n}, table, {multiplier}u, {zp});"
            f" for (int i = 0; i < {n}; i++) out[i] = y[i];"
        )
        yield Case(code, n, partial(softmaxed, n=n, table=table, multiplier=multiplier, zp=zp))


CASES = [
    *(*mac_cases(), *dot_cases(), *split_cases(), *requantize_cases()),
    *(*store_cases(), *fill_cases(), *other_cases()),
]
