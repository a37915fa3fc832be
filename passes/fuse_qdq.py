"""
`fuse-qdq`: ONNX nodes between DequantizeLinear and QuantizeLinear become integer ops.

Every QuantizeLinear is an anchor: the nodes between it and the DequantizeLinears above it are one
integer op, a Relu or Clip among them its clamp. Spatial ops are HWC here and channels-first in
ONNX, so that each comes between two `approx.transpose`, for `fold-transposes` to cancel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from xdsl.context import Context
from xdsl.dialects import func
from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr, FunctionType, ModuleOp
from xdsl.ir import Attribute, Block, BlockArgument, Operation, Region, SSAValue
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import PassFailedException

from ..dialects import onnx_ops as onnx
from ..dialects.dense import ints, numpy_of
from ..dialects.quant import quant_tensor
from .qdq_builder import Quant, quantization
from .qdq_constants import Unfusable
from .qdq_layers import LayerBuilder
from .qdq_pointwise import POINTWISE, is_constant, leaves


@dataclass(frozen=True)
class FuseQdqPass(ModulePass):
    """
    Replace the ONNX ops of a quantized model by the integer network.

    Option `rounding`: "nearest" (one SMMLAR; in averages halves go to even, as ONNX has it) or
    "tflite" (TensorFlow Lite's double rounding).
    Errors: one message that names every node that stays float, and why.
    """

    name = "fuse-qdq"

    rounding: Literal["nearest", "tflite"] = "nearest"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """
        Convert every function that holds ONNX ops.
        """
        for function in [f for f in op.ops if isinstance(f, func.FuncOp)]:
            if any(isinstance(o, onnx.OnnxOp) for o in function.body.walk()):
                _Fusion(function, self.rounding).run()


_KNOWN_RANGES: dict[type[onnx.OnnxOp], Quant] = {
    onnx.HardSigmoidOp: (1 / 256, -128),
    onnx.SigmoidOp: (1 / 256, -128),
    onnx.SoftmaxOp: (1 / 256, -128),
    onnx.TanhOp: (1 / 128, 0),
}
"""
Scale and zero point of a last layer that is left in float: what TensorFlow Lite's quantization
specification asks of them.
"""


class _Consequence(Exception):
    """
    A value is missing because of a problem that has been noted already.
    """


class _Fusion:
    """
    The conversion of one function: a new body, built in the order of the old one.
    """

    def __init__(self, function: func.FuncOp, rounding: str):
        self.function = function
        self.block = Block()
        self.build = LayerBuilder(self.block, rounding)
        self.values: dict[SSAValue, SSAValue] = {}
        self.arguments: dict[BlockArgument, SSAValue] = {}
        self.problems: list[str] = []

    def run(self) -> None:
        old = self.function.body.block
        for op in old.ops:
            if isinstance(op, onnx.QuantizeOp):
                self._anchor(op)
        results = self._results(old)
        if self.problems:
            raise PassFailedException(_message(self.problems))
        self.block.add_op(func.ReturnOp(*results))
        self._replace_body([r.type for r in results])

    def _anchor(self, op: onnx.QuantizeOp) -> None:
        try:
            if not is_constant(op.input):
                quant = self.build.activation_quant(op)
                self.values[op.result] = self._quantized(op.input, quant, [], op)
        except Unfusable as problem:
            self.problems.append(str(problem))
        except _Consequence:
            pass

    def _quantized(
        self, value: SSAValue, quant: Quant, clamps: list[Operation], anchor: onnx.OnnxOp
    ) -> SSAValue:
        """
        The integer op for a float value that an anchor quantizes, `clamps` (last first) between.

        Moves of a value that is not quantized come after its quantization: they change no value.
        """
        source, inner = _peel_clamps(value)
        clamps = [*clamps, *inner]
        producer = source.owner
        if isinstance(source, BlockArgument):
            argument = self._argument(source, quant, anchor)
            return self.build.requantize(
                anchor.node.data, argument, quant, self.build.clamp(quant, clamps)
            )
        if isinstance(producer, onnx.DequantizeOp):
            clamp = self.build.clamp(quant, clamps)
            return self.build.requantize(anchor.node.data, self._int(source), quant, clamp)
        if not isinstance(producer, onnx.OnnxOp):
            raise Unfusable(anchor, "quantizes a value that no supported node computes")
        if isinstance(producer, LayerBuilder.MOVES) and not self._is_integer(source):
            return self._moved(producer, quant, clamps, anchor)
        if isinstance(producer, POINTWISE):
            return self._pointwise(producer, quant, clamps)
        inputs = [self._int(v) for v in producer.operands if not is_constant(v)]
        if isinstance(producer, onnx.ConcatOp) and len(inputs) != len(producer.inputs):
            raise Unfusable(producer, "joins a constant")
        return self.build.layer(producer, inputs, quant, self.build.clamp(quant, clamps))

    def _moved(
        self, op: onnx.OnnxOp, quant: Quant, clamps: list[Operation], anchor: onnx.OnnxOp
    ) -> SSAValue:
        """
        A move of a value that is not quantized itself. Clamps come before, where they are free, and
        are for what a Pad adds, too.
        """
        below = self._quantized(op.operands[0], quant, clamps, anchor)
        return self.build.scale_keeping(op, below, self.build.clamp(quant, clamps))

    def _is_integer(self, value: SSAValue) -> bool:
        """
        True where `_int` has an answer: moves and clamps of a dequantized value.
        """
        owner = value.owner
        while isinstance(owner, LayerBuilder.SCALE_KEEPING):
            owner = owner.operands[0].owner
        return isinstance(owner, onnx.DequantizeOp)

    def _pointwise(self, op: onnx.OnnxOp, quant: Quant, clamps: list[Operation]) -> SSAValue:
        """
        A function of one tensor, or a sum, difference or product of two.
        """
        found = leaves(op.result)
        if len(found) == 1:
            return self.build.function(op, found[0], self._int(found[0]), quant, clamps)
        inputs = [self._int(v) for v in op.operands if not is_constant(v)]
        return self.build.layer(op, inputs, quant, self.build.clamp(quant, clamps))

    def _argument(self, argument: BlockArgument, quant: Quant, op: onnx.OnnxOp) -> SSAValue:
        """
        The network's input as int8: what the model does first of all is left to its caller.
        """
        scale, zero_point = quant
        known = self.arguments.get(argument)
        if known is None:
            tensor = quant_tensor(self.build.shape(argument), scale, zero_point)
            place = sum(other.index < argument.index for other in self.arguments)
            known = self.block.insert_arg(tensor, place)
            self.arguments[argument] = known
        if quantization(known) != quant:
            raise Unfusable(op, "the input is quantized in more than one way")
        return known

    def _int(self, value: SSAValue) -> SSAValue:
        """
        The integer value of a float one: of a DequantizeLinear, or of nodes that move or clamp
        values and keep their scale.
        """
        owner = value.owner
        if isinstance(owner, onnx.DequantizeOp):
            return self._dequantized(owner)
        if value in self.values:
            return self.values[value]
        if isinstance(owner, onnx.QuantizeOp):
            raise _Consequence
        if not isinstance(owner, onnx.OnnxOp):
            raise Unfusable(None, "an input of the network is used without QuantizeLinear")
        if not isinstance(owner, LayerBuilder.SCALE_KEEPING):
            raise Unfusable(owner, "is not between DequantizeLinear and QuantizeLinear")
        self.values[value] = self.build.scale_keeping(owner, self._int(owner.operands[0]))
        return self.values[value]

    def _dequantized(self, op: onnx.DequantizeOp) -> SSAValue:
        if isinstance(op.input, BlockArgument):
            return self._argument(op.input, self.build.activation_quant(op), op)
        anchor = op.input.owner
        if not isinstance(anchor, onnx.QuantizeOp):
            raise Unfusable(op, "its input is not the result of QuantizeLinear")
        if not _same_parameters(op, anchor):
            raise Unfusable(op, "its scale or zero point is not that of QuantizeLinear above it")
        if op.input not in self.values:
            raise _Consequence
        return self.values[op.input]

    def _results(self, old: Block) -> list[SSAValue]:
        terminator = old.last_op
        assert isinstance(terminator, func.ReturnOp)
        results: list[SSAValue] = []
        for value in terminator.arguments:
            try:
                results.append(self._result(value))
            except Unfusable as problem:
                self.problems.append(str(problem))
            except _Consequence:
                pass
        return results

    def _result(self, value: SSAValue) -> SSAValue:
        """
        A result of the network; one of a known range may lack its QuantizeLinear.
        """
        if value in self.values:
            return self.values[value]
        owner = value.owner
        if isinstance(owner, onnx.OnnxOp) and type(owner) in _KNOWN_RANGES:
            return self._quantized(value, _KNOWN_RANGES[type(owner)], [], owner)
        return self._int(value)

    def _replace_body(self, results: list[Attribute]) -> None:
        shapes = [a.type for a in self.function.body.block.args]
        onnx_results = list(self.function.function_type.outputs)
        inputs = [a.type for a in self.block.args]
        if len(inputs) != len(shapes):
            raise PassFailedException("an input of the model is not used by any quantized node")
        self.function.detach_region(self.function.body)
        self.function.add_region(Region(self.block))
        self.function.function_type = FunctionType.from_lists(inputs, results)
        self.function.arg_attrs = _with_layout(self.function.arg_attrs, shapes)
        self.function.res_attrs = _with_layout(self.function.res_attrs, onnx_results)


def _with_layout(
    attrs: ArrayAttr[DictionaryAttr] | None, types: list[Any]
) -> ArrayAttr[DictionaryAttr]:
    """
    Note ONNX shape and the (still identical) order of dimensions on arguments or results.
    """
    old = attrs.data if attrs is not None else [DictionaryAttr({})] * len(types)
    noted: list[DictionaryAttr] = []
    for entry, type_ in zip(old, types, strict=True):
        shape = type_.get_shape()
        layout = {"approx.onnx_shape": ints(shape), "approx.perm": ints(range(len(shape) - 1))}
        noted.append(DictionaryAttr({**entry.data, **layout}))
    return ArrayAttr(noted)


def _peel_clamps(value: SSAValue) -> tuple[SSAValue, list[Operation]]:
    """
    The value below the Relu and Clip nodes that end in `value`, and those nodes, last first.
    """
    clamps: list[Operation] = []
    while isinstance(owner := value.owner, onnx.ReluOp | onnx.ClipOp):
        clamps.append(owner)
        value = owner.input
    return value, clamps


def _same_parameters(
    lhs: onnx.QuantizeOp | onnx.DequantizeOp, rhs: onnx.QuantizeOp | onnx.DequantizeOp
) -> bool:
    """
    Whether scale and zero point are equal, be they scalars or vectors of one.
    """
    pairs = ((lhs.scale, rhs.scale), (lhs.zero_point, rhs.zero_point))
    return all(np.array_equal(numpy_of(a).ravel(), numpy_of(b).ravel()) for a, b in pairs)


def _message(problems: list[str]) -> str:
    unique = list(dict.fromkeys(problems))
    listing = "".join(f"\n  {problem}" for problem in unique)
    return (
        f"{len(unique)} node(s) cannot run on integers; quantize the model "
        f"(--calibration) or export it with QuantizeLinear around them:{listing}"
    )
