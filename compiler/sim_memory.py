"""
The memories of a board, from its linker script.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import UserError

_BOARDS = Path(__file__).resolve().parents[1] / "runtime" / "board"
_LINE = r"\w+\s*\(([^)]*)\)\s*:\s*ORIGIN\s*=\s*([^,]+),\s*LENGTH\s*=\s*([^\n}]+)"
_TERM = r"([+-]?)\s*(0[xX][0-9a-fA-F]+|\d+)\s*([KM]?)"
_SHIFTS = {"": 0, "K": 10, "M": 20}


@dataclass(frozen=True)
class Region:
    """
    Memory from `start` on, `size` bytes.
    """

    start: int
    size: int

    @property
    def end(self) -> int:
        """
        The first address behind it.
        """
        return self.start + self.size

    def holds(self, address: int) -> bool:
        """
        True for an address within.
        """
        return self.start <= address < self.end


@dataclass(frozen=True)
class Memory:
    """
    The memories of a board: flash, and those that never wait.
    """

    flash: Region
    ram: Sequence[Region]


def memory_of_script(script: Path) -> Memory:
    """
    The MEMORY of a linker script: the first that is executable is flash, the others are RAM.

    Errors: UserError for one without both, OSError.
    """
    flash: list[Region] = []
    ram: list[Region] = []
    for attributes, origin, length in re.findall(_LINE, script.read_text()):
        region = Region(_number(origin), _number(length))
        (flash if "x" in attributes and not flash else ram).append(region)
    if not flash or not ram:
        raise UserError(f"{script.name} has no MEMORY with code (rx) and RAM (rw)")
    return Memory(flash[0], ram)


def _number(text: str) -> int:
    """
    Sums and differences of numbers with K and M.
    """
    total = 0
    for sign, digits, unit in re.findall(_TERM, text):
        value = int(digits, 0) << _SHIFTS[unit]
        total += -value if sign == "-" else value
    return total


def board_memory(entry: int) -> Memory | None:
    """
    The memories of the board of runtime/board that has flash at this address, if one has.
    """
    for script in sorted(_BOARDS.glob("*.ld")):
        if "MEMORY" in script.read_text():
            memory = memory_of_script(script)
            if memory.flash.holds(entry):
                return memory
    return None
