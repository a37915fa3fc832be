"""
`fold-pads`: padding becomes part of the window that reads it.
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass
from xdsl.pattern_rewriter import (
    GreedyRewritePatternApplier,
    PatternRewriter,
    PatternRewriteWalker,
    RewritePattern,
    op_type_rewrite_pattern,
)

from ..dialects.dense import ints, tuple_of
from ..dialects.network_ops import (
    AvgPool2dOp,
    Conv2dOp,
    DepthwiseConv2dOp,
    MaxPool2dOp,
    PadOp,
)


@dataclass(frozen=True)
class FoldPadsPass(ModulePass):
    """
    Let convolutions and pools pad their input themselves, which costs no copy: the layer before
    writes into memory that has the border already.

    They pad with the zero point (a maximum with -128), so that only such an `approx.pad` of height
    and width goes; others stay.
    """

    name = "fold-pads"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """
        Fold until nothing folds any more; a pad that nobody reads is gone.
        """
        PatternRewriteWalker(
            GreedyRewritePatternApplier([PadIntoWindow()], dce_enabled=True)
        ).rewrite_module(op)


class PadIntoWindow(RewritePattern):
    """
    window(pad(x)) = window'(x).
    """

    @op_type_rewrite_pattern
    def match_and_rewrite(
        self,
        op: Conv2dOp | DepthwiseConv2dOp | AvgPool2dOp | MaxPool2dOp,
        rewriter: PatternRewriter,
    ) -> None:
        """
        Add up the pads.
        """
        pad = op.input.owner
        if not isinstance(pad, PadOp) or not _reads_as_padding(op, pad):
            return
        (top, left, front), (bottom, right, back) = tuple_of(pad.before), tuple_of(pad.after)
        if front or back:
            return
        total = zip(op.padding, (top, left, bottom, right), strict=True)
        properties = {**op.properties, "pads": ints(sum(sizes) for sizes in total)}
        rewriter.replace(
            op, type(op)(operands=[pad.input], properties=properties, result_types=[op.output.type])
        )


def _reads_as_padding(
    op: Conv2dOp | DepthwiseConv2dOp | AvgPool2dOp | MaxPool2dOp, pad: PadOp
) -> bool:
    """
    True where the layer's own padding holds the value of the pad, and counts like it.
    """
    value = pad.value.value.data
    if isinstance(op, MaxPool2dOp):
        return value == -128
    if isinstance(op, AvgPool2dOp) and len(op.multipliers.get_shape()) == 2:
        return False
    return value == pad.input_zero_point
