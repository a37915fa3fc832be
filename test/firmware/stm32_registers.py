"""
The start of firmware on a model of a chip's registers (helper of tests).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from approx_opt.compiler.sim_elf import Firmware, load_firmware
from stm32_chips import CCSIDR, MHZ, Chip
from unicorn.arm_const import UC_ARM_REG_LR, UC_ARM_REG_R0, UC_ARM_REG_R1, UC_ARM_REG_SP
from unicorn.unicorn import Uc
from unicorn.unicorn_const import (
    UC_ARCH_ARM,
    UC_HOOK_MEM_READ,
    UC_HOOK_MEM_WRITE,
    UC_MODE_MCLASS,
    UC_MODE_THUMB,
)

UART_BAUD = 115_200
_FLASH, _RAM, _STACK_TOP, _RESULT, _END = 0x08000000, 0x20000000, 0x20002000, 0x20002100, 0x0FFF0000
_DCISW = 0xE000EF60


class Board:
    """
    Firmware on a chip whose flag `stuck` never comes.
    """

    def __init__(self, elf: Path, chip: Chip, stuck: str = ""):
        self.chip, self.stuck = chip, stuck
        self.firmware: Firmware = load_firmware(elf)
        self.uc: Any = Uc(UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS)
        self.uc.ctl_set_cpu_model(chip.core)
        regions = (_FLASH, 0x40000000, 0x42000000, 0x46000000, 0x48000000, 0x52000000, 0x58000000)
        for start in (*regions, 0xE0000000):
            self.uc.mem_map(start, 2 << 20)
        self.uc.mem_map(_RAM, 1 << 20)
        self.uc.mem_map(_END, 4096)
        for address, data in self.firmware.contents:
            self.uc.mem_write(address, data)
        for address, value in chip.reset.items():
            self.write(address, value)
        self.problems: list[str] | None = None
        """Of the moment of the switch; None before."""
        self.cleaned: set[int] = set()
        """What has been written to DCISW."""
        self.uc.hook_add(UC_HOOK_MEM_READ, self._on_read, begin=0x40000000, end=0x5FFFFFFF)
        self.uc.hook_add(UC_HOOK_MEM_WRITE, self._on_write, begin=0x40000000, end=0xE00FFFFF)

    def read(self, address: int) -> int:
        """
        A word.
        """
        return int.from_bytes(self.uc.mem_read(address, 4), "little")

    def write(self, address: int, value: int) -> None:
        """
        A word.
        """
        self.uc.mem_write(address, value.to_bytes(4, "little"))

    def _on_read(self, _uc: Any, _access: int, address: int, *_: Any) -> None:
        value, chip = self.read(address), self.chip
        for flag in chip.flags:
            if flag.address == address:
                is_set = flag.name != self.stuck and flag.condition(self.read)
                value = value | flag.mask if is_set else value & ~flag.mask
        if address == chip.switch and self.stuck != "switch":
            status = (value & chip.switch_mask) << chip.status_shift
            value = value & ~(chip.switch_mask << chip.status_shift) | status
        self.write(address, value)

    def _on_write(
        self, _uc: Any, _access: int, address: int, _size: int, value: int, _: Any
    ) -> None:
        chip = self.chip
        if address == _DCISW:
            self.cleaned.add(value & 0xFFFFFFFF)
        if address != chip.switch or value & chip.switch_mask != chip.switch_pll:
            return
        if self.problems is None:
            limits = chip.limits(lambda at: value if at == address else self.read(at))
            self.problems = [name for name, is_kept in limits.items() if not is_kept]

    def call(self, function: str, argument: int = 0) -> tuple[int, ...]:
        """
        The structure that a function returns, as words.
        """
        self.uc.reg_write(UC_ARM_REG_SP, _STACK_TOP)
        self.uc.reg_write(UC_ARM_REG_LR, _END | 1)
        self.uc.reg_write(UC_ARM_REG_R0, _RESULT)
        self.uc.reg_write(UC_ARM_REG_R1, argument)
        self.uc.emu_start(self.firmware.address_of(function) | 1, _END)
        return tuple(self.read(_RESULT + 4 * i) for i in range(6))


def check_uart(board: Board, hertz: int) -> None:
    """
    115200 baud within 0.2 %, by the clock that the UART has; its pins and clocks are switched on.
    """
    chip = board.chip
    *_, divider = board.call("board_uart", hertz)
    assert abs(chip.uart_clock(board.read) / divider / UART_BAUD - 1) < 0.002
    assert [w for w in chip.wired if board.read(w[0]) & w[1] != w[2]] == []


def check_full_speed(elf: Path, chip: Chip) -> None:
    """
    The clock is what the registers come to, and all that it needs was ready at the switch.
    """
    board = Board(elf, chip)
    hertz = board.call("board_start")[0]
    assert hertz == chip.megahertz * MHZ == chip.hertz(board.read)
    assert board.problems == []
    if CCSIDR in chip.reset:
        assert board.cleaned == {way << 30 | line << 5 for way in range(4) for line in range(128)}
    check_uart(board, hertz)


def check_reset_clock(elf: Path, chip: Chip, stuck: str) -> None:
    """
    Without the flag the clock is that of the reset, in fact and by the firmware's word.
    """
    board = Board(elf, chip, stuck)
    hertz = board.call("board_start")[0]
    assert hertz == chip.reset_hertz == chip.hertz(board.read)
    check_uart(board, hertz)
