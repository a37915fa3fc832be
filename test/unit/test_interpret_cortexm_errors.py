"""
What the reference interpreter of the cortexm dialect refuses to run.
"""

from __future__ import annotations

import numpy as np
import pytest
from approx_opt.compiler.interpret_cortexm import run_cortexm
from cortexm_programs import P8, P16, program, run
from xdsl.dialects.builtin import ModuleOp
from xdsl.utils.exceptions import DiagnosticException, InterpretationError

TILE = "vector<1x1xi32>"


def dense_plane(first: int, bias: str) -> str:
    """
    A tile of sums from the element `first` of the workspace on.
    """
    numbers = {
        **{"lines": 1, "count": 2, "x_line": 0, "x_pixel": 2, "length": 2, "runs": 1, "below": 0},
        **{"zero_point": 0, "y_line": 0, "y_pixel": 4, "y_channel": 1},
    }
    properties = ", ".join(f"{key} = {value} : i32" for key, value in numbers.items())
    p32 = "!cortexm.ptr<i32>"
    return f"""%b = cortexm.buffer %workspace[0] : {P8} -> {P16}
        cortexm.fill %b[0] {{value = 1 : i32, count = 8 : i32}} : {P16}
        %x2 = cortexm.address %b[] {{strides = array<i64>, offset = {first} : i32}} : {P16} -> {P16}
        %w = cortexm.table "w" dense<1> : tensor<8xi8> -> {P8}
        %c = cortexm.table "bias" dense<{bias}> : tensor<4xi32> -> {p32}
        cortexm.dense_plane %x2, %w, %c, %c, %y {{{properties}, sums}}
          : {P16}, {P8}, {p32}, {p32}, {P8}"""


def taps(words: str, first: int = 0) -> str:
    """
    A tile of one by a list, from the element `first` of the workspace on.
    """
    p32 = "!cortexm.ptr<i32>"
    return f"""%b = cortexm.buffer %workspace[0] : {P8} -> {P16}
        cortexm.fill %b[0] {{value = 4 : i32, count = 8 : i32}} : {P16}
        %x2 = cortexm.address %b[] {{strides = array<i64>, offset = {first} : i32}} : {P16} -> {P16}
        %w = cortexm.table "w" dense<{words}> : tensor<6xi32> -> {p32}
        %c = arith.constant 2147483000 : i32
        %t = cortexm.tile %c : i32 -> {TILE}
        %s = cortexm.taps %t, %x2, %w pixel 0 line 0 copies [0, 1, 0]
          : {TILE}, {P16}, {p32} -> {TILE}"""


INVALID = {
    "no header": (taps("[0, 1, 0, 0, 0, 0]"), "word 1 of the taps is no header: 0x1"),
    "no end": (taps("[0, 33685502, 1, 0, 33685470, 1]"), "the taps have no end"),
    "taps outside": (taps("[64, 33685502, 1, 0, 67174398, 0]"), "elements 32..33 of a buffer"),
    "taps not aligned": (taps("[2, 33685502, 1, 0, 67174398, 0]"), "are not aligned"),
    "tap sums overflow": (taps("[0, 33685502, 8323199, 0, 67174398, 0]"), "leave int32"),
    "windows not aligned": (dense_plane(1, "0"), "pairs of inputs at 1 are not aligned"),
    "windows outside": (dense_plane(30, "0"), "elements 30..33 of a buffer of 32"),
    "no start values of sums": (dense_plane(0, "[0, 1, 0, 0]"), "differ by parts of 256"),
    "dense overflow": (dense_plane(0, "2147483647"), "leave int32"),
    "load before": (f"%v = cortexm.load %x[-1] : {P8} -> i32", "elements -1..-1 of a buffer of 8"),
    "load behind": (f"%v = cortexm.load %x[8] : {P8} -> i32", "elements 8..8 of a buffer of 8"),
    "fill behind": (
        f"cortexm.fill %y[6] {{value = 0 : i32, count = 3 : i32}} : {P8}",
        "elements 6..8 of a buffer of 8",
    ),
    "runs behind": (
        "cortexm.fill_runs %y[0] {value = 0 : i32, count = 2 : i32, runs = 3 : i32, "
        f"stride = 4 : i32}} : {P8}",
        "elements 8..9 of a buffer of 8",
    ),
    "copy behind": (
        f"cortexm.copy %x, %y {{count = 9 : i32}} : {P8}, {P8}",
        "elements 0..8 of a buffer of 8",
    ),
    "sum of odd pairs": (
        f"""%b = cortexm.buffer %workspace[0] : {P8} -> {P16}
        cortexm.fill %b[0] {{value = 1 : i32, count = 8 : i32}} : {P16}
        %p = cortexm.address %b[] {{strides = array<i64>, offset = 1 : i32}} : {P16} -> {P16}
        %c = arith.constant 0 : i32
        %t = cortexm.tile %c, %c, %c, %c : i32, i32, i32, i32 -> vector<4x1xi32>
        %u = cortexm.sum_window %t, %p {{
          height = 1 : i32, width = 1 : i32, row = 4 : i32, pixel = 4 : i32
        }} : vector<4x1xi32>, {P16} -> vector<4x1xi32>""",
        "pairs of values at 1 are not aligned",
    ),
    "sum of large values": (
        f"""%b = cortexm.buffer %workspace[0] : {P8} -> {P16}
        cortexm.fill %b[0] {{value = 128 : i32, count = 8 : i32}} : {P16}
        %c = arith.constant 0 : i32
        %t = cortexm.tile %c, %c, %c, %c : i32, i32, i32, i32 -> vector<4x1xi32>
        %u = cortexm.sum_window %t, %b {{
          height = 1 : i32, width = 1 : i32, row = 4 : i32, pixel = 4 : i32
        }} : vector<4x1xi32>, {P16} -> vector<4x1xi32>""",
        "values of a window leave int8",
    ),
    "pair behind": (
        f"""%b = cortexm.buffer %workspace[0] : {P8} -> {P16}
        %c = arith.constant 0 : i32
        %t = cortexm.tile %c : i32 -> {TILE}
        %u = cortexm.mac %t, %b[31] stride 1 rows [0] weights [1, 0] : {TILE}, {P16} -> {TILE}""",
        "elements 32..32 of a buffer of 32",
    ),
    "store to the input": (
        f"%c = arith.constant 0 : i32 cortexm.store %c, %x[0] : i32, {P8}",
        "store to an input or a constant",
    ),
    "store to a table": (
        f"""%w = cortexm.table "w" dense<[1, 2]> : tensor<2xi8> -> {P8}
        cortexm.fill %w[0] {{value = 0 : i32, count = 1 : i32}} : {P8}""",
        "store to an input or a constant",
    ),
    "store too much": (
        f"%c = arith.constant 128 : i32 cortexm.store %c, %y[0] : i32, {P8}",
        "do not fit int8",
    ),
    "buffer not aligned": (
        f"%b = cortexm.buffer %workspace[2] : {P8} -> {P16}",
        "buffer of int16 at byte 2 is not aligned",
    ),
    "pair not aligned": (
        f"""%b = cortexm.buffer %workspace[0] : {P8} -> {P16}
        %c = arith.constant 0 : i32
        %t = cortexm.tile %c, %c : i32, i32 -> vector<2x1xi32>
        cortexm.store_tile %t, %b[3] stride 2 : vector<2x1xi32>, {P16}""",
        "store of pairs at 3 is not aligned",
    ),
    "buffer outside": (
        f"%b = cortexm.buffer %workspace[68] : {P8} -> {P16}",
        "buffer at byte 68 of 64",
    ),
    "accumulator overflow": (
        f"""%b = cortexm.buffer %workspace[0] : {P8} -> {P16}
        cortexm.fill %b[0] {{value = 1 : i32, count = 2 : i32}} : {P16}
        %c = arith.constant 2147483647 : i32
        %t = cortexm.tile %c : i32 -> {TILE}
        %u = cortexm.mac %t, %b[0] stride 1 rows [0] weights [1, 0] : {TILE}, {P16} -> {TILE}""",
        "leave int32",
    ),
    "arithmetic overflow": (
        """%c = arith.constant 65536 : i32
        %p = arith.muli %c, %c : i32""",
        "arith.muli overflows",
    ),
}


@pytest.mark.parametrize(("body", "message"), INVALID.values(), ids=INVALID.keys())
def test_what_c_leaves_undefined_is_an_error(body: str, message: str):
    """
    Nothing is read or written outside of its buffer, nothing wraps.
    """
    with pytest.raises(InterpretationError, match=message):
        run(body, [0] * 8)


def test_input_sizes_are_checked():
    """
    Not silently reshaped.
    """
    with pytest.raises(InterpretationError, match=r"expected int8 \[N, 8\], got int8 \[2, 3\]"):
        run_cortexm(program(""), np.zeros((2, 3), np.int8))


def test_a_module_of_another_level_is_refused():
    """
    The message names the pass that is missing.
    """
    with pytest.raises(DiagnosticException, match="run lower-to-cortexm first"):
        run_cortexm(ModuleOp([]), np.zeros((1, 1), np.int8))
