"""
C programs that check the runtime, vector by vector (helper of tests).
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from approx_opt.compiler.qemu import run_vectors

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / "runtime"
WARNINGS = ("-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror")
SANITIZERS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")

LITTLE_CACHE = ("-DAPPROX_LOOP_BYTES=1024", "-DAPPROX_STAGE_BYTES=512")
HOSTS = pytest.mark.parametrize(
    "options", [("-O2",), ("-O1", *SANITIZERS)], ids=["O2", "sanitized"]
)
"""Options of gcc on the PC, `options`."""
BOARDS = pytest.mark.parametrize(
    ("cpu", "board", "options"),
    [
        ("cortex-m4", "mps2-an386", ("-O2",)),
        ("cortex-m4", "mps2-an386", ("-O2", "-DAPPROX_NO_ASM")),
        ("cortex-m4", "mps2-an386", ("-O2", *LITTLE_CACHE)),
        ("cortex-m4", "mps2-an386", ("-O2", "-DAPPROX_LOOP_BYTES=256")),
        ("cortex-m4", "mps2-an386", ("-O2", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16")),
        ("cortex-m4", "mps2-an386", ("-Os",)),
        ("cortex-m4", "mps2-an386", ("-Og",)),
        ("cortex-m4", "mps2-an386", ("-O1",)),
        ("cortex-m33", "mps2-an505", ("-O3",)),
        ("cortex-m33", "mps2-an505", ("-Os",)),
        ("cortex-m0plus", "mps2-an386", ("-O2",)),
    ],
)
"""Cores, emulated boards and options for them, `cpu`, `board` and `options`."""


_SHAPES_SOURCE = """
#include <string.h>
#include "check.h"
#include "approx_runtime.h"
static struct inputs in;
static struct outputs out;
%s
int check_run(const int8_t *input, int8_t *output, void *workspace) {
  (void)workspace;
  memcpy(&in, input, sizeof in);
%s
  switch (in.shape) {
%s
  }
  memcpy(output, &out, sizeof out);
  return 0;
}
"""


@dataclass(frozen=True)
class Program:
    """
    A network `check` in C, and all vectors it is to be fed with.

    A vector and its results are structs of int8, int16 and int32, `struct inputs` and `struct
    outputs` in the header; fields are in an order that leaves no holes.
    """

    inputs: np.dtype[np.void]
    outputs: np.dtype[np.void]
    source: str
    vectors: bytes

    @property
    def header(self) -> str:
        """
        check.h.
        """
        structs = {"inputs": self.inputs, "outputs": self.outputs}
        return "\n".join(
            [
                "#include <stdint.h>",
                *(f"struct {name} {{ {fields(dtype)} }};" for name, dtype in structs.items()),
                f"#define CHECK_IN_0_SIZE_BYTES {self.inputs.itemsize}",
                f"#define CHECK_OUT_0_SIZE_BYTES {self.outputs.itemsize}",
                "#define CHECK_DECLARE_WORKSPACE(name) static uint64_t name[1]",
                "int check_run(const int8_t *input, int8_t *output, void *workspace);\n",
            ]
        )

    def on_host(self, folder: Path, options: tuple[str, ...]) -> bytes:
        """
        What it answers on the PC.
        """
        program = build(folder, self.header, self.source, "gcc", options, "host")
        (folder / "in").write_bytes(self.vectors)
        subprocess.run([program, folder / "in", folder / "out"], check=True)
        return (folder / "out").read_bytes()

    def on_board(self, folder: Path, cpu: str, board: str, options: tuple[str, ...]) -> bytes:
        """
        What it answers in QEMU.
        """
        flags = (f"-mcpu={cpu}", *options)
        program = build(folder, self.header, self.source, "arm-none-eabi-gcc", flags, board)
        sizes = self.inputs.itemsize, self.outputs.itemsize
        return run_vectors(program, board, self.vectors, *sizes, timeout=120).outputs


def fields(dtype: np.dtype[np.void]) -> str:
    """
    The members of a C struct, one a field.
    """
    members: list[str] = []
    for name in dtype.names or ():
        field = dtype[name]
        sizes = "".join(f"[{size}]" for size in field.shape)
        members.append(f"{field.base.name}_t {name}{sizes};")
    return " ".join(members)


def source_of_shapes(statements: Sequence[str], outputs: np.dtype[np.void], fill: int) -> str:
    """
    A program whose inputs have a `shape`, the number of a statement from `in` to `out`. Outputs are
    `fill` before. Each statement is a function of its own: registers are enough for one.
    """
    steps = (
        f"static __attribute__((noinline)) void step{i}(void) {{ {statement} }}"
        for i, statement in enumerate(statements)
    )
    fills = (
        f"  for (int i = 0; i < {outputs[name].shape[0]}; i++) out.{name}[i] = {fill};"
        for name in outputs.names or ()
    )
    cases = (f"  case {i}: step{i}(); break;" for i in range(len(statements)))
    return _SHAPES_SOURCE % tuple("\n".join(lines) for lines in (steps, fills, cases))


Test = Callable[..., None]


def runtime_tests(program: Program, check: Callable[[bytes], None]) -> tuple[Test, Test]:
    """
    `test_host` and `test_emulated` of a program, whose results `check` looks at.
    """

    @HOSTS
    def test_host(tmp_path: Path, options: tuple[str, ...]) -> None:
        """
        Plain C on the PC.
        """
        check(program.on_host(tmp_path, options))

    @BOARDS
    def test_emulated(tmp_path: Path, cpu: str, board: str, options: tuple[str, ...]) -> None:
        """
        The DSP extension's instructions, and plain C without it.
        """
        check(program.on_board(tmp_path, cpu, board, options))

    return test_host, test_emulated


def build(
    folder: Path,
    header: str,
    source: str,
    compiler: str,
    options: tuple[str, ...],
    board: str,
) -> Path:
    """
    The program in `folder` of a network `check`, its header check.h and its source, for a board or
    "host"; examples/vector_runner/main.c feeds it.
    """
    (folder / "check.h").write_text(header)
    (folder / "check.c").write_text(source)
    names = ["host.c"] if board == "host" else ["startup.c", "semihosting.c"]
    sources = [folder / "check.c", ROOT / "examples/vector_runner/main.c"]
    sources += [RUNTIME / "board" / name for name in names]
    model = ('MODEL_HEADER="check.h"', "MODEL_PREFIX=check_", "MODEL_MACROS=CHECK_")
    command = [compiler, *WARNINGS, *options, *(f"-D{define}" for define in model)]
    command += [f"-I{include}" for include in (folder, RUNTIME, RUNTIME / "board")]
    if board != "host":
        command += ["-DBOARD_SYSTICK_MHZ=1u", "-mthumb", "-nostartfiles", "-Wl,--gc-sections"]
        command += [f"-L{RUNTIME / 'board'}", f"-T{board}.ld"]
    subprocess.run([*command, *sources, "-o", folder / "check"], check=True)
    return folder / "check"
