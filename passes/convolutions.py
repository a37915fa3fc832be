"""
Layers with weights as the kernels see them: pairs of inputs, zero points folded away.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
from xdsl.ir import SSAValue
from xdsl.utils.exceptions import PassFailedException

from ..compiler.fixedpoint import accumulator_bound
from ..compiler.winograd_domain import completed_filters
from ..dialects import cortexm
from ..dialects.dense import Array, numpy_of
from ..dialects.network_ops import (
    Conv2dOp,
    DepthwiseConv2dOp,
    FullyConnectedOp,
    NetworkOp,
    RequantizedOp,
)
from ..dialects.tap_ops import UnpackedConv2dOp
from .kernel_builder import Index, Kernel
from .planes import Plane, Windows, windows
from .tiling import tile_pixels

DenseLayer = Conv2dOp | UnpackedConv2dOp | FullyConnectedOp


@dataclass(frozen=True)
class Requantization:
    """
    What turns accumulators into int8; `multipliers` is int32 [O].
    """

    multipliers: Array
    shift: int
    zero_point: int
    clamp: tuple[int, int]
    rounding: str

    @staticmethod
    def of(op: NetworkOp) -> Requantization:
        """
        From a layer that requantizes.
        """
        assert isinstance(op, RequantizedOp)
        return Requantization(
            multipliers=numpy_of(op.multipliers),
            shift=op.left_shift,
            zero_point=op.output_zero_point,
            clamp=op.bounds,
            rounding=op.rounding_mode,
        )

    def apply(self, acc: SSAValue, multipliers: list[SSAValue]) -> cortexm.RequantizeOp:
        """
        The op on a tile, or on an i32.
        """
        return cortexm.RequantizeOp.get(
            acc, multipliers, self.shift, self.zero_point, self.clamp, self.rounding
        )


@dataclass(frozen=True)
class Columns:
    """
    Of the outputs of a row the `first`, and every `step`th one after it.
    """

    first: int = 0
    step: int = 1


@dataclass(frozen=True)
class Convolution:
    """
    A convolution on raw inputs: acc = bias[o] + sum of x * weights[o, a, b, c].

    `weights` is int16 [O, KH, KW, C], C even (an odd last channel meets zeros) but where rows of
    the input are even (passes/row_runs.py), over the `depth`
    channels of the input from the first of `windows` on; `bias` is int32 [O] less z_x times the
    weights, as the padding holds z_x. The first output channel is `first_output`; of each row the
    outputs in `columns` are computed.
    """

    weights: Array
    bias: Array
    requantization: Requantization
    windows: Windows
    input: Plane
    output: Plane
    first_output: int = 0
    columns: Columns = Columns()

    @property
    def first_input(self) -> int:
        """
        Where the window of the first output begins.
        """
        return self.windows.first + self.columns.first * self.windows.across

    @property
    def depth(self) -> int:
        """
        Input channels that a window reads.
        """
        return int(self.weights.shape[3])

    @property
    def tile_pixels(self) -> int:
        """
        Adjacent outputs of a tile.
        """
        return tile_pixels(self.output.width, self.windows.across)

    def channel_groups(self) -> list[range]:
        """
        Output channels two by two; one by one at the end, or where pairs cannot be stored.
        """
        pairs = self.output.stores_pairs and (
            self.first_output % 2 == 0 or self.output.layout.element_bytes == 1
        )
        step = 2 if pairs else 1
        total = len(self.weights)
        return [range(o, min(o + step, total)) for o in range(0, total, step)]


def convolution_of(op: DenseLayer, x: Plane, y: Plane) -> Convolution:
    """
    A convolution or fully connected layer (1x1 on one pixel).

    Errors: PassFailedException where an accumulator could leave int32.
    """
    weights, bias = dense_weights(op)
    folded = folded_bias(op, weights.reshape(len(weights), -1), bias)
    if isinstance(op, FullyConnectedOp):
        slide = windows(x, (1, 1), (1, 1), (0, 0, 0, 0), (1, 1))
    else:
        slide = windows(x, op.window, op.stride, op.padding, op.dilation)
    padded = np.pad(weights, ((0, 0), (0, 0), (0, 0), (0, x.pixel - weights.shape[-1])))
    return Convolution(padded, folded, Requantization.of(op), slide, x, y)


def groups_of(op: DenseLayer, conv: Convolution) -> list[Convolution]:
    """
    A convolution as one for each of its groups, over the input channels that the group sees (from
    an even one on: inputs are read in pairs).
    """
    count = 1 if isinstance(op, FullyConnectedOp) else op.groups
    if count == 1:
        return [conv]
    outputs, depth = len(conv.weights) // count, conv.input.channels // count
    return [
        _group(conv, range(i * outputs, (i + 1) * outputs), range(i * depth, (i + 1) * depth))
        for i in range(count)
    ]


def _group(conv: Convolution, outputs: range, inputs: range) -> Convolution:
    start, stop = inputs.start - inputs.start % 2, inputs.stop + inputs.stop % 2
    rows = slice(outputs.start, outputs.stop)
    requantization = replace(conv.requantization, multipliers=conv.requantization.multipliers[rows])
    return replace(
        conv,
        weights=conv.weights[rows, :, :, start:stop],
        bias=conv.bias[rows],
        requantization=requantization,
        windows=replace(conv.windows, first=conv.windows.first + start),
        first_output=outputs.start,
    )


def dense_weights(op: DenseLayer) -> tuple[Array, Array]:
    """
    Weights int16 [O, KH, KW, C], zero where a tap is absent, and bias int32 [O]; of taps in
    Winograd's domain those that they are the transform of.
    """
    if isinstance(op, UnpackedConv2dOp):
        bias = op.biases().astype(np.int32)
        shape = (op.output_shape[2], *op.window, op.input_shape[2])
        if op.domain is not None:
            filters = completed_filters(op.tap_matrix())
            assert filters is not None
            return filters, bias
        return op.tap_matrix().reshape(shape), bias
    if isinstance(op, Conv2dOp):
        return op.full_weights(), numpy_of(op.bias)
    weights = numpy_of(op.weights).astype(np.int16)
    return weights[:, np.newaxis, np.newaxis, :], numpy_of(op.bias)


def folded_bias(op: DenseLayer | DepthwiseConv2dOp, weights: Array, bias: Array) -> Array:
    """
    Bias less z_x times the sum of the weights: int32 [O] for weights [O, K].

    Errors: PassFailedException where an accumulator could leave int32 for some input.
    """
    check_accumulator(op, int(accumulator_bound(weights, bias).max()))
    return (bias - op.input_zero_point * weights.astype(np.int64).sum(axis=1)).astype(np.int32)


def check_accumulator(op: NetworkOp, bound: int) -> None:
    """
    Accumulators of at most `bound`, shifted to the left as requantization asks, are within int32.

    Errors: PassFailedException.
    """
    assert isinstance(op, RequantizedOp)
    shifted = bound << max(op.left_shift, 0)
    if shifted >= 2**31:
        raise PassFailedException(
            f"layer {op.layer.data} ({op.name}): the accumulator can reach {shifted}, beyond "
            "int32: its weights or its bias are too large for the scales of its input and output"
        )


@contextmanager
def tiles(kernel: Kernel, plane: Plane, pixels: int) -> Generator[tuple[Index, Index]]:
    """
    Loops over a plane, `pixels` outputs of a row at a time; yields row and column.

    Where they do not divide the width, the last tile of a row overlaps the one before.
    """
    with kernel.loop(plane.height) as row, kernel.loop(plane.width, pixels) as start:
        yield row, kernel.within(start, plane.width, pixels)
