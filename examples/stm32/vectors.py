"""
Test vectors as C: inputs of a network, and what the reference interpreter makes of them.

Inputs are the first samples of the data to test with; without any, of the calibration data; without
those, too, random values of a fixed seed.
"""

from __future__ import annotations

import argparse
import sys
from itertools import takewhile
from pathlib import Path

import numpy as np
import onnx
from approx_opt.compiler.calibration import load_calibration
from approx_opt.compiler.calibration_input import quantized_inputs
from approx_opt.compiler.errors import UserError
from approx_opt.compiler.files import write_files
from approx_opt.compiler.interpreter import entry_function, run_samples
from approx_opt.compiler.onnx_import import check_supported, import_model, input_shape, load_model
from approx_opt.compiler.onnx_quantize import is_quantized, quantize
from approx_opt.dialects.quant import shape_of
from approx_opt.passes.approx_to_c import ApproxToCPass
from approx_opt.passes.select_kernels import SelectKernelsPass
from approx_opt.passes.unpack_operands import UnpackOperandsPass
from numpy.typing import NDArray
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp

SEED = 0


def integer_network(
    model: onnx.ModelProto, plan: Path | None, calibration: Path | None
) -> ModuleOp:
    """
    The network whose arithmetic is that of the firmware: with a plan, what it skips is gone.
    """
    module = import_model(model, "network")
    options = [None if path is None else str(path) for path in (plan, calibration)]
    flow = ApproxToCPass(plan=options[0], calibration=options[1])
    last = UnpackOperandsPass if plan is None else SelectKernelsPass
    for step in takewhile(lambda step: not isinstance(step, last), flow.passes()):
        step.apply(Context(), module)
    return module


def samples(shape: tuple[int, ...], path: Path | None, count: int) -> NDArray[np.float32] | None:
    """
    Float32 [N, ...], N at most `count`; None where there are no data.
    """
    return None if path is None else load_calibration(path, shape, samples=count).x[:count]


def vectors(args: argparse.Namespace) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """
    Inputs and outputs int8 [N, bytes]. Errors: UserError.
    """
    model = load_model(args.model)
    check_supported(model)
    shape = input_shape(model)
    if not is_quantized(model):
        if args.calibration is None:
            raise UserError(f"{args.model.name} is a float model: it needs calibration data")
        model = quantize(model, load_calibration(args.calibration, shape))
    network = integer_network(model, args.plan, args.calibration)
    function = entry_function(network)
    x = samples(shape, args.vectors or args.calibration, args.count)
    if x is None:
        size = (args.count, *shape_of(function.body.block.args[0]))
        inputs = np.random.default_rng(SEED).integers(-128, 128, size, np.int8)
    else:
        inputs = quantized_inputs(function, x)
    outputs = run_samples(network, inputs).astype(np.int8)
    return inputs.reshape(len(inputs), -1), outputs.reshape(len(inputs), -1)


def table(name: str, macro: str, rows: NDArray[np.int8]) -> str:
    """
    Bytes [N, M] as a constant of C.
    """
    lines = ",\n".join(f"    {{{', '.join(map(str, row))}}}" for row in rows.tolist())
    return f"const int8_t {name}[VECTOR_COUNT][{macro}] = {{\n{lines},\n}};\n"


def header(inputs: NDArray[np.int8], outputs: NDArray[np.int8]) -> str:
    """
    The sizes, and what is in the C file.
    """
    return f"""\
#ifndef VECTORS_H
#define VECTORS_H

#include <stdint.h>

#define VECTOR_COUNT {len(inputs)}
#define VECTOR_INPUT_BYTES {inputs.shape[1]}
#define VECTOR_OUTPUT_BYTES {outputs.shape[1]}
extern const int8_t vector_inputs[VECTOR_COUNT][VECTOR_INPUT_BYTES];
extern const int8_t vector_outputs[VECTOR_COUNT][VECTOR_OUTPUT_BYTES];

#endif /* VECTORS_H */
"""


def main() -> None:
    """
    Write vectors.h and vectors.c.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="ONNX, float or quantized")
    parser.add_argument("--calibration", type=Path, help="as given to approx-opt")
    parser.add_argument("--plan", type=Path, help="as given to approx-opt")
    parser.add_argument("--vectors", type=Path, help="data to test with: .npz or class folders")
    parser.add_argument("--count", type=int, default=4, help="at most so many of them")
    parser.add_argument("--output", type=Path, required=True, help="folder for the files")
    args = parser.parse_args()
    try:
        inputs, outputs = vectors(args)
        source = '#include "vectors.h"\n\n' + "\n".join(
            (
                table("vector_inputs", "VECTOR_INPUT_BYTES", inputs),
                table("vector_outputs", "VECTOR_OUTPUT_BYTES", outputs),
            )
        )
        write_files(
            {args.output / "vectors.h": header(inputs, outputs), args.output / "vectors.c": source}
        )
    except (UserError, OSError) as error:
        sys.exit(f"vectors.py: error: {error}")


if __name__ == "__main__":
    main()
