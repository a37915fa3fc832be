"""
Transposes below the layers that do not mind them (helper of `fold-transposes`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from xdsl.dialects.builtin import IntegerAttr, StringAttr, i32
from xdsl.ir import SSAValue
from xdsl.pattern_rewriter import PatternRewriter, RewritePattern, op_type_rewrite_pattern

from ..dialects.dense import ints
from ..dialects.network_ops import (
    AddOp,
    ConcatOp,
    LookupOp,
    MulOp,
    NetworkOp,
    RequantizeOp,
    ReshapeOp,
    TransposeOp,
)
from ..dialects.quant import quant_of, quant_tensor, shape_of


def transpose(x: SSAValue, perm: Sequence[int], layer: StringAttr) -> TransposeOp:
    """
    A transpose of a layer.
    """
    quant = quant_of(x.type)
    shape = [shape_of(x)[p] for p in perm]
    return TransposeOp(
        operands=[x],
        properties={"layer": layer, "perm": ints(perm)},
        result_types=[quant_tensor(shape, quant.scale.value.data, quant.zero_point.value.data)],
    )


def reshape(x: SSAValue, op: NetworkOp) -> ReshapeOp:
    """
    A reshape to the result of `op`.
    """
    return ReshapeOp(operands=[x], properties={"layer": op.layer}, result_types=[op.output.type])


class TransposeBelowFunction(RewritePattern):
    """
    f(transpose(x)) = transpose(f(x)) for functions of single values.
    """

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: RequantizeOp | LookupOp, rewriter: PatternRewriter) -> None:
        """
        Swap the two, unless channels have functions of their own.
        """
        inner = op.input.owner
        if not isinstance(inner, TransposeOp):
            return
        if isinstance(op, LookupOp) and op.is_per_channel:
            return
        moved = _again(op, [inner.input], shape_of(inner.input))
        rewriter.replace(op, [moved, transpose(moved.output, inner.permutation, op.layer)])


class TransposeBelowBinary(RewritePattern):
    """
    f(transpose(x), transpose(y)) = transpose(f(x, y)) for sums and products.
    """

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: AddOp | MulOp, rewriter: PatternRewriter) -> None:
        """
        Swap where both sides are permuted alike; one that has a value for each channel only, or for
        each pixel, is as good as permuted.
        """
        perm = _common_permutation([op.lhs, op.rhs])
        if perm is None:
            return
        inverse = [int(i) for i in np.argsort(perm)]
        reordered, inputs = _below([op.lhs, op.rhs], inverse, op)
        moved = _again(op, inputs, [op.output_shape[i] for i in inverse])
        rewriter.replace(op, [*reordered, moved, transpose(moved.output, perm, op.layer)])


class TransposeBelowConcat(RewritePattern):
    """
    concat(transpose(x), transpose(y)) = transpose(concat(x, y)).
    """

    @op_type_rewrite_pattern
    def match_and_rewrite(self, op: ConcatOp, rewriter: PatternRewriter) -> None:
        """
        Swap where all operands are permuted alike, or are as good as that.
        """
        perm = _common_permutation(op.inputs)
        if perm is None:
            return
        inverse = [int(i) for i in np.argsort(perm)]
        reordered, inputs = _below(op.inputs, inverse, op)
        moved = _again(op, [inputs], [op.output_shape[i] for i in inverse])
        moved.properties["axis"] = IntegerAttr(perm[op.axis.value.data], i32)
        rewriter.replace(op, [*reordered, moved, transpose(moved.output, perm, op.layer)])


def _below(
    values: Sequence[SSAValue], perm: Sequence[int], op: NetworkOp
) -> tuple[list[ReshapeOp], list[SSAValue]]:
    """
    Operands below their transposes, and reshapes for those that have none.
    """
    reordered: list[ReshapeOp] = []
    inputs: list[SSAValue] = []
    for value in values:
        if isinstance(value.owner, TransposeOp):
            inputs.append(value.owner.input)
        else:
            reordered.append(_reordered(value, perm, op))
            inputs.append(reordered[-1].output)
    return reordered, inputs


def _reordered(value: SSAValue, perm: Sequence[int], op: NetworkOp) -> ReshapeOp:
    """
    An operand in another order of dimensions, where that moves no value.
    """
    quant = quant_of(value.type)
    shape = [shape_of(value)[p] for p in perm]
    return ReshapeOp(
        operands=[value],
        properties={"layer": op.layer},
        result_types=[quant_tensor(shape, quant.scale.value.data, quant.zero_point.value.data)],
    )


def _common_permutation(values: Sequence[SSAValue]) -> tuple[int, ...] | None:
    """
    The permutation of all transposes among `values`, if the others do not mind it.
    """
    owners = [value.owner for value in values]
    perms = {owner.permutation for owner in owners if isinstance(owner, TransposeOp)}
    if len(perms) != 1:
        return None
    (perm,) = perms
    others = [v for v in values if not isinstance(v.owner, TransposeOp)]
    inverse = [int(i) for i in np.argsort(perm)]
    return perm if all(moves_nothing(inverse, shape_of(v)) for v in others) else None


def moves_nothing(perm: Sequence[int], shape: Sequence[int]) -> bool:
    """
    True where only dimensions of size 1 change places.
    """
    order = [p for p in perm if shape[p] != 1]
    return order == sorted(order)


def _again(op: NetworkOp, operands: Sequence[Any], shape: Sequence[int]) -> NetworkOp:
    """
    The op on operands of another shape.
    """
    quant = op.output_quant
    result = quant_tensor(shape, quant.scale.value.data, quant.zero_point.value.data)
    return type(op)(operands=operands, properties=op.properties, result_types=[result])


BELOW: list[RewritePattern] = [
    TransposeBelowFunction(),
    TransposeBelowBinary(),
    TransposeBelowConcat(),
]
