"""
Firmware for a Cortex-M, executed by Unicorn, with the cycles it would take on a microcontroller.

Unicorn calls back for each basic block that is entered and for each read of flash, and for nothing
else: accesses to RAM cost no time here. The account of cycles is that of sim_account.py.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from .errors import UserError
from .sim_elf import Firmware, load_firmware
from .sim_machine import Machine
from .sim_memory import Memory, Region, board_memory
from .sim_profiles import Profile
from .sim_result import Result
from .sim_semihosting import Semihosting

_DEFAULT_RAM = Region(0x20000000, 1 << 20)


def simulate(
    elf: Path,
    profile: Profile,
    *,
    start: str | None = None,
    stop: str | None = None,
    arguments: Sequence[int] = (),
    inputs: Mapping[int, bytes] | None = None,
    count: str | None = None,
    command_line: Sequence[str] = (),
    directory: Path | None = None,
    memory: Memory | None = None,
) -> Result:
    """
    Execute firmware from its reset to its end by semihosting, or one function of it.

    With `start`, the function of that name is called with `arguments` (integers and addresses, by
    the procedure call standard) and everything ends when it returns; variables have their initial
    values. `stop` ends the run before the function of that name. `inputs` are bytes to put into RAM
    first, by address. With `count`, only what happens within that function is counted. Files of the
    firmware are relative to `directory`; `memory` is needed where no board of runtime/board has its
    flash where the ELF has code.

    Errors: UserError for an ELF or symbol that is none, an access to no memory, an exception.
    """
    firmware = load_firmware(elf)
    machine = Machine(firmware, profile, memory or _memory_of(firmware))
    for address, data in (inputs or {}).items():
        machine.write(address, data)
    entry = firmware.entry if start is None else firmware.address_of(start)
    end = machine.trap if stop is None else firmware.address_of(stop)
    watched = None if count is None else firmware.address_of(count)
    host = Semihosting(machine.read, machine.write, command_line, directory or Path())
    try:
        machine.prepare(arguments)
        machine.run(entry, end, host, watched)
    finally:
        host.close()
    return machine.result(host)


def simulate_vectors(
    elf: Path, profile: Profile, inputs: bytes, count: str
) -> tuple[Result, bytes]:
    """
    The vector runner (examples/vector_runner) on input vectors, counting what happens within the
    function `count`; and the outputs that it writes. Errors: as `simulate`; UserError where the
    firmware fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "inputs").write_bytes(inputs)
        result = simulate(
            elf,
            profile,
            count=count,
            command_line=[elf.name, "inputs", "outputs"],
            directory=Path(folder),
        )
        if result.status != 0 or not result.counted:
            raise UserError(f"{elf}: status {result.status}, {result.stdout}{result.stderr}")
        return result, (Path(folder) / "outputs").read_bytes()


def _memory_of(firmware: Firmware) -> Memory:
    """
    Of the board with code at the entry; else a megabyte of RAM, and flash where the code is.
    """
    memory = board_memory(firmware.entry)
    if memory is not None:
        return memory
    code = [(at, len(data)) for at, data in firmware.contents if not _DEFAULT_RAM.holds(at)]
    start = min((at for at, _ in code), default=firmware.entry)
    end = max((at + size for at, size in code), default=firmware.entry)
    return Memory(Region(start, end - start), [_DEFAULT_RAM])
