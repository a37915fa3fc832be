"""
A network is compiled again when something that it is made from has changed, and only then.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from cmake_projects import CMake, project, quantized_model, work

GENERATORS = pytest.mark.parametrize("generator", ["Ninja", "Unix Makefiles"])
NOTHING = (0, 0)
PLAN = '{"version": 1, "model": "kws", "layers": {"conv": {"kernel": "loop"}}}'

ONCE = """
import pathlib, subprocess, sys
written = list(pathlib.Path(sys.argv[sys.argv.index("--emit-dir") + 1]).glob("*"))
for path in written:
    path.touch()
if not written:
    sys.exit(subprocess.call([sys.executable, "-m", "approx_opt.compiler", *sys.argv[1:]]))
"""


@pytest.fixture
def compiler_once(tmp_path: Path) -> str:
    """
    The compiler the first time, as the value of ApproxOpt_EXECUTABLE; after that, for speed, what
    would be written again is touched.
    """
    (tmp_path / "once.py").write_text(ONCE)
    return f"{sys.executable};{tmp_path / 'once.py'}"


@GENERATORS
def test_inputs_of_the_compiler(tmp_path: Path, cmake: CMake, generator: str, compiler_once: str):
    """
    The compiler says what it has read: each file counts, spaces in the name and all.
    """
    arguments = 'PLAN "a plan.json" CALIBRATION "the images" DEPENDS notes.txt SHARDS 1'
    source = project(tmp_path / "user", f"add_approx_model(kws MODEL kws.onnx {arguments})")
    quantized_model(source / "kws.onnx", "the weights.bin")
    (source / "the images" / "cat").mkdir(parents=True)
    others = ["a plan.json", "the images/cat/1.png", "notes.txt"]
    for name in others:
        (source / name).write_text(PLAN)
    output = tmp_path / "out"
    cmake(source, output, generator=generator, ApproxOpt_EXECUTABLE=compiler_once)
    assert work(output) == (1, 2)
    assert work(output) == NOTHING
    assert json.loads((output / "kws" / "kws_plan.json").read_text())["layers"]["conv"]
    for name in ("kws.onnx", "the weights.bin", *others):
        (source / name).touch()
        assert work(output) == (1, 2), name
    assert work(output) == NOTHING


@GENERATORS
def test_files_that_come_and_go(tmp_path: Path, cmake: CMake, generator: str):
    """
    In a folder of calibration data, and among the outputs. The other network is left alone.
    """
    lines = (
        "add_approx_model(kws MODEL kws.onnx CALIBRATION images REPORT kws.html SHARDS 1)",
        "add_approx_model(other MODEL other.onnx SHARDS 1)",
    )
    source, output = project(tmp_path / "user", *lines), tmp_path / "build"
    image = source / "images" / "cat" / "1.png"
    image.parent.mkdir(parents=True)
    cmake(source, output, generator=generator)
    assert work(output) == (2, 4)
    image.write_text("meow")
    assert work(output) == (1, 2)
    image.unlink()
    assert work(output) == (1, 2)
    assert work(output) == NOTHING
    (output / "kws.html").unlink()
    assert work(output)[0] == 1
    assert (output / "kws.html").exists()


@GENERATORS
def test_arguments(tmp_path: Path, cmake: CMake, generator: str):
    """
    Make does not compare commands, but they are written down. A project configured again as it was
    has nothing to do.
    """
    line = "add_approx_model(kws MODEL kws.onnx TARGET ${MCU} SHARDS 1)"
    source, output = project(tmp_path / "user", line), tmp_path / "build"
    pipeline = output / "kws" / "kws_pipeline.txt"
    for mcu, expected in (("stm32u5", (1, 2)), ("stm32f4", (1, 2)), ("stm32f4", NOTHING)):
        cmake(source, output, generator=generator, MCU=mcu)
        assert work(output) == expected
        assert pipeline.read_text() == f"approx-to-c{{target={mcu}}}"


@GENERATORS
def test_inputs_that_the_build_makes(tmp_path: Path, cmake: CMake, generator: str):
    """
    A model that is not there when the project is configured; it comes first, and counts.
    """
    source = project(
        tmp_path / "user",
        "set(model ${CMAKE_CURRENT_BINARY_DIR}/trained.onnx)",
        "add_custom_command(OUTPUT ${model} DEPENDS kws.onnx",
        "  COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_CURRENT_SOURCE_DIR}/kws.onnx ${model})",
        "add_custom_target(training DEPENDS ${model})",
        "foreach(name a b)",
        "  add_approx_model(${name} MODEL ${model} DEPENDS training SHARDS 1)",
        "endforeach()",
    )
    output = tmp_path / "build"
    cmake(source, output, generator=generator)
    assert work(output) == (2, 4)
    assert work(output) == NOTHING
    (source / "kws.onnx").touch()
    assert work(output) == (2, 4)
