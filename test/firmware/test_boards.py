"""
The emulated boards: what runs on them, what they count, how they fail.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from approx_opt.compiler.errors import UserError
from approx_opt.compiler.qemu import BOARDS, Run, run_vectors

BuildRunner = Callable[[Path, str, str], Path]
ROOT = Path(__file__).resolve().parents[2]

SUMS = """
  static const int8_t table[4] = {1, 2, 3, 4};
  int16_t *x = (int16_t *)workspace;
  for (int i = 0; i < 8; i++) { x[i] = input[i]; }
  APPROX_TILE_1X1(acc, 5);
  APPROX_MAC_1X1(acc, x, 4, 0, 3, -2);
  for (int i = 0; i < 4; i++) { output[i] = (int8_t)(input[i] + table[i]); }
  output[3] = (int8_t)APPROX_ACC(acc, 0, 0);
  return 0;
"""
"""Reads constants, writes to its workspace, uses the DSP extension where there is one."""

VECTORS = [bytes(range(start, start + 8)) for start in range(0, 100, 7)]


def sums(vector: bytes) -> bytes:
    """
    What SUMS computes.
    """
    last = 5 + 3 * vector[4] - 2 * vector[5]
    return bytes(((vector[0] + 1), vector[1] + 2, vector[2] + 3, last & 0xFF))


def run(elf: Path, board: str, vectors: list[bytes], timeout: float = 60) -> Run:
    """
    Run firmware of eight bytes in, four out.
    """
    return run_vectors(elf, board, b"".join(vectors), 8, 4, timeout)


def spin(rounds: int) -> str:
    """
    The body of a network of 2 * rounds instructions, and a few.
    """
    return (
        f"uint32_t n = {rounds}u; (void)workspace;"
        ' __asm__ volatile("1: subs %0, #1\\n\\tbne 1b" : "+l"(n) : : "cc");'
        " for (int i = 0; i < 4; i++) { output[i] = input[i]; } return 0;"
    )


@pytest.mark.parametrize("board", BOARDS)
def test_outputs(tmp_path: Path, build_runner: BuildRunner, board: str):
    """
    Every board runs every vector.
    """
    result = run(build_runner(tmp_path, board, SUMS), board, VECTORS)
    assert result.outputs == b"".join(map(sums, VECTORS))
    assert result.instructions is not None


def test_host(tmp_path: Path, build_runner: BuildRunner):
    """
    The same source runs on the PC, where nobody counts instructions.
    """
    runner = build_runner(tmp_path, "host", SUMS)
    (tmp_path / "in").write_bytes(b"".join(VECTORS))
    command = [runner, tmp_path / "in", tmp_path / "out"]
    done = subprocess.run(command, check=True, capture_output=True)
    assert (tmp_path / "out").read_bytes() == b"".join(map(sums, VECTORS))
    assert done.stdout == b""


@pytest.mark.parametrize("board", BOARDS)
def test_counts_instructions(tmp_path: Path, build_runner: BuildRunner, board: str):
    """
    To within two ticks of the slowest SysTick, and the few instructions around the loop.
    """
    counted = run(build_runner(tmp_path, board, spin(500_000)), board, VECTORS[:3]).instructions
    assert counted == pytest.approx(1_000_000, abs=200)


def test_counts_beyond_a_wrap_of_systick(tmp_path: Path, build_runner: BuildRunner):
    """
    168 MHz and 24 bits are 100 million instructions.
    """
    elf = build_runner(tmp_path, "netduinoplus2", spin(130_000_000))
    counted = run(elf, "netduinoplus2", VECTORS[:1]).instructions
    assert counted == pytest.approx(260_000_000, abs=1000)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return input == output ? 0 : *(volatile int *)0xF0000000u + (int)(intptr_t)workspace;",
         r"vector_runner.elf on mps2-an505: fault at pc 1000[0-9a-f]{4}, CFSR 0000[0-9a-f]{4}"),
        ("(void)input; (void)output; (void)workspace; return -2;", "the network reports an error"),
        ("volatile int8_t big[16384]; big[0] = 1; (void)workspace; output[0] = input[big[0]];"
         " return 0;", "Lockup"),
    ],
)  # fmt: skip
def test_failures_are_told(tmp_path: Path, build_runner: BuildRunner, body: str, message: str):
    """
    A bus fault, an error of the network, a stack that left its memory.
    """
    elf = build_runner(tmp_path, "mps2-an505", body)
    with pytest.raises(UserError, match=message):
        run(elf, "mps2-an505", VECTORS)


def test_endless_firmware_is_stopped(tmp_path: Path, build_runner: BuildRunner):
    """
    After the time given.
    """
    elf = build_runner(tmp_path, "mps2-an386", "for (;;) { *(volatile void **)&workspace; }")
    with pytest.raises(UserError, match=r"no end within 1 s"):
        run(elf, "mps2-an386", VECTORS, timeout=1)


def test_wrong_sizes(tmp_path: Path, build_runner: BuildRunner):
    """
    Inputs that are no vectors, firmware for vectors of another size.
    """
    elf = build_runner(tmp_path, "mps2-an386", SUMS)
    with pytest.raises(UserError, match="7 bytes are no vectors of 8 bytes"):
        run(elf, "mps2-an386", [b"1234567"])
    with pytest.raises(UserError, match="the inputs end within a vector"):
        run_vectors(elf, "mps2-an386", bytes(12), 12, 4, 60)
    with pytest.raises(UserError, match="4 bytes of output, expected 5 for each of 1 vectors"):
        run_vectors(elf, "mps2-an386", bytes(8), 8, 5, 60)


def test_missing_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """
    The board, the firmware, QEMU.
    """
    elf = tmp_path / "some.elf"
    with pytest.raises(UserError, match="unknown board 'nucleo'; there are mps2-an386, "):
        run(elf, "nucleo", VECTORS)
    with pytest.raises(UserError, match="no such firmware: "):
        run(elf, "mps2-an386", VECTORS)
    elf.touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match="qemu-system-arm is not installed"):
        run(elf, "mps2-an386", VECTORS)


def test_boards_agree_with_cmake():
    """
    The same boards with the same cores, a linker script for each.
    """
    text = (ROOT / "cmake" / "ApproxOptBoard.cmake").read_text()
    known = re.findall(r"^  set\(facts_(\S+) (cortex-\S+) \d+\)$", text, re.MULTILINE)
    assert dict(known) == {name: board.cpu for name, board in BOARDS.items()}
    scripts = {path.stem for path in (ROOT / "runtime" / "board").glob("*.ld")}
    assert scripts == {"sections", *BOARDS}
