"""
What networks compute by the interpreter, and by C on this machine and on boards (helper of tests).
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from approx_opt.compiler.interpreter import entry_function, run_network
from approx_opt.compiler.qemu import run_vectors
from cases import input_vectors, lower
from machines import Batch, Core, joined
from numpy.typing import NDArray
from xdsl.dialects.builtin import ModuleOp

VECTORS = 4


class Expected:
    """
    Networks, each with the kernel of its convolutions, as one batch, with inputs and what the
    interpreter makes of them.
    """

    def __init__(
        self, networks: Sequence[tuple[ModuleOp, str]], folder: Path, count: int = VECTORS
    ):
        self.names: list[str] = []
        inputs: list[np.ndarray] = []
        outputs: list[NDArray[np.int8]] = []
        for network, _ in networks:
            x = input_vectors(network, count)
            inputs.append(x)
            outputs.append(run_network(network, x).reshape(count, -1))
            self.names.append(entry_function(network).sym_name.data)
        self.sizes = [output.shape[1] for output in outputs]
        self.inputs = joined(inputs)
        self.outputs = np.concatenate(outputs, axis=1)
        modules: Sequence[ModuleOp] = [lower(network, kernel) for network, kernel in networks]
        self.batch = Batch(modules, folder)

    def check_host(self) -> None:
        """
        On this machine with sanitizers.
        """
        self._check_program(self.batch.host())

    def check_clang(self) -> None:
        """
        On this machine, compiled by clang.
        """
        self._check_program(self.batch.host_by_clang())

    def _check_program(self, program: Path) -> None:
        folder = self.batch.folder
        (folder / "inputs").write_bytes(self.inputs.tobytes())
        command = [program, folder / "inputs", folder / "outputs"]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[:4000]
        self.check((folder / "outputs").read_bytes())

    def check_board(self, core: Core, board: str, megahertz: int) -> None:
        """
        On a board in QEMU.
        """
        batch, inputs = self.batch, self.inputs.tobytes()
        elf = batch.firmware(core, board, megahertz)
        run = run_vectors(elf, board, inputs, batch.input_size, batch.output_size, timeout=120)
        self.check(run.outputs)

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
