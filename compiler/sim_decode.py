"""
Thumb-2 instructions as far as their cycles go: loads, stores, divisions, the rest.

Encodings: Arm v7-M Architecture Reference Manual (DDI 0403E), A5.2 and A5.3; VDIV A7.7.232.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

STACK_POINTER = 13
_DIVIDE_CYCLES = 6
_FLOAT_DIVIDE_CYCLES = 14
_LOAD_CYCLES = 2


@dataclass(frozen=True, slots=True)
class Instruction:
    """
    What the model of the core wants to know.

    `cycles` are those of the instruction by itself, without a taken branch. A single load writes
    the core register `result` (-1: a register of the FPU) and forms its address from the
    registers in the bit mask `address`.
    """

    size: int
    cycles: int = 1
    is_load: bool = False
    result: int = -1
    address: int = 0
    reads: bool = False
    """Data memory may be read."""
    lowers_stack: bool = False
    stack: int = 0
    """Bytes added to the stack pointer, where the instruction tells."""
    is_call: bool = False


def decode(code: bytes, at: int) -> Instruction:
    """
    The instruction at offset `at` of little-endian Thumb code.
    """
    first = int.from_bytes(code[at : at + 2], "little")
    if first >> 11 < 0b11101:
        return _narrow(first)
    return _wide(first, int.from_bytes(code[at + 2 : at + 4], "little"))


def _load(size: int, result: int, address: int) -> Instruction:
    return Instruction(size, _LOAD_CYCLES, True, result, address, reads=True)


def _narrow(word: int) -> Instruction:
    """
    16 bits: A5.2.
    """
    top = word >> 11
    low, base = word & 7, word >> 3 & 7
    if top == 0b01001:
        return _load(2, word >> 8 & 7, 0)
    if word >> 12 == 0b0101 and word >> 9 & 7 >= 3:
        return _load(2, low, 1 << base | 1 << (word >> 6 & 7))
    if top in (0b01101, 0b01111, 0b10001):
        return _load(2, low, 1 << base)
    if top == 0b10011:
        return _load(2, word >> 8 & 7, 1 << STACK_POINTER)
    if word >> 12 == 0b1100:
        return Instruction(2, 1 + (word & 0xFF).bit_count(), reads=top == 0b11001)
    if word >> 9 in (0b1011010, 0b1011110):
        count = (word & 0x1FF).bit_count()
        return _stack_multiple(2, count, is_pop=word >> 11 & 1 == 1)
    if word >> 8 == 0b10110000:
        return _stack_step(2, 4 * (word & 0x7F), down=word >> 7 & 1 == 1)
    return Instruction(2, is_call=word & 0xFF87 == 0x4780)


def _wide(first: int, second: int) -> Instruction:
    """
    32 bits: A5.3.
    """
    if first & 0xFE40 == 0xE800:
        return _multiple(first, second)
    if first & 0xFE40 == 0xE840:
        return _dual_or_exclusive(first, second)
    if first & 0xFE00 == 0xEC00:
        return _floating_point_memory(first, second)
    if first & 0xFE10 == 0xF810 and first >> 5 & 3 != 3:
        return _single_load(first, second)
    if first & 0xFFB0 == 0xEE80 and second & 0x0E50 == 0x0A00:
        return Instruction(4, _FLOAT_DIVIDE_CYCLES)
    if first & 0xFFD0 == 0xFB90:
        is_divide = second & 0x00F0 == 0x00F0
        return Instruction(4, _DIVIDE_CYCLES if is_divide else 1)
    if first >> 11 == 0b11110 and second & 0x8000:
        return Instruction(4, is_call=second & 0xD000 == 0xD000)
    return _stack_arithmetic(first, second)


def _multiple(first: int, second: int) -> Instruction:
    if first in (0xE92D, 0xE8BD):
        return _stack_multiple(4, second.bit_count(), is_pop=first == 0xE8BD)
    return Instruction(4, 1 + second.bit_count(), reads=first >> 4 & 1 == 1)


def _dual_or_exclusive(first: int, second: int) -> Instruction:
    """
    LDRD and STRD; those with neither index nor write-back: exclusive, table branch, acquire.
    """
    is_load, base = first >> 4 & 1 == 1, first & 15
    if first == 0xE97F and second == 0xE97F:
        return Instruction(4)
    if first & 0x0120:
        if first in (0xE96D, 0xE8FD):
            step = _stack_step(4, 4 * (second & 0xFF), down=first == 0xE96D)
            return replace(step, cycles=3, reads=is_load)
        return Instruction(4, 3, reads=is_load)
    if not is_load:
        return Instruction(4)
    operation = second >> 4 & 15
    if first & 0x80 and operation < 2:
        return Instruction(4, reads=True)
    return _load(4, second >> 12, 1 << base)


def _floating_point_memory(first: int, second: int) -> Instruction:
    """
    VLDR, VSTR, VLDM, VSTM, VPUSH, VPOP; moves of two core registers look alike.
    """
    indexed, up, back = first >> 8 & 1, first >> 7 & 1, first >> 5 & 1
    is_load, base = first >> 4 & 1 == 1, first & 15
    if not (indexed or up or back):
        return Instruction(4)
    if indexed and not back:
        return _load(4, -1, 1 << base) if is_load else Instruction(4)
    words = second & 0xFF
    if first & 0xFFBF in (0xED2D, 0xECBD):
        return _stack_multiple(4, words, is_pop=is_load)
    return Instruction(4, 1 + words, reads=is_load)


def _single_load(first: int, second: int) -> Instruction:
    """
    LDR, LDRH, LDRB, LDRSH, LDRSB in all addressing modes; PLD and PLI are hints.
    """
    is_word, base, result = first >> 5 & 3 == 2, first & 15, second >> 12
    if result == 15 and not is_word:
        return Instruction(4)
    if base == 15:
        return _load(4, result, 0)
    by_register = not first & 0x80 and second & 0x0FC0 == 0
    index = 1 << (second & 15) if by_register else 0
    is_pop = first == 0xF85D and second & 0x0F00 == 0x0B00
    return replace(_load(4, result, 1 << base | index), stack=second & 0xFF if is_pop else 0)


def _stack_multiple(size: int, words: int, *, is_pop: bool) -> Instruction:
    """
    PUSH, POP and their kin.
    """
    step = _stack_step(size, 4 * words, down=not is_pop)
    return replace(step, cycles=1 + words, reads=is_pop)


def _stack_step(size: int, change: int, *, down: bool) -> Instruction:
    return Instruction(size, lowers_stack=down, stack=-change if down else change)


def _stack_arithmetic(first: int, second: int) -> Instruction:
    """
    ADD and SUB of the stack pointer, STR with write-back below it; all else is one cycle.
    """
    if first == 0xF84D and second & 0x0F00 == 0x0D00:
        return _stack_step(4, second & 0xFF, down=True)
    if second >> 8 & 15 != STACK_POINTER:
        return Instruction(4)
    constant = (first >> 10 & 1) << 11 | (second >> 12 & 7) << 8 | second & 0xFF
    operation = first & 0xFBFF
    if operation in (0xF20D, 0xF2AD):
        return _stack_step(4, constant, down=operation == 0xF2AD)
    if operation in (0xF10D, 0xF1AD):
        return _stack_step(4, _expand(constant), down=operation == 0xF1AD)
    return Instruction(4, lowers_stack=first & 0xFFEF == 0xEBAD)


def _expand(constant: int) -> int:
    """
    A modified immediate constant, A5.3.2: a byte repeated, or one rotated.
    """
    byte, kind = constant & 0xFF, constant >> 8
    if kind < 4:
        return byte * (0x1, 0x10001, 0x1000100, 0x1010101)[kind]
    value, amount = 0x80 | constant & 0x7F, constant >> 7
    return value >> amount | value << (32 - amount) & 0xFFFFFFFF
