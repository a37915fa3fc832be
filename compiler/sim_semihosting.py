"""
Semihosting: files, console, command line and end of a program in a simulator (Arm 100863).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

_CONSOLE = ":tt"
_MODES = ("rb", "rb", "r+b", "r+b", "wb", "wb", "w+b", "w+b", "ab", "ab", "a+b", "a+b")
_FIRST_MODE_OF_STDERR = 8
_FAILED = 0xFFFFFFFF
_File = IO[bytes] | bytearray


@dataclass
class Semihosting:
    """
    The other side of BKPT 0xAB; `read` and `write` reach the memory of the program.

    Paths are relative to `directory`. `status` is None until the program has ended.
    """

    read: Callable[[int, int], bytes]
    write: Callable[[int, bytes], None]
    command_line: Sequence[str]
    directory: Path
    status: int | None = None
    stdout: bytearray = field(default_factory=bytearray)
    stderr: bytearray = field(default_factory=bytearray)
    _files: dict[int, _File] = field(default_factory=dict[int, _File])

    def call(self, operation: int, argument: int) -> int | None:
        """
        The result of an operation for r0; None for one that is not supported.
        """
        operations = {
            0x01: self._open,
            0x02: self._close,
            0x05: self._write_file,
            0x06: self._read_file,
            0x15: self._get_command_line,
            0x18: self._exit,
            0x20: self._exit_extended,
        }
        return operations[operation](argument) if operation in operations else None

    def close(self) -> None:
        """
        Close what the program left open.
        """
        for file in self._files.values():
            if not isinstance(file, bytearray):
                file.close()
        self._files.clear()

    def _words(self, address: int, count: int) -> list[int]:
        data = self.read(address, 4 * count)
        return [int.from_bytes(data[i : i + 4], "little") for i in range(0, 4 * count, 4)]

    def _open(self, argument: int) -> int:
        address, mode, length = self._words(argument, 3)
        name = self.read(address, length).decode(errors="replace")
        handle = max(self._files, default=0) + 1
        if name == _CONSOLE:
            self._files[handle] = self.stdout if mode < _FIRST_MODE_OF_STDERR else self.stderr
            return handle
        try:
            self._files[handle] = (self.directory / name).open(_MODES[mode])
        except (OSError, IndexError):
            return _FAILED
        return handle

    def _close(self, argument: int) -> int:
        file = self._files.pop(self._words(argument, 1)[0], None)
        if file is not None and not isinstance(file, bytearray):
            file.close()
        return _FAILED if file is None else 0

    def _write_file(self, argument: int) -> int:
        """
        The bytes that were not written.
        """
        handle, address, size = self._words(argument, 3)
        file = self._files.get(handle)
        if file is None:
            return size
        data = self.read(address, size)
        if isinstance(file, bytearray):
            file += data
        else:
            file.write(data)
        return 0

    def _read_file(self, argument: int) -> int:
        """
        The bytes that were not read.
        """
        handle, address, size = self._words(argument, 3)
        file = self._files.get(handle)
        if file is None or isinstance(file, bytearray):
            return size
        data = file.read(size)
        self.write(address, data)
        return size - len(data)

    def _get_command_line(self, argument: int) -> int:
        address, size = self._words(argument, 2)
        line = " ".join(self.command_line).encode()
        if len(line) >= size:
            return _FAILED
        self.write(address, line + b"\0")
        self.write(argument + 4, len(line).to_bytes(4, "little"))
        return 0

    def _exit(self, argument: int) -> int:
        self.status = 0 if argument == 0x20026 else 1
        return 0

    def _exit_extended(self, argument: int) -> int:
        reason, status = self._words(argument, 2)
        self.status = status if reason == 0x20026 else 1
        return 0
