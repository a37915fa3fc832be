"""
ONNX Runtime as the oracle of quantized models: every quantized tensor of a run.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

Array = NDArray[Any]

_CLAMPS = ("Relu", "Clip")


@dataclass(frozen=True)
class Reference:
    """
    `by_layer`: int8 [N, ...] of each QuantizeLinear, under the name of the node whose result it
    quantizes (Relu and Clip belong to the node before); `output`: the model's result, quantized.
    """

    by_layer: dict[str, Array]
    output: Array


def quantized_tensors(model: onnx.ModelProto, x: NDArray[np.float32]) -> Reference:
    """
    Run a QDQ model of batch 1 on samples float32 [N, ...], without graph optimizations.
    """
    extended = onnx.ModelProto()
    extended.CopyFrom(model)
    anchors = {node.output[0]: _origin(model, node) for node in _quantizations(model)}
    known = {output.name for output in model.graph.output}
    extended.graph.output.extend(
        onnx.helper.make_empty_tensor_value_info(name) for name in anchors if name not in known
    )
    ort: Any = import_module("onnxruntime")
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    session = ort.InferenceSession(
        extended.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    (source,) = session.get_inputs()
    runs: list[Any] = [
        session.run(list(anchors), {source.name: x[i : i + 1]}) for i in range(len(x))
    ]
    tensors = [np.concatenate([run[index] for run in runs]) for index in range(len(anchors))]
    named = {
        layer: _centred(tensor) for layer, tensor in zip(anchors.values(), tensors, strict=True)
    }
    return Reference(named, _centred(tensors[list(anchors).index(_last(model))]))


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


def _last(model: onnx.ModelProto) -> str:
    """
    The quantized tensor that the model's result is the real value of.
    """
    producers = {name: node for node in model.graph.node for name in node.output}
    name = model.graph.output[0].name
    while producers[name].op_type != "QuantizeLinear":
        name = producers[name].input[0]
    return name


def _centred(tensor: Array) -> Array:
    """
    uint8 as the int8 that the importer makes of it.
    """
    if tensor.dtype == np.uint8:
        return (tensor.astype(np.int16) - 128).astype(np.int8)
    return tensor
