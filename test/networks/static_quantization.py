"""
ONNX Runtime's `quantize_static` as a user calls it, on models in memory (helper of tests).
"""

from __future__ import annotations

import contextlib
import logging
import tempfile
import warnings
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

_TYPES = {"s8": QuantType.QInt8, "u8": QuantType.QUInt8}
_DEFAULT_LOG_LEVEL, _FATAL_ONLY = 2, 4


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
    with _quiet() as folder:
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
    with _quiet() as folder:
        source, target = folder / "prepared.onnx", folder / "quantized.onnx"
        onnx.save(model, source)
        quantize_static(
            str(source),
            str(target),
            _Reader(model.graph.input[0].name, samples),
            quant_format=QuantFormat.QOperator if options.operators else QuantFormat.QDQ,
            per_channel=options.per_channel,
            activation_type=_TYPES[options.activations],
            weight_type=_TYPES[options.weights],
            extra_options=dict(options.extra),
        )
        return onnx.load(target)


class _Reader(CalibrationDataReader):
    """
    Samples one by one.
    """

    def __init__(self, name: str, samples: NDArray[np.float32]):
        self._feeds = ({name: samples[i : i + 1]} for i in range(len(samples)))

    def get_next(self) -> dict[str, Any] | None:
        """
        The next sample by the name of the model's input; None after the last.
        """
        return next(self._feeds, None)


@contextlib.contextmanager
def _quiet() -> Generator[Path]:
    """
    A temporary folder, and no advice from ONNX Runtime in the meantime.
    """
    logger = logging.getLogger()
    level = logger.level
    onnxruntime.set_default_logger_severity(_FATAL_ONLY)
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), tempfile.TemporaryDirectory() as name:
            warnings.simplefilter("ignore")
            yield Path(name)
    finally:
        logger.setLevel(level)
        onnxruntime.set_default_logger_severity(_DEFAULT_LOG_LEVEL)
