"""
ONNX Runtime's `quantize_static` as a user calls it, on models in memory (helper of tests).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import onnx
from approx_opt.compiler.ort_quantization import CalibrationReader, quiet_workspace
from numpy.typing import NDArray
from onnxruntime.quantization import QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

_TYPES = {"s8": QuantType.QInt8, "u8": QuantType.QUInt8}


@dataclass(frozen=True)
class Options:
    """
    What `quantize_static` is told: types "s8" or "u8", the defaults those of ONNX Runtime.

    `operators` asks for QLinearConv and the like instead of QuantizeLinear and DequantizeLinear
    (QuantFormat.QOperator); `extra` are `extra_options`. `preprocess` runs quant_pre_process
    before, which folds BatchNormalization and turns MatMul and Add into Gemm.
    """

    activations: str = "s8"
    weights: str = "s8"
    per_channel: bool = False
    operators: bool = False
    preprocess: bool = True
    extra: Mapping[str, bool] = field(default_factory=dict)


def preprocessed(model: onnx.ModelProto) -> onnx.ModelProto:
    """
    What quant_pre_process makes of a float model.
    """
    with quiet_workspace() as folder:
        source, target = folder / "float.onnx", folder / "prepared.onnx"
        onnx.save(model, source)
        quant_pre_process(str(source), str(target), skip_symbolic_shape=True)
        return onnx.load(target)


def quantized(
    model: onnx.ModelProto, samples: NDArray[np.float32], options: Options
) -> onnx.ModelProto:
    """
    A float model calibrated on `samples`, float32 [N, ...] in the layout of its input.
    """
    model = preprocessed(model) if options.preprocess else model
    one_by_one = (samples[i : i + 1] for i in range(len(samples)))
    with quiet_workspace() as folder:
        source, target = folder / "prepared.onnx", folder / "quantized.onnx"
        onnx.save(model, source)
        quantize_static(
            str(source),
            str(target),
            CalibrationReader(model.graph.input[0].name, one_by_one),
            quant_format=QuantFormat.QOperator if options.operators else QuantFormat.QDQ,
            per_channel=options.per_channel,
            activation_type=_TYPES[options.activations],
            weight_type=_TYPES[options.weights],
            extra_options=dict(options.extra),
        )
        return onnx.load(target)
