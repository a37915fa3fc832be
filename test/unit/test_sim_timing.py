"""
Cycles of straight-line code, counted by hand.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from approx_opt.compiler.sim_profiles import profile_named
from approx_opt.compiler.sim_timing import Block, analyze, follows_at_once

START = 0x08000000


def assemble(folder: Path, assembly: str, cpu: str = "cortex-m4") -> bytes:
    """
    Machine code of instructions separated by semicolons.
    """
    source, program, code = folder / "code.s", folder / "code.o", folder / "code.bin"
    source.write_text(f".syntax unified\n.thumb\n.fpu fpv4-sp-d16\n{assembly}\n")
    gcc = ("arm-none-eabi-gcc", f"-mcpu={cpu}", "-mthumb", "-c", source, "-o", program)
    subprocess.run(gcc, check=True)
    subprocess.run(("arm-none-eabi-objcopy", "-O", "binary", program, code), check=True)
    return code.read_bytes()


def block_of(folder: Path, assembly: str, start: int = START) -> Block:
    """
    The block of these instructions, on the stm32u5: lines of 16 bytes.
    """
    return analyze(assemble(folder, assembly), start, profile_named("stm32u5"))


SEQUENCES = {
    "nop; adds r0, r1, r2; add.w r8, r9, r10": 1 + 1 + 1,
    "ldr r0, [r1]": 2,
    "ldr r0, [r1]; ldrb r2, [r1, #5]; ldrsh.w r3, [r1, #300]": 2 + 1 + 1,
    "ldr r0, [r1]; ldr r2, [r0]": 2 + 2,  # the result is the address
    "ldr r0, [r1]; ldr r2, [r3, r0]": 2 + 2,  # the result is the index
    "ldr r0, [r1]; ldr.w r2, [r3, r4, lsl #2]": 2 + 1,
    "ldr r0, [r1]; adds r0, #1; ldr r2, [r1]": 2 + 1 + 2,
    "ldr r0, [r1], #4; ldr r2, [r1]": 2 + 1,  # write-back is no result
    "ldr r0, [r1]; str r0, [r2]; ldr r3, [r1]": 2 + 1 + 2,
    "ldr.w r0, [pc, #16]; ldr r1, [sp, #8]": 2 + 1,
    "vldr s0, [r0]; vldr d1, [r0, #8]; ldr r0, [r0]": 2 + 1 + 1,
    "pld [r0]; ldrex r0, [r1]; strex r2, r0, [r1]": 1 + 2 + 1,
    "ldrd r0, r1, [r2]": 3,
    "ldr r0, [r1]; ldrd r2, r3, [r4, #8]; ldr r0, [r1]": 2 + 3 + 2,  # not a single load
    "strd r0, r1, [r2, #-8]!": 3,
    "ldm r0, {r1, r2, r3}; ldmdb.w r0!, {r1, r8}": 4 + 3,
    "stm r0!, {r1, r2, r3}; stmdb.w r0, {r1, r8}": 4 + 3,
    "push {r4, r5, lr}; push {r4, r8}": 4 + 3,
    "pop {r4, r5, pc}": 4,
    "pop.w {r4, r8}": 3,
    "vldmia r0, {s0-s4}; vldmia r0!, {d0-d1}": 6 + 5,
    "vpush {d8}; vpop {d8}; vstr s0, [r0]": 3 + 3 + 1,
    "vmov r0, r1, s2, s3; vmov d0, r0, r1": 1 + 1,
    "str r0, [r1]; strb r0, [r1, r2]; strh.w r0, [r1, #-3]": 1 + 1 + 1,
    "sdiv r0, r1, r2; udiv r0, r1, r2; smull r0, r1, r2, r3": 6 + 6 + 1,
    "vdiv.f32 s0, s1, s31; vmul.f32 s0, s1, s2; vdiv.f32 s30, s0, s1": 14 + 1 + 14,
    "smlad r0, r1, r2, r0; smmul r0, r1, r2; mla r0, r1, r2, r3; sxtb16 r0, r1": 4,
    "movw r0, #1234; movt r0, #5678": 1 + 1,
    "it eq; ldreq r0, [r1]": 1 + 2,
    "tbb [pc, r0]": 1,  # and 2 for being taken
    # The inner step of a 2x4 tile: four loads, a packed weight, four products.
    "ldr r4, [r0]; ldr r5, [r0, #32]; ldr r6, [r0, #64]; ldr r7, [r0, #96];"
    "movw r8, #3; movt r8, #4; smlad r9, r4, r8, r9; smlad r10, r5, r8, r10;"
    "smlad r11, r6, r8, r11; smlad r12, r7, r8, r12": 5 + 2 + 4,
}


@pytest.mark.parametrize("assembly", SEQUENCES)
def test_cycles(tmp_path: Path, assembly: str):
    """
    Of a block as a whole, without a branch at its end.
    """
    block = block_of(tmp_path, assembly)
    assert block.cycles == SEQUENCES[assembly]
    assert block.instructions == len(assembly.split(";"))


def test_first_load_after_a_fall_through(tmp_path: Path):
    """
    Unicorn may cut straight-line code in two between loads.
    """
    before = block_of(tmp_path, "nop; ldr r0, [r1]")
    assert follows_at_once(block_of(tmp_path, "ldr r2, [r1]").head, before.tail)
    assert not follows_at_once(block_of(tmp_path, "ldr r2, [r0]").head, before.tail)
    assert not follows_at_once(block_of(tmp_path, "nop; ldr r2, [r1]").head, before.tail)


def test_totals(tmp_path: Path):
    """
    Three executions, two of which took the branch, one behind a load.
    """
    block = block_of(tmp_path, "ldr r0, [r1]; subs r2, #1; bne .-4")
    block.count, block.taken, block.chained = 3, 2, 1
    block.fetch_stalls, block.data_stalls = 4, 5
    assert block.total_cycles == 3 * (2 + 1 + 1) + 2 * 2 - 1 + 4 + 5


def test_lines(tmp_path: Path):
    """
    A line is needed as soon as an instruction has a part in it.
    """
    block = block_of(tmp_path, "nop; ldr r0, [r1]; movw r0, #1; movw r0, #2; ldr.w r0, [r1, #400]")
    # Offsets 0, 2, 4, 8, 12: the load at 12 ends at 16; from 6 on it straddles two lines.
    assert block.path.lines == [START // 16]
    block = block_of(tmp_path, "nop; ldr r0, [r1]; movw r0, #1; movw r0, #2; nop", START + 6)
    assert (block.path.lines, block.path.offsets) == ([START // 16, START // 16 + 1], [0, 3 + 1])
    assert block.reads == {START + 8: 1}


def test_code_elsewhere_has_no_lines(tmp_path: Path):
    """
    Code in RAM is fetched without waiting.
    """
    code = assemble(tmp_path, "nop")
    block = analyze(code, 0x20000000, profile_named("stm32u5"), in_flash=False)
    assert (block.path.lines, block.cycles) == ([], 1)


@pytest.mark.parametrize(
    ("assembly", "lowers"),
    [
        ("push {r0}", True),
        ("sub sp, #8", True),
        ("sub.w sp, sp, #1024", True),
        ("subw sp, sp, #1023", True),
        ("sub.w sp, sp, r3", True),
        ("str r0, [sp, #-8]!", True),
        ("strd r0, r1, [sp, #-8]!", True),
        ("stmdb sp!, {r4, r9}", True),
        ("vpush {s16}", True),
        ("add sp, #8", False),
        ("pop {r0}", False),
        ("str r0, [sp, #8]", False),
        ("sub.w r0, sp, #1024", False),
        ("vpop {s16}", False),
    ],
)
def test_instructions_that_lower_the_stack(tmp_path: Path, assembly: str, lowers: bool):
    """
    After these the stack pointer has to be looked at.
    """
    assert block_of(tmp_path, assembly).lowers_stack == lowers


@pytest.mark.parametrize(
    ("assembly", "dip"),
    [
        ("push {r4, lr}; sub sp, #8; add sp, #8; pop {r4, pc}", 16),
        ("push {r4, lr}; sub sp, #8", 0),
        ("sub.w sp, sp, #1024; add.w sp, sp, #1024", 1024),
        ("sub.w sp, sp, #0x01010101; add.w sp, sp, #0x01010101", 0x01010101),
        ("subw sp, sp, #1023; addw sp, sp, #1023", 1023),
        ("stmdb sp!, {r4, r9}; vpush {d8}; vpop {d8}; ldmia sp!, {r4, r9}", 16),
        ("strd r0, r1, [sp, #-8]!; str r0, [sp, #-16]!; ldr r0, [sp], #16", 16),
        ("strd r0, r1, [sp, #-8]!; ldrd r0, r1, [sp], #8", 8),
    ],
)
def test_stack_within_a_block(tmp_path: Path, assembly: str, dip: int):
    """
    What the stack pointer at the end does not tell.
    """
    assert block_of(tmp_path, assembly).stack_dip == dip


@pytest.mark.parametrize(
    ("assembly", "is_call"),
    [("bl .", True), ("blx r3", True), ("bx lr", False), ("b.w .", False), ("bne.w .", False)],
)
def test_calls(tmp_path: Path, assembly: str, is_call: bool):
    """
    Instructions that leave a return address.
    """
    assert block_of(tmp_path, assembly).tail.is_call == is_call
