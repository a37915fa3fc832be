"""
examples/stm32 on the board that QEMU has, with its UART read back.
"""

from __future__ import annotations

import json
import re
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from approx_opt.compiler.board_log import Verdict, last_run, read_log
from approx_opt.compiler.sim_elf import load_firmware
from elftools.elf.elffile import ELFFile
from stm32_builds import EMULATED, LINKED, PRESETS, PROJECT, compare, configure, report_of, run
from stm32_chips import CHIPS
from stm32_registers import check_full_speed, check_reset_clock


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    The folder with firmware.elf as it is built when nothing is said of a model.
    """
    folder = tmp_path_factory.mktemp(EMULATED)
    configure(EMULATED, folder, VECTOR_COUNT=2)
    run("cmake", "--build", folder)
    return folder


def uart_of(elf: Path, seconds: float = 20) -> str:
    """
    What the firmware sends until its last line; QEMU does not end by itself then.
    """
    command = ["qemu-system-arm", "-M", EMULATED, "-kernel", elf, "-serial", "stdio"]
    command += ["-display", "none", "-monitor", "none", "-icount", "shift=0"]
    lines: list[bytes] = []
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as qemu:
        watchdog = threading.Timer(seconds, qemu.kill)
        watchdog.start()
        assert qemu.stdout is not None
        for line in qemu.stdout:
            lines.append(line)
            if line.startswith(b"# end"):
                break
        watchdog.cancel()
        qemu.kill()
    return b"".join(lines).decode()


def patched(elf: Path, copy: Path, symbol: str, change: Callable[[bytes], bytes]) -> Path:
    """
    A copy of firmware in which the bytes of a symbol in flash have been changed.
    """
    with elf.open("rb") as file:
        parsed = ELFFile(file)
        (found,) = parsed.get_section_by_name(".symtab").get_symbol_by_name(symbol)
        is_code = found["st_info"]["type"] == "STT_FUNC"
        address = found["st_value"] - is_code
        segment = next(
            one
            for one in parsed.iter_segments("PT_LOAD")
            if one["p_vaddr"] <= address < one["p_vaddr"] + one["p_filesz"]
        )
        start, size = address - segment["p_vaddr"] + segment["p_offset"], found["st_size"]
    content = elf.read_bytes()
    changed = change(content[start : start + size])
    assert len(changed) == size
    copy.write_bytes(content[:start] + changed + content[start + size :])
    return copy


@pytest.fixture(scope="module")
def log(digits: Path) -> str:
    """
    Of the digits.
    """
    return uart_of(digits / "firmware.elf")


def test_layers_by_uart(digits: Path, log: str):
    """
    Cycles of each layer of the report, by SysTick, with the clock of the reset: QEMU has neither
    a DWT nor an RCC.
    """
    (found,) = read_log(log)
    layers = json.loads(report_of(digits, "digits").read_text())["layers"]
    assert [name for name, _ in found.layers] == [layer["name"] for layer in layers]
    assert all(cycles > 0 for _, cycles in found.layers)
    assert found.total is not None
    assert found.total >= sum(cycles for _, cycles in found.layers)
    assert (found.facts["board"], found.facts["target"]) == (EMULATED, "stm32f4")
    assert (found.facts["model"], found.facts["counter"]) == ("digits", "SysTick")
    assert found.facts["clock"] == "16000000 Hz, as after a reset: the PLL does not lock"
    assert found.verdict is Verdict.PASS
    others = [line for line in log.splitlines() if line and not line.startswith("#")]
    assert others[0] == "layer,name,cycles"
    assert len(others) == 1 + len(layers)


def test_the_log_beside_the_simulator(
    digits: Path, log: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """
    The very firmware is simulated on the target that its log names; cycles in QEMU mean nothing.
    """
    (tmp_path / "log.csv").write_text(log)
    out = tmp_path / "out.json"
    compare(tmp_path / "log.csv", digits, "digits", "--json", str(out))
    assert "simulated: stm32f4" in capsys.readouterr().out
    found = json.loads(out.read_text())
    predicted = np.array([row["predicted"] for row in found["layers"]])
    simulated = np.array([row["simulated"] for row in found["layers"]])
    assert np.all(simulated > 0)
    assert 0.9 < simulated.sum() / predicted.sum() < 1.3
    assert found["total"]["simulated"] < found["inference"]["simulated"]


def flip_first(content: bytes) -> bytes:
    """
    Another first byte.
    """
    return bytes([content[0] ^ 1]) + content[1:]


def failure(digits: Path, tmp_path: Path, symbol: str, change: Callable[[bytes], bytes]) -> str:
    """
    What firmware says is wrong that has been tampered with.
    """
    elf = patched(digits / "firmware.elf", tmp_path / "changed.elf", symbol, change)
    text = uart_of(elf)
    assert "# pass" not in text
    found = re.search(r"^# fail: (.*?)\r?$", text, re.MULTILINE)
    assert found is not None, text
    return found[1]


def test_a_wrong_byte_is_told(digits: Path, tmp_path: Path):
    """
    Of the outputs to be; the cycles are printed all the same, and are no result.
    """
    elf = patched(digits / "firmware.elf", tmp_path / "wrong.elf", "vector_outputs", flip_first)
    text = uart_of(elf)
    assert re.search(
        r"^# wrong: vector 0, byte 0 is (-?\d+), should be (?!\1\b)", text, re.MULTILINE
    )
    assert len(read_log(text)[0].layers) > 0
    with pytest.raises(Exception, match="has failed: 1 vectors of 2 have another output"):
        last_run(read_log(text))


def test_faults_are_told(digits: Path, tmp_path: Path):
    """
    An undefined instruction at the begin of the network: a usage fault, and where.
    """
    undefined = (0xDE00).to_bytes(2, "little")
    text = failure(digits, tmp_path, "digits_run", lambda code: undefined + code[2:])
    address = load_firmware(digits / "firmware.elf").address_of("digits_run")
    assert text == f"exception 6, CFSR 00010000, pc {address:08x}"


def test_a_stack_overflow_is_told(digits: Path, tmp_path: Path):
    """
    A stack of 512 bytes: it leaves its memory, where a fault can no longer be stacked.
    """
    little = (0x20000200).to_bytes(4, "little")
    text = failure(digits, tmp_path, "vectors", lambda table: little + table[4:])
    assert text.endswith(", stack overflow")


def test_presets():
    """
    One for each board, and for building it; each is a folder of boards/.
    """
    names = [one["name"] for one in PRESETS["configurePresets"] if not one.get("hidden")]
    assert sorted(names) == sorted((*LINKED, EMULATED))
    assert sorted(names) == sorted(path.name for path in (PROJECT / "boards").iterdir())
    assert [one["configurePreset"] for one in PRESETS["buildPresets"]] == names


def test_unknown_board(tmp_path: Path):
    """
    The message lists those there are.
    """
    text = run("cmake", "-S", PROJECT, "-B", tmp_path, "-DBOARD=nucleo", check=False)
    assert "BOARD is 'nucleo'; there are netduinoplus2, nucleo-f446re," in " ".join(text.split())


def test_clock_at_full_speed(digits: Path):
    """
    On a model of the registers, as QEMU has none.
    """
    check_full_speed(digits / "firmware.elf", CHIPS[EMULATED])


@pytest.mark.parametrize("stuck", ["PLL", "switch"])
def test_clock_that_does_not_start(digits: Path, stuck: str):
    """
    The firmware goes on as after a reset.
    """
    check_reset_clock(digits / "firmware.elf", CHIPS[EMULATED], stuck)
