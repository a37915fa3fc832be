"""
`collect-statistics`: what calibration data look like to each convolution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import PassFailedException

from ..compiler.calibration import load_calibration
from ..compiler.calibration_input import onnx_input_shape, quantized_inputs
from ..compiler.integer_kernels import window_of
from ..compiler.interpreter import entry_function, run_network
from ..compiler.patches import InputMoments
from ..compiler.progress import progress
from ..compiler.second_moments import ColumnSums
from ..compiler.winograd_domain import TransformedMoments
from ..dialects.dense import dense
from ..dialects.network_ops import Conv2dOp, WindowedOp
from ..dialects.tap_ops import UnpackedConv2dOp
from .tap_domains import tap_columns

Convolution: TypeAlias = Conv2dOp | UnpackedConv2dOp

_CHUNK_BYTES = 64 << 20
"""Bound on the interpreter's largest array, the float64 im2col matrix of one layer."""


@dataclass(frozen=True)
class CollectStatisticsPass(ModulePass):
    """
    Attach `patch_mean` and `patch_variance` to every convolution.

    They are moments of the im2col columns of x - z_x (f32 [KH * KW * C]; padding counts as 0), or,
    for taps in Winograd's domain, of the transformed tiles (f32 [36 C]; all tiles count alike),
    taken from the integer network itself: the reference interpreter runs it on the calibration
    data. Sums are exact integers, so the result does not depend on the machine. With `covariance`
    unpacked ones also get `patch_covariance` (f64 [K, K]), for the metric "surgeon".
    Options: `calibration` (an .npz or a folder of class folders; default: what the driver's
    `--calibration` says), `samples` at the most, spread over the classes.
    Errors: PassFailedException without calibration data; UserError for data that do not fit.
    """

    name = "collect-statistics"

    calibration: str | None = None
    samples: int = 512
    covariance: bool = False

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """
        Run the network; nothing to do without a convolution.
        """
        convolutions = [o for o in op.walk() if isinstance(o, Convolution)]
        if not convolutions:
            return
        if self.calibration is None:
            raise PassFailedException(
                f"collect-statistics has no calibration data for layer "
                f"{convolutions[0].layer.data}: pass --calibration or "
                'collect-statistics{calibration="..."}'
            )
        function = entry_function(op)
        data = load_calibration(
            Path(self.calibration), onnx_input_shape(function), samples=self.samples
        )
        collect(op, convolutions, quantized_inputs(function, data.x), self.covariance)


def collect(
    module: ModuleOp,
    convolutions: Sequence[Convolution],
    x: NDArray[np.int8],
    covariance: bool = False,
) -> None:
    """
    Statistics for `convolutions` of a module from samples int8 [N, ...], chunk by chunk; with
    `covariance` that of the columns, f64 [K, K] a layer, of those that are unpacked.
    """
    moments = {op: _moments(op) for op in convolutions}
    unpacked = [op for op in convolutions if covariance and isinstance(op, UnpackedConv2dOp)]
    sums = {op: ColumnSums(op.depth) for op in unpacked}

    def observe(op: Operation, args: tuple[Any, ...]) -> None:
        if isinstance(op, Convolution):
            moments[op].add(args[0])
        if isinstance(op, UnpackedConv2dOp) and op in sums:
            sums[op].add(tap_columns(op, args[0]).reshape(-1, op.depth))

    chunk = chunk_size(module)
    starts = range(0, len(x), chunk)
    with progress("collect-statistics", len(starts)) as step:
        for start in starts:
            step("")
            run_network(module, x[start : start + chunk], observe)
    for op, seen in moments.items():
        columns = seen.of(window_of(op)) if isinstance(seen, InputMoments) else seen.moments()
        op.patch_mean = dense(columns.mean)
        op.patch_variance = dense(columns.variance)
    for op, seen in sums.items():
        op.patch_covariance = dense(seen.covariance())


def _moments(op: Convolution) -> InputMoments | TransformedMoments:
    """
    What collects the moments of a layer's columns.
    """
    if isinstance(op, UnpackedConv2dOp) and op.domain is not None:
        return TransformedMoments(window_of(op), op.input_shape[2], op.input_zero_point)
    return InputMoments(op.input_shape, op.input_zero_point)


def chunk_size(module: ModuleOp) -> int:
    """
    Samples to run at once.
    """
    sizes = [
        8 * int(np.prod((*o.output_shape[:2], *o.window, o.input_shape[2])))
        for o in module.walk()
        if isinstance(o, WindowedOp)
    ]
    return max(1, _CHUNK_BYTES // max(sizes))
