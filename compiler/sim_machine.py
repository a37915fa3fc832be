"""
A microcontroller in Unicorn: memories, registers, hooks, and what goes wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unicorn.arm_const import (
    UC_ARM_REG_LR,
    UC_ARM_REG_PC,
    UC_ARM_REG_R0,
    UC_ARM_REG_R1,
    UC_ARM_REG_R2,
    UC_ARM_REG_R3,
    UC_ARM_REG_SP,
    UC_ARM_REG_XPSR,
    UC_CPU_ARM_CORTEX_M4,
    UC_CPU_ARM_CORTEX_M33,
)
from unicorn.unicorn import Uc, UcError
from unicorn.unicorn_const import (
    UC_ARCH_ARM,
    UC_HOOK_BLOCK,
    UC_HOOK_INTR,
    UC_HOOK_MEM_INVALID,
    UC_HOOK_MEM_READ,
    UC_MEM_FETCH_PROT,
    UC_MEM_FETCH_UNMAPPED,
    UC_MEM_READ_PROT,
    UC_MEM_READ_UNMAPPED,
    UC_MODE_MCLASS,
    UC_MODE_THUMB,
    UC_PROT_ALL,
    UC_PROT_EXEC,
    UC_PROT_READ,
)

from .errors import UserError
from .sim_account import Account
from .sim_elf import Firmware
from .sim_memory import Memory, Region
from .sim_profiles import Profile
from .sim_result import Figures, Result, by_function, calls_of, places_of, within
from .sim_semihosting import Semihosting
from .sim_watermark import Watermarks

_PAGE = 1024
_PRIVATE_PERIPHERALS = Region(0xE0000000, 1 << 20)
"""Plain memory here: SysTick does not count, and nothing interrupts."""
_BREAKPOINT = 7
"""Number of the exception in Unicorn."""
_IT_STATE = 0x0600FC00
"""Bits of XPSR (Arm DDI 0403E, B1.4.2)."""
_SEMIHOSTING = (0xBEAB).to_bytes(2, "little")
_ARGUMENTS = (UC_ARM_REG_R0, UC_ARM_REG_R1, UC_ARM_REG_R2, UC_ARM_REG_R3)
_ACCESSES = {
    UC_MEM_READ_UNMAPPED: "read",
    UC_MEM_READ_PROT: "read",
    UC_MEM_FETCH_UNMAPPED: "fetch",
    UC_MEM_FETCH_PROT: "fetch",
}


class Machine:
    """
    One microcontroller for one run of firmware.
    """

    def __init__(self, firmware: Firmware, profile: Profile, memory: Memory) -> None:
        self._firmware, self._profile, self._memory = firmware, profile, memory
        self._uc: Any = Uc(UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS)
        cpu = UC_CPU_ARM_CORTEX_M33 if firmware.is_v8m else UC_CPU_ARM_CORTEX_M4
        self._uc.ctl_set_cpu_model(cpu)
        for region in (*memory.ram, _PRIVATE_PERIPHERALS):
            self._map(region, UC_PROT_ALL)
        self._map(memory.flash, UC_PROT_READ | UC_PROT_EXEC)
        self.trap = -(-memory.flash.end // _PAGE) * _PAGE
        """Where functions return to that nobody called."""
        self._uc.mem_map(self.trap, _PAGE)
        self.account = Account(profile, self.read, memory.flash)
        self._marks = Watermarks(self.read, self.write, memory.ram, firmware.variables)
        for address, data in firmware.contents:
            self.write(address, data)
        self._problem: str | None = None
        self._resume: int | None = None
        self._windows: list[dict[str, Figures]] = []

    def _map(self, region: Region, protection: int) -> None:
        """
        Whole pages.
        """
        start = region.start // _PAGE * _PAGE
        size = -(-(region.end - start) // _PAGE) * _PAGE
        try:
            self._uc.mem_map(start, size, protection)
        except UcError as error:
            raise UserError(f"cannot have memory of {size} bytes at {start:#x}: {error}") from error

    def read(self, address: int, size: int) -> bytes:
        """
        Errors: UserError where there is no memory.
        """
        try:
            return bytes(self._uc.mem_read(address, size))
        except UcError as error:
            raise UserError(f"no memory of {size} bytes at {address:#x}") from error

    def write(self, address: int, data: bytes) -> None:
        """
        Errors: UserError where there is no memory.
        """
        try:
            self._uc.mem_write(address, data)
        except UcError as error:
            raise UserError(f"no memory of {len(data)} bytes at {address:#x}") from error

    def prepare(self, arguments: Sequence[int]) -> None:
        """
        Registers and stack as at a call with integers for arguments.
        """
        on_stack = arguments[len(_ARGUMENTS) :]
        stack = self._stack_top() - (4 * len(on_stack) + 7) // 8 * 8
        words = (argument & 0xFFFFFFFF for argument in on_stack)
        self.write(stack, b"".join(word.to_bytes(4, "little") for word in words))
        for register, argument in zip(_ARGUMENTS, arguments, strict=False):
            self._uc.reg_write(register, argument & 0xFFFFFFFF)
        self._uc.reg_write(UC_ARM_REG_SP, stack)
        self._uc.reg_write(UC_ARM_REG_LR, self.trap | 1)
        self._marks.start_stack(stack)

    def _stack_top(self) -> int:
        """
        As the vector table says; else the end of the first RAM.
        """
        top = int.from_bytes(self.read(self._memory.flash.start, 4), "little")
        if any(region.start < top <= region.end for region in self._memory.ram):
            return top
        return self._memory.ram[0].end

    def run(self, entry: int, end: int, host: Semihosting, watched: int | None) -> None:
        """
        Execute from `entry` until `end` is reached or the program ends itself.

        With `watched`, calls of the function at that address are to be told apart.

        Errors: UserError for an access to no memory and for exceptions.
        """
        uc, account = self._uc, self.account
        uc.hook_add(UC_HOOK_BLOCK, self._block_hook() if watched is None else self._watch(watched))
        uc.hook_add(UC_HOOK_INTR, self._exception_hook(host))
        uc.hook_add(UC_HOOK_MEM_INVALID, self._invalid_hook())
        if self._profile.line_cycles > 1:
            flash = self._memory.flash
            uc.hook_add(UC_HOOK_MEM_READ, self._read_hook(), begin=flash.start, end=flash.end - 1)
        self._resume = entry
        try:
            while self._resume is not None:
                start, self._resume = self._resume, None
                uc.emu_start(start | 1, end)
        except UcError as error:
            self._problem = self._problem or str(error)
        at = int(uc.reg_read(UC_ARM_REG_PC))
        if self._problem is not None:
            raise UserError(f"{self._firmware.name}: {self._problem}, {self._place(at)}")
        self._sample_stack()
        account.leave(at)
        if len(self._windows) % 2:
            self._windows.append(self._by_function())

    def _place(self, at: int) -> str:
        """
        The function at an address; where nothing is there, the one that went there.
        """
        block = self.account.current
        regions = (self._memory.flash, *self._memory.ram)
        if block is not None and not any(region.holds(at) for region in regions):
            at = block.end - block.tail.size
        return f"in {self._firmware.function_at(at)} at {at:#x}"

    def _block_hook(self) -> Any:
        account, enter, sample = self.account, self.account.enter, self._sample_stack

        def on_block(_: Any, address: int, size: int, _data: Any) -> None:
            before = account.current
            if before is not None and before.lowers_stack:
                sample()
            enter(address, size)

        return on_block

    def _sample_stack(self) -> None:
        """
        Note how deep the stack was in the current block, at its end.
        """
        block = self.account.current
        if block is not None and block.lowers_stack:
            pointer = int(self._uc.reg_read(UC_ARM_REG_SP))
            self._marks.stack_pointer(pointer - block.stack_dip)

    def _watch(self, function: int) -> Any:
        """
        A block hook that notes the figures whenever the function is called, and when it returns.
        """
        on_block = self._block_hook()
        returns: list[tuple[int, int]] = []

        def on_watched_block(uc: Any, address: int, size: int, data: Any) -> None:
            on_block(uc, address, size, data)
            if not returns and address == function:
                link, stack = int(uc.reg_read(UC_ARM_REG_LR)), int(uc.reg_read(UC_ARM_REG_SP))
                returns.append((link & ~1, stack))
                self._windows.append(self._by_function())
            elif returns and (address, int(uc.reg_read(UC_ARM_REG_SP))) == returns[0]:
                returns.clear()
                self._windows.append(self._by_function())

        return on_watched_block

    def _by_function(self) -> dict[str, Figures]:
        return by_function(places_of(self.account, self._firmware))

    def _read_hook(self) -> Any:
        account = self.account
        note, note_site = account.reads.append, account.sites.append

        def on_read(uc: Any, _access: int, address: int, _size: int, _value: int, _: Any) -> None:
            note(address)
            block = account.current
            assert block is not None
            if not block.sites:
                note_site(int(uc.reg_read(UC_ARM_REG_PC)))
            if block.has_it:
                # Unicorn leaves it to the next block to be in the IT block that this read is in.
                uc.reg_write(UC_ARM_REG_XPSR, uc.reg_read(UC_ARM_REG_XPSR) & ~_IT_STATE)

        return on_read

    def _exception_hook(self, host: Semihosting) -> Any:
        def on_exception(uc: Any, number: int, _: Any) -> None:
            at = int(uc.reg_read(UC_ARM_REG_PC))
            result = None
            if number == _BREAKPOINT and self.read(at, 2) == _SEMIHOSTING:
                operation = int(uc.reg_read(UC_ARM_REG_R0))
                result = host.call(operation, int(uc.reg_read(UC_ARM_REG_R1)))
            # Not by writing PC here: hooks of reads would find it to be that of their block since.
            uc.emu_stop()
            if result is None:
                self._problem = f"exception {number}"
            elif host.status is None:
                uc.reg_write(UC_ARM_REG_R0, result)
                self._resume = at + 2

        return on_exception

    def _invalid_hook(self) -> Any:
        def on_invalid(
            _: Any, access: int, address: int, size: int, _value: int, _data: Any
        ) -> bool:
            kind = _ACCESSES.get(access, "write")
            self._problem = f"{kind} of {size} bytes at {address:#x}, where no memory allows it"
            return False

        return on_invalid

    def result(self, host: Semihosting) -> Result:
        """
        After run().
        """
        places = places_of(self.account, self._firmware)
        windows = self._windows
        counted = None
        functions = by_function(places)
        if windows:
            functions, counted = within(windows), len(windows) // 2
        functions = {name: one for name, one in functions.items() if one.instructions}
        ordered = sorted(functions.items(), key=lambda item: (-item[1].cycles, item[0]))
        return Result(
            firmware=self._firmware.name,
            profile=self._profile.name,
            total=sum(functions.values(), Figures()),
            functions=dict(ordered),
            counted=counted,
            places=places,
            calls=calls_of(self.account, self._firmware),
            stack=self._marks.stack,
            ram=self._marks.ram,
            value=int(self._uc.reg_read(UC_ARM_REG_R0)),
            status=host.status,
            stdout=host.stdout.decode(errors="replace"),
            stderr=host.stderr.decode(errors="replace"),
            read=self.read,
        )
