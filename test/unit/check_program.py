"""
C programs that check the runtime, vector by vector (helper of tests).
"""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / "runtime"
WARNINGS = ("-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror")
SANITIZERS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")


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
