"""
CMSIS-NN on the same quantized networks: compiled from a user's checkout, run in the simulator.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from approx_opt.compiler.errors import UserError
from approx_opt.passes.layer_info import multiply_accumulates
from cmsis_nn_check import library_output
from cmsis_nn_network import LibraryLayer, LibraryNetwork
from firmware import JOBS, ROOT, Vector, code_bytes, memory_use, write_if_new
from measure import check_output, layer_cycles, run_vector
from processes import run
from results import Entry, Layer
from xdsl.dialects.builtin import ModuleOp

VARIANT = "cmsis-nn"
"""The variant of entries that are CMSIS-NN's."""


@dataclass(frozen=True)
class Checkout:
    """
    The folder of CMSIS-NN, and where to build.
    """

    folder: Path
    build: Path

    def check(self) -> None:
        """
        Errors: UserError where it is no checkout of CMSIS-NN.
        """
        header = self.folder / "Include" / "arm_nnfunctions.h"
        if not header.is_file():
            raise UserError(f"{self.folder} is no checkout of CMSIS-NN: there is no {header}")


def build(checkout: Checkout, network: LibraryNetwork) -> Path:
    """
    The firmware of a network. Errors: UserError with the output of what failed.
    """
    checkout.check()
    generated = checkout.build / "generated"
    write_if_new(generated / f"{network.name}.h", network.header().encode())
    write_if_new(generated / f"{network.name}.c", network.source().encode())
    names = sorted(path.stem for path in generated.glob("*.c"))
    settings = {
        "CMSIS_NN_DIR": checkout.folder.resolve(),
        "GENERATED": generated.resolve(),
        "NETWORKS": ";".join(names),
    }
    defines = [f"-D{key}={value}" for key, value in settings.items()]
    source, folder = ROOT / "bench" / "cmsis_nn", checkout.build / "firmware"
    run(["cmake", "-S", source, "-B", folder, "-G", "Ninja", *defines])
    run(["cmake", "--build", folder, "-j", JOBS, "--target", network.name])
    return folder / f"{network.name}.elf"


class Library:
    """
    The firmware of an integer network by CMSIS-NN, once it has been found to compute it.

    Errors: UserError for a layer that there is no function for, and for wrong results.
    """

    def __init__(self, checkout: Checkout, module: ModuleOp, vector: Vector):
        self.network = LibraryNetwork(module)
        self.elf = build(checkout, self.network)
        self.input = vector.input
        self.output = library_output(self.elf, module, self.network, vector.input).tobytes()

    def measure(self, profile: str) -> Entry:
        """
        One inference. Errors: UserError where it is not what its layers compute one by one.
        """
        name, layers = self.network.name, self.network.layers
        result, output = run_vector(self.elf, name, self.input.tobytes(), profile)
        check_output(f"{name} by CMSIS-NN on {profile}", self.output, output)
        cycles = layer_cycles(result, name, len(layers))
        code = code_bytes(self.elf, name, len(layers))
        macs = [multiply_accumulates(layer.op) for layer in layers]
        flash, ram = memory_use(self.elf)
        return Entry(
            name,
            VARIANT,
            profile,
            sum(macs),
            0,
            result.total.cycles,
            result.total.cycles - sum(cycles),
            flash,
            ram,
            result.stack,
            list(map(_layer, layers, macs, cycles, code)),
        )


def _layer(layer: LibraryLayer, macs: int, cycles: int, code: int) -> Layer:
    kind, flash = layer.op.name.removeprefix("approx."), code + layer.code.table_bytes
    return Layer(layer.op.layer.data, kind, VARIANT, macs, cycles, None, flash, None)
