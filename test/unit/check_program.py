"""
C programs that check the runtime, vector by vector (helper of tests).
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

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


@dataclass(frozen=True)
class Program:
    """
    A network `check` in C, the bytes of all vectors it is to be fed with, and how many of them it
    takes and gives at a time.
    """

    header: str
    source: str
    inputs: bytes
    input_size: int
    output_size: int

    def on_host(self, folder: Path, options: tuple[str, ...]) -> bytes:
        """
        What it answers on the PC.
        """
        program = build(folder, self.header, self.source, "gcc", options, "host")
        (folder / "in").write_bytes(self.inputs)
        subprocess.run([program, folder / "in", folder / "out"], check=True)
        return (folder / "out").read_bytes()

    def on_board(self, folder: Path, cpu: str, board: str, options: tuple[str, ...]) -> bytes:
        """
        What it answers in QEMU.
        """
        flags = (f"-mcpu={cpu}", *options)
        program = build(folder, self.header, self.source, "arm-none-eabi-gcc", flags, board)
        sizes = self.input_size, self.output_size
        return run_vectors(program, board, self.inputs, *sizes, timeout=120).outputs


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
