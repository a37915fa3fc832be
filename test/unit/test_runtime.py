"""
Every macro and function of runtime/approx_runtime.h against Python integers, on random vectors.

One C program holds all cases. It is built for the PC (with sanitizers) and for Cortex-M, where it
runs in QEMU; examples/vector_runner/main.c feeds it. The Cortex-M0+ build, which is plain C, runs
on the emulated Cortex-M4.
"""

from __future__ import annotations

import itertools
import subprocess
from pathlib import Path

import numpy as np
import pytest
from approx_opt.compiler.qemu import run_vectors
from check_program import RUNTIME, SANITIZERS, build
from runtime_cases import CASES
from runtime_vectors import ORDERS, ROW_COUNTS, ROWS, S_SIZE, VECTORS, W_SIZE, X_SIZE

INPUT_SIZE = len(VECTORS[0].pack())
OUTPUT_SIZE = 4 * sum(case.count for case in CASES)


def c_header() -> str:
    """
    The header of a network `check` whose inputs are vectors and whose outputs are all results.
    """
    weights = "".join(
        f"  int{8 * order.itemsize}_t {name}_{rows}[{rows * W_SIZE}];\n"
        for name, order in ORDERS.items()
        for rows in ROW_COUNTS
    )
    return f"""
#include <stdint.h>
struct inputs {{
  int32_t b[{ROWS}];
  int16_t x[{X_SIZE}];
{weights}  int8_t s[{S_SIZE}];
}};
#define CHECK_IN_0_SIZE_BYTES {INPUT_SIZE}
#define CHECK_OUT_0_SIZE_BYTES {OUTPUT_SIZE}
#define CHECK_DECLARE_WORKSPACE(name) static uint64_t name[1]
int check_run(const int8_t *input, int8_t *output, void *workspace);
"""


def c_source() -> str:
    """
    Its source: a function a case, in one file as gcc would inline nothing else.
    """
    starts = itertools.accumulate((case.count for case in CASES), initial=0)
    functions = [
        f"static void __attribute__((noinline)) case{i}(const struct inputs *in, int32_t *out)"
        f" {{ (void)in; {case.code} }}"
        for i, case in enumerate(CASES)
    ]
    calls = [
        f"  case{i}(&in, out + {start});"
        for i, start in zip(range(len(CASES)), starts, strict=False)
    ]
    return "\n".join(
        (
            '#include <string.h>\n#include "check.h"\n#include "approx_runtime.h"',
            *functions,
            "int check_run(const int8_t *input, int8_t *output, void *workspace) {",
            "  static struct inputs in; static int32_t out[CHECK_OUT_0_SIZE_BYTES / 4];",
            "  (void)workspace; memcpy(&in, input, CHECK_IN_0_SIZE_BYTES);",
            *calls,
            "  memcpy(output, out, sizeof out); return 0; }\n",
        )
    )


def check_results(results: bytes) -> None:
    """
    Compare case by case, so that a difference names its statements.
    """
    found = np.frombuffer(results, np.int32).reshape(len(VECTORS), -1)
    starts = itertools.accumulate((case.count for case in CASES), initial=0)
    for case, start in zip(CASES, starts, strict=False):
        for vector, row in zip(VECTORS, found, strict=True):
            assert row[start : start + case.count].tolist() == case.expected(vector), case.code


@pytest.mark.parametrize("options", [("-O2",), ("-O1", *SANITIZERS)], ids=["O2", "sanitized"])
def test_host(tmp_path: Path, options: tuple[str, ...]):
    """
    Plain C on the PC.
    """
    program = build(tmp_path, c_header(), c_source(), "gcc", options, "host")
    (tmp_path / "in").write_bytes(b"".join(vector.pack() for vector in VECTORS))
    subprocess.run([program, tmp_path / "in", tmp_path / "out"], check=True)
    check_results((tmp_path / "out").read_bytes())


@pytest.mark.parametrize(
    ("cpu", "board", "options"),
    [
        ("cortex-m4", "mps2-an386", ("-O2",)),
        ("cortex-m4", "netduinoplus2", ("-Os",)),
        ("cortex-m4", "mps2-an386", ("-O0",)),
        ("cortex-m4", "mps2-an386", ("-Og",)),
        ("cortex-m33", "mps2-an505", ("-O3",)),
        ("cortex-m0plus", "mps2-an386", ("-O2",)),
    ],
)
def test_emulated(tmp_path: Path, cpu: str, board: str, options: tuple[str, ...]):
    """
    The DSP extension's instructions, and plain C without optimization or without the extension.
    """
    flags = (f"-mcpu={cpu}", *options)
    program = build(tmp_path, c_header(), c_source(), "arm-none-eabi-gcc", flags, board)
    inputs = b"".join(vector.pack() for vector in VECTORS)
    check_results(run_vectors(program, board, inputs, INPUT_SIZE, OUTPUT_SIZE, timeout=120).outputs)


@pytest.mark.parametrize(
    ("cpu", "level"),
    [
        ("cortex-m0plus", "-Os"),
        ("cortex-m3", "-O2"),
        ("cortex-m4", "-Og"),
        ("cortex-m4", "-O1"),
        ("cortex-m7", "-O3"),
        ("cortex-m33", "-Os"),
    ],
)
def test_compiles(tmp_path: Path, cpu: str, level: str):
    """
    The other cores and levels, all warnings being errors.
    """
    flags = (f"-mcpu={cpu}", level)
    build(tmp_path, c_header(), c_source(), "arm-none-eabi-gcc", flags, "mps2-an386")


def test_is_cplusplus_too(tmp_path: Path):
    """
    A C++ file may include the header.
    """
    source = tmp_path / "check.cpp"
    source.write_text(
        '#include "approx_runtime.h"\n'
        "void check(const int16_t *x, int16_t *y, const int8_t *w) {\n"
        "  APPROX_TILE_2X4(acc, 1, 2);\n  APPROX_MAC_2X4(acc, x, 0, 16, 1, 2, 3, 0);\n"
        "  APPROX_STORE_2X4_S16(acc, y, 0, 4);\n  APPROX_TILE_4X2(sum, 1, 2, 3, 4);\n"
        "  APPROX_DOT_SUMS_4X2(sum, x, 0, 16, w, 22, 3, 64);\n  APPROX_SPLIT_4X2(sum);\n"
        "  APPROX_PUT_4X2_S16(sum, 3, y, 16, 4, 1);\n}\n"
    )
    warnings = ("-std=c++17", "-O2", "-Wall", "-Wextra", "-Wconversion", "-Werror")
    command = ("arm-none-eabi-g++", "-mcpu=cortex-m4", "-mthumb", *warnings, f"-I{RUNTIME}")
    subprocess.run([*command, "-c", source, "-o", tmp_path / "check.o"], check=True)
