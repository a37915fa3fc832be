"""
What a simulator wants to know of firmware: what it puts where, and its symbols.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from .errors import UserError
from .sim_memory import Region

_V8M_BASELINE = 16
"""Tag_CPU_arch of the first Armv8-M (Arm IHI 0045)."""


@dataclass(frozen=True)
class Function:
    """
    Code from `start` to `end`.
    """

    name: str
    start: int
    end: int


@dataclass(frozen=True)
class Firmware:
    """
    An ELF: contents by address (initial values also where they are loaded from), addresses of
    symbols, functions by address, bytes of variables.
    """

    name: str
    entry: int
    contents: Sequence[tuple[int, bytes]]
    symbols: dict[str, int]
    functions: Sequence[Function]
    variables: Sequence[Region]
    is_v8m: bool
    _starts: list[int] = field(default_factory=list[int])

    def __post_init__(self) -> None:
        """
        The index of function_at().
        """
        self._starts.extend(function.start for function in self.functions)

    def function_at(self, address: int) -> str:
        """
        The function whose code is at an address; `0x...` where there is none.
        """
        index = bisect_right(self._starts, address) - 1
        if index >= 0 and address < self.functions[index].end:
            return self.functions[index].name
        return f"{address:#x}"

    def address_of(self, symbol: str) -> int:
        """
        Errors: UserError for a symbol that is not there.
        """
        if symbol not in self.symbols:
            raise UserError(f"{self.name} has no symbol '{symbol}'")
        return self.symbols[symbol]


def load_firmware(path: Path) -> Firmware:
    """
    Read an ELF for Arm.

    Errors: UserError for what is none, OSError.
    """
    try:
        with path.open("rb") as file:
            return _firmware(path.name, ELFFile(file))
    except (ELFError, UnicodeDecodeError) as error:
        raise UserError(f"{path.name} is no ELF: {error}") from error


def _firmware(name: str, elf: ELFFile) -> Firmware:
    if elf["e_machine"] != "EM_ARM" or elf["e_type"] != "ET_EXEC":
        raise UserError(f"{name} is no program for Arm")
    contents: list[tuple[int, bytes]] = []
    for segment in elf.iter_segments("PT_LOAD"):
        data: bytes = segment.data()
        if data:
            places = dict.fromkeys((segment["p_paddr"], segment["p_vaddr"]))
            contents += [(address, data) for address in places]
    symbols, functions = _symbols(elf)
    variables = [
        Region(section["sh_addr"], section["sh_size"])
        for section in elf.iter_sections()
        if section["sh_flags"] & 3 == 3 and section["sh_size"] > 0
    ]
    return Firmware(name, elf["e_entry"], contents, symbols, functions, variables, _is_v8m(elf))


def _symbols(elf: ELFFile) -> tuple[dict[str, int], list[Function]]:
    """
    Addresses of all symbols (no Thumb bit), and functions in order; where some share an address,
    the first one that is global.
    """
    table: Any = elf.get_section_by_name(".symtab")
    if not isinstance(table, SymbolTableSection):
        return {}, []
    addresses: dict[str, int] = {}
    found: dict[int, tuple[bool, str, int]] = {}
    for symbol in table.iter_symbols():
        kind, size = symbol["st_info"]["type"], symbol["st_size"]
        if symbol["st_shndx"] == "SHN_UNDEF" or kind not in (
            "STT_FUNC",
            "STT_OBJECT",
            "STT_NOTYPE",
        ):
            continue
        start = symbol["st_value"] & ~1 if kind == "STT_FUNC" else symbol["st_value"]
        addresses[symbol.name] = start
        if kind == "STT_FUNC":
            is_local = symbol["st_info"]["bind"] == "STB_LOCAL"
            candidate = (is_local, symbol.name, size)
            found[start] = min(candidate, found.get(start, candidate))
    return addresses, _extents(found)


def _extents(found: dict[int, tuple[bool, str, int]]) -> list[Function]:
    """
    Functions of no size, as assembly may have them, reach to the next one.
    """
    starts = sorted(found)
    functions: list[Function] = []
    for start, following in zip(starts, [*starts[1:], 1 << 32], strict=True):
        _, name, size = found[start]
        functions.append(Function(name, start, start + size if size else following))
    return functions


def _is_v8m(elf: ELFFile) -> bool:
    section: Any = elf.get_section_by_name(".ARM.attributes")
    if section is None:
        return False
    return any(
        attribute.tag == "TAG_CPU_ARCH" and attribute.value >= _V8M_BASELINE
        for part in section.subsections
        for block in part.subsubsections
        for attribute in block.iter_attributes()
    )
