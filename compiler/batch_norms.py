"""
BatchNormalization in models that are to be quantized: into the layer before, or a layer of its own.
"""

from __future__ import annotations

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper

from .onnx_graph import Array, Graph, attributes

Vector = NDArray[np.float64]


def absorb_batch_norms(graph: Graph) -> None:
    """
    Replace each BatchNormalization with constant parameters: after Gemm by other weights, else on
    images by a depthwise 1x1 Conv and on vectors by a Gemm with a diagonal matrix.

    (ONNX Runtime has already merged those that follow a Conv.) Shapes must be inferred.
    """
    for node in [n for n in graph.nodes if n.op_type == "BatchNormalization"]:
        affine = _affine(graph, node)
        if affine is None:
            continue
        producer = graph.producer(node.input[0])
        if producer is not None and _foldable(graph, producer, node):
            _fold_into_gemm(graph, producer, *affine)
            producer.output[0] = node.output[0]
            graph.remove(node)
        elif len(graph.tensors[node.input[0]].shape) == 4:
            _become_conv(graph, node, *affine)
        elif len(graph.tensors[node.input[0]].shape) == 2:
            _become_gemm(graph, node, *affine)


def _affine(graph: Graph, node: onnx.NodeProto) -> tuple[Vector, Vector] | None:
    """
    Factor and addend of each channel: y = x * factor + addend.
    """
    values = [graph.constant(node, index) for index in range(1, 5)]
    scale, bias, mean, variance = (None if v is None else v.astype(np.float64) for v in values)
    if scale is None or bias is None or mean is None or variance is None:
        return None
    epsilon = attributes(node).get("epsilon", 1e-5)
    factor = scale / np.sqrt(variance + epsilon)
    return factor, bias - mean * factor


def _foldable(graph: Graph, producer: onnx.NodeProto, node: onnx.NodeProto) -> bool:
    if producer.op_type != "Gemm" or graph.sole_user(node.input[0]) is not node:
        return False
    return all(name in graph.constants for name in producer.input[1:])


def _fold_into_gemm(graph: Graph, gemm: onnx.NodeProto, factor: Vector, addend: Vector) -> None:
    values = attributes(gemm)
    weight = graph.constants[gemm.input[1]].astype(np.float64)
    columns = factor[:, None] if values.get("transB", 0) else factor
    bias = np.zeros(factor.shape)
    if len(gemm.input) > 2:
        bias = graph.constants[gemm.input[2]].astype(np.float64) * values.get("beta", 1.0)
    _rewire(graph, gemm, weight * columns, bias * factor + addend)
    for attribute in gemm.attribute:
        if attribute.name == "beta":
            attribute.f = 1.0


def _become_conv(graph: Graph, node: onnx.NodeProto, factor: Vector, addend: Vector) -> None:
    new = helper.make_node("Conv", [node.input[0]], node.output, node.name, group=len(factor))
    node.CopyFrom(new)
    _rewire(graph, node, factor.reshape(-1, 1, 1, 1), addend)


def _become_gemm(graph: Graph, node: onnx.NodeProto, factor: Vector, addend: Vector) -> None:
    node.CopyFrom(helper.make_node("Gemm", [node.input[0]], node.output, node.name))
    _rewire(graph, node, np.diag(factor), addend)


def _rewire(graph: Graph, node: onnx.NodeProto, weight: Array, bias: Array) -> None:
    """
    Give a node new weights and a new bias, of its own.
    """
    source = node.input[0]
    node.ClearField("input")
    names = [
        graph.add_constant(f"{node.name}_{what}", value.astype(np.float32))
        for what, value in (("weight", weight), ("bias", bias))
    ]
    node.input.extend([source, *names])
