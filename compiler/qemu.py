"""
Firmware on an emulated board: vectors in, outputs and an instruction count out.

The firmware is examples/vector_runner, or keeps its conventions: arguments INPUTS OUTPUTS by
semihosting, `instructions N` on standard output, a message and exit status 1 for what goes wrong.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .errors import UserError, named

EMULATOR = "qemu-system-arm"


@dataclass(frozen=True)
class Board:
    """
    A board that QEMU has: the name of its core for gcc, the name of the machine for QEMU.
    """

    cpu: str
    machine: str


BOARDS = {
    "mps2-an386": Board("cortex-m4", "mps2-an386"),
    "mps2-an505": Board("cortex-m33", "mps2-an505"),
    "netduinoplus2": Board("cortex-m4", "netduinoplus2"),
}
"""Those that runtime/board has a linker script for; netduinoplus2 is an STM32F405."""


@dataclass(frozen=True)
class Run:
    """
    What a run gave: the outputs of all vectors one after the other, and the average number of
    instructions of an inference (None when the firmware does not say).
    """

    outputs: bytes
    instructions: float | None


def run_vectors(
    elf: Path, board: str, inputs: bytes, input_size: int, output_size: int, timeout: float
) -> Run:
    """
    Run firmware on `inputs`, vectors of `input_size` bytes; each gives `output_size` bytes.

    Errors: UserError for an unknown board, missing firmware or QEMU, a fault or error message of
    the firmware, no end within `timeout` seconds, and outputs that are not those of all vectors.
    """
    emulated = named("board", BOARDS, board)
    if not elf.is_file():
        raise UserError(f"no such firmware: {elf}")
    if input_size < 1 or len(inputs) % input_size:
        raise UserError(f"{len(inputs)} bytes are no vectors of {input_size} bytes")
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "inputs").write_bytes(inputs)
        console = _emulate(elf, emulated, directory, timeout)
        written = directory / "outputs"
        outputs = written.read_bytes() if written.exists() else b""
    vectors = len(inputs) // input_size
    if len(outputs) != vectors * output_size:
        raise UserError(
            f"{elf.name} on {board}: {len(outputs)} bytes of output, expected {output_size}"
            f" for each of {vectors} vectors"
        )
    counted = re.search(r"^instructions (\d+)$", console, re.MULTILINE)
    return Run(outputs, float(counted[1]) if counted else None)


def _emulate(elf: Path, board: Board, directory: Path, timeout: float) -> str:
    """
    Standard output of the firmware, run in `directory` with the arguments `inputs outputs`.

    With `-icount shift=0` an instruction takes 1 ns of the board's time, so that its timers count
    instructions and a run is the same every time.
    """
    command = [
        *(EMULATOR, "-M", board.machine, "-kernel", str(elf.resolve())),
        *("-display", "none", "-monitor", "none", "-serial", "none", "-icount", "shift=0"),
        *("-semihosting-config", "enable=on,target=native,arg=firmware,arg=inputs,arg=outputs"),
    ]
    title = f"{elf.name} on {board.machine}"
    try:
        done = subprocess.run(command, cwd=directory, capture_output=True, timeout=timeout)
    except FileNotFoundError as error:
        raise UserError(f"{EMULATOR} is not installed (Debian: qemu-system-arm)") from error
    except subprocess.TimeoutExpired as error:
        raise UserError(f"{title}: no end within {timeout:g} s") from error
    if done.returncode != 0:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        reason = lines[0] if lines else f"exit status {done.returncode}"
        raise UserError(f"{title}: {reason}")
    return done.stdout.decode(errors="replace")
