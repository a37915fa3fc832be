"""
`fold-transposes`: transposes cancel, move down through element-wise ops, and end in weights or in
the order in which the network takes its input and gives its result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from xdsl.context import Context
from xdsl.dialects import func
from xdsl.dialects.builtin import (
    ArrayAttr,
    DictionaryAttr,
    FunctionType,
    ModuleOp,
)
from xdsl.ir import Block, BlockArgument
from xdsl.passes import ModulePass
from xdsl.pattern_rewriter import (
    GreedyRewritePatternApplier,
    PatternRewriter,
    PatternRewriteWalker,
    RewritePattern,
    op_type_rewrite_pattern,
)

from ..dialects.dense import dense, ints, numpy_of, tuple_of
from ..dialects.network_ops import (
    FullyConnectedOp,
    ReshapeOp,
    TransposeOp,
)
from .transpose_motion import BELOW, moves_nothing, reshape, transpose


@dataclass(frozen=True)
class FoldTransposesPass(ModulePass):
    """
    Remove the transposes that `fuse-qdq` leaves around every spatial op.

    The function's argument and result attribute `approx.perm` tells afterwards which ONNX dimension
    (batch left out) each dimension is: [1, 2, 0] for an HWC image of a channels-first model.
    """

    name = "fold-transposes"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """
        Rewrite until nothing folds any more, then turn to arguments and results.
        """
        _fold(op, arguments=False)
        for function in [f for f in op.ops if isinstance(f, func.FuncOp)]:
            _fold_arguments(function)
            _fold_results(function)
        _fold(op, arguments=True)


def _fold(module: ModuleOp, arguments: bool) -> None:
    patterns: list[RewritePattern] = [
        ComposeTransposes(),
        TransposeIsReshape(arguments),
        ComposeReshapes(),
        TransposeAboveUnsqueeze(),
        *BELOW,
        FlattenIntoWeights(),
    ]
    PatternRewriteWalker(GreedyRewritePatternApplier(patterns, dce_enabled=True)).rewrite_module(
        module
    )


class ComposeTransposes(RewritePattern):
    """
    transpose(transpose(x)) is one transpose, or x.
    """

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: TransposeOp, rewriter: PatternRewriter) -> None:
        """
        Compose the permutations.
        """
        if op.permutation == tuple(range(len(op.permutation))):
            rewriter.replace(op, [], [op.input])
        elif isinstance(inner := op.input.owner, TransposeOp):
            perm = [inner.permutation[p] for p in op.permutation]
            rewriter.replace(op, transpose(inner.input, perm, op.layer))


class TransposeIsReshape(RewritePattern):
    """
    A transpose that moves only dimensions of size 1 moves no value.

    Those of `arguments` wait at first: an argument rather takes the new shape, so that an image of
    one channel is HWC like all others.
    """

    def __init__(self, arguments: bool):
        self.arguments = arguments

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: TransposeOp, rewriter: PatternRewriter) -> None:
        """
        Compare the order of the dimensions that matter.
        """
        if isinstance(op.input, BlockArgument) and not self.arguments:
            return
        if moves_nothing(op.permutation, op.input_shape):
            rewriter.replace(op, reshape(op.input, op))


class ComposeReshapes(RewritePattern):
    """
    reshape(reshape(x)) is one reshape, or x.
    """

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: ReshapeOp, rewriter: PatternRewriter) -> None:
        """
        Only the last shape counts.
        """
        if op.input.type == op.output.type:
            rewriter.replace(op, [], [op.input])
        elif isinstance(inner := op.input.owner, ReshapeOp):
            rewriter.replace(op, reshape(inner.input, op))


class TransposeAboveUnsqueeze(RewritePattern):
    """
    transpose(unsqueeze(argument)) = unsqueeze(transpose(argument)): the argument takes the order.
    """

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: TransposeOp, rewriter: PatternRewriter) -> None:
        """
        Swap where the reshape below does nothing but put dimensions of size 1 in or out.
        """
        inner = op.input.owner
        if not isinstance(inner, ReshapeOp) or not isinstance(inner.input, BlockArgument):
            return
        before, after = inner.input_shape, inner.output_shape
        if [d for d in before if d != 1] != [d for d in after if d != 1]:
            return
        sources = iter([i for i, size in enumerate(before) if size != 1])
        origin = {i: next(sources) for i, size in enumerate(after) if size != 1}
        moved = [origin[p] for p in op.permutation if p in origin]
        units = [i for i, size in enumerate(before) if size == 1]
        below = transpose(inner.input, [*units, *moved], op.layer)
        rewriter.replace(op, [below, reshape(below.output, op)])


class FlattenIntoWeights(RewritePattern):
    """
    A fully connected layer of a flattened transpose takes the flattened original, its columns
    permuted instead.
    """

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: FullyConnectedOp, rewriter: PatternRewriter) -> None:
        """
        Column i of the weights belongs to element i of the transpose.
        """
        flatten = op.input.owner
        if not isinstance(flatten, ReshapeOp):
            return
        inner = flatten.input.owner
        if not isinstance(inner, TransposeOp):
            return
        positions = np.arange(len(op.weights) // op.output_shape[0]).reshape(inner.input_shape)
        order = np.argsort(positions.transpose(inner.permutation).reshape(-1))
        flat = reshape(inner.input, flatten)
        moved = FullyConnectedOp(
            operands=[flat.output],
            properties={**op.properties, "weights": dense(numpy_of(op.weights)[:, order])},
            result_types=[op.output.type],
        )
        rewriter.replace(op, [flat, moved])


def _fold_arguments(function: func.FuncOp) -> None:
    """
    An argument that is only ever transposed one way is taken in that order.
    """
    for argument in function.body.block.args:
        users = [use.operation for use in argument.uses]
        transposes = [op for op in users if isinstance(op, TransposeOp)]
        perms = {op.permutation for op in transposes}
        if len(perms) != 1 or len(transposes) != len(users):
            continue
        index = argument.index
        _retype(function.body.block, argument, transposes)
        function.arg_attrs = permuted(function.arg_attrs, index, perms.pop())
    update_type(function)


def _retype(block: Block, argument: BlockArgument, transposes: Sequence[TransposeOp]) -> None:
    new = block.insert_arg(transposes[0].output.type, argument.index)
    for op in transposes:
        op.output.replace_all_uses_with(new)
        op.detach()
        op.erase()
    new.name_hint = argument.name_hint
    block.erase_arg(argument)


def _fold_results(function: func.FuncOp) -> None:
    """
    A result that is transposed last is given in the order before.
    """
    terminator = function.body.block.last_op
    assert isinstance(terminator, func.ReturnOp)
    for index, value in enumerate(terminator.arguments):
        if not isinstance(op := value.owner, TransposeOp):
            continue
        terminator.operands[index] = op.input
        inverse = [int(i) for i in np.argsort(op.permutation)]
        function.res_attrs = permuted(function.res_attrs, index, inverse)
    update_type(function)


def permuted(
    attrs: ArrayAttr[DictionaryAttr] | None, index: int, perm: Sequence[int]
) -> ArrayAttr[DictionaryAttr] | None:
    """
    Compose `approx.perm` of one argument or result with a permutation.
    """
    if attrs is None or "approx.perm" not in attrs.data[index].data:
        return attrs
    entries = list(attrs.data)
    before = tuple_of(entries[index].data["approx.perm"])  # pyright: ignore[reportArgumentType]
    after = ints(before[p] for p in perm)
    entries[index] = DictionaryAttr({**entries[index].data, "approx.perm": after})
    return ArrayAttr(entries)


def update_type(function: func.FuncOp) -> None:
    terminator = function.body.block.last_op
    assert isinstance(terminator, func.ReturnOp)
    function.function_type = FunctionType.from_lists(
        [a.type for a in function.body.block.args], [v.type for v in terminator.arguments]
    )
