"""
Size and cycles of the same networks on each board of examples/stm32: its flags, its memories, its
clock.

The firmware is what would be flashed; it is run in approx-sim, on the test vector that it carries,
and has to compute what the reference interpreter does.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path

from approx_opt.compiler.errors import UserError
from approx_opt.compiler.files import write_files
from approx_opt.compiler.report_files import load_report
from approx_opt.compiler.sim_elf import Firmware, load_firmware
from approx_opt.compiler.sim_layers import simulate_layers
from approx_opt.compiler.sim_profiles import profile_named
from document import markdown
from firmware import JOBS, ROOT, inputs_of, memory_use
from measure import check_output
from models import NETWORKS, Quantized, quantized
from processes import run
from rich.console import Console
from rich.table import Table

PROJECT = ROOT / "examples" / "stm32"
PAGE = ROOT / "docs" / "boards.md"
MARKS = ("<!-- bench/boards.py writes this table -->\n", "<!-- to here -->\n")
HEADINGS = (
    *("network", "board", "core", "MHz", "code", "constants", "flash", "RAM", "stack"),
    *("profile", "cycles", "ms"),
)


@dataclass(frozen=True)
class Board:
    """
    A folder of examples/stm32/boards; `target` is also the profile of the simulator.
    """

    name: str
    cpu: str
    target: str
    megahertz: int


@dataclass(frozen=True)
class Entry:
    """
    One network on one board: bytes, and cycles of an inference.

    `flash` and `ram` are those of the whole firmware, with one test vector; `code` is that of all
    functions, constants are the rest of flash.
    """

    network: str
    board: Board
    code: int
    flash: int
    ram: int
    stack: int
    cycles: int

    def cells(self) -> list[str]:
        """
        Under `HEADINGS`.
        """
        sizes = (self.code, self.flash - self.code, self.flash, self.ram, self.stack)
        return [
            *(self.network, self.board.name, self.board.cpu, str(self.board.megahertz)),
            *(f"{size:,}" for size in sizes),
            self.board.target,
            f"{self.cycles:,}",
            f"{self.cycles / self.board.megahertz / 1000:.1f}",
        ]


def settings_of(name: str) -> dict[str, str]:
    """
    The values of its board.cmake, by name without BOARD_.
    """
    text = (PROJECT / "boards" / name / "board.cmake").read_text()
    return dict(re.findall(r"^set\(BOARD_(\w+) ([^)]*)\)", text, re.MULTILINE))


def board_named(name: str) -> Board:
    """
    By its settings.
    """
    found = settings_of(name)
    return Board(name, found["CPU"], found["TARGET"], int(found["MEGAHERTZ"]))


def build(model: Quantized, board: Board, folder: Path) -> Path:
    """
    The firmware of a network. Errors: UserError with the output of what failed.
    """
    path, calibration = inputs_of(model, folder.parent)
    settings = {
        "MODEL": path.resolve(),
        "CALIBRATION": calibration.resolve(),
        "VECTOR_COUNT": 1,
        "Python3_EXECUTABLE": sys.executable,
    }
    defines = [f"-D{key}={value}" for key, value in settings.items()]
    run(["cmake", "-S", PROJECT, "-B", folder, "-G", "Ninja", f"-DBOARD={board.name}", *defines])
    run(["cmake", "--build", folder, "-j", JOBS])
    return folder / "firmware.elf"


def bytes_of(firmware: Firmware, symbol: str, size: int) -> bytes:
    """
    A constant in flash.
    """
    address = firmware.address_of(symbol)
    content = next((at, data) for at, data in firmware.contents if at <= address < at + len(data))
    return content[1][address - content[0] :][:size]


def measure(model: Quantized, board: Board, folder: Path) -> Entry:
    """
    Build, weigh and simulate. Errors: UserError, also where the output is wrong.
    """
    name = model.network.name
    elf = build(model, board, folder)
    firmware = load_firmware(elf)
    report = load_report(folder / "network" / f"{name}_report.json")
    sizes = [prod(report[key][0]["shape"]) for key in ("inputs", "outputs")]
    x = bytes_of(firmware, "vector_inputs", sizes[0])
    simulated = simulate_layers(elf, profile_named(board.target), report, x)
    expected = bytes_of(firmware, "vector_outputs", sizes[1])
    check_output(f"{name}, {board.name}", expected, simulated.output)
    code = sum(function.end - function.start for function in firmware.functions)
    flash, ram = memory_use(elf)
    return Entry(name, board, code, flash, ram, simulated.stack, simulated.total)


def shown(entries: Sequence[Entry]) -> Table:
    """
    For the terminal.
    """
    table = Table(title="one inference, exact")
    for heading in HEADINGS:
        table.add_column(heading, justify="left" if heading in HEADINGS[:3] else "right")
    for entry in entries:
        table.add_row(*entry.cells())
    return table


def with_table(page: str, entries: Sequence[Entry]) -> str:
    """
    The page, with the table between the two marks.
    """
    before, rest = page.split(MARKS[0])
    _, after = rest.split(MARKS[1])
    return (
        before + MARKS[0] + markdown([HEADINGS, *(e.cells() for e in entries)]) + MARKS[1] + after
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """
    Entry point; exit status 1 where a network cannot be built or computes something else.
    """
    names = sorted(path.name for path in (PROJECT / "boards").iterdir())
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, help="folder of lenet_cifar10.onnx and others")
    parser.add_argument("--cifar10", type=Path, help="folder with train/ and test/ to calibrate on")
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, default=["lenet", "resnet8"])
    parser.add_argument("--boards", nargs="+", choices=names, default=names)
    parser.add_argument("--write", action="store_true", help="put the table into docs/boards.md")
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "bench_boards")
    args = parser.parse_args(arguments)
    console, entries = Console(width=None if sys.stdout.isatty() else 160), list[Entry]()
    try:
        for name in args.networks:
            model = quantized(NETWORKS[name], args.models, args.cifar10)
            for board in map(board_named, args.boards):
                with console.status(f"{name}, {board.name}"):
                    entries.append(measure(model, board, args.build / name / board.name))
        if args.write:
            write_files({PAGE: with_table(PAGE.read_text(), entries)})
    except UserError as error:
        sys.exit(f"boards: error: {error}")
    console.print(shown(entries))


if __name__ == "__main__":
    main()
