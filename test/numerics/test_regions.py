"""
One or two memories: the same bytes, and nothing beyond the sizes promised.
"""

from __future__ import annotations

import ctypes
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from approx_opt.compiler.emit_header import render_header
from approx_opt.compiler.emit_sources import Sources
from approx_opt.compiler.interpret_cortexm import run_cortexm
from approx_opt.compiler.interpreter import run_network
from approx_opt.compiler.program import Program
from approx_opt.compiler.qemu import run_vectors
from approx_opt.dialects.cortexm import ModelOp
from cases import vectors
from machines import M4, RUNTIME, WARNINGS, Batch, Core, joined, run
from numpy.typing import NDArray
from regions import NETWORKS, SHAPE, lowered, network
from xdsl.dialects.builtin import IntegerAttr, ModuleOp, i32
from xdsl.utils.exceptions import InterpretationError

SHARED = Core("shared", "gcc", ("-O2", "-fPIC", "-shared"))
GUARD = 64
"""Bytes before and behind a workspace that nobody may write to."""


def model_of(module: ModuleOp) -> ModelOp:
    """
    The model of a module at the kernel level.
    """
    (model,) = (op for op in module.ops if isinstance(op, ModelOp))
    return model


@pytest.mark.parametrize("fast_ram", [None, 1, 200, 400, 10**6])
@pytest.mark.parametrize("name", NETWORKS)
def test_interpreters_agree(name: str, fast_ram: int | None):
    """
    Wherever the tensors lie.
    """
    module, x = network(name), vectors(SHAPE)
    expected = run_network(module, x).reshape(len(x), -1)
    np.testing.assert_array_equal(run_cortexm(lowered(module, fast_ram), x), expected)


@pytest.mark.parametrize("fast_ram", [None, 200, 400])
@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("key", ["workspace_bytes", "fast_workspace_bytes"])
def test_the_last_byte_is_needed(name: str, fast_ram: int | None, key: str):
    """
    With one byte less, something reaches beyond the workspace.
    """
    module = lowered(network(name), fast_ram)
    model = model_of(module)
    size = model.properties.get(key)
    if size is None:
        assert fast_ram is None
        return
    assert isinstance(size, IntegerAttr)
    assert key == "workspace_bytes" or 0 < size.value.data <= (fast_ram or 0)
    model.properties[key] = IntegerAttr(size.value.data - 1, i32)
    with pytest.raises(InterpretationError, match="of a buffer of"):
        run_cortexm(module, vectors(SHAPE))


class Guarded:
    """
    Zeroed memory of a size, aligned to 8, or `shift` bytes further, with guards around it.
    """

    def __init__(self, size: int, shift: int = 0):
        self.bytes = np.full(size + 2 * GUARD + 16, 0xA5, np.uint8)
        self.start = GUARD + -(self.bytes.ctypes.data + GUARD) % 8 + shift
        self.size = size
        self.bytes[self.start : self.start + size] = 0

    @property
    def address(self) -> ctypes.c_void_p:
        """
        Where it begins.
        """
        return ctypes.c_void_p(self.bytes.ctypes.data + self.start)

    def is_intact(self) -> bool:
        """
        True where nothing was written outside.
        """
        outside = np.delete(self.bytes, np.s_[self.start : self.start + self.size])
        return bool((outside == 0xA5).all())


def native(module: ModuleOp, folder: Path) -> Callable[..., int]:
    """
    NAME_run for this machine.
    """
    program = Program.of(module)
    source, library = folder / f"{program.name}.c", folder / f"{program.name}.so"
    source.write_text(Sources(program, 1).single())
    (folder / f"{program.name}.h").write_text(render_header(program))
    run(SHARED, *WARNINGS, "-I", RUNTIME, source, "-o", library)
    return ctypes.CDLL(str(library))[f"{program.name}_run"]


def pointer(array: NDArray[np.int8]) -> ctypes.c_void_p:
    """
    Where an array lies.
    """
    return ctypes.c_void_p(array.ctypes.data)


@pytest.mark.parametrize("fast_ram", [None, 400])
@pytest.mark.parametrize("name", NETWORKS)
def test_c_keeps_to_its_workspaces(name: str, fast_ram: int | None, tmp_path: Path):
    """
    Memory of exactly the size in the header, whose neighbours stay as they are.
    """
    reference = network(name)
    module = lowered(reference, fast_ram)
    program, entry = Program.of(module), native(module, tmp_path)
    inputs = vectors(SHAPE)
    for x, expected in zip(inputs, run_network(reference, inputs), strict=True):
        memory = [Guarded(one.size) for one in program.workspaces]
        y = np.zeros(program.outputs[0].size, np.int8)
        assert entry(pointer(x), pointer(y), *(one.address for one in memory)) == 0
        np.testing.assert_array_equal(y, expected.reshape(-1))
        assert all(one.is_intact() for one in memory)


def test_bad_fast_workspaces_are_errors(tmp_path: Path):
    """
    Null and misaligned pointers.
    """
    module = lowered(network("chain"), 400)
    entry, (slow, quick) = native(module, tmp_path), Program.of(module).workspaces
    x, y = vectors(SHAPE)[0], np.zeros(5, np.int8)
    kept = Guarded(slow.size), Guarded(quick.size), Guarded(quick.size, 4)
    memory, fast, odd = (one.address for one in kept)
    assert entry(pointer(x), pointer(y), memory, None) == -1
    assert entry(pointer(x), pointer(y), None, fast) == -1
    assert entry(pointer(x), pointer(y), memory, odd) == -2
    assert entry(pointer(x), pointer(y), memory, fast) == 0


def test_no_fast_workspace_is_needed_where_nothing_fits(tmp_path: Path):
    """
    The prototype stays the same.
    """
    module = lowered(network("chain"), 1)
    entry, (slow, quick) = native(module, tmp_path), Program.of(module).workspaces
    x, y, memory = vectors(SHAPE)[0], np.zeros(5, np.int8), Guarded(slow.size)
    assert quick.size == 0
    assert entry(pointer(x), pointer(y), memory.address, None) == 0


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    """
    All networks, in two memories.
    """
    modules = [lowered(network(name), 400) for name in NETWORKS]
    return Batch(modules, tmp_path_factory.mktemp("regions"))


@pytest.fixture(scope="module")
def expected() -> tuple[bytes, bytes]:
    """
    Inputs and outputs of all networks, by the interpreter.
    """
    x = vectors(SHAPE)
    outputs = [run_network(network(name), x).reshape(len(x), -1) for name in NETWORKS]
    return joined([x] * len(outputs)).tobytes(), np.concatenate(outputs, 1).tobytes()


def test_host(batch: Batch, expected: tuple[bytes, bytes], tmp_path: Path):
    """
    Under the sanitizers, each workspace by itself.
    """
    (tmp_path / "inputs").write_bytes(expected[0])
    command = [batch.host(), tmp_path / "inputs", tmp_path / "outputs"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[:4000]
    assert (tmp_path / "outputs").read_bytes() == expected[1]


def test_emulated(batch: Batch, expected: tuple[bytes, bytes]):
    """
    On a Cortex-M4.
    """
    elf = batch.firmware(M4, "mps2-an386", 25)
    sizes = batch.input_size, batch.output_size
    assert run_vectors(elf, "mps2-an386", expected[0], *sizes, timeout=60).outputs == expected[1]
