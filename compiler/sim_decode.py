"""
Thumb-2 instructions as far as their cycles go: loads, stores, divisions, the rest.

Encodings: Arm v7-M Architecture Reference Manual (DDI 0403E), A5.2 and A5.3.
"""

from __future__ import annotations

from dataclasses import dataclass

STACK_POINTER = 13
_LINK_REGISTER = 14
_DIVIDE_CYCLES = 6
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
        is_pop = word >> 11 & 1 == 1
        count = (word & 0x1FF).bit_count()
        return Instruction(2, 1 + count, reads=is_pop, lowers_stack=not is_pop)
    if word >> 7 == 0b101100001:
        return Instruction(2, lowers_stack=True)
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
    if first & 0xFFDF == 0xFB91 & 0xFFDF or first & 0xFFD0 == 0xFB90:
        is_divide = second & 0x00F0 == 0x00F0
        return Instruction(4, _DIVIDE_CYCLES if is_divide else 1)
    return Instruction(
        4,
        lowers_stack=_lowers_stack(first, second),
        is_call=first >> 11 == 0b11110 and second & 0xD000 == 0xD000,
    )


def _multiple(first: int, second: int) -> Instruction:
    is_load = first >> 4 & 1 == 1
    lowers = first == 0xE92D
    return Instruction(4, 1 + second.bit_count(), reads=is_load, lowers_stack=lowers)


def _dual_or_exclusive(first: int, second: int) -> Instruction:
    """
    LDRD and STRD; those with neither index nor write-back: exclusive, table branch, acquire.
    """
    is_load, base = first >> 4 & 1 == 1, first & 15
    if first == 0xE97F and second == 0xE97F:
        return Instruction(4)
    if first & 0x0120:
        lowers = first & 0xFF7F == 0xE96D & 0xFF7F and not is_load and not first & 0x80
        return Instruction(4, 3, reads=is_load, lowers_stack=lowers)
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
    lowers = not is_load and not up and base == STACK_POINTER
    return Instruction(4, 1 + (second & 0xFF), reads=is_load, lowers_stack=lowers)


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
    return _load(4, result, 1 << base | index)


def _lowers_stack(first: int, second: int) -> bool:
    """
    SUB of the stack pointer by a constant or a register, STR with write-back below it.
    """
    to_stack = second >> 8 & 15 == STACK_POINTER
    constant = first & 0xFBFF in (0xF1AD, 0xF2AD) and to_stack
    register = first & 0xFFEF == 0xEBAD and to_stack
    return constant or register or (first == 0xF84D and second & 0x0F00 == 0x0D00)
