"""
Cycles of straight-line code on the core: a Cortex-M4 with memory that never waits.

An instruction takes one cycle. A single load takes two, but one when the instruction before it was
a single load, too, whose result is not its address, and no branch came between. LDM, LDRD, POP and
VLDM take one and one for each register (word), so do STM, STRD, PUSH and VSTM; SDIV and UDIV six,
VDIV.F32 fourteen. A taken branch takes two more. Source: Cortex-M4 Technical Reference Manual, 3.3
(Arm 100166).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate

from .sim_decode import Instruction, decode
from .sim_flash import Path, path_of
from .sim_profiles import Profile

TAKEN_BRANCH = 2
"""Cycles to refill the pipeline."""


@dataclass(slots=True)
class Block:
    """
    A basic block: what is known of it, and what executing it has come to so far.
    """

    start: int
    end: int
    cycles: int
    """Of one execution entered by a branch, without the branch at its end."""
    instructions: int
    path: Path
    reads: dict[int, int]
    """Address of an instruction that may read data -> cycles from the start of the block to it."""
    head: Instruction
    tail: Instruction
    has_it: bool
    """Some instructions are conditional."""
    lowers_stack: bool
    stack_dip: int
    """Bytes from the lowest stack pointer within the block up to that at its end."""
    sites: list[int] = field(default_factory=list[int])
    """Instructions that read flash the last time, in order."""
    count: int = 0
    taken: int = 0
    chained: int = 0
    """How often its first load followed a load of the block before it."""
    fetch_stalls: int = 0
    data_stalls: int = 0

    @property
    def total_cycles(self) -> int:
        """
        Of all executions so far.
        """
        core = self.count * self.cycles + self.taken * TAKEN_BRANCH - self.chained
        return core + self.fetch_stalls + self.data_stalls


def follows_at_once(load: Instruction, before: Instruction) -> bool:
    """
    True for a load that needs one cycle only, because of the instruction before it.
    """
    if not (load.is_load and before.is_load):
        return False
    return before.result < 0 or not load.address >> before.result & 1


def analyze(code: bytes, start: int, profile: Profile, in_flash: bool = True) -> Block:
    """
    The block of Thumb code at address `start`; its lines where it is in flash.
    """
    instructions, cycles = _instructions(code)
    lines: list[int] = []
    offsets: list[int] = []
    reads: dict[int, int] = {}
    at = start
    for instruction, offset in zip(instructions, cycles, strict=False):
        last = (at + instruction.size - 1) // profile.line_bytes
        for line in range(lines[-1] + 1 if lines else at // profile.line_bytes, last + 1):
            lines.append(line)
            offsets.append(offset)
        if instruction.reads:
            reads[at] = offset
        at += instruction.size
    return Block(
        start,
        at,
        cycles[-1],
        len(instructions),
        path_of(lines, offsets, profile.line_cycles) if in_flash else path_of([], [], 1),
        reads,
        instructions[0],
        instructions[-1],
        _has_it(code, instructions),
        any(instruction.lowers_stack for instruction in instructions),
        _stack_dip(instructions),
    )


def _instructions(code: bytes) -> tuple[list[Instruction], list[int]]:
    """
    Instructions, and the cycles before each of them and in all.
    """
    instructions: list[Instruction] = []
    cycles = [0]
    at = 0
    while at < len(code):
        instruction = decode(code, at)
        chained = bool(instructions) and follows_at_once(instruction, instructions[-1])
        cycles.append(cycles[-1] + instruction.cycles - chained)
        instructions.append(instruction)
        at += instruction.size
    return instructions, cycles


def _has_it(code: bytes, instructions: list[Instruction]) -> bool:
    """
    IT is 0xBF and a byte whose lower half is not zero (Arm DDI 0403E, A7.7.38).
    """
    starts = accumulate((one.size for one in instructions[:-1]), initial=0)
    return any(code[at + 1] == 0xBF and code[at] & 0xF for at in starts)


def _stack_dip(instructions: list[Instruction]) -> int:
    levels = list(accumulate((one.stack for one in instructions), initial=0))
    return levels[-1] - min(levels)
