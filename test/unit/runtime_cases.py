"""
Uses of every macro and function of runtime/approx_runtime.h, and what they give by Python integers.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from approx_opt.compiler.fixedpoint import softmax_table
from approx_opt.compiler.packing import BYTES, SUMS, WORDS
from approx_opt.dialects.cortexm_types import STREAMED_TILES

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


def sums(v: Vector, offset: int, stride: int, pixels: int, rows: list[np.ndarray]) -> list[int]:
    """
    The tile b[r] + the dot product of row r with the run of inputs at each pixel.
    """
    tile: list[int] = []
    for (r, row), p in itertools.product(enumerate(rows), range(pixels)):
        run = v.x[offset + p * stride :][: len(row)]
        tile.append(wrap(int(v.b[r]) + sum(int(a) * int(w) for a, w in zip(run, row, strict=True))))
    return tile


def mac_cases() -> Iterator[Case]:
    """
    Dual multiply-accumulates: all tiles, all rows, weights to the ends of int16.
    """
    weights = [(5, -3, 7, 0), (0, 9, -1, -128), (-32768, -32768, 32767, 1), (127, -127, 0, -1)]
    for (channels, pixels), quad in itertools.product(TILES, weights):
        rows = [np.array(quad[:2]), np.array(quad[2:])][:channels]
        literals = ", ".join(map(str, quad[: 2 * channels]))
        start, read = new_tile(channels, pixels), read_tile(channels, pixels)
        macro = f"APPROX_MAC_{channels}X{pixels}(acc, in->x, 6, 34, {literals});"
        expected = partial(sums, offset=6, stride=34, pixels=pixels, rows=rows)
        yield Case(f"{start} {macro} {read}", channels * pixels, expected)
        for r in range(channels):
            lo, hi = quad[:2]
            macro = f"APPROX_MAC_ROW_X{pixels}(acc, {r}, in->x + 1, 0, 682, {lo}, {hi});"
            kept = [rows[0] if i == r else rows[0][:0] for i in range(channels)]
            expected = partial(sums, offset=1, stride=682, pixels=pixels, rows=kept)
            yield Case(f"{start} {macro} {read}", channels * pixels, expected)


@dataclass(frozen=True)
class Streamed:
    """
    The shape of a streamed dot product.
    """

    n: int
    runs: int
    below: int
    offset: int
    stride: int

    def sums(self, v: Vector, order: str, channels: int, pixels: int) -> list[int]:
        """
        The tile, in an order of weights; odd rows of "sums" have 256 times their weights and those
        of the row before.
        """
        weights = v.weights(order)[:channels, : self.runs * self.n].copy()
        if order == "sums":
            weights[1::2] = weights[0::2] + 256 * weights[1::2]
        places = [self.offset + i * self.below + k for i in range(self.runs) for k in range(self.n)]
        return [
            wrap(int(v.b[r]) + sum(int(v.x[at + p * self.stride]) * int(w) for at, w in taps))
            for r in range(channels)
            for taps in [list(zip(places, weights[r], strict=True))]
            for p in range(pixels)
        ]


STREAMED = (
    *(Streamed(n, 1, 0, 2, 50) for n in (2, 4, 6, 14, 16, 30, 32, 34, 36, 50, 62, 64, 96, 136)),
    *(Streamed(12, 3, 88, 0, 4), Streamed(4, 10, 24, 4, 8), Streamed(2, 2, 2, 2, 0)),
    *(Streamed(44, 3, 130, 0, 16), Streamed(64, 2, 64, 2, 2), Streamed(68, 2, 1900, 0, 6)),
    *(Streamed(14, 2, 2100, 0, 10), Streamed(50, 1, 0, 0, 2000), Streamed(34, 3, 36, 6, 676)),
)


def dot_cases() -> Iterator[Case]:
    """
    Streamed runs: all tiles and orders, all kinds of loops, near and far pixels and runs.
    """
    cases = itertools.product(STREAMED_TILES, ORDERS, STREAMED)
    for (channels, pixels), order, shape in cases:
        start, read = new_tile(channels, pixels), read_tile(channels, pixels)
        numbers = f"{shape.n}, {shape.runs}, {shape.below}"
        name = f"APPROX_DOT_{order.upper()}_{channels}X{pixels}"
        weights = f"in->{order}_{channels}"
        macro = f"{name}(acc, in->x, {shape.offset}, {shape.stride}, {weights}, {numbers});"
        expected = partial(shape.sums, order=order, channels=channels, pixels=pixels)
        yield Case(f"{start} {macro} {read}", channels * pixels, expected)


def parts(v: Vector, channels: int, pixels: int) -> list[int]:
    """
    Rows as sums give them, taken apart.
    """
    start = [int(b) for b in v.b]
    rows = [start[r] if r % 2 == 0 else wrap(start[r] - start[r - 1]) >> 8 for r in range(channels)]
    return [row for row in rows for _ in range(pixels)]


def split_cases() -> Iterator[Case]:
    """
    Odd rows less the rows before them, which may wrap, over 256.
    """
    for channels, pixels in STREAMED_TILES:
        code = f"{new_tile(channels, pixels)} APPROX_SPLIT_{channels}X{pixels}(acc);"
        expected = partial(parts, channels=channels, pixels=pixels)
        yield Case(f"{code} {read_tile(channels, pixels)}", channels * pixels, expected)


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
