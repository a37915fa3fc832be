"""
Whether the C for CMSIS-NN computes the network: layer by layer, and as a whole.
"""

from __future__ import annotations

from math import prod
from pathlib import Path

import numpy as np
from approx_opt.compiler.errors import UserError
from approx_opt.compiler.interpreter import network_interpreter
from approx_opt.compiler.sim_elf import load_firmware
from approx_opt.compiler.sim_memory import board_memory
from approx_opt.compiler.sim_profiles import profile_named
from approx_opt.compiler.simulator import simulate
from approx_opt.dialects import network_ops as approx
from approx_opt.dialects.quant import shape_of
from cmsis_nn_network import LibraryLayer, LibraryNetwork
from numpy.typing import NDArray
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import SSAValue

Tensor = NDArray[np.int8]

LARGEST_DIFFERENCE = 2
"""
LSB between a layer of CMSIS-NN and the interpreter's on the same input: two roundings where there
is one, 1 / 256 where the scale of a softmax is 1 / 255.
"""


def library_output(elf: Path, module: ModuleOp, network: LibraryNetwork, x: Tensor) -> Tensor:
    """
    What the layers of the firmware compute one by one, each from the results of those before.

    `x` is int8, flat, as is the result. Errors: UserError for a layer whose result is not the
    interpreter's of the same input, but for rounding.
    """
    interpreter = network_interpreter(module)
    values: dict[SSAValue, Tensor] = {network.input: x.reshape(1, *shape_of(network.input))}
    places = _Places(elf)
    by_op = {layer.op: layer for layer in network.layers}
    for op in (op for op in module.walk() if isinstance(op, approx.NetworkOp)):
        operands = [values[operand] for operand in op.operands]
        (expected,) = interpreter.run_op(op, tuple(operands))
        values[op.output] = np.asarray(expected, np.int8)
        if op in by_op:
            found = places.call(by_op[op], operands).reshape(expected.shape)
            _check(by_op[op], values[op.output], found)
            values[op.output] = found
    (returned,) = _returned(module)
    return values[returned].reshape(-1)


def _returned(module: ModuleOp) -> tuple[SSAValue, ...]:
    terminators = [op for op in module.walk() if op.name == "func.return"]
    return tuple(terminators[0].operands)


def _check(layer: LibraryLayer, expected: Tensor, found: Tensor) -> None:
    difference = int(np.abs(found.astype(int) - expected).max())
    if difference > LARGEST_DIFFERENCE:
        raise UserError(
            f"CMSIS-NN, layer {layer.op.layer.data} ({layer.op.name}): a value is {difference} LSB "
            "from the interpreter's of the same input"
        )


class _Places:
    """
    Memory of the board that the firmware does not use, for the arguments of calls.
    """

    def __init__(self, elf: Path):
        self.elf = elf
        memory = board_memory(load_firmware(elf).entry)
        assert memory is not None
        largest = max(memory.ram, key=lambda region: region.size)
        step = largest.size // 8
        self.addresses = [largest.start + step * index for index in range(4, 8)]

    def call(self, layer: LibraryLayer, operands: list[Tensor]) -> Tensor:
        """
        The result of a layer's function, flat.
        """
        *sources, target, scratch = self.addresses[: len(operands)] + self.addresses[2:]
        result = simulate(
            self.elf,
            profile_named("ideal"),
            start=layer.function,
            arguments=[*sources, target, scratch],
            inputs={at: x.tobytes() for at, x in zip(sources, operands, strict=True)},
        )
        if result.value != 0:
            raise UserError(f"CMSIS-NN, layer {layer.op.layer.data}: status {result.value}")
        return np.frombuffer(result.read(target, prod(layer.op.output_shape)), np.int8)
