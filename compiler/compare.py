"""
`approx-compare`: how far the integer network is from ONNX Runtime, layer by layer.

The reference is onnxruntime without graph optimizations: for the network's result, the model as it
is; for layers, its QDQ form, with float arithmetic between DequantizeLinear and QuantizeLinear. A
layer is compared twice: as it runs in the network, and alone, on the reference's own inputs, so
that only its own rounding counts.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from xdsl.context import Context
from xdsl.dialects import func
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, SSAValue

from ..dialects.network_base import NetworkOp
from ..dialects.quant import quant_of
from ..passes.fuse_qdq import FuseQdqPass
from .calibration import load_calibration
from .calibration_input import quantized_inputs
from .completion import add_print_completion
from .errors import UserError
from .input_conversion import unsigned_input
from .interpreter import entry_function, network_interpreter
from .onnx_forms import centred
from .onnx_graph import Graph
from .onnx_import import check_supported, import_model, input_shape, load_model
from .onnx_quantize import is_quantized, quantize
from .onnx_simplify import simplify
from .ort_reference import quantized_tensors, run

Array = NDArray[Any]
Histogram = dict[int, int]
"""Difference in LSB -> how many values."""


@dataclass(frozen=True)
class LayerComparison:
    """
    One layer: `alone` on the reference's inputs, `chained` behind our own layers.
    """

    name: str
    op: str
    shape: tuple[int, ...]
    alone: Histogram
    chained: Histogram


@dataclass(frozen=True)
class Comparison:
    """
    All layers in order; `output` is the network's result and `top1_agreement` the share of samples
    with the same highest value.
    """

    samples: int
    layers: Sequence[LayerComparison]
    output: Histogram
    top1_agreement: float

    @property
    def first_beyond_one(self) -> str | None:
        """
        The first layer that differs by more than 1 LSB on the reference's inputs.
        """
        wrong = (layer.name for layer in self.layers if share_beyond(layer.alone, 1) > 0)
        return next(wrong, None)


def compare(model: onnx.ModelProto, x: NDArray[np.float32]) -> Comparison:
    """
    Run a quantized model both ways on samples float32 [N, ...] in its layout.

    The output is compared with that of the model as it is, layers with those of its QDQ form.
    """
    module = import_model(model, "network")
    FuseQdqPass().apply(Context(), module)
    inputs = quantized_inputs(entry_function(module), x)
    fed = _fed(model, inputs, x)
    reference = quantized_tensors(simplify(model).to_model(), fed)
    theirs = _integers(module, run(model, fed)[0])
    chained, ours = run_layers(module, inputs, {})
    alone, _ = run_layers(module, inputs, reference)
    layers = [
        LayerComparison(
            name,
            op.name.removeprefix("approx."),
            value.shape[1:],
            difference(alone[name][1], reference[name]),
            difference(value, reference[name]),
        )
        for name, (op, value) in chained.items()
        if name in reference and value.shape == reference[name].shape
    ]
    flat = ours.reshape(len(x), -1), theirs.reshape(len(x), -1)
    agreement = float((flat[0].argmax(1) == flat[1].argmax(1)).mean())
    return Comparison(len(x), layers, difference(*flat), agreement)


def _fed(model: onnx.ModelProto, inputs: NDArray[np.int8], x: NDArray[np.float32]) -> Array:
    """
    Samples as the model takes them: float32, or integers where it leaves quantization to its
    caller.
    """
    element = Graph.of(model).inputs[0].type.tensor_type.elem_type
    if element == onnx.TensorProto.UINT8:
        return unsigned_input(inputs)
    return inputs if element == onnx.TensorProto.INT8 else x


def _integers(module: ModuleOp, result: Array) -> Array:
    """
    A result of ONNX Runtime as the int8 that stand for it here.
    """
    if result.dtype.name in ("int8", "uint8"):
        return centred(result)
    quant = quant_of(entry_function(module).function_type.outputs.data[0])
    steps = np.rint(result.astype(np.float64) / quant.scale.value.data)
    return np.clip(steps + quant.zero_point.value.data, -128, 127).astype(np.int8)


def run_layers(
    module: ModuleOp, x: NDArray[np.int8], given: Mapping[str, Array]
) -> tuple[dict[str, tuple[Operation, Array]], Array]:
    """
    The main op and the result of each layer (int8 [N, ...]), and the network's result.

    The results of layers in `given` are replaced by what stands there, for those that come after.
    """
    function = entry_function(module)
    interpreter = network_interpreter(module)
    values: dict[SSAValue, Array] = {function.body.block.args[0]: x}
    layers: dict[str, tuple[Operation, Array]] = {}
    for op in function.body.block.ops:
        arguments = tuple(values[operand] for operand in op.operands)
        if isinstance(op, func.ReturnOp):
            return layers, arguments[0]
        (result,) = interpreter.run_op(op, arguments)
        values[op.results[0]] = result
        if isinstance(op, NetworkOp) and _is_last(op):
            name = op.layer.data
            layers[name] = (_main_op(op), result)
            if name in given and given[name].shape == result.shape:
                values[op.results[0]] = given[name]
    raise UserError("the network has no result")


def _is_last(op: NetworkOp) -> bool:
    """
    True for the op whose result another layer, or nobody else, uses.
    """
    users = [use.operation for use in op.output.uses]
    return any(not isinstance(user, NetworkOp) or user.layer != op.layer for user in users)


def _main_op(op: NetworkOp) -> Operation:
    """
    The op that a layer is about: not the transpose behind it.
    """
    owner = op.operands[0].owner
    if op.name == "approx.transpose" and isinstance(owner, NetworkOp) and owner.layer == op.layer:
        return owner
    return op


def difference(ours: Array, theirs: Array) -> Histogram:
    """
    Histogram of ours - theirs.
    """
    counts = Counter((ours.astype(np.int64) - theirs.astype(np.int64)).reshape(-1).tolist())
    return dict(sorted(counts.items()))


def share_beyond(histogram: Histogram, limit: int) -> float:
    """
    The share of values that differ by more than `limit` LSB.
    """
    beyond = sum(count for delta, count in histogram.items() if abs(delta) > limit)
    return beyond / max(1, sum(histogram.values()))


def table(result: Comparison) -> str:
    """
    One line a layer; shares in percent.
    """
    heading = ("layer", "op", "shape", "alone: =1", ">1", "max", "chained: =1", ">1", "max")
    rows = [heading, *(_row(layer) for layer in result.layers)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(heading))]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(r, widths, strict=True)) for r in rows]
    beyond = result.first_beyond_one
    lines += [
        "",
        f"first layer beyond 1 LSB on the reference's inputs: {beyond or 'none'}",
        f"output, LSB: values: {', '.join(f'{d:+d}: {n}' for d, n in result.output.items())}",
        f"top-1 agreement: {result.top1_agreement:.2%} of {result.samples} samples",
    ]
    return "\n".join(line.rstrip() for line in lines)


def _row(layer: LayerComparison) -> tuple[str, ...]:
    shape = "x".join(map(str, layer.shape))
    cells = [cell for one in (layer.alone, layer.chained) for cell in _cells(one)]
    return (layer.name, layer.op, shape, *cells)


def _cells(histogram: Histogram) -> tuple[str, str, str]:
    beyond, any_ = share_beyond(histogram, 1), share_beyond(histogram, 0)
    largest = max(map(abs, histogram), default=0)
    return f"{any_ - beyond:.4%}", f"{beyond:.4%}", str(largest)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="approx-compare", description=__doc__)
    parser.add_argument("model", type=Path, help="ONNX, float or quantized")
    parser.add_argument("--data", type=Path, required=True, help="samples: .npz or class folders")
    parser.add_argument("--samples", type=int, default=100, help="so many of them at the most")
    parser.add_argument(
        "--calibration", type=Path, help="data to quantize a float model with (default: --data)"
    )
    parser.add_argument("--json", type=Path, help="also write the result there")
    add_print_completion(parser)
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """
    Entry point of `approx-compare`; exit status 1 where something cannot be compared.
    """
    args = _parser().parse_args(arguments)
    try:
        result = _compare_files(args)
        print(table(result))
        if args.json is not None:
            args.json.write_text(json.dumps(asdict(result), indent=2) + "\n")
    except (UserError, OSError) as error:
        print(f"approx-compare: error: {error}", file=sys.stderr)
        sys.exit(1)


def _compare_files(args: argparse.Namespace) -> Comparison:
    model = load_model(args.model)
    check_supported(model)
    shape = input_shape(model)
    if not is_quantized(model):
        model = quantize(model, load_calibration(args.calibration or args.data, shape))
    return compare(model, load_calibration(args.data, shape, samples=args.samples).x)
