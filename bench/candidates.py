"""
Single layers by each kernel: compiled many at a time into one firmware, measured and checked.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from approx_opt.compiler.emit_sources import Sources
from approx_opt.compiler.interpreter import run_network
from approx_opt.compiler.plan import KERNELS
from approx_opt.compiler.program import Program
from approx_opt.compiler.report import report
from approx_opt.passes.lower_to_cortexm import LowerToCortexmPass
from approx_opt.passes.plan_memory import PlanMemoryPass
from approx_opt.passes.select_kernels import SelectKernelsPass
from approx_opt.passes.unpack_operands import UnpackOperandsPass
from firmware import code_bytes
from layer_shapes import LayerShape
from measure import check_output, layer_cycles, report_layer, run_vector
from results import Layer
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp

# On the path since layer_shapes.
from cases import input_vectors, thin_out, unpacked  # isort: skip
from machines import M4, RUNTIME, WARNINGS, Batch, Core, joined, run  # isort: skip

_MOST_FLASH = 2 << 20
"""Predicted bytes of what goes into one firmware."""


@dataclass(frozen=True)
class Candidate:
    """
    A layer by one kernel, with a share of its operand pairs skipped: its network, integer and
    lowered, and which layer of the network it is.
    """

    shape: LayerShape
    skip: float
    network: ModuleOp
    program: Program
    index: int

    @property
    def layers(self) -> list[dict[str, Any]]:
        """
        The report of all layers.
        """
        return report(self.program)["layers"]

    @property
    def info(self) -> dict[str, Any]:
        """
        The report of the layer.
        """
        return self.layers[self.index]


@dataclass(frozen=True)
class Measured:
    """
    What a candidate came to on a profile.
    """

    shape: str
    skip: float
    profile: str
    layer: Layer


def candidates(
    shapes: Iterable[LayerShape], skips: Sequence[float], kernels: Sequence[str] = KERNELS
) -> Iterator[Candidate]:
    """
    Every layer by every kernel it can have of `kernels`, by a loop where it can have none of them;
    convolutions with each share of their pairs skipped.
    """
    names = (f"layer{number}" for number in count())
    for shape in shapes:
        for skip in skips if shape.op == "conv" else (0.0,):
            found = (_candidate(next(names), shape, skip, kernel) for kernel in kernels)
            yield from {one.info["kernel"]: one for one in found}.values()


def _candidate(name: str, shape: LayerShape, skip: float, kernel: Any) -> Candidate:
    network, label = shape.network(name)
    UnpackOperandsPass().apply(Context(), network)
    for op in unpacked(network):
        if skip and op.layer.data == label:
            thin_out(op, "pair", skip, np.random.default_rng(0))
    module = network.clone()
    for step in (SelectKernelsPass(kernel=(kernel,)), PlanMemoryPass(), LowerToCortexmPass()):
        step.apply(Context(), module)
        module.verify()
    program = Program.of(module)
    index = [layer.label.data for layer in program.layers].index(label)
    return Candidate(shape, skip, network, program, index)


def batches(all_of_them: Iterable[Candidate]) -> Iterator[list[Candidate]]:
    """
    As many at a time as flash has room for.
    """
    batch: list[Candidate] = []
    size = 0
    for one in all_of_them:
        flash = one.program.total("flash_bytes")
        if batch and size + flash > _MOST_FLASH:
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += flash
    if batch:
        yield batch


class _SeparateFiles(Batch):
    """
    Networks whose layers are in files of their own, as those of add_approx_model() are: calls of
    them are real ones, which the simulator tells apart.
    """

    def __init__(self, modules: Sequence[ModuleOp], folder: Path):
        super().__init__(modules, folder)
        for program in self.programs:
            sources = Sources(program)
            (folder / f"{program.name}.c").write_text(sources.main())
            (folder / f"{program.name}_layers.c").write_text(sources.shard(0))

    def compile(self, core: Core, *extra: str) -> list[Path]:
        """
        Objects of all files.
        """
        objects = super().compile(core, *extra)
        for program in self.programs:
            source = self.folder / f"{program.name}_layers.c"
            objects.append(self.folder / core.name / f"{source.stem}.o")
            run(core, *WARNINGS, *extra, "-I", RUNTIME, "-c", source, "-o", objects[-1])
        return objects


def measure_batch(batch: Sequence[Candidate], profiles: Sequence[str]) -> list[Measured]:
    """
    All candidates on each profile.

    Errors: UserError where an output is not the interpreter's.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        built = _SeparateFiles([one.program.module for one in batch], folder)
        elf = built.firmware(M4, "mps2-an386", 25)
        return [one for profile in profiles for one in _measured(elf, batch, profile)]


def _measured(elf: Path, batch: Sequence[Candidate], profile: str) -> Iterator[Measured]:
    inputs = [input_vectors(one.network, 3)[2:] for one in batch]
    expected = b"".join(
        run_network(one.network, x).astype(np.int8).tobytes()
        for one, x in zip(batch, inputs, strict=True)
    )
    result, output = run_vector(elf, "batch", joined(inputs).tobytes(), profile)
    check_output(f"single layers on {profile}", expected, output)
    for one in batch:
        name, number = one.program.name, len(one.layers)
        cycles = layer_cycles(result, name, number)[one.index]
        code = code_bytes(elf, name, number)[one.index]
        layer = report_layer(one.info, cycles, code)
        yield Measured(str(one.shape), one.skip, profile, layer)
