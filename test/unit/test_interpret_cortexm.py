"""
Semantics of the cortexm dialect in the reference interpreter.
"""

from __future__ import annotations

import time

import numpy as np
import pytest
from approx_opt.compiler.fixedpoint import requantize, softmax, softmax_table
from approx_opt.compiler.interpret_cortexm import run_cortexm
from approx_opt.compiler.packing import BYTES, SUMS, WORDS, WeightOrder
from approx_opt.dialects.cortexm_types import STREAMED_TILES
from cortexm_programs import P8, P16, P32, WIDEN, program, run


def test_buffers_of_both_types_share_bytes():
    """
    An int16 is two int8, the low one first.
    """
    body = f"""
    %wide = cortexm.buffer %workspace[8] : {P8} -> {P16}
    %bytes = cortexm.buffer %workspace[8] : {P8} -> {P8}
    %v = arith.constant -2 : i32
    cortexm.store %v, %wide[1] : i32, {P16}
    %low = cortexm.load %bytes[2] : {P8} -> i32
    %high = cortexm.load %bytes[3] : {P8} -> i32
    cortexm.store %low, %y[0] : i32, {P8}
    cortexm.store %high, %y[1] : i32, {P8}
    """
    assert run(body, [0], outputs=2) == [-2, -1]


def test_address_counts_elements_from_the_base():
    """
    base + 3 i + 5 j - 1, with the base itself moved.
    """
    body = f"""
    %i = arith.constant 1 : index
    %j = arith.constant 2 : index
    %a = cortexm.address %x[] {{strides = array<i64>, offset = 4 : i32}} : {P8} -> {P8}
    %b = cortexm.address %a[%i, %j] {{strides = array<i64: 3, 5>, offset = -1 : i32}} : {P8} -> {P8}
    %v = cortexm.load %b[1] : {P8} -> i32
    cortexm.store %v, %y[0] : i32, {P8}
    """
    assert run(body, list(range(20)), outputs=1) == [4 + 3 + 10 - 1 + 1]


def test_mac_multiplies_pairs_at_every_pixel():
    """
    Row 0 skips the second pair.
    """
    x = np.array([1, -2, 3, -4, 5, -6, 7, -8, 9, 10], np.int8)
    tile = "vector<2x4xi32>"
    body = (
        WIDEN.format(count=10)
        + f"""
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant -2 : i32
    %t = cortexm.tile %c1, %c2 : i32, i32 -> {tile}
    %u = cortexm.mac %t, %b[0] stride 2 rows [0, 1] weights [3, 1, -1, 2] : {tile}, {P16} -> {tile}
    %v = cortexm.mac %u, %b[2] stride 2 rows [1] weights [2, 1] : {tile}, {P16} -> {tile}
    cortexm.store_tile %v, %y[0] stride 2 : {tile}, {P8}
    """
    )
    wide = x.astype(int)
    first = 1 + 3 * wide[0:8:2] + wide[1:8:2]
    second = -2 - wide[0:8:2] + 2 * wide[1:8:2] + 2 * wide[2:10:2] + wide[3:10:2]
    assert run(body, x) == np.stack((first, second), axis=1).reshape(-1).tolist()


@pytest.mark.parametrize("order", [BYTES, SUMS, WORDS], ids=lambda order: order.name)
@pytest.mark.parametrize(("rows", "pixels"), STREAMED_TILES)
@pytest.mark.parametrize(("length", "runs"), [(2, 1), (4, 3), (6, 2), (10, 1)])
def test_dot_is_a_matrix_product_of_packed_weights(
    order: WeightOrder, rows: int, pixels: int, length: int, runs: int
):
    """
    For every kind of tile and order; sums are taken apart.
    """
    rng = np.random.default_rng(length)
    below = length + 2
    x = rng.integers(-4, 5, (pixels - 1) * 2 + runs * below).astype(np.int8)
    weights = rng.integers(-1, 2, (rows, runs * length)).astype(np.int8)
    packed = [99, *order.pack(weights).tolist()]
    tile, pointer = f"vector<{rows}x{pixels}xi32>", {1: P8, 2: P16}[order.itemsize]
    zeros, types = ", ".join(["%zero"] * rows), ", ".join(["i32"] * rows)
    kind, result = ("{sums}", "%split") if order is SUMS else ("", "%u")
    table = f"tensor<{len(packed)}xi{8 * order.itemsize}>"
    run_shape = f"stride 2 length {length} runs {runs} below {below} {kind}"
    body = (
        WIDEN.format(count=len(x))
        + f"""
    %w = cortexm.table "w" dense<{packed}> : {table} -> {pointer}
    %zero = arith.constant 0 : i32
    %t = cortexm.tile {zeros} : {types} -> {tile}
    %u = cortexm.dot %t, %b[0], %w[1] {run_shape} : {tile}, {P16}, {pointer} -> {tile}
    {f"%split = cortexm.split %u : {tile} -> {tile}" if order is SUMS else ""}
    cortexm.store_tile {result}, %y[0] stride {rows} {{rows = {rows} : i32}} : {tile}, {P8}
    """
    )
    places = [i * below + k for i in range(runs) for k in range(length)]
    windows = np.stack([x[[2 * p + at for at in places]] for p in range(pixels)]).astype(int)
    expected = (windows @ weights.T.astype(int)).reshape(-1).tolist()
    assert run(body, x, outputs=rows * pixels) == expected


@pytest.mark.parametrize(("shift", "rounding"), [(2, "nearest"), (-3, "tflite"), (1, "tflite")])
def test_requantize_is_that_of_the_fixed_point_maths(shift: int, rounding: str):
    """
    A tile has one multiplier a row, an i32 its own.
    """
    accumulators = (1000, -20000)
    multipliers = (1_500_000_000, 900_000_000)
    attributes = (
        f"{{shift = {shift} : i32, zero_point = -5 : i32, clamp = array<i64: -100, 90>,"
        f' rounding = "{rounding}"}}'
    )
    body = f"""
    %a0 = arith.constant {accumulators[0]} : i32
    %a1 = arith.constant {accumulators[1]} : i32
    %m0 = arith.constant {multipliers[0]} : i32
    %m1 = arith.constant {multipliers[1]} : i32
    %t = cortexm.tile %a0, %a1 : i32, i32 -> vector<2x1xi32>
    %q = cortexm.requantize %t, %m0, %m1 {attributes} : vector<2x1xi32>, i32, i32 -> vector<2x1xi32>
    cortexm.store_tile %q, %y[0] stride 2 : vector<2x1xi32>, {P8}
    %s = cortexm.requantize %a0, %m0 {attributes} : i32, i32 -> i32
    cortexm.store %s, %y[2] : i32, {P8}
    """
    scaled = requantize(
        np.array(accumulators), np.array(multipliers), shift, -5, (-100, 90), rounding
    )
    assert run(body, [0], outputs=3) == [*scaled.tolist(), scaled[0]]


def test_clamp_and_fill():
    """
    Both ends, and what is not filled stays.
    """
    body = f"""
    cortexm.fill %y[1] {{value = -7 : i32, count = 2 : i32}} : {P8}
    %v = cortexm.load %x[0] : {P8} -> i32
    %c = cortexm.clamp %v {{bounds = array<i64: -3, 4>}} : i32 -> i32
    cortexm.store %c, %y[0] : i32, {P8}
    """
    outputs = [run(body, [v], outputs=4) for v in (-50, 2, 50)]
    assert outputs == [[-3, -7, -7, 0], [2, -7, -7, 0], [4, -7, -7, 0]]


def test_softmax_is_that_of_the_fixed_point_maths():
    """
    Table and multiplier are unsigned numbers in signless attributes.
    """
    x = np.array([3, -100, 40, 41, 0], np.int8)
    table = softmax_table(0.1, 5)
    multiplier = 3_000_000_000
    body = f"""
    %t = cortexm.table "t" dense<{table.tolist()}> : tensor<256xi32> -> {P32}
    cortexm.softmax %x, %y, %t {{count = 5 : i32, multiplier = {multiplier - 2**32} : i32,
                                zero_point = -128 : i32}} : {P8}, {P8}, {P32}
    """
    assert run(body, x, outputs=5) == softmax(x, table, multiplier, -128).tolist()


def test_layers_and_calls_run_in_order():
    """
    A function called from a layer.
    """
    module = program(
        f"""
        cortexm.layer "one" attributes {{info = {{}}}} {{
          cortexm.fill %y[0] {{value = 1 : i32, count = 2 : i32}} : {P8}
        }}
        cortexm.layer "two" attributes {{info = {{}}}} {{
          func.call @net_two(%y) : ({P8}) -> ()
        }}
        func.return
      }}
      func.func private @net_two(%y: {P8}) {{
        cortexm.fill %y[1] {{value = 2 : i32, count = 1 : i32}} : {P8}
        """,
        outputs=2,
    )
    assert run_cortexm(module, np.zeros((3, 8), np.int8)).tolist() == [[1, 2]] * 3


def test_a_small_convolution_runs_within_a_second():
    """
    2,500 tile updates are 20,000 dual multiply-accumulates.
    """
    tile = "vector<2x4xi32>"
    macs = "\n".join(
        f"%t{i + 1} = cortexm.mac %t{i}, %b[{i % 8}] stride 2 rows [0, 1] weights [1, -1, 1, 1]"
        f" : {tile}, {P16} -> {tile}"
        for i in range(100)
    )
    body = (
        WIDEN.format(count=16)
        + f"""
    %zero = arith.constant 0 : i32
    %rounds = arith.constant 25 : index
    scf.for %j = %lo to %rounds step %one {{
      %t0 = cortexm.tile %zero, %zero : i32, i32 -> {tile}
      {macs}
      %m = arith.constant 1000 : i32
      %q = cortexm.requantize %t100, %m, %m {{shift = 0 : i32, zero_point = 0 : i32,
        clamp = array<i64: -128, 127>}} : {tile}, i32, i32 -> {tile}
      cortexm.store_tile %q, %y[0] stride 2 : {tile}, {P8}
    }}
    """
    )
    module = program(body, inputs=16)
    start = time.perf_counter()
    run_cortexm(module, np.ones((1, 16), np.int8))
    assert time.perf_counter() - start < 1.0
