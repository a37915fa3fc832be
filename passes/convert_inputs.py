"""
`convert-inputs`: the network takes its inputs as the firmware has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from xdsl.context import Context
from xdsl.dialects import func
from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr, ModuleOp, StringAttr, TensorType
from xdsl.ir import Attribute, BlockArgument, SSAValue
from xdsl.passes import ModulePass
from xdsl.pattern_rewriter import GreedyRewritePatternApplier, PatternRewriteWalker
from xdsl.utils.exceptions import PassFailedException

from ..dialects.dense import ints
from ..dialects.input_ops import INPUT_TYPES, ConvertOp
from ..dialects.network_ops import NetworkOp
from ..dialects.quant import is_quantized, quant_of, quant_tensor, shape_of
from .fold_transposes import ComposeTransposes, permuted, update_type
from .image_order import ORDERS, Order, image_order
from .transpose_motion import moves_nothing, reshape, transpose

InputLayout: TypeAlias = Literal["nhwc", "nchw"]
InputType: TypeAlias = Literal["int8", "uint8", "float32"]

_IMAGE_RANK = 3
"""Of an image without its batch."""


@dataclass(frozen=True)
class ConvertInputsPass(ModulePass):
    """
    Put a conversion in front of a network, from the form in which its caller has the inputs.

    `layout` is the order of images: "nhwc", channels last, as layers take them, or "nchw", channels
    first; without it, what the network has: channels last, unless the first layers are such that
    fold-transposes cannot change the order of ONNX. Inputs of other ranks stay as they are. `type`
    is that of the elements: "int8"; "uint8", 128 more; or "float32", which are quantized as
    QuantizeLinear of ONNX does it. What changes both is one `approx.convert`; layout alone is an
    `approx.transpose`, which cancels with one behind it, or nothing where no value moves.

    The attributes of the function's argument follow: `approx.perm`, as after fold-transposes, and
    `approx.layout`, "nchw" also where the network itself has channels first. This comes after all
    passes that run the network on calibration data, and before select-kernels.

    Errors: "nchw" for a network that takes no image; inputs that are converted already.
    """

    name = "convert-inputs"

    layout: InputLayout | None = None
    type: InputType = "int8"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """
        Convert the inputs of every network.
        """
        for function in [f for f in op.ops if isinstance(f, func.FuncOp)]:
            if any(isinstance(o, NetworkOp) for o in function.body.walk()):
                _check(function, self.layout)
                for argument in reversed(function.args):
                    self._convert(function, argument)
                update_type(function)
        if self.layout is None:
            return
        PatternRewriteWalker(
            GreedyRewritePatternApplier([ComposeTransposes()], dce_enabled=True)
        ).rewrite_module(op)

    def _convert(self, function: func.FuncOp, argument: BlockArgument) -> None:
        index, name = argument.index, _name(function, argument)
        layout = self._layout(argument, _attributes(function, index))
        perm = self._permutation(argument, _attributes(function, index))
        if not (self.type == "int8" and perm == sorted(perm)):
            inverse = [int(i) for i in np.argsort(perm)]
            self._take(function, argument, perm, [shape_of(argument)[i] for i in inverse], name)
            function.arg_attrs = permuted(function.arg_attrs, index, inverse)
        if layout != "nhwc":
            _note_layout(function, index, layout)

    def _permutation(self, argument: BlockArgument, noted: DictionaryAttr) -> list[int]:
        """
        Where each dimension of an argument is among those that the caller has.
        """
        rank = len(shape_of(argument))
        if rank != _IMAGE_RANK or self.layout is None:
            return list(range(rank))
        return _reordering(image_order(argument, noted), ORDERS[self.layout])

    def _layout(self, argument: BlockArgument, noted: DictionaryAttr) -> str:
        """
        As it is to be called: where no value lies elsewhere, either order is channels last.
        """
        shape = shape_of(argument)
        if len(shape) != _IMAGE_RANK:
            return "nhwc"
        if self.layout is not None:
            return self.layout
        order = image_order(argument, noted)
        is_last = moves_nothing(_reordering(order, ORDERS["nhwc"]), shape)
        return "nhwc" if is_last else "nchw"

    def _take(
        self,
        function: func.FuncOp,
        argument: BlockArgument,
        perm: Sequence[int],
        shape: Sequence[int],
        name: str,
    ) -> None:
        """
        Replace an argument by one of another shape, and the conversion of it.
        """
        block = function.body.block
        quant = quant_of(argument.type)
        taken = quant_tensor(shape, quant.scale.value.data, quant.zero_point.value.data)
        if self.type != "int8":
            taken = TensorType(INPUT_TYPES[self.type], shape)
        given = block.insert_arg(taken, argument.index)
        given.name_hint = argument.name_hint
        op = self._conversion(given, argument.type, perm, name)
        first = block.first_op
        assert first is not None
        block.insert_op_before(op, first)
        argument.replace_all_uses_with(op.output)
        block.erase_arg(argument)

    def _conversion(
        self, given: SSAValue, result: Attribute, perm: Sequence[int], name: str
    ) -> NetworkOp:
        if self.type == "int8":
            moved = transpose(given, perm, StringAttr(f"{name}/transpose"))
            return reshape(given, moved) if moves_nothing(perm, shape_of(given)) else moved
        return ConvertOp(
            operands=[given],
            properties={"layer": StringAttr(f"{name}/convert"), "perm": ints(perm)},
            result_types=[result],
        )


def _reordering(order: Order, wanted: Order) -> list[int]:
    return [wanted[order.index(dimension)] for dimension in range(_IMAGE_RANK)]


def _check(function: func.FuncOp, layout: str | None) -> None:
    """
    Errors: PassFailedException.
    """
    inputs = {_name(function, argument): argument for argument in function.args}
    for name, argument in inputs.items():
        if not is_quantized(argument.type):
            raise PassFailedException(
                f"convert-inputs: input {name} is {argument.type}, not int8 with #approx.quant: "
                "run fuse-qdq first, and convert-inputs once"
            )
    ranks = {len(shape_of(argument)) for argument in inputs.values()}
    if layout == "nchw" and _IMAGE_RANK not in ranks:
        shapes = ", ".join(
            f"{name} is {'x'.join(map(str, (1, *shape_of(argument))))}"
            for name, argument in inputs.items()
        )
        raise PassFailedException(
            f"convert-inputs: layout={layout} is for images, of four dimensions with the batch; "
            f"input {shapes}: leave the option out"
        )


def _name(function: func.FuncOp, argument: BlockArgument) -> str:
    """
    In the ONNX model, if it is known.
    """
    name = _attributes(function, argument.index).data.get("approx.name")
    return name.data if isinstance(name, StringAttr) else f"input{argument.index}"


def _attributes(function: func.FuncOp, index: int) -> DictionaryAttr:
    return DictionaryAttr({}) if function.arg_attrs is None else function.arg_attrs.data[index]


def _note_layout(function: func.FuncOp, index: int, layout: str) -> None:
    entries = [_attributes(function, place) for place in range(len(function.args))]
    entries[index] = DictionaryAttr({**entries[index].data, "approx.layout": StringAttr(layout)})
    function.arg_attrs = ArrayAttr(entries)
