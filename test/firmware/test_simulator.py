"""
Whole firmware in the simulator: what it computes, and what it counts.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from approx_opt.compiler.qemu import run_vectors
from approx_opt.compiler.sim import main
from approx_opt.compiler.sim_memory import memory_of_script
from approx_opt.compiler.sim_profiles import PROFILES
from approx_opt.compiler.sim_report import as_json, callgrind, table
from approx_opt.compiler.sim_result import Figures, Result
from approx_opt.compiler.simulator import simulate

ROOT = Path(__file__).resolve().parents[2]
DIGITS = ROOT / "examples" / "digits" / "digits.onnx"
IMAGE_BYTES, CLASSES, IMAGES = 64, 10, 3
IDEAL = PROFILES["ideal"]


def build_digits(folder: Path, board: str) -> Path:
    """
    The vector runner with the network of the digits.
    """
    rng = np.random.default_rng(5)
    np.savez(folder / "calibration.npz", x=rng.uniform(0, 1, (8, 1, 8, 8)).astype(np.float32))
    settings = {
        "MODEL": str(DIGITS),
        "CALIBRATION": str(folder / "calibration.npz"),
        "NAME": "digits",
        "BOARD": board,
        "Python3_EXECUTABLE": sys.executable,
    }
    defines = [f"-D{key}={value}" for key, value in settings.items()]
    source, build = ROOT / "examples" / "vector_runner", folder / board
    for command in (
        ["cmake", "-G", "Ninja", "-S", source, "-B", build, *defines],
        ["cmake", "--build", build],
    ):
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    return build / "vector_runner.elf"


@pytest.fixture(scope="module", params=["mps2-an386", "mps2-an505"])
def digits(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    """
    Firmware, its board, and images.
    """
    board = str(request.param)
    elf = build_digits(tmp_path_factory.mktemp("digits"), board)
    images = np.random.default_rng(6).integers(-128, 128, IMAGES * IMAGE_BYTES, np.int8)
    return elf, board, images.tobytes()


def run_runner(elf: Path, images: bytes, folder: Path, profile: str, **options: str) -> Result:
    """
    All images through the firmware.
    """
    (folder / "inputs").write_bytes(images)
    command_line = ["firmware", "inputs", "outputs"]
    return simulate(elf, PROFILES[profile], command_line=command_line, directory=folder, **options)


@pytest.mark.parametrize("profile", PROFILES)
def test_network(digits: tuple[Path, str, bytes], tmp_path: Path, profile: str):
    """
    The bytes that QEMU has, and as many instructions; all is the sum of its parts.
    """
    elf, board, images = digits
    result = run_runner(elf, images, tmp_path, profile, count="digits_run")
    expected = run_vectors(elf, board, images, IMAGE_BYTES, CLASSES, timeout=60)
    assert (result.status, result.stdout, result.stderr) == (0, "", "")
    assert (tmp_path / "outputs").read_bytes() == expected.outputs
    assert expected.instructions is not None
    assert result.counted == IMAGES
    # QEMU's count includes the call and most of the function that reads the counter.
    assert 0 < expected.instructions - result.total.instructions / IMAGES < 200
    assert sum(result.functions.values(), Figures()) == result.total
    assert result.total.cycles >= result.total.instructions
    stalls = result.total.fetch_stalls + result.total.data_stalls
    assert (stalls == 0) == (profile == "ideal")
    assert {name.split("_")[0] for name in result.functions} == {"digits", "approx"}


def test_stalls_come_on_top(digits: tuple[Path, str, bytes], tmp_path: Path):
    """
    The cycles of the core are those of memory that never waits.
    """
    elf, _, images = digits
    ideal = run_runner(elf, images, tmp_path, "ideal")
    for profile in set(PROFILES) - {"ideal"}:
        total = run_runner(elf, images, tmp_path, profile).total
        assert total.cycles - total.fetch_stalls - total.data_stalls == ideal.total.cycles
        assert total.instructions == ideal.total.instructions


def test_one_call(digits: tuple[Path, str, bytes], tmp_path: Path):
    """
    A function with buffers in RAM: its result, the memory, and the cycles of that call.
    """
    elf, board, images = digits
    run_runner(elf, images[:IMAGE_BYTES], tmp_path, "ideal")
    ram = memory_of_script(ROOT / "runtime" / "board" / f"{board}.ld").ram[1]
    source, target, workspace = (ram.end - size for size in (1024, 2048, 65536))
    result = simulate(
        elf,
        IDEAL,
        start="digits_run",
        arguments=(source, target, workspace),
        inputs={source: images[:IMAGE_BYTES]},
    )
    assert (result.value, result.status) == (0, None)
    assert result.read(target, CLASSES) == (tmp_path / "outputs").read_bytes()
    counted = run_runner(elf, images[:IMAGE_BYTES], tmp_path, "ideal", count="digits_run")
    # A call by nobody saves the function's way back to its caller nothing: both have that branch.
    assert result.total == counted.total
    assert result.functions == counted.functions


def test_reports(digits: tuple[Path, str, bytes], tmp_path: Path):
    """
    The table, JSON and callgrind say the same.
    """
    elf, _, images = digits
    result = run_runner(elf, images, tmp_path, "stm32u5")
    found = json.loads(json.dumps(as_json(result)))
    assert found["cycles"] == sum(one["cycles"] for one in found["functions"].values())
    assert found["cycles"] == result.total.cycles
    assert re.search(rf"^total +{result.total.cycles:,} +100.0% ", table(result), re.MULTILINE)
    own, inclusive = read_callgrind(callgrind(result))
    assert own == {name: one.cycles for name, one in result.functions.items()}
    # All but the few instructions of the reset itself is in what it calls.
    assert inclusive["board_reset"] == result.total.cycles
    assert inclusive["digits_run"] > 0.9 * result.total.cycles


def read_callgrind(text: str) -> tuple[dict[str, int], dict[str, int]]:
    """
    Cycles of functions by name: their own, and with what they call.
    """
    own: dict[str, int] = {}
    called: dict[str, int] = {}
    function, is_call = "", False
    for line in text.splitlines():
        if line.startswith("fn="):
            function = line[3:]
        elif line.startswith("calls="):
            is_call = True
        elif line.startswith("0x"):
            target = called if is_call else own
            target[function] = target.get(function, 0) + int(line.split()[1])
            is_call = False
    total = re.search(r"^totals: (\d+) ", text, re.MULTILINE)
    assert total is not None
    assert int(total[1]) == sum(own.values())
    return own, {name: cycles + called.get(name, 0) for name, cycles in own.items()}


def test_command(
    digits: tuple[Path, str, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    """
    Files, exit status and output of `approx-sim`.
    """
    elf, _, images = digits
    monkeypatch.chdir(tmp_path)
    Path("inputs").write_bytes(images)
    options = ["--function", "digits_run", "--json", "cycles.json", "--callgrind", "cycles.out"]
    with pytest.raises(SystemExit) as caught:
        main([str(elf), "--target", "stm32l4", *options, "--", "inputs", "outputs"])
    assert caught.value.code == 0
    assert f"calls counted: {IMAGES}\n" in capsys.readouterr().out
    assert len(Path("outputs").read_bytes()) == IMAGES * CLASSES
    assert json.loads(Path("cycles.json").read_text())["calls_counted"] == IMAGES
    assert read_callgrind(Path("cycles.out").read_text())[0]["digits_run"] > 0
    with pytest.raises(SystemExit) as caught:
        main([str(elf), "--target", "stm32l4", "--", "missing", "outputs"])
    assert caught.value.code == 1
    assert capsys.readouterr().err == "cannot read the inputs\n"


BuildRunner = Callable[[Path, str, str], Path]

CYCLES = """
  (void)input; (void)output; (void)workspace;
  uint32_t n = 1000u;
  __asm__ volatile("1: subs %0, #1\\n\\tbne 1b" : "+l"(n) : : "cc");
  return 0;
"""


def test_loop_by_hand(tmp_path: Path, build_runner: BuildRunner):
    """
    1000 rounds: two instructions, and two cycles more for all branches but the last.
    """
    result = simulate(build_runner(tmp_path, "netduinoplus2", CYCLES), IDEAL, start="tiny_run")
    # Before and after the loop: load of the count (2 or 1), result, return (1 + 2).
    assert 1000 * 2 + 999 * 2 + 5 <= result.total.cycles <= 1000 * 2 + 999 * 2 + 8
    assert result.total.instructions <= 1000 * 2 + 4


STACK = """
  volatile int8_t frame[300];
  frame[0] = input[0]; frame[299] = input[1];
  output[0] = (int8_t)(frame[0] + frame[299]);
  ((volatile int8_t *)workspace)[0] = 1;
  return 0;
"""


def test_watermarks(tmp_path: Path, build_runner: BuildRunner):
    """
    The stack of one call; RAM by its variables, and by what is written beside them.
    """
    elf = build_runner(tmp_path, "netduinoplus2", STACK)
    end = 0x20000000 + (128 << 10)
    addresses = (end - 100, end - 96, end - 8)
    result = simulate(elf, IDEAL, start="tiny_run", arguments=addresses)
    assert 300 <= result.stack <= 320
    size = subprocess.run(("arm-none-eabi-size", elf), capture_output=True, text=True).stdout
    _, data, bss = map(int, size.splitlines()[1].split()[:3])
    everything = 120 << 10
    assert data + bss < 4096
    assert everything - 16 < result.ram <= everything - 7
    whole = simulate(elf, IDEAL, command_line=["firmware"])
    assert (whole.status, whole.ram) == (1, data + bss)


def test_stop(tmp_path: Path, build_runner: BuildRunner):
    """
    The run ends before the function, without a status.
    """
    elf = build_runner(tmp_path, "netduinoplus2", CYCLES)
    result = simulate(elf, IDEAL, stop="main")
    assert (result.status, "main" in result.functions) == (None, False)
    assert "board_reset" in result.functions


READS = """
  static const uint32_t table[8] __attribute__((aligned(16))) = {1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u};
  (void)input; (void)output; (void)workspace;
  uint32_t n = 100u, word;
  __asm__ volatile("1: ldr %1, [%2]\\n\\tnop\\n\\tnop\\n\\tnop\\n\\tnop\\n\\tnop\\n\\tnop\\n\\t"
                   "ldr %1, [%2, #16]\\n\\tnop\\n\\tnop\\n\\tnop\\n\\tnop\\n\\tnop\\n\\tnop\\n\\t"
                   "subs %0, #1\\n\\tbne 1b" : "+l"(n), "=&l"(word) : "l"(table) : "cc");
  return 0;
"""


def test_reads_after_semihosting(tmp_path: Path, build_runner: BuildRunner):
    """
    Where in a block the reads of flash are is known before and after a call of the host: two that
    are far apart wait for the wait states each, and not for each other.
    """
    elf = build_runner(tmp_path, "netduinoplus2", READS)
    (tmp_path / "inputs").write_bytes(bytes(8))
    options = {"command_line": ("firmware", "inputs", "outputs"), "directory": tmp_path}
    whole = simulate(elf, PROFILES["stm32l4"], count="tiny_run", **options)
    alone = simulate(elf, PROFILES["stm32l4"], start="tiny_run")
    assert whole.status == 0
    for result in (whole, alone):
        assert 0 <= result.total.data_stalls - 2 * 100 * 5 < 30


CONDITIONAL_READ = """
  static const uint32_t table[1] = {40u};
  (void)input; (void)output; (void)workspace;
  uint32_t n = 1u, word = 0u;
  __asm__ volatile("cmp %0, #1\\n\\tit eq\\n\\tldreq %1, [%2]\\n\\tcmp %0, #2\\n\\tb 1f\\n"
                   "1: add %1, %0" : "+l"(n), "+l"(word) : "l"(table) : "cc");
  return (int)word;
"""


@pytest.mark.parametrize("profile", PROFILES)
def test_conditional_read(tmp_path: Path, build_runner: BuildRunner, profile: str):
    """
    What follows a read of flash in an IT block is not conditional.
    """
    elf = build_runner(tmp_path, "netduinoplus2", CONDITIONAL_READ)
    assert simulate(elf, PROFILES[profile], start="tiny_run").value == 41
