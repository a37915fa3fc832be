"""
A stand-in for the compiler, so that boards and CMake are tested without any network.

Its "model" is the body of `int NAME_run(const int8_t *input, int8_t *output, void *workspace)` in
C, of eight bytes to four; it takes the options that add_approx_model() gives approx-opt.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest
from cmake_projects import ROOT, CMake

FAKE_COMPILER = '''
import argparse, pathlib, shutil
parser = argparse.ArgumentParser()
parser.add_argument("model", type=pathlib.Path)
parser.add_argument("-p", required=True)
parser.add_argument("--calibration", type=pathlib.Path)
for option in ("--emit-dir", "--depfile"):
    parser.add_argument(option, type=pathlib.Path, required=True)
parser.add_argument("--name", required=True)
parser.add_argument("--shards", type=int, required=True)
parser.add_argument("--report", type=pathlib.Path)
args = parser.parse_args()
name, upper = args.name, args.name.upper()
args.emit_dir.mkdir(parents=True, exist_ok=True)
def write(suffix, text):
    (args.emit_dir / f"{name}{suffix}").write_text(text)
prototype = f"int {name}_run(const int8_t *input, int8_t *output, void *workspace)"
write(".h", f"""#pragma once
#include <stdint.h>
#define {upper}_IN_0_SIZE_BYTES 8
#define {upper}_OUT_0_SIZE_BYTES 4
#ifndef {upper}_WORKSPACE_SECTION
#define {upper}_WORKSPACE_SECTION
#endif
#define {upper}_DECLARE_WORKSPACE(name) static {upper}_WORKSPACE_SECTION uint64_t name[2]
{prototype};
""")
body = args.model.read_text()
write(".c", f'#include "{name}.h"\\n#include "approx_runtime.h"\\n{prototype} {{ {body} }}\\n')
for shard in range(args.shards):
    write(f"_{shard}.c", f"typedef int {name}_{shard}_is_empty;\\n")
write("_report.json", "{}")
write("_plan.json", "{}")
write("_pipeline.txt", args.p)
if args.report:
    args.report.write_text("<p>")
for header in pathlib.Path(RUNTIME).glob("approx_*.h"):
    shutil.copy(header, args.emit_dir)
inputs = [args.model, *([args.calibration] if args.calibration else [])]
if args.calibration and args.calibration.is_dir():
    inputs += args.calibration.rglob("*")
rule = " ".join(str(path).replace(" ", "\\\\ ") for path in inputs)
args.depfile.write_text(f"{args.emit_dir / name}.h: {rule}\\n")
'''


@pytest.fixture(scope="session")
def fake_compiler(tmp_path_factory: pytest.TempPathFactory) -> str:
    """
    The value of ApproxOpt_EXECUTABLE for the stand-in.
    """
    script = tmp_path_factory.mktemp("compiler") / "fake.py"
    script.write_text(f"RUNTIME = {str(ROOT / 'runtime')!r}\n{FAKE_COMPILER}")
    return f"{sys.executable};{script}"


@pytest.fixture(scope="session")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    The interpreter of an environment in which nothing is installed.
    """
    folder = tmp_path_factory.mktemp("environments") / "bare"
    venv.create(folder, with_pip=False)
    return folder / "bin" / "python"


@pytest.fixture
def cmake(fake_compiler: str) -> CMake:
    """
    `cmake(source, build, NAME=value, ...)` configures a project with the stand-in for the compiler;
    `check=False` for those that are to fail, `preset` for those that have some.
    """

    def configure(
        source: Path,
        build: Path,
        check: bool = True,
        generator: str = "Ninja",
        preset: str | None = None,
        **variables: str,
    ) -> subprocess.CompletedProcess[str]:
        settings = {
            "ApproxOpt_DIR": str(ROOT / "cmake"),
            "ApproxOpt_EXECUTABLE": fake_compiler,
            **variables,
        }
        defines = [f"-D{key}={value}" for key, value in settings.items()]
        how = ("-G", generator) if preset is None else ("--preset", preset)
        command = ["cmake", *how, "-S", source, "-B", build, *defines]
        done = subprocess.run(command, capture_output=True, text=True)
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    return configure


@pytest.fixture
def build_runner(cmake: CMake) -> Callable[[Path, str, str], Path]:
    """
    `build_runner(folder, board, body)`: the vector runner with a network that has this body.
    """

    def build(folder: Path, board: str, body: str) -> Path:
        model = folder / "model.onnx"
        model.write_text(body)
        output = folder / board
        source = ROOT / "examples" / "vector_runner"
        cmake(source, output, MODEL=str(model), NAME="tiny", BOARD=board)
        subprocess.run(["cmake", "--build", output], check=True, stdout=subprocess.DEVNULL)
        return output / ("vector_runner" if board == "host" else "vector_runner.elf")

    return build
