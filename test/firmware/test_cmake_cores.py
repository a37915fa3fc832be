"""
What a network is compiled for: toolchain files, cores and targets that agree or do not.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest
from approx_opt.compiler.mcu import MCUS
from cmake_projects import ROOT, CMake, build, flags, message, project

OURS = ROOT / "cmake" / "arm-none-eabi.cmake"
GENERATED = ROOT / "test" / "firmware" / "gcc-arm-none-eabi.cmake"
"""The style of STM32CubeMX; for a Cortex-M33."""

CROSS = {
    "CMAKE_C_COMPILER": "arm-none-eabi-gcc",
    "CMAKE_SYSTEM_NAME": "Generic",
    "CMAKE_TRY_COMPILE_TARGET_TYPE": "STATIC_LIBRARY",
}
"""A user's own flags, without a toolchain file."""

CORES = {
    "cortex-m0plus": ("stm32g0", "-mfloat-abi=soft"),
    "cortex-m4": ("stm32l4", "-mfpu=fpv4-sp-d16"),
    "cortex-m7": ("stm32h7", "-mfpu=fpv5-sp-d16"),
    "cortex-m33": ("stm32u5", "-mfpu=fpv5-sp-d16"),
}


def kws(arguments: str = "") -> str:
    """
    A line of CMakeLists.txt.
    """
    return f"add_approx_model(kws MODEL kws.onnx {arguments})"


def levels(options: list[str]) -> list[str]:
    """
    The optimizations asked for; the last one counts.
    """
    return [option for option in options if option.startswith("-O")]


@pytest.mark.parametrize("cpu", CORES)
def test_our_toolchain_file(tmp_path: Path, cmake: CMake, cpu: str):
    """
    Code for the core; the network is optimized in a debug build too.
    """
    target, fpu = CORES[cpu]
    source = project(tmp_path / "user", kws(f"TARGET {target} CPU {cpu} SHARDS 1"))
    variables = {"CMAKE_TOOLCHAIN_FILE": str(OURS), "CMAKE_BUILD_TYPE": "Debug"}
    cmake(source, tmp_path / "build", APPROX_CPU=cpu, **variables)
    build(tmp_path / "build")
    options = flags(tmp_path / "build", "kws.c")
    assert [option for option in options if option.startswith("-mcpu")] == [f"-mcpu={cpu}"]
    assert {"-ffunction-sections", "-mthumb", fpu} <= set(options)
    assert levels(options)[-1] == "-O2"


def test_our_toolchain_file_needs_a_core(tmp_path: Path, cmake: CMake):
    """
    There is no default: the wrong core would be noticed late.
    """
    source = project(tmp_path / "user")
    done = cmake(source, tmp_path / "build", check=False, CMAKE_TOOLCHAIN_FILE=str(OURS))
    assert "APPROX_CPU is ''; it names the core" in message(done)


@pytest.mark.parametrize(("build_type", "level"), [("Debug", "-O0"), ("Release", "-Os")])
def test_generated_toolchain_file(tmp_path: Path, cmake: CMake, build_type: str, level: str):
    """
    Its core is found in CMAKE_C_FLAGS, so neither CPU nor TARGET has to be given. COMPILE_OPTIONS
    come last.
    """
    lines = (kws(), "add_approx_model(fast MODEL kws.onnx CPU cortex-m33 COMPILE_OPTIONS -O3 -g)")
    source = project(tmp_path / "user", *lines)
    variables = {"CMAKE_TOOLCHAIN_FILE": str(GENERATED), "CMAKE_BUILD_TYPE": build_type}
    cmake(source, tmp_path / "build", **variables)
    assert levels(flags(tmp_path / "build", "kws.c")) == [level, "-O2"]
    assert levels(flags(tmp_path / "build", "fast.c")) == [level, "-O2", "-O3"]


def test_flags_from_a_library(tmp_path: Path, cmake: CMake):
    """
    Of frameworks that hand them on as an interface, Zephyr among them: they hold, but -O2 stays.
    """
    source = project(
        tmp_path / "user",
        kws("TARGET stm32f4"),
        "add_library(board INTERFACE)",
        "target_compile_options(board INTERFACE -mcpu=cortex-m4 -Os)",
        "target_link_libraries(kws PRIVATE board)",
    )
    cmake(source, tmp_path / "build", **CROSS)
    options = flags(tmp_path / "build", "kws.c")
    assert "-mcpu=cortex-m4" in options
    assert levels(options) == ["-Os", "-O2"]


def test_sysroot(tmp_path: Path, cmake: CMake):
    """
    A toolchain file that looks for programs among the board's files does not hide the PC's Python.
    """
    source = project(tmp_path / "user", kws())
    (tmp_path / "sysroot").mkdir()
    tools = {"C_COMPILER": "gcc", "AR": "ar", "RANLIB": "ranlib"}
    lines = [f"set(CMAKE_{k} {shutil.which(f'arm-none-eabi-{v}')})" for k, v in tools.items()]
    lines += [
        "set(CMAKE_SYSTEM_NAME Generic)",
        "set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)",
        f"set(CMAKE_SYSROOT {tmp_path / 'sysroot'})",
        "set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM ONLY)",
    ]
    toolchain = tmp_path / "toolchain.cmake"
    toolchain.write_text("\n".join(lines))
    variables = {
        "ApproxOpt_EXECUTABLE": "",
        "CMAKE_MAKE_PROGRAM": str(shutil.which("ninja")),
        "CMAKE_TOOLCHAIN_FILE": str(toolchain),
        "Python3_ROOT_DIR": sys.prefix,
    }
    cmake(source, tmp_path / "build", **variables)
    command = (tmp_path / "build" / "kws_command.txt").read_text().splitlines()
    assert Path(command[0]).parent == Path(sys.prefix, "bin")


WHERE = {
    "CMAKE_C_FLAGS": ({"CMAKE_C_FLAGS": "-mcpu=cortex-m4+nofp -mthumb"}, ""),
    "CMAKE_C_FLAGS_DEBUG": (
        {"CMAKE_C_FLAGS": "-mcpu=cortex-m33", "CMAKE_C_FLAGS_DEBUG": "-g -mcpu=cortex-m4"},
        "",
    ),
    "add_compile_options": ({}, "add_compile_options(-mcpu=cortex-m4 -mthumb)"),
    "an expression": ({}, "add_compile_options($<$<COMPILE_LANGUAGE:C>:-mcpu=cortex-m4>)"),
}


@pytest.mark.parametrize("where", WHERE)
def test_contradicting_core(tmp_path: Path, cmake: CMake, where: str):
    """
    The core of the project, wherever it says so, and that of the network.
    """
    variables, line = WHERE[where]
    source = project(tmp_path / "user", line, kws("CPU cortex-m33"))
    variables = {**CROSS, "CMAKE_BUILD_TYPE": "Debug", **variables}
    done = cmake(source, tmp_path / "build", check=False, **variables)
    expected = "CPU is cortex-m33, but the project is compiled with -mcpu=cortex-m4"
    assert expected in message(done)


def test_core_of_the_network_alone(tmp_path: Path, cmake: CMake):
    """
    A project that names no core leaves it to the network.
    """
    source = project(tmp_path / "user", kws("CPU cortex-m33"))
    cmake(source, tmp_path / "build", **CROSS)
    assert {"-mcpu=cortex-m33", "-mthumb"} <= set(flags(tmp_path / "build", "kws.c"))


@pytest.mark.parametrize(
    ("core", "arguments", "target"),
    [
        ("", "", "stm32u5"),
        ("", "TARGET stm32f4", "stm32f4"),
        ("cortex-m33", "", "stm32u5"),
        ("cortex-m0plus", "", "stm32g0"),
        ("cortex-m7", "TARGET stm32f7", "stm32f7"),
        ("cortex-m55", "TARGET stm32u5", "stm32u5"),
    ],
)
def test_target(tmp_path: Path, cmake: CMake, core: str, arguments: str, target: str):
    """
    Without TARGET it is the one that has the core; a core that none has goes with any.
    """
    line = kws(f"{arguments} CPU {core}" if core else arguments)
    cmake(project(tmp_path / "user", line), tmp_path / "build", **CROSS)
    command = (tmp_path / "build" / "kws_command.txt").read_text().splitlines()
    assert f"approx-to-c{{target={target}}}" in command


@pytest.mark.parametrize(
    ("core", "arguments", "expected"),
    [
        (
            "cortex-m4",
            "",
            "TARGET is missing; with -mcpu=cortex-m4 there are stm32l4 (cortex-m4), stm32f4",
        ),
        ("cortex-m55", "", "none has -mcpu=cortex-m55; name the nearest: stm32u5 (cortex-m33),"),
        ("cortex-m4", "TARGET stm32", "there is no TARGET stm32; there are stm32u5 (cortex-m33),"),
        (
            "cortex-m4",
            "TARGET stm32u5",
            "TARGET is stm32u5 (cortex-m33), but the project is compiled with -mcpu=cortex-m4:",
        ),
    ],
)
def test_target_errors(tmp_path: Path, cmake: CMake, core: str, arguments: str, expected: str):
    """
    Kernels for one core would run on another: rightly, but slowly, and beyond its memory.
    """
    source = project(tmp_path / "user", kws(arguments))
    variables = {**CROSS, "CMAKE_C_FLAGS": f"-mcpu={core}"}
    assert expected in message(cmake(source, tmp_path / "build", check=False, **variables))


def test_targets_are_those_of_the_compiler():
    """
    CMake has to know them before it can run the compiler.
    """
    text = (ROOT / "cmake" / "ApproxModelCore.cmake").read_text()
    known = dict(re.findall(r"(stm32\w+):(cortex-\w+)", text))
    assert known == {name: mcu.cpu for name, mcu in MCUS.items()}
