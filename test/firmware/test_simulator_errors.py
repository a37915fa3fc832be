"""
Firmware that the simulator cannot run: one line that says why.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from approx_opt.compiler.errors import UserError
from approx_opt.compiler.sim import main
from approx_opt.compiler.sim_memory import Memory, Region, memory_of_script
from approx_opt.compiler.sim_profiles import PROFILES
from approx_opt.compiler.simulator import simulate

BuildRunner = Callable[[Path, str, str], Path]
U5 = PROFILES["stm32u5"]


@pytest.mark.parametrize(
    ("access", "message"),
    [
        ("output[0] = *(volatile int8_t *)0x50000000u;", "read of 1 bytes at 0x50000000"),
        ("*(volatile int32_t *)0x60000004u = input[0];", "write of 4 bytes at 0x60000004"),
        ("*(volatile int32_t *)0x08000010u = input[0];", "write of 4 bytes at 0x8000010"),
        ("((void (*)(void))0x70000001u)();", "fetch of 2 bytes at 0x70000000"),
        ('__asm__ volatile("udf #1");', "Invalid instruction"),
    ],
)
def test_faults_name_the_function(
    tmp_path: Path,
    build_runner: BuildRunner,
    capsys: pytest.CaptureFixture[str],
    access: str,
    message: str,
):
    """
    One line: what, where in memory, where in the program.
    """
    body = f"(void)input; (void)output; (void)workspace; {access} return 0;"
    elf = build_runner(tmp_path, "netduinoplus2", body)
    with pytest.raises(UserError, match=rf"{message}.* in tiny_run at 0x8[0-9a-f]{{6}}$"):
        simulate(elf, U5, start="tiny_run", arguments=(0x20002000, 0x20002100, 0x20002200))
    (tmp_path / "inputs").write_bytes(bytes(8))
    files = [str(tmp_path / name) for name in ("inputs", "outputs")]
    with pytest.raises(SystemExit) as caught:
        main([str(elf), "--target", "stm32f4", "--", *files])
    assert caught.value.code == 1
    error = capsys.readouterr().err
    assert error.startswith(f"approx-sim: error: vector_runner.elf: {message}")
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none.elf", "--target", "stm32u5"], "No such file"),
        ([__file__, "--target", "stm32u5"], "test_simulator_errors.py is no ELF"),
        ([sys.executable, "--target", "stm32u5"], "is no program for Arm"),
        (["none.elf", "--target", "z80"], "unknown target 'z80'; there are ideal"),
    ],
)
def test_mistakes_of_the_user(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
):
    """
    One line and exit status 1.
    """
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    error = capsys.readouterr().err
    assert caught.value.code == 1
    assert error.startswith("approx-sim: error: ")
    assert message in error
    assert error.count("\n") == 1


def test_unknown_symbol(tmp_path: Path, build_runner: BuildRunner):
    """
    To start at, to stop at, to count.
    """
    elf = build_runner(tmp_path, "netduinoplus2", "return 0;")
    for option in ("start", "stop", "count"):
        with pytest.raises(UserError, match=r"vector_runner.elf has no symbol 'nobody'"):
            simulate(elf, U5, **{option: "nobody"})


def test_linker_script(tmp_path: Path):
    """
    Sums, units, attributes; a script without MEMORY is an error.
    """
    script = tmp_path / "board.ld"
    script.write_text(
        "MEMORY {\n FLASH (rx) : ORIGIN = 0x08000000, LENGTH = 2M\n"
        " RAM (xrw) : ORIGIN = 0x20000000 + 8K, LENGTH = 768K - 8K }\n"
    )
    flash, ram = Region(0x08000000, 2 << 20), Region(0x20002000, 760 << 10)
    assert memory_of_script(script) == Memory(flash, [ram])
    script.write_text("SECTIONS {}\n")
    with pytest.raises(UserError, match=r"board.ld has no MEMORY with code"):
        memory_of_script(script)
