"""
examples/stm32 linked for the boards that QEMU does not have: tables, memories, clocks.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from approx_opt.compiler.errors import UserError
from approx_opt.compiler.sim_elf import load_firmware
from approx_opt.compiler.sim_layers import simulate_layers
from approx_opt.compiler.sim_memory import Memory, memory_of_script
from approx_opt.compiler.sim_profiles import profile_named
from boards import board_named, bytes_of
from elftools.elf.elffile import ELFFile
from stm32_builds import LAYER, LINKED, PROJECT, configure, report_of, run, tiny_model
from stm32_chips import CHIPS
from stm32_registers import check_full_speed, check_reset_clock

WORKSPACES = {"nucleo-h743zi": "AXI"}
"""Where it does not go to the memory of the other variables."""
SIZES = {"in": 6 * 6 * 2, "out": 2 * 2 * 3}
"""Bytes of the tensors of the tiny model."""
VECTORS = 64
"""Bytes: the stack, and exceptions 1 to 15."""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A model that is built in no time.
    """
    return tiny_model(tmp_path_factory.mktemp("model") / "tiny.onnx")


@pytest.fixture(scope="module", params=LINKED)
def linked(
    request: pytest.FixtureRequest, tiny: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path]:
    """
    A board, and the folder with its firmware.
    """
    board = str(request.param)
    folder = tmp_path_factory.mktemp(board)
    configure(board, folder, MODEL=tiny, VECTOR_COUNT=1, WORKSPACE=WORKSPACES.get(board, "RAM"))
    run("cmake", "--build", folder)
    return board, folder


def memory_of(board: str) -> Memory:
    """
    Of its linker script.
    """
    return memory_of_script(PROJECT / "boards" / board / "memory.ld")


def test_vector_table(linked: tuple[str, Path]):
    """
    At the begin of flash: the top of the stack, then Thumb code for the reset, faults and SysTick.

    Interrupts of devices are never enabled, so the table ends behind the exceptions of the core.
    """
    board, folder = linked
    flash, (stack, *_) = memory_of(board).flash, memory_of(board).ram
    firmware = load_firmware(folder / "firmware.elf")
    start, size = firmware.address_of("vectors"), firmware.address_of("cycles_systick")
    content = dict(firmware.contents)[flash.start][:VECTORS]
    words = [int.from_bytes(content[i : i + 4], "little") for i in range(0, VECTORS, 4)]
    assert start == flash.start
    assert words[0] == stack.end
    assert words[1] == firmware.address_of("board_reset") + 1
    assert words[15] == size + 1
    assert set(words[2:15]) == {firmware.address_of("board_fault") + 1}
    assert all(word & 1 and flash.holds(word) for word in words[1:])


def test_sections_are_in_the_memories(linked: tuple[str, Path]):
    """
    What is loaded in flash, what is written in RAM, nothing in the stack's memory; no segment that
    can be both written and executed.
    """
    board, folder = linked
    memory = memory_of(board)
    _stack, ram, *others = memory.ram
    with (folder / "firmware.elf").open("rb") as file:
        elf = ELFFile(file)
        assert elf["e_entry"] & 1
        for section in elf.iter_sections():
            if section["sh_flags"] & 2 and section["sh_size"]:
                home = ram if section["sh_flags"] & 1 else memory.flash
                if section.name == ".workspace" and board in WORKSPACES:
                    home = others[0]
                last = section["sh_addr"] + section["sh_size"] - 1
                assert home.holds(section["sh_addr"]), section.name
                assert home.holds(last), section.name
        for segment in elf.iter_segments("PT_LOAD"):
            assert segment["p_flags"] & 3 != 3
            if segment["p_filesz"]:
                assert memory.flash.holds(segment["p_paddr"])


def test_no_library(linked: tuple[str, Path]):
    """
    Neither heap nor printf; variables are those of the network, and a few of our own.
    """
    _, folder = linked
    firmware = load_firmware(folder / "firmware.elf")
    library = {"malloc", "_malloc_r", "_sbrk", "sbrk", "printf", "_printf_r", "exit", "_exit"}
    assert library.isdisjoint(firmware.symbols)
    header = (folder / "network" / "tiny.h").read_text()
    found = re.search(r"TINY_WORKSPACE_BYTES (\d+)", header)
    assert found is not None
    used = sum(region.size for region in firmware.variables)
    assert 0 < used - int(found[1]) < 512


def test_the_network_of_a_linked_board(linked: tuple[str, Path]):
    """
    The firmware for the board, in the simulator: on the vector that it carries, it computes what
    the interpreter did; and each of its layers takes cycles.
    """
    board, folder = linked
    report = json.loads(report_of(folder, "tiny").read_text())
    assert LAYER in [layer["name"] for layer in report["layers"]]
    elf = folder / "firmware.elf"
    x, y = (bytes_of(load_firmware(elf), f"vector_{kind}puts", n) for kind, n in SIZES.items())
    profile = profile_named(board_named(board).target)
    simulated = simulate_layers(elf, profile, report, x)
    assert simulated.output == y
    assert len(set(y)) > 1
    assert all(cycles > 0 for cycles in simulated.layers)
    assert sum(simulated.layers) < simulated.total
    with pytest.raises(UserError, match=r"tiny_run calls tiny_on_layer_begin at . places for 0"):
        simulate_layers(elf, profile, {**report, "layers": []})


def test_flash_command(linked: tuple[str, Path]):
    """
    `flash` runs openocd with scripts that it has, on this firmware.
    """
    _, folder = linked
    command = run("ninja", "-C", folder, "-t", "commands", "flash").splitlines()[-1]
    options = re.search(r"openocd (.*) -c \"program (\S+) verify reset exit\"", command)
    assert options is not None, command
    assert Path(options[2]) == folder / "firmware.elf"
    run("openocd", *options[1].split(), "-c", "shutdown")


def test_clock_at_full_speed(linked: tuple[str, Path]):
    """
    On a model of the registers: what has to be ready before the switch is, and the UART is right.
    """
    board, folder = linked
    check_full_speed(folder / "firmware.elf", CHIPS[board])


@pytest.mark.parametrize("stuck", ["PLL", "switch"])
def test_clock_that_does_not_start(linked: tuple[str, Path], stuck: str):
    """
    The firmware goes on as after a reset, with a UART that is right.
    """
    board, folder = linked
    check_reset_clock(folder / "firmware.elf", CHIPS[board], stuck)
