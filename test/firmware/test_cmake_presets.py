"""
The presets of the examples, and a host build with clang.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from approx_opt.compiler.qemu import BOARDS
from cmake_projects import BODY, ROOT, CMake, build

EXAMPLES = ROOT / "examples"
PRESETS = [*BOARDS, "host"]


@pytest.mark.parametrize("example", ["two_models", "vector_runner"])
def test_every_board_has_one(example: str):
    """
    As CMake lists them.
    """
    command = ["cmake", "--list-presets"]
    done = subprocess.run(command, cwd=EXAMPLES / example, check=True, capture_output=True)
    assert sorted(re.findall(r'^  "([\w-]+)"', done.stdout.decode(), re.M)) == sorted(PRESETS)


@pytest.mark.parametrize("preset", PRESETS)
def test_presets(tmp_path: Path, cmake: CMake, preset: str):
    """
    The core of the board, and a target that has it.
    """
    cmake(EXAMPLES / "two_models", tmp_path, preset=preset)
    cores = set(re.findall(r"-mcpu=([\w-]+)", (tmp_path / "build.ninja").read_text()))
    assert cores == ({BOARDS[preset].cpu} if preset in BOARDS else set())


def test_clang_on_the_host(tmp_path: Path, cmake: CMake):
    """
    The example as it is, with another compiler, every warning an error.
    """
    model = tmp_path / "model.onnx"
    model.write_text(BODY)
    variables = {"CMAKE_C_COMPILER": "clang", "CMAKE_C_FLAGS": "-Wall -Wextra -Werror"}
    source, output = EXAMPLES / "vector_runner", tmp_path / "build"
    cmake(source, output, preset="host", MODEL=str(model), **variables)
    build(output)
    (tmp_path / "in").write_bytes(bytes(range(16)))
    subprocess.run([output / "vector_runner", tmp_path / "in", tmp_path / "out"], check=True)
    assert (tmp_path / "out").read_bytes()[::4] == bytes((0, 8))
