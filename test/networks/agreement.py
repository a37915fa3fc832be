"""
The compiler on a model of any input form, against ONNX Runtime (helper of tests).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import dropwhile, takewhile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from approx_opt.compiler.calibration_input import quantized_inputs
from approx_opt.compiler.compare import compare, share_beyond
from approx_opt.compiler.emit_sources import Sources
from approx_opt.compiler.interpreter import entry_function, run_network
from approx_opt.compiler.onnx_import import check_supported, import_model, parse_model
from approx_opt.compiler.program import Program
from approx_opt.dialects.quant import quant_of
from approx_opt.passes.approx_to_c import ApproxToCPass
from approx_opt.passes.select_kernels import SelectKernelsPass
from numpy.typing import NDArray
from onnx import TensorProto
from reference import in_layout_of, run_form
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass

Array = NDArray[Any]


@dataclass(frozen=True)
class Agreement:
    """
    Shares of the samples whose highest value is the same one, and of the output values that differ
    by exactly 1 LSB and by more.
    """

    top1: float
    by_one: float
    by_more: float


def integer_network(model: onnx.ModelProto) -> ModuleOp:
    """
    The network as the interpreter takes it: all passes before the choice of kernels.

    Errors: UserError, DiagnosticException for what the compiler does not take.
    """
    parsed = parse_model(model.SerializeToString(), Path())
    check_supported(parsed)
    module = import_model(parsed, "network")
    _apply(takewhile(_before_kernels, ApproxToCPass().passes()), module)
    return module


def c_source(network: ModuleOp) -> str:
    """
    The C of an integer network, which stays as it is.

    Errors: DiagnosticException.
    """
    module = network.clone()
    _apply(dropwhile(_before_kernels, ApproxToCPass().passes()), module)
    return Sources(Program.of(module), 1).single()


def _before_kernels(step: ModulePass) -> bool:
    return not isinstance(step, SelectKernelsPass)


def _apply(passes: Iterable[ModulePass], module: ModuleOp) -> None:
    for step in passes:
        step.apply(Context(), module)
        module.verify()


def agreement(model: onnx.ModelProto, network: ModuleOp, x: NDArray[np.float32]) -> Agreement:
    """
    The integer network of a model against ONNX Runtime on the model itself.
    """
    function = entry_function(network)
    ours = run_network(network, quantized_inputs(function, in_layout_of(model, x)))
    quant = quant_of(function.function_type.outputs.data[0])
    scale, zero_point = np.float32(quant.scale.value.data), quant.zero_point.value.data
    theirs = np.clip(np.rint(run_form(model, x) / scale) + zero_point, -128, 127)
    ours, theirs = ours.reshape(len(x), -1).astype(int), theirs.reshape(len(x), -1).astype(int)
    delta = np.abs(ours - theirs)
    top1 = (ours.argmax(1) == theirs.argmax(1)).mean()
    return Agreement(float(top1), float((delta == 1).mean()), float((delta > 1).mean()))


def layers_beyond(model: onnx.ModelProto, x: NDArray[np.float32]) -> list[str]:
    """
    The layers that differ by more than 1 LSB on the inputs that ONNX Runtime gives them.

    Those of models with integer inputs are not compared.
    """
    if model.graph.input[0].type.tensor_type.elem_type != TensorProto.FLOAT:
        return []
    layers = compare(model, in_layout_of(model, x)).layers
    return [layer.name for layer in layers if share_beyond(layer.alone, 1) > 0]
