"""
Emitted C does what the interpreter says, on the host under sanitizers.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from approx_opt.compiler.emit_files import RUNTIME, emit_files
from approx_opt.compiler.emit_sources import Sources
from approx_opt.compiler.interpret_cortexm import run_cortexm
from approx_opt.compiler.program import Program
from approx_opt.dialects.cortexm import CortexM, MacOp
from approx_opt.dialects.dense import tuple_of
from xdsl.context import Context
from xdsl.dialects import arith, builtin, func, scf
from xdsl.dialects.builtin import ModuleOp
from xdsl.parser import Parser

PROGRAMS = Path(__file__).parent / "programs"
WARNINGS = ("-std=c99", "-Wall", "-Wextra", "-Wconversion", "-Wpedantic", "-Werror")
SANITIZERS = ("-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")

each_program = pytest.mark.parametrize("name", sorted(p.stem for p in PROGRAMS.glob("*.mlir")))


def parse(name: str) -> ModuleOp:
    """
    A module of the folder programs, a network called @net.
    """
    context = Context()
    for dialect in (arith.Arith, builtin.Builtin, CortexM, func.Func, scf.Scf):
        context.load_dialect(dialect)
    module = Parser(context, (PROGRAMS / f"{name}.mlir").read_text()).parse_module()
    module.verify()
    return module


MAIN = """
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "net.h"

int main(void) {
  int8_t *input = malloc(NET_IN_0_SIZE), *output = malloc(NET_OUT_0_SIZE);
  const size_t bytes = NET_WORKSPACE_BYTES;
  while (fread(input, 1, NET_IN_0_SIZE, stdin) == NET_IN_0_SIZE) {
    void *workspace = malloc(bytes);
    memset(workspace, 0xAA, bytes);
    if (net_run(input, output, workspace) != 0) return 1;
    fwrite(output, 1, NET_OUT_0_SIZE, stdout);
    free(workspace);
  }
  free(input);
  free(output);
  return 0;
}
"""
"""Inference after inference; the memory is exactly as large as the header says."""


def compile_c(directory: Path, main: str, sources: list[Path], *flags: str) -> Path:
    """
    A host program of `main` and generated files.
    """
    (directory / "main.c").write_text(main)
    program = directory / "program"
    generated = (*WARNINGS, *SANITIZERS, *flags, f"-I{directory}", f"-I{RUNTIME}")
    command = ["gcc", *generated, str(directory / "main.c"), *map(str, sources), "-o", str(program)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return program


def c_files(paths: list[Path]) -> list[Path]:
    """
    The C files among generated ones.
    """
    return [path for path in paths if path.suffix == ".c"]


def outputs_of(program: Path, inputs: np.ndarray, size: int) -> np.ndarray:
    """
    Run a program on a batch, int8 [N, ...] -> int8 [N, size].
    """
    done = subprocess.run([program], input=inputs.tobytes(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return np.frombuffer(done.stdout, np.int8).reshape(-1, size)


def random_inputs(module: ModuleOp, count: int) -> np.ndarray:
    """
    Inputs of a network, the two extreme ones among them: int8 [count, bytes].
    """
    size = Program.of(module).inputs[0].size
    inputs = np.random.default_rng(count).integers(-128, 128, (count, size)).astype(np.int8)
    inputs[0], inputs[1] = -128, 127
    return inputs


@each_program
def test_host_c_equals_the_interpreter(name: str, tmp_path: Path):
    """
    Bit for bit, without an access outside of the memory it was given and without undefined
    behaviour. The code is in shards.
    """
    module = parse(name)
    inputs = random_inputs(module, 20)
    expected = run_cortexm(module, inputs)
    assert len(np.unique(expected)) > 1
    program = compile_c(tmp_path, MAIN, c_files(emit_files(module, tmp_path, "net", 2)))
    assert np.array_equal(outputs_of(program, inputs, expected.shape[1]), expected)


@each_program
def test_the_single_file_does_the_same(name: str, tmp_path: Path):
    """
    `-t c` without shards.
    """
    module = parse(name)
    inputs = random_inputs(module, 5)
    expected = run_cortexm(module, inputs)
    emit_files(module, tmp_path, "net", 1)
    (tmp_path / "single.c").write_text(Sources(Program.of(module)).single())
    program = compile_c(tmp_path, MAIN, [tmp_path / "single.c"])
    assert np.array_equal(outputs_of(program, inputs, expected.shape[1]), expected)


def test_the_convolution_is_one():
    """
    The interpreter against a convolution in NumPy, with the weights that the IR shows.
    """
    module = parse("convolution")
    weights = np.zeros((2, 9, 2), int)
    for tap, op in enumerate(op for op in module.walk() if isinstance(op, MacOp)):
        weights[tuple_of(op.rows), tap] = np.reshape(tuple_of(op.weights), (-1, 2))
    x = random_inputs(module, 3).reshape(3, 3, 5, 2)
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=-3).astype(int)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
    patches = windows.transpose(0, 1, 2, 4, 5, 3).reshape(3, 3, 5, 9, 2)
    acc = np.einsum("nyxtc,otc->nyxo", patches, weights) + np.array([100, -700])
    scaled = (acc * 2 * np.array([20000000, 31000000]) + 2**31) >> 32
    expected = np.clip(scaled + 3, -128, 127).reshape(3, -1)
    assert np.array_equal(run_cortexm(module, x), expected)


@pytest.mark.skipif(shutil.which("arm-none-eabi-gcc") is None, reason="no cross compiler")
@pytest.mark.parametrize("cpu", ["cortex-m0plus", "cortex-m4", "cortex-m7", "cortex-m33"])
@each_program
def test_cross_compilers_accept_it(name: str, cpu: str, tmp_path: Path):
    """
    Without a warning, with and without hooks.
    """
    sources = c_files(emit_files(parse(name), tmp_path, "net", 2))
    flags = [*WARNINGS, "-O2", f"-mcpu={cpu}", "-mthumb", f"-I{tmp_path}", f"-I{RUNTIME}", "-c"]
    for profile in ([], ["-DAPPROX_PROFILE"]):
        for source in sources:
            command = ["arm-none-eabi-gcc", *flags, *profile, str(source), "-o", "/dev/null"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
