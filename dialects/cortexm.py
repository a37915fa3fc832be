"""
The `cortexm` dialect: kernels for Arm Cortex-M, one op one C statement.

Functions are `func.func`, loops `scf.for`, integer arithmetic `arith`; what is special to the
target is here. Pointers are element pointers; offsets and strides count elements. The docstring of
an op shows its IR and the C it becomes; the macros are defined in runtime/approx_runtime.h.
"""

from __future__ import annotations

from xdsl.ir import Dialect

from .cortexm_dense import DotOp, SplitOp
from .cortexm_dense_plane import DensePlaneOp
from .cortexm_depthwise import DepthwisePlanesOp
from .cortexm_elementwise import AddOp, MaxPoolOp
from .cortexm_inputs import LineOp, QuantizeOp, ToSignedOp
from .cortexm_macs import MacOp
from .cortexm_memory import AddressOp, BufferOp, FillOp, LoadOp, StoreOp, TableOp
from .cortexm_moves import CopyOp, FillRunsOp
from .cortexm_pooling import SumWindowOp
from .cortexm_program import LayerOp, ModelOp, SoftmaxOp
from .cortexm_taps import TapsOp
from .cortexm_tiles import ClampOp, RequantizeOp, StoreTileOp, TileOp, TileUpdateOp
from .cortexm_types import PtrType, tile_type
from .cortexm_winograd import WinogradInputOp, WinogradOutputOp, WinogradProductOp
from .cortexm_winograd4 import Winograd4InputOp, Winograd4OutputOp, Winograd4ProductOp
from .cortexm_winograd4_filters import Winograd4FiltersOp, Winograd4PackedProductOp
from .cortexm_winograd4_taps import Winograd4SkippedOp, Winograd4TapsOp

__all__ = [
    "AddOp",
    "AddressOp",
    "BufferOp",
    "ClampOp",
    "CopyOp",
    "CortexM",
    "DensePlaneOp",
    "DepthwisePlanesOp",
    "DotOp",
    "FillOp",
    "FillRunsOp",
    "LayerOp",
    "LineOp",
    "LoadOp",
    "MacOp",
    "MaxPoolOp",
    "ModelOp",
    "PtrType",
    "QuantizeOp",
    "RequantizeOp",
    "SoftmaxOp",
    "SplitOp",
    "StoreOp",
    "StoreTileOp",
    "SumWindowOp",
    "TableOp",
    "TapsOp",
    "TileOp",
    "TileUpdateOp",
    "ToSignedOp",
    "Winograd4FiltersOp",
    "Winograd4InputOp",
    "Winograd4OutputOp",
    "Winograd4PackedProductOp",
    "Winograd4ProductOp",
    "Winograd4SkippedOp",
    "Winograd4TapsOp",
    "WinogradInputOp",
    "WinogradOutputOp",
    "WinogradProductOp",
    "tile_type",
]

CortexM = Dialect(
    "cortexm",
    [
        AddOp,
        AddressOp,
        BufferOp,
        ClampOp,
        CopyOp,
        DensePlaneOp,
        DepthwisePlanesOp,
        DotOp,
        FillOp,
        FillRunsOp,
        LayerOp,
        LoadOp,
        MacOp,
        MaxPoolOp,
        ModelOp,
        QuantizeOp,
        RequantizeOp,
        SoftmaxOp,
        SplitOp,
        StoreOp,
        StoreTileOp,
        SumWindowOp,
        TableOp,
        TapsOp,
        TileOp,
        ToSignedOp,
        Winograd4FiltersOp,
        Winograd4InputOp,
        Winograd4OutputOp,
        Winograd4PackedProductOp,
        Winograd4ProductOp,
        Winograd4SkippedOp,
        Winograd4TapsOp,
        WinogradInputOp,
        WinogradOutputOp,
        WinogradProductOp,
    ],
    [PtrType],
)
