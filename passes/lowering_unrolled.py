"""
Straight-line convolutions: one function a pair of output channels, weights in the instructions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from xdsl.dialects import func
from xdsl.ir import SSAValue

from ..dialects import cortexm
from ..dialects.cortexm_macs import LOAD_REACH
from ..dialects.dense import Array
from .convolutions import Convolution, tiles
from .kernel_builder import Index, Kernel

RowWeights: TypeAlias = dict[int, tuple[int, int]]
"""The pair of weights of each row of a tile that has some left."""


def lower_unrolled(name: str, conv: Convolution) -> list[func.FuncOp]:
    """
    Functions `name_ch0`, ... that each compute two channels of the whole plane.

    A pair of weights that is zero in a channel, because it was skipped or always was, has no
    instruction.
    """
    return [
        _channels(f"{name}_ch{index}", conv, group)
        for index, group in enumerate(conv.channel_groups())
    ]


def _channels(name: str, conv: Convolution, channels: range) -> func.FuncOp:
    kernel = Kernel(name, [conv.input.pointer, conv.output.pointer])
    bias = [kernel.number(int(conv.bias[o])) for o in channels]
    multipliers = [kernel.number(int(conv.requantization.multipliers[o])) for o in channels]
    y = conv.output
    with tiles(kernel, y, conv.tile_pixels) as place:
        first = y.origin + channels[0] * y.channel
        steps = list(zip(place, (y.row, y.pixel), strict=True))
        target = kernel.address(kernel.output, steps, first, "out")
        tile = kernel.add(cortexm.TileOp.get(bias, conv.tile_pixels)).result
        tile.name_hint = "acc"
        if pairs := list(_pairs(conv, channels)):
            tile = _macs(kernel, tile, place, conv, pairs)
        tile = kernel.add(conv.requantization.apply(tile, multipliers)).result
        kernel.add(cortexm.StoreTileOp.get(tile, target, 0, y.pixel, y.channel))
    return kernel.finish()


def _macs(
    kernel: Kernel,
    tile: SSAValue,
    place: tuple[Index, Index],
    conv: Convolution,
    pairs: list[tuple[int, RowWeights]],
) -> SSAValue:
    """
    Pairs in the order of memory; the base moves where an LDR does not reach.
    """
    slide, stride = conv.windows, conv.windows.across
    span = (conv.tile_pixels - 1) * stride
    steps = list(zip(place, (slide.down, slide.across), strict=True))
    source = kernel.address(kernel.input, steps, slide.first, "window")
    base, start = source, 0
    for offset, weights in pairs:
        if 2 * (offset - start + span) > LOAD_REACH:
            base, start = kernel.address(source, [], offset, "window"), offset
        op = cortexm.MacOp.get(tile, base, offset - start, stride, weights)
        tile = kernel.add(op).result
    return tile


def _pairs(conv: Convolution, channels: range) -> Iterator[tuple[int, RowWeights]]:
    """
    Place in the window, and the weights of each row that has some there.
    """
    weights = conv.weights[channels.start : channels.stop]
    pairs: Array = weights.reshape(len(channels), len(conv.windows.taps), -1, 2)
    kept: Array = (pairs != 0).max(axis=3)
    for tap, pair in np.argwhere(kept.any(axis=0)).tolist():
        rows = {
            row: (int(pairs[row, tap, pair, 0]), int(pairs[row, tap, pair, 1]))
            for row in range(len(channels))
            if kept[row, tap, pair]
        }
        yield conv.windows.taps[tap] + 2 * pair, rows
