"""
The reference interpreter: executable semantics of every level of the IR.

Values are NumPy arrays with the batch in front: a `tensor<32x32x3xi8, ...>` is int8 [N, 32, 32, 3].
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import prod
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from xdsl.dialects import func
from xdsl.dialects.builtin import ModuleOp
from xdsl.interpreter import Interpreter, PythonValues
from xdsl.interpreters.func import FuncFunctions
from xdsl.ir import Operation
from xdsl.utils.exceptions import InterpretationError

from ..dialects.quant import shape_of
from .batches import in_threads, usable_cores
from .interpret_network import NetworkFunctions
from .interpret_onnx import OnnxFunctions

_CHUNK_BYTES = 4 << 20
"""Of the largest activation of a chunk of samples: what is left to share for many threads."""

Observer: TypeAlias = Callable[[Operation, PythonValues], None]
"""Called with an op and its operands (arrays, batch first) before it runs."""


class _Listener(Interpreter.Listener):
    def __init__(self, observe: Observer):
        self.observe = observe

    def will_interpret_op(self, op: Operation, args: PythonValues) -> None:
        self.observe(op, args)


def entry_function(module: ModuleOp) -> func.FuncOp:
    """
    The function of a network: the only one of its module.

    Errors: InterpretationError when there is none or more than one.
    """
    functions = [op for op in module.ops if isinstance(op, func.FuncOp)]
    if len(functions) != 1:
        raise InterpretationError(f"expected one function, found {len(functions)}")
    return functions[0]


def run_network(module: ModuleOp, x: NDArray[Any], observe: Observer | None = None) -> NDArray[Any]:
    """
    Run a network (ONNX level or integer, packed or unpacked) on a batch.

    `x` is [N, ...] in the type of the function's argument; the result is [N, ...] likewise.
    """
    function = entry_function(module)
    interpreter = network_interpreter(module, observe)
    (result,) = interpreter.call_op(function.sym_name.data, (x,))
    return np.asarray(result)


def run_samples(module: ModuleOp, x: NDArray[Any], threads: int | None = None) -> NDArray[Any]:
    """
    `run_network` on many samples: in chunks, so that memory is bounded, and in so many `threads`,
    by default one for each core that this process may use. The result depends on neither.
    """
    threads = usable_cores() if threads is None else threads
    chunk = max(1, min(_CHUNK_BYTES // _largest_tensor(module), -(-len(x) // threads)))
    return in_threads(partial(run_network, module), [x], chunk, threads)


def _largest_tensor(module: ModuleOp) -> int:
    """
    Elements.
    """
    block = entry_function(module).body.block
    values = [*block.args, *(result for op in block.ops for result in op.results)]
    return max(prod(shape_of(value)) for value in values)


def network_interpreter(module: ModuleOp, observe: Observer | None = None) -> Interpreter:
    """
    An interpreter that knows the ops of ONNX and of integer networks.
    """
    listeners = () if observe is None else (_Listener(observe),)
    interpreter = Interpreter(module, listeners=listeners)
    interpreter.register_implementations(FuncFunctions())
    interpreter.register_implementations(OnnxFunctions())
    interpreter.register_implementations(NetworkFunctions())
    return interpreter
