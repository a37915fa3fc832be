"""
What arm-none-eabi-gcc makes of the kernels' inner steps: the instructions, their order, no spills.

Cycles are those of a Cortex-M4 with memory that does not wait: an instruction takes one, a load
two unless it follows another load, a taken branch three.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORES = ("cortex-m4", "cortex-m7", "cortex-m33")

KERNEL = """
#include "approx_runtime.h"
void kernel(const int16_t *x, int16_t *y, const int8_t *w, int32_t b0, int32_t b1);
void kernel(const int16_t *x, int16_t *y, const int8_t *w, int32_t b0, int32_t b1) {{
  (void)w;
  for (int32_t i = 0; i < 32; i++) {{
    for (int32_t j = 0; j < 8; j++) {{
      const int16_t *const p = x + 512 * i + 64 * j;
      int16_t *const q = y + 1024 * i + 128 * j;
      APPROX_TILE_2X4(acc, b0, b1);
      {statements}
      APPROX_REQUANTIZE_2X4(acc, 123456789, 234567891, 0, -5, -128, 127);
      APPROX_STORE_2X4_S16(acc, q, 0, 32);
    }}
  }}
}}
"""


@dataclass(frozen=True)
class Instruction:
    """
    One line of a disassembly; the mnemonic without its width suffix.
    """

    address: int
    mnemonic: str
    operands: str


def disassemble(folder: Path, cpu: str, level: str, statements: str) -> list[Instruction]:
    """
    A kernel of two channels by four pixels.
    """
    source, output = folder / "kernel.c", folder / "kernel.o"
    source.write_text(KERNEL.format(statements=statements))
    options = (f"-mcpu={cpu}", "-mthumb", level, "-std=c99", "-Wall", "-Wextra", "-Werror")
    compiler = ("arm-none-eabi-gcc", *options, f"-I{ROOT / 'runtime'}")
    subprocess.run([*compiler, "-c", source, "-o", output], check=True)
    objdump = ("arm-none-eabi-objdump", "-d", "--no-show-raw-insn", output)
    listing = subprocess.run(objdump, check=True, capture_output=True, text=True).stdout
    line = re.compile(r"^ +([0-9a-f]+):\t([a-z0-9]+)\S*(?:\t([^\t\n@;]*))?", re.MULTILINE)
    return [Instruction(int(at, 16), op, rest.strip()) for at, op, rest in line.findall(listing)]


def mnemonics(code: list[Instruction]) -> list[str]:
    """
    Without their operands.
    """
    return [instruction.mnemonic for instruction in code]


@pytest.mark.parametrize("level", ["-O1", "-O2", "-O3", "-Os"])
@pytest.mark.parametrize("cpu", CORES)
def test_mac_2x4(tmp_path: Path, cpu: str, level: str):
    """
    Each step is four loads, then a weight pair and four SMLAD for each row, by the book. After the
    first step the compiler may fetch the base once more; then no instruction is between the steps.
    """
    steps = [(8 * k, 3 + k, -1 - k, -5, 77 * (k % 2)) for k in range(12)]
    macros = (f"APPROX_MAC_2X4(acc, p, {', '.join(map(str, (s[0], 16, *s[1:])))});" for s in steps)
    code = mnemonics(disassemble(tmp_path, cpu, level, "\n".join(macros)))
    smlads = [i for i, op in enumerate(code) if op == "smlad"]
    body = code[smlads[0] - 6 : smlads[-1] + 1]

    expected: list[str] = []
    for _, *weights in steps:
        expected += ["ldr"] * 4
        for high in weights[1::2]:
            expected += ["movw", *(["movt"] if high else []), *["smlad"] * 4]
    first = 4 + 6 + 5
    assert body[:first] == expected[:first]
    assert body[len(body) - len(expected) + first :] == expected[first:]
    assert len(body) - len(expected) in (0, 2)


def innermost_loop(code: list[Instruction]) -> list[Instruction]:
    """
    The shortest stretch that a branch jumps back over.
    """
    loops: list[list[Instruction]] = []
    for branch in code:
        target = re.match(r"([0-9a-f]+) <", branch.operands)
        if target and int(target[1], 16) < branch.address:
            start, end = int(target[1], 16), branch.address
            loops.append([one for one in code if start <= one.address <= end])
    return min(loops, key=len)


def cycles(loop: list[Instruction]) -> int:
    """
    Of one round.
    """
    names = mnemonics(loop)
    lonely = sum(
        a != "ldr" and b == "ldr" for a, b in zip([names[-1], *names], names, strict=False)
    )
    return len(names) + lonely + 2


STREAMED = """
  APPROX_TILE_4X2(sum, b0, b1, b0, b1);
  APPROX_DOT_{order}_4X2(sum, p, 0, 48, w, {numbers});
  APPROX_PUT_4X2_S16(sum, 4, q, 0, 32, 1);
"""
NOTHING = "APPROX_ACC(acc, 0, 0) ^= 1;"


@pytest.mark.parametrize(
    ("order", "widened", "limit"), [("SUMS", 2, 0.99), ("S8", 4, 1.18), ("S16", 0, 1.05)]
)
@pytest.mark.parametrize("level", ["-O2", "-Os"])
@pytest.mark.parametrize("cpu", CORES)
def test_dot_4x2(tmp_path: Path, cpu: str, level: str, order: str, widened: int, limit: float):
    """
    A round of the loop is 16 steps (15 of words) of 16 multiply-accumulates; the accumulators stay
    in registers.
    """
    statements = NOTHING + STREAMED.format(order=order, numbers="180 * 4, 1, 0")
    loop = innermost_loop(disassemble(tmp_path, cpu, level, statements))
    steps = 15
    assert mnemonics(loop).count("smlad") == 8 * steps
    assert mnemonics(loop).count("sxtb16") == widened * steps
    loads = mnemonics(loop).count("ldr")
    assert loads == steps * (6 if order == "S16" else 4) + 1
    assert cycles(loop) / (16 * steps) < limit


def test_dot_has_only_the_code_it_needs(tmp_path: Path):
    """
    A window of 20 steps is straight-line code, all three rows of it.
    """
    statements = NOTHING + STREAMED.format(order="SUMS", numbers="12, 3, 600")
    code = disassemble(tmp_path, "cortex-m4", "-O2", statements)
    assert mnemonics(code).count("smlad") == 18 * 8
    assert mnemonics(code).count("bne") == 2, "the two loops over the pixels"


def test_requantization_and_stores(tmp_path: Path):
    """
    Two instructions a value; one and a store for two channels of a pixel.
    """
    step = "APPROX_MAC_2X4(acc, p, 0, 16, 1, 2, 3, 4);"
    code = mnemonics(disassemble(tmp_path, "cortex-m4", "-O2", step))
    assert code.count("smmlar") == code.count("ssat") == 8
    assert code.count("pkhbt") == 4
    assert not {"uxth", "it", "movge", "strh"} & set(code)
