"""
`approx.*`: the integer network. One op a layer, HWC without batch, int8 in and out; what the caller
has is made int8 by `approx.convert`.

Arithmetic (docs/arithmetic.md): x and y are int8 with the zero points of their types, weights int8
with zero point 0, accumulators int32. Padding holds the zero point of the input, so that it adds
nothing. `requantize` stands for

    y = clamp(z_y + floor((acc * 2^shift * multiplier + 2^31) / 2^32), clamp[0], clamp[1])

and, where `rounding = "tflite"`, for TFLite's doubling high multiplication followed by a rounding
shift; with `rounding = "even"`, which layers without weights can have, halves go to the even
neighbour. The clamp carries a fused Relu or Clip.
"""

from __future__ import annotations

from xdsl.ir import Operation

from .input_ops import INPUT_TYPES, UI8, ConvertOp, element_of, input_quant
from .layer_ops import (
    LRN_NODES,
    ArgMaxOp,
    AvgPool2dOp,
    LocalResponseNormOp,
    MaxPool2dOp,
    SoftmaxOp,
)
from .network_base import (
    DilatedOp,
    NetworkOp,
    RequantizedOp,
    UnaryNetworkOp,
    WindowedOp,
)
from .pointwise_ops import TABLE_SIZE, AddOp, BinaryNetworkOp, LookupOp, MulOp, RequantizeOp
from .requantization import ROUNDINGS
from .view_ops import (
    ConcatOp,
    PadOp,
    RepackOp,
    ReshapeOp,
    ResizeNearest2dOp,
    TransposeOp,
    ViewOp,
)
from .weighted_ops import (
    Conv2dOp,
    DepthwiseConv2dOp,
    FullyConnectedOp,
    StatisticsOp,
    WeightedOp,
)

__all__ = [
    "INPUT_TYPES",
    "LRN_NODES",
    "NETWORK_OPS",
    "ROUNDINGS",
    "TABLE_SIZE",
    "UI8",
    "AddOp",
    "ArgMaxOp",
    "AvgPool2dOp",
    "BinaryNetworkOp",
    "ConcatOp",
    "Conv2dOp",
    "ConvertOp",
    "DepthwiseConv2dOp",
    "DilatedOp",
    "FullyConnectedOp",
    "LocalResponseNormOp",
    "LookupOp",
    "MaxPool2dOp",
    "MulOp",
    "NetworkOp",
    "PadOp",
    "RepackOp",
    "RequantizeOp",
    "RequantizedOp",
    "ReshapeOp",
    "ResizeNearest2dOp",
    "SoftmaxOp",
    "StatisticsOp",
    "TransposeOp",
    "UnaryNetworkOp",
    "ViewOp",
    "WeightedOp",
    "WindowedOp",
    "element_of",
    "input_quant",
]

NETWORK_OPS: list[type[Operation]] = [
    AddOp,
    ArgMaxOp,
    AvgPool2dOp,
    ConcatOp,
    Conv2dOp,
    ConvertOp,
    DepthwiseConv2dOp,
    FullyConnectedOp,
    LocalResponseNormOp,
    LookupOp,
    MaxPool2dOp,
    MulOp,
    PadOp,
    RepackOp,
    RequantizeOp,
    ReshapeOp,
    ResizeNearest2dOp,
    SoftmaxOp,
    TransposeOp,
]
