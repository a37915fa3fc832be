"""
The CMake package: what it accepts, and what it runs.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from approx_opt.compiler.specs import check_pipeline
from approx_opt.compiler.universe import APPROX_UNIVERSE
from cmake_projects import CMake, build, message, project


def test_a_user_links_two_networks(tmp_path: Path, cmake: CMake):
    """
    Alias targets, include folders, names of their own, from a folder with a space in its name.
    """
    source = project(
        tmp_path / "my project",
        "add_approx_model(kws MODEL kws.onnx OUTPUT_DIR generated REPORT pages/kws.html)",
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
    assert (output / "generated" / "kws_7.c").exists()
    assert (output / "pages" / "kws.html").exists()


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


def test_pipelines(tmp_path: Path, cmake: CMake):
    """
    What the arguments become: options that approx-to-c has, and the compiler gets in one piece.
    """
    pipelines = {
        "": "approx-to-c{target=stm32u5}",
        "TARGET stm32f4": "approx-to-c{target=stm32f4}",
        'PLAN "a plan.json"': 'approx-to-c{target=stm32u5 plan="{source}/a plan.json"}',
        "PRESET balanced": "approx-to-c{target=stm32u5 preset=balanced}",
        "FLASH_BUDGET 512K RAM_BUDGET 65536": (
            "approx-to-c{target=stm32u5 flash-budget=512K ram-budget=65536}"
        ),
        "INPUT_LAYOUT nchw INPUT_TYPE uint8": (
            "approx-to-c{target=stm32u5 input-layout=nchw input-type=uint8}"
        ),
        r'PIPELINE "a{x=1 y=\"p/q\"},b"': 'a{x=1 y="p/q"},b',
    }
    lines = [
        f"add_approx_model(net{i} MODEL kws.onnx SHARDS 1 {arguments})"
        for i, arguments in enumerate(pipelines)
    ]
    source = project(tmp_path / "user", *lines)
    (source / "a plan.json").write_text("{}")
    cmake(source, tmp_path / "build")
    build(tmp_path / "build")
    for i, pipeline in enumerate(pipelines.values()):
        text = (tmp_path / "build" / f"net{i}" / f"net{i}_pipeline.txt").read_text()
        assert text == pipeline.replace("{source}", str(source))
        if "PIPELINE" not in lines[i]:
            check_pipeline(text, APPROX_UNIVERSE.all_passes)


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


KWS = "add_approx_model(kws MODEL kws.onnx"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("add_approx_model(kws)", r"add_approx_model\(kws\): MODEL is missing"),
        ("add_approx_model(kws MODEL no.onnx)", "MODEL: no such file: .*/no.onnx"),
        (f"{KWS} PLAN no.json)", "PLAN: no such file"),
        (f"{KWS} QUICK)", "unknown arguments: QUICK"),
        (f"{KWS} PLAN)", "no value given for PLAN"),
        (f"{KWS} PIPELINE p TARGET stm32f4)", "PIPELINE says all; TARGET goes into it"),
        (f"{KWS} PIPELINE p RAM_BUDGET 64K)", "PIPELINE says all; RAM_BUDGET goes into it"),
        (f"{KWS} PLAN kws.onnx PRESET fast)", "PLAN and PRESET both say what to leave out"),
        (f"{KWS} PRESET quick)", "PRESET is exact, balanced or fast, not 'quick'"),
        (f"{KWS} FLASH_BUDGET 64KB)", "FLASH_BUDGET is a number of bytes .* not '64KB'"),
        (f"{KWS} INPUT_LAYOUT hwc)", "INPUT_LAYOUT is nhwc or nchw, not 'hwc'"),
        (f"{KWS} INPUT_TYPE int16)", "INPUT_TYPE is int8, uint8 or float32, not 'int16'"),
        (f"{KWS} SHARDS 0)", "SHARDS is a positive number, not '0'"),
        (f"{KWS} NAME 2nd)", "NAME is a C identifier, not '2nd'"),
        (f'{KWS} CODE_SECTION "a b")', "CODE_SECTION is the name of a section .* not 'a b'"),
        (f"{KWS} CODE_SECTION .m CONST_SECTION .m)", "CODE_SECTION and CONST_SECTION are both .m"),
        (f"{KWS})\nadd_approx_model(b MODEL kws.onnx OUTPUT_DIR kws)", "kws is that of kws;"),
        ("find_package(ApproxOpt 0.2 REQUIRED)", "compatible with requested version"),
        ("add_executable(app kws.c)\napprox_target_board(app nucleo)", "unknown board 'nucleo'"),
    ],
)  # fmt: skip
def test_errors(tmp_path: Path, cmake: CMake, line: str, expected: str):
    """
    Each is told where the project is configured.
    """
    source = project(tmp_path / "user", line)
    assert re.search(expected, message(cmake(source, tmp_path / "build", check=False)))


def test_needs_a_language(tmp_path: Path, cmake: CMake):
    """
    A project of C++ alone has no compiler for generated code.
    """
    source = project(tmp_path / "user", f"{KWS})")
    lists = source / "CMakeLists.txt"
    lists.write_text(lists.read_text().replace("project(user C)", "project(user CXX)"))
    done = cmake(source, tmp_path / "build", check=False)
    assert "the network becomes C; add C to the languages of project()" in message(done)


@pytest.mark.parametrize(
    ("python", "expected"),
    [
        ("/no/python", "the compiler needs Python 3.11 or newer; set Python3_EXECUTABLE or"),
        ("{bare}", "has no package approx-opt; activate the environment that has, or set"),
    ],
)
def test_needs_python_with_the_compiler(
    tmp_path: Path, cmake: CMake, bare_python: Path, python: str, expected: str
):
    """
    Neither is guessed, and both are missed where the project is configured, not in the build.
    """
    source = project(tmp_path / "user")
    found = python.replace("{bare}", str(bare_python))
    variables = {"ApproxOpt_EXECUTABLE": "", "Python3_EXECUTABLE": found}
    done = cmake(source, tmp_path / "build", check=False, **variables)
    assert expected in message(done)
