"""
The CMake package: what it accepts, what it runs and when, what the compiler of C is told.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

CMake = Callable[..., "subprocess.CompletedProcess[str]"]
ROOT = Path(__file__).resolve().parents[2]

BODY = "output[0] = input[0]; (void)workspace; return 0;"
PROJECT = """
cmake_minimum_required(VERSION 3.20)
project(user C)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
find_package(ApproxOpt 0.1 CONFIG REQUIRED)
"""


def project(folder: Path, *lines: str) -> Path:
    """
    A user's project with two networks lying in it.
    """
    folder.mkdir(exist_ok=True)
    for model in ("kws.onnx", "other.onnx"):
        (folder / model).write_text(BODY)
    (folder / "CMakeLists.txt").write_text("\n".join((PROJECT, *lines, "")))
    return folder


def build(folder: Path) -> str:
    """
    What the build prints.
    """
    done = subprocess.run(["cmake", "--build", folder], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def flags(folder: Path, file: str) -> list[str]:
    """
    The options that a C file is compiled with.
    """
    commands = json.loads((folder / "compile_commands.json").read_text())
    (command,) = (entry["command"] for entry in commands if Path(entry["file"]).name == file)
    return command.split()


def test_a_user_links_two_networks(tmp_path: Path, cmake: CMake):
    """
    Alias targets, include folders, names of their own, from a folder with a space in its name.
    """
    source = project(
        tmp_path / "my project",
        "add_approx_model(kws MODEL kws.onnx)",
        "add_approx_model(second-one MODEL other.onnx NAME second SHARDS 2)",
        "add_executable(app main.c)",
        "target_link_libraries(app PRIVATE approx::kws approx::second-one)",
    )
    (source / "main.c").write_text(
        '#include "kws.h"\n#include "second.h"\n#include "approx_runtime.h"\n'
        "int main(void) {\n"
        "  int8_t x[KWS_IN_0_SIZE_BYTES] = {0}, y[SECOND_OUT_0_SIZE_BYTES];\n"
        "  return kws_run(x, y, 0) + second_run(x, y, 0) + APPROX_ABI_VERSION - 1;\n}\n"
    )
    output = tmp_path / "my build"
    cmake(source, output)
    build(output)
    subprocess.run([output / "app"], check=True)
    shards = sorted(path.name for path in (output / "second-one").glob("second*.c"))
    assert shards == ["second.c", "second_0.c", "second_1.c"]


def test_folders_of_a_project_find_the_package_on_their_own(tmp_path: Path, cmake: CMake):
    """
    Nothing that the functions need is a variable of the first folder.
    """
    source = project(tmp_path / "user", "add_subdirectory(a)", "add_subdirectory(b)")
    top = (source / "CMakeLists.txt").read_text().replace("find_package", "# find_package")
    (source / "CMakeLists.txt").write_text(top)
    for name in ("a", "b"):
        (source / name).mkdir()
        (source / name / "CMakeLists.txt").write_text(
            "find_package(ApproxOpt 0.1 CONFIG REQUIRED)\n"
            f"add_approx_model({name} MODEL ../kws.onnx)\n"
            f"add_executable(app_{name} main.c)\napprox_target_board(app_{name} host)\n"
            f"target_link_libraries(app_{name} PRIVATE {name})\n"
        )
        (source / name / "main.c").write_text(
            f'#include "{name}.h"\nint main(void) {{ return 0; }}\n'
        )
    cmake(source, tmp_path / "build")
    build(tmp_path / "build")


@pytest.mark.parametrize(
    ("arguments", "pipeline"),
    [
        ("", "approx-to-c{target=stm32u5}"),
        ("TARGET stm32f4", "approx-to-c{target=stm32f4}"),
        ("PLAN 'a plan.json'", 'approx-to-c{target=stm32u5 plan="{source}/a plan.json"}'),
        ("PIPELINE 'a{x=1 y=\"p/q\"},b'", 'a{x=1 y="p/q"},b'),
    ],
)
def test_pipeline(tmp_path: Path, cmake: CMake, arguments: str, pipeline: str):
    """
    The compiler gets it in one piece.
    """
    quoted = arguments.replace('"', '\\"').replace("'", '"')
    source = project(tmp_path / "user", f"add_approx_model(kws MODEL kws.onnx {quoted})")
    (source / "a plan.json").write_text("{}")
    cmake(source, tmp_path / "build")
    build(tmp_path / "build")
    text = (tmp_path / "build" / "kws" / "kws_pipeline.txt").read_text()
    assert text == pipeline.replace("{source}", str(source))


@pytest.mark.parametrize("generator", ["Ninja", "Unix Makefiles"])
def test_rebuilds_when_inputs_change(tmp_path: Path, cmake: CMake, generator: str):
    """
    The model and calibration data, also within a folder of them, and only then.
    """
    line = "add_approx_model(kws MODEL kws.onnx CALIBRATION calibration.npz)"
    source, output = project(tmp_path / "user", line), tmp_path / "build"
    (source / "calibration.npz").write_text("1")
    cmake(source, output, generator=generator)
    header = output / "kws" / "kws.h"
    build(output)
    before = header.stat().st_mtime_ns
    build(output)
    assert header.stat().st_mtime_ns == before
    for changed in ("calibration.npz", "kws.onnx"):
        (source / changed).write_text(BODY)
        build(output)
        assert header.stat().st_mtime_ns > before, changed
        before = header.stat().st_mtime_ns


def test_rebuilds_when_a_file_of_the_depfile_changes(
    tmp_path: Path, cmake: CMake, fake_compiler: str
):
    """
    What the compiler says it has read counts, though CMake was not told.
    """
    source = project(tmp_path / "user", "add_approx_model(kws MODEL kws.onnx)")
    output, hidden = tmp_path / "build", source / "hidden.npz"
    hidden.write_text("1")
    cmake(source, output, ApproxOpt_EXECUTABLE=f"{fake_compiler};--calibration;{hidden}")
    build(output)
    before = (output / "kws" / "kws.h").stat().st_mtime_ns
    hidden.write_text("2")
    build(output)
    assert (output / "kws" / "kws.h").stat().st_mtime_ns > before


def tensor(name: str, value: object, dtype: str) -> onnx.TensorProto:
    """
    An initializer.
    """
    return numpy_helper.from_array(np.array(value, dtype), name)


def quantized_model(path: Path, data: str) -> None:
    """
    A 1x1 convolution of two channels on 2 x 2, int8; its weights lie beside it in the file `data`.
    """
    ends = [("x", "x8", "QuantizeLinear"), ("x8", "xf", "DequantizeLinear")]
    ends += [("y", "y8", "QuantizeLinear"), ("y8", "yf", "DequantizeLinear")]
    nodes = [helper.make_node(op, [i, "s", "z"], [o], o) for i, o, op in ends]
    nodes.insert(2, helper.make_node("DequantizeLinear", ["w", "s", "z"], ["wf"], "wf"))
    nodes.insert(3, helper.make_node("Conv", ["xf", "wf"], ["y"], "conv"))
    weights = tensor("w", [[[[3]], [[-5]]], [[[7]], [[0]]]], "int8")
    constants = [tensor("s", 0.25, "float32"), tensor("z", 0, "int8"), weights]
    x, y = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, (1, 2, 2, 2)) for name in ("x", "yf")
    )
    graph = helper.make_graph(nodes, "g", [x], [y], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = {"save_as_external_data": True, "location": data, "size_threshold": 0}
    onnx.save_model(model, str(path), **options)


@pytest.mark.parametrize("generator", ["Ninja", "Unix Makefiles"])
def test_the_compiler_itself(tmp_path: Path, cmake: CMake, generator: str):
    """
    Found by its own answer and Python's, it writes what CMake expects, and says what it has read:
    a change of any of it, spaces in the name and all, builds again, and nothing else does.
    """
    plan, data = "a plan.json", "the weights.bin"
    arguments = f'kws MODEL kws.onnx PLAN "{plan}" SHARDS 2'
    source, output = project(tmp_path / "user", f"add_approx_model({arguments})"), tmp_path / "out"
    quantized_model(source / "kws.onnx", data)
    (source / plan).write_text(
        '{"version": 1, "model": "kws", "layers": {"conv": {"kernel": "loop"}}}'
    )
    asked = subprocess.run(
        [sys.executable, "-m", "approx_opt.compiler", "--cmake-dir"],
        capture_output=True,
        text=True,
        check=True,
    )
    where = {"ApproxOpt_DIR": asked.stdout.strip(), "Python3_EXECUTABLE": sys.executable}
    cmake(source, output, generator=generator, ApproxOpt_EXECUTABLE="", **where)
    header = output / "kws" / "kws.h"
    build(output)
    assert json.loads((output / "kws" / "kws_plan.json").read_text())["layers"]["conv"]
    for name in (data, plan, "kws.onnx"):
        before = header.stat().st_mtime_ns
        build(output)
        assert header.stat().st_mtime_ns == before, name
        later = header.stat().st_mtime + 1
        os.utime(source / name, (later, later))
        build(output)
        assert header.stat().st_mtime_ns > before, name
        os.utime(source / name, (0, 0))
        build(output)


def test_an_error_of_the_compiler_fails_the_build(tmp_path: Path, cmake: CMake):
    """
    And is seen.
    """
    source = project(tmp_path / "user", "add_approx_model(kws MODEL kws.onnx)")
    (source / "kws.onnx").write_text("no network")
    where = {"ApproxOpt_EXECUTABLE": "", "Python3_EXECUTABLE": sys.executable}
    cmake(source, tmp_path / "out", **where)
    command = ["cmake", "--build", tmp_path / "out"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "approx-opt: error: the input is not an ONNX model" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("add_approx_model(kws)", r"add_approx_model\(kws\): MODEL is missing"),
        ("add_approx_model(kws MODEL no.onnx)", "MODEL: no such file: .*/no.onnx"),
        ("add_approx_model(kws MODEL kws.onnx PLAN no.json)", "PLAN: no such file"),
        ("add_approx_model(kws MODEL kws.onnx FAST)", "unknown arguments: FAST"),
        ("add_approx_model(kws MODEL kws.onnx PLAN)", "no value given for PLAN"),
        ("add_approx_model(kws MODEL kws.onnx PIPELINE p TARGET stm32f4)", "PIPELINE says all"),
        ("add_approx_model(kws MODEL kws.onnx PIPELINE p PLAN kws.onnx)", "PIPELINE says all"),
        ("add_approx_model(kws MODEL kws.onnx SHARDS 0)", "SHARDS is a positive number, not '0'"),
        ("add_approx_model(kws MODEL kws.onnx NAME 2nd)", "NAME is a C identifier, not '2nd'"),
        ("find_package(ApproxOpt 0.2 REQUIRED)", "compatible with requested version"),
        ("add_executable(app kws.c)\napprox_target_board(app nucleo)", "unknown board 'nucleo'"),
    ],
)
def test_errors(tmp_path: Path, cmake: CMake, line: str, message: str):
    """
    Each is told where the project is configured.
    """
    source = project(tmp_path / "user", line)
    done = cmake(source, tmp_path / "build", check=False)
    assert done.returncode != 0
    assert re.search(message, " ".join(done.stderr.split())), done.stderr


def test_needs_python_or_a_compiler(tmp_path: Path, cmake: CMake):
    """
    Neither is guessed.
    """
    source = project(tmp_path / "user")
    variables = {"ApproxOpt_EXECUTABLE": "", "Python3_EXECUTABLE": "/no/python"}
    done = cmake(source, tmp_path / "build", check=False, **variables)
    assert done.returncode != 0
    message = "the compiler needs Python 3.11 or newer; set Python3_EXECUTABLE or"
    assert message in " ".join(done.stderr.split())


CORES = {
    "cortex-m0plus": "-mfloat-abi=soft",
    "cortex-m4": "-mfpu=fpv4-sp-d16",
    "cortex-m7": "-mfpu=fpv5-sp-d16",
    "cortex-m33": "-mfpu=fpv5-sp-d16",
}


@pytest.mark.parametrize("cpu", CORES)
def test_toolchain_file(tmp_path: Path, cmake: CMake, cpu: str):
    """
    Code for the core; the network is optimized in a debug build too.
    """
    source = project(tmp_path / "user", f"add_approx_model(kws MODEL kws.onnx TARGET {target} CPU {cpu})")
    toolchain = {"CMAKE_TOOLCHAIN_FILE": str(ROOT / "cmake" / "arm-none-eabi.cmake")}
    cmake(source, tmp_path / "build", APPROX_CPU=cpu, CMAKE_BUILD_TYPE="Debug", **toolchain)
    build(tmp_path / "build")
    options = flags(tmp_path / "build", "kws.c")
    assert [option for option in options if option.startswith("-mcpu")] == [f"-mcpu={cpu}"]
    assert {"-O2", "-ffunction-sections", "-mthumb", CORES[cpu]} <= set(options)
    assert [option for option in options if option.startswith("-O")][-1] == "-O2"


def test_toolchain_file_needs_a_core(tmp_path: Path, cmake: CMake):
    """
    There is no default: the wrong core would be noticed late.
    """
    source = project(tmp_path / "user")
    toolchain = str(ROOT / "cmake" / "arm-none-eabi.cmake")
    done = cmake(source, tmp_path / "build", check=False, CMAKE_TOOLCHAIN_FILE=toolchain)
    assert "APPROX_CPU is ''; it names the core" in done.stderr


@pytest.mark.parametrize("where", ["CMAKE_C_FLAGS", "add_compile_options"])
def test_contradicting_core(tmp_path: Path, cmake: CMake, where: str):
    """
    The core of the project and that of the network.
    """
    lines = ["add_approx_model(kws MODEL kws.onnx CPU cortex-m33)"]
    variables = {"CMAKE_C_COMPILER": "arm-none-eabi-gcc", "CMAKE_SYSTEM_NAME": "Generic"}
    variables["CMAKE_TRY_COMPILE_TARGET_TYPE"] = "STATIC_LIBRARY"
    if where == "add_compile_options":
        lines.insert(0, "add_compile_options(-mcpu=cortex-m4 -mthumb)")
    else:
        variables["CMAKE_C_FLAGS"] = "-mcpu=cortex-m4+nofp -mthumb"
    source = project(tmp_path / "user", *lines)
    done = cmake(source, tmp_path / "build", check=False, **variables)
    message = "CPU is cortex-m33, but the project is compiled with -mcpu=cortex-m4"
    assert message in " ".join(done.stderr.split())


def test_core_of_the_network_alone(tmp_path: Path, cmake: CMake):
    """
    A project that names no core leaves it to the network.
    """
    source = project(tmp_path / "user", "add_approx_model(kws MODEL kws.onnx CPU cortex-m33)")
    variables = {"CMAKE_C_COMPILER": "arm-none-eabi-gcc", "CMAKE_SYSTEM_NAME": "Generic"}
    variables["CMAKE_TRY_COMPILE_TARGET_TYPE"] = "STATIC_LIBRARY"
    cmake(source, tmp_path / "build", **variables)
    assert {"-mcpu=cortex-m33", "-mthumb"} <= set(flags(tmp_path / "build", "kws.c"))
