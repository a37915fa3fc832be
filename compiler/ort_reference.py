"""
ONNX Runtime as the oracle of quantized models: every quantized tensor of a run.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from .onnx_forms import centred

Array = NDArray[Any]

_CLAMPS = ("Relu", "Clip")


def run(model: onnx.ModelProto, x: Array, outputs: Sequence[str] | None = None) -> list[Array]:
    """
    Outputs (by default those of the model) for samples [N, ...], run one by one without graph
    optimizations.
    """
    ort: Any = import_module("onnxruntime")
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    session = ort.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    (source,) = session.get_inputs()
    runs: list[Any] = [session.run(outputs, {source.name: x[i : i + 1]}) for i in range(len(x))]
    return [np.stack([run[i] for run in runs]) for i in range(len(runs[0]))]


def quantized_tensors(model: onnx.ModelProto, x: Array) -> dict[str, Array]:
    """
    int8 [N, ...] of each QuantizeLinear of a QDQ model of batch 1, under the name of the node whose
    result it quantizes (Relu and Clip belong to the node before), for samples [N, ...].
    """
    extended = onnx.ModelProto()
    extended.CopyFrom(model)
    anchors = {node.output[0]: _origin(model, node) for node in _quantizations(model)}
    known = {output.name for output in model.graph.output}
    extended.graph.output.extend(
        onnx.helper.make_empty_tensor_value_info(name) for name in anchors if name not in known
    )
    tensors = run(extended, x, list(anchors)) if anchors else []
    return {
        layer: centred(tensor.reshape(len(x), *tensor.shape[2:]))
        for layer, tensor in zip(anchors.values(), tensors, strict=True)
    }


def _quantizations(model: onnx.ModelProto) -> list[onnx.NodeProto]:
    """
    The QuantizeLinear nodes of activations.
    """
    constants = {tensor.name for tensor in model.graph.initializer}
    return [
        node
        for node in model.graph.node
        if node.op_type == "QuantizeLinear" and node.input[0] not in constants
    ]


def _origin(model: onnx.ModelProto, anchor: onnx.NodeProto) -> str:
    """
    The node that a QuantizeLinear ends; itself where it changes the scale of a quantized value.
    """
    producers = {name: node for node in model.graph.node for name in node.output}
    node = producers.get(anchor.input[0])
    while node is not None and node.op_type in _CLAMPS:
        node = producers.get(node.input[0])
    return anchor.name if node is None or node.op_type == "DequantizeLinear" else node.name
