"""
Generated C computes what the interpreter does: on a PC with sanitizers and on emulated boards.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from approx_opt.compiler.interpreter import entry_function, run_network
from approx_opt.compiler.qemu import run_vectors
from approx_opt.dialects.quant import shape_of
from cases import CASES, lower, vectors
from machines import M0PLUS, M4, M7, M33, Batch, Core
from networks import digits
from numpy.typing import NDArray
from xdsl.dialects.builtin import ModuleOp

VECTORS = 4


class Expected:
    """
    All cases as one batch, its inputs, and its outputs by the interpreter.
    """

    def __init__(self, folder: Path):
        networks = [*((case.network(), case.kernel) for case in CASES), (digits(), "unrolled")]
        self.names: list[str] = []
        inputs: list[NDArray[np.int8]] = []
        outputs: list[NDArray[np.int8]] = []
        for network, _ in networks:
            function = entry_function(network)
            x = vectors(shape_of(function.args[0]), VECTORS)
            inputs.append(x.reshape(VECTORS, -1))
            outputs.append(run_network(network, x).reshape(VECTORS, -1))
            self.names.append(function.sym_name.data)
        self.sizes = [output.shape[1] for output in outputs]
        self.inputs = np.concatenate(inputs, axis=1)
        self.outputs = np.concatenate(outputs, axis=1)
        modules: Sequence[ModuleOp] = [lower(network, kernel) for network, kernel in networks]
        self.batch = Batch(modules, folder)

    def check(self, outputs: bytes) -> None:
        """
        Name the layers whose bytes differ, and where.
        """
        found = np.frombuffer(outputs, np.int8).reshape(self.outputs.shape)
        starts = np.cumsum([0, *self.sizes])
        wrong = {
            name: f"vector {at[0][0]} byte {at[0][1]}: {got[tuple(at[0])]} not {want[tuple(at[0])]}"
            for name, start, stop in zip(self.names, starts[:-1], starts[1:], strict=True)
            for got, want in [(found[:, start:stop], self.outputs[:, start:stop])]
            if len(at := np.argwhere(got != want))
        }
        assert not wrong, wrong


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Expected:
    """
    Once for all machines.
    """
    return Expected(tmp_path_factory.mktemp("batch"))


def test_host(expected: Expected, tmp_path: Path):
    """
    Under the address and the undefined behaviour sanitizer, in memory of exactly the right size.
    """
    (tmp_path / "inputs").write_bytes(expected.inputs.tobytes())
    command = [expected.batch.host(), tmp_path / "inputs", tmp_path / "outputs"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[:4000]
    expected.check((tmp_path / "outputs").read_bytes())


@pytest.mark.parametrize(
    ("core", "board", "megahertz"),
    [
        pytest.param(M4, "mps2-an386", 25, id="mps2-an386"),
        pytest.param(M4, "netduinoplus2", 168, id="netduinoplus2"),
        pytest.param(M33, "mps2-an505", 20, id="mps2-an505"),
        pytest.param(M0PLUS, "mps2-an386", 25, id="cortex-m0plus-code"),
    ],
)
def test_emulated(expected: Expected, core: Core, board: str, megahertz: int):
    """
    On Cortex-M4 and M33, and the portable code for a Cortex-M0+ (on an M4).
    """
    batch = expected.batch
    elf = batch.firmware(core, board, megahertz)
    run = run_vectors(
        elf, board, expected.inputs.tobytes(), batch.input_size, batch.output_size, timeout=120
    )
    expected.check(run.outputs)


def test_compiles_for_cortex_m7(expected: Expected):
    """
    No machine of QEMU has one.
    """
    expected.batch.compile(M7)
