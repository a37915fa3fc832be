"""
Firmware of examples/stm32 on a model of a chip's registers, from its reset to its last line (helper
of tests).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from approx_opt.compiler.board_log import Verdict, last_run, read_log
from approx_opt.compiler.sim_elf import load_firmware
from stm32_chip import CCSIDR, MHZ, Chip
from unicorn.arm_const import UC_ARM_REG_SP
from unicorn.unicorn import Uc
from unicorn.unicorn_const import (
    UC_ARCH_ARM,
    UC_HOOK_MEM_READ,
    UC_HOOK_MEM_WRITE,
    UC_MODE_MCLASS,
    UC_MODE_THUMB,
)

TICK = 1000
"""Cycles between two looks at the counter, in this model."""
_MEMORIES = (0x08000000, 0x20000000, 0x24000000)
_DEVICES = (0x40000000, 0x42000000, 0x46000000, 0x48000000, 0x52000000, 0x58000000, 0xE0000000)
_DEMCR, _DWT_CTRL, _DWT_CYCCNT, _DWT_LAR = 0xE000EDFC, 0xE0001000, 0xE0001004, 0xE0001FB0
_DCISW = 0xE000EF60
_SENT_AND_EMPTY = 3 << 6
"""TC and TXE of a UART."""
_LAST_LINE = b"# end\r\n"
_MOST_INSTRUCTIONS = 100_000_000


class Board:
    """
    Firmware on a chip whose flag `stuck` never comes.

    `sent` is what has left by the UART, `problems` what was wrong at the moment of the switch to
    the PLL (None: there was none), `cleaned` what has been written to DCISW.
    """

    def __init__(self, elf: Path, chip: Chip, stuck: str = ""):
        self.chip, self.stuck = chip, stuck
        self.firmware = load_firmware(elf)
        self.sent = b""
        self.problems: list[str] | None = None
        self.cleaned: set[int] = set()
        self.uc: Any = Uc(UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS)
        self.uc.ctl_set_cpu_model(chip.core)
        for start in (*_MEMORIES, *_DEVICES):
            self.uc.mem_map(start, 2 << 20)
        for address, data in self.firmware.contents:
            self.uc.mem_write(address, data)
        for address, value in chip.reset.items():
            self.write(address, value)
        self.uc.hook_add(UC_HOOK_MEM_READ, self._on_read, begin=_DEVICES[0], end=0xFFFFFFFF)
        self.uc.hook_add(UC_HOOK_MEM_WRITE, self._on_write, begin=_DEVICES[0], end=0xFFFFFFFF)

    def run(self) -> str:
        """
        From the reset to the last line; what it sends.
        """
        self.uc.reg_write(UC_ARM_REG_SP, self.read(_MEMORIES[0]))
        self.uc.emu_start(self.read(_MEMORIES[0] + 4), 0, count=_MOST_INSTRUCTIONS)
        return self.sent.decode()

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
        elif address == chip.uart.status:
            value = _SENT_AND_EMPTY
        elif address == _DWT_CYCCNT and self._counts():
            value += TICK
        self.write(address, value)

    def _counts(self) -> bool:
        """
        The Cortex-M7 has the unit locked until it gets the key.
        """
        is_on = self.read(_DEMCR) & 1 << 24 and self.read(_DWT_CTRL) & 1
        return bool(is_on) and self.read(_DWT_LAR) == 0xC5ACCE55

    def _on_write(
        self, _uc: Any, _access: int, address: int, _size: int, value: int, _: Any
    ) -> None:
        chip = self.chip
        if address == chip.uart.data:
            self._send(value)
        elif address == _DCISW:
            self.cleaned.add(value & 0xFFFFFFFF)
        elif address == chip.switch and value & chip.switch_mask == chip.switch_pll:
            limits = chip.limits(lambda at: value if at == address else self.read(at))
            if self.problems is None:
                self.problems = [name for name, is_kept in limits.items() if not is_kept]

    def _send(self, value: int) -> None:
        """
        A character, or nothing where something is not as the UART needs it.
        """
        uart = self.chip.uart
        is_on = self.read(uart.control) & uart.enabled == uart.enabled
        is_wired = all(self.read(at) & mask == field for at, mask, field in self.chip.wired)
        baud = uart.clock(self.read) / max(1, self.read(uart.baud))
        if is_on and is_wired and abs(baud / 115_200 - 1) < 0.002:
            self.sent += bytes([value & 0xFF])
        if self.sent.endswith(_LAST_LINE):
            self.uc.emu_stop()


def check_full_speed(elf: Path, chip: Chip) -> None:
    """
    The clock is what the registers come to, and all that it needs was ready at the switch; the
    network runs, and each layer takes what the counter says.
    """
    board = Board(elf, chip)
    found = last_run(read_log(board.run()))
    assert found.facts["clock"].split(" ")[0] == f"{chip.megahertz * MHZ}"
    assert chip.hertz(board.read) == chip.megahertz * MHZ
    assert board.problems == []
    if CCSIDR in chip.reset:
        assert board.cleaned == {way << 30 | line << 5 for way in range(4) for line in range(128)}
    assert found.verdict is Verdict.PASS
    assert found.facts["counter"] == "DWT CYCCNT"
    assert {cycles for _, cycles in found.layers} == {TICK}


def check_reset_clock(elf: Path, chip: Chip, stuck: str) -> None:
    """
    Without the flag the clock is that of the reset, in fact and by the firmware's word; it goes on.
    """
    board = Board(elf, chip, stuck)
    found = last_run(read_log(board.run()))
    assert found.facts["clock"].startswith(f"{chip.reset_hertz} Hz, as after a reset")
    assert chip.hertz(board.read) == chip.reset_hertz
    assert found.verdict is Verdict.PASS
