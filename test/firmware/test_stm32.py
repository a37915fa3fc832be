"""
examples/stm32: run on the board that QEMU has, with its UART read back; linked for the others.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from approx_opt.compiler.board_log import Verdict, last_run, read_log
from approx_opt.compiler.compare_board import main as compare_board
from approx_opt.compiler.sim_elf import load_firmware
from approx_opt.compiler.sim_memory import Memory, memory_of_script
from elftools.elf.elffile import ELFFile
from quantized_builder import QuantizedBuilder

PROJECT = Path(__file__).resolve().parents[2] / "examples" / "stm32"
PRESETS = json.loads((PROJECT / "CMakePresets.json").read_text())
EMULATED = "netduinoplus2"
LINKED = ("nucleo-u575zi", "nucleo-l4r5zi", "nucleo-f446re", "nucleo-h743zi")
WORKSPACES = {"nucleo-h743zi": "AXI"}
"""Where it does not go to the memory of the other variables."""
LAYER = 'conv "3x3", first'
"""A name that needs quotation marks in CSV."""
VECTORS = 64
"""Bytes: the stack, and exceptions 1 to 15."""


def run(*command: object, check: bool = True) -> str:
    """
    What a command prints.
    """
    done = subprocess.run(
        [str(word) for word in command], cwd=PROJECT, capture_output=True, text=True
    )
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def configure(board: str, folder: Path, check: bool = True, **settings: object) -> str:
    """
    By the preset of the board.
    """
    settings = {"Python3_EXECUTABLE": sys.executable, **settings}
    defines = [f"-D{key}={value}" for key, value in settings.items()]
    return run("cmake", "--preset", board, "-B", folder, *defines, check=check)


def tiny_model(path: Path) -> Path:
    """
    A convolution and a max-pool, quantized.
    """
    b = QuantizedBuilder((2, 6, 6), batch=1)
    weights = b.quantized_weights(3, 2, 3, 3, axis=0)
    x = b.quantized(b.node("Conv", b.quantized("x"), weights, name=LAYER))
    y = b.quantized(b.node("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2], name="pool"))
    onnx.save(b.model(y, rank=4, result_batch=1), path)
    return path


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A model that is built in no time.
    """
    return tiny_model(tmp_path_factory.mktemp("model") / "tiny.onnx")


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


def report_of(folder: Path, name: str) -> Path:
    """
    The compiler's.
    """
    return folder / "network" / f"{name}_report.json"


def compare(log: Path, folder: Path, name: str, *more: str) -> None:
    """
    `approx-compare-board` with report and firmware of a build.
    """
    report, elf = str(report_of(folder, name)), str(folder / "firmware.elf")
    compare_board([str(log), "--report", report, "--firmware", elf, *more])


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
    Its layers in the simulator, from the firmware for the board.
    """
    board, folder = linked
    layers = json.loads(report_of(folder, "tiny").read_text())["layers"]
    names = [layer["name"] for layer in layers]
    assert LAYER in names
    text = f"# board: {board}\nlayer,name,cycles\n" + "".join(
        '{},"{}",1\n'.format(i, name.replace('"', '""')) for i, name in enumerate(names)
    )
    (folder / "log.csv").write_text(text + "# pass\n")
    target = re.search(
        r"BOARD_TARGET (\w+)", (PROJECT / "boards" / board / "board.cmake").read_text()
    )
    assert target is not None
    out = folder / "out.json"
    compare(folder / "log.csv", folder, "tiny", "--target", target[1], "--json", str(out))
    assert all(row["simulated"] > 0 for row in json.loads(out.read_text())["layers"])


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
