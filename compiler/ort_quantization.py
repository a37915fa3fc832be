"""
ONNX Runtime's post-training quantization, quiet and on models in memory.
"""

from __future__ import annotations

import contextlib
import logging
import tempfile
import warnings
from collections.abc import Generator, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from .onnx_graph import Graph
from .onnx_load import load_model

_FATAL_ONLY = 4
_DEFAULT_LOG_LEVEL = 2


def prepare(model: onnx.ModelProto) -> onnx.ModelProto:
    """
    BatchNormalization merged into Conv, MatMul + Add into Gemm, constants folded.
    """
    preprocess: Any = import_module("onnxruntime.quantization.shape_inference").quant_pre_process
    with quiet_workspace() as folder:
        source, target = folder / "float.onnx", folder / "prepared.onnx"
        source.write_bytes(model.SerializeToString())
        preprocess(str(source), str(target), skip_symbolic_shape=True)
        return load_model(target)


def quantize_static(
    graph: Graph, chunks: Iterable[NDArray[np.float32]], method: str, keep_clamps: bool
) -> onnx.ModelProto:
    """
    The QDQ form of a prepared model: int8, weights per channel, activations per tensor.

    `chunks` are inputs of the model in the batch size it takes; `method` is a member of ONNX
    Runtime's CalibrationMethod. Unless `keep_clamps`, Relu and Clip give way to saturation.
    """
    options = {
        # Transpose, Reshape and MaxPool of the network's input too: no float tensor stays inside.
        "ForceQuantizeNoInputCheck": True,
        "QDQKeepRemovableActivations": keep_clamps,
    }
    ort: Any = import_module("onnxruntime.quantization")
    with quiet_workspace() as folder:
        source, target = folder / "prepared.onnx", folder / "quantized.onnx"
        source.write_bytes(graph.to_model().SerializeToString())
        ort.quantize_static(
            str(source),
            str(target),
            CalibrationReader(graph.inputs[0].name, chunks),
            quant_format=ort.QuantFormat.QDQ,
            op_types_to_quantize=sorted({node.op_type for node in graph.nodes}),
            per_channel=True,
            activation_type=ort.QuantType.QInt8,
            weight_type=ort.QuantType.QInt8,
            calibrate_method=ort.CalibrationMethod[method],
            extra_options=options,
        )
        return load_model(target)


class CalibrationReader:
    """
    A CalibrationDataReader over chunks of samples: ONNX Runtime asks for nothing but `get_next`.
    """

    def __init__(self, name: str, chunks: Iterable[NDArray[np.float32]]):
        self._feeds = ({name: chunk} for chunk in chunks)

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        """
        The next chunk by the name of the model's input; None after the last.
        """
        return next(self._feeds, None)


@contextlib.contextmanager
def quiet_workspace() -> Generator[Path]:
    """
    A temporary folder, and silence about it: ONNX Runtime's advice, in Python and in C++, is about
    choices made here on purpose.
    """
    ort: Any = import_module("onnxruntime")
    logger = logging.getLogger()
    level = logger.level
    ort.set_default_logger_severity(_FATAL_ONLY)
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="approx-opt-") as name:
            warnings.simplefilter("ignore")
            yield Path(name)
    finally:
        logger.setLevel(level)
        ort.set_default_logger_severity(_DEFAULT_LOG_LEVEL)
