"""
Rewrites of ONNX nodes that add or scale by constants (part of onnx_rewrites.py).
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import helper

from .float_kernels import dequantize_linear
from .onnx_edit import node_index
from .onnx_graph import Array, Graph, attributes


def merge_bias(graph: Graph, node: onnx.NodeProto) -> bool:
    """
    Add of a constant vector to the product of matrices: one Gemm.
    """
    for product, bias in (list(node.input), list(node.input)[::-1]):
        producer = graph.producer(product)
        if producer is None or producer.op_type != "MatMul":
            continue
        if graph.sole_user(product) is node and _is_bias(graph, producer, bias):
            gemm = helper.make_node("Gemm", [*producer.input, bias], node.output)
            gemm.name = producer.name
            # The constant may be computed only after the product.
            graph.nodes[node_index(graph, node)] = gemm
            graph.remove(producer)
            return True
    return False


def _is_bias(graph: Graph, product: onnx.NodeProto, bias: str) -> bool:
    """
    One number a column of a product of two matrices.
    """
    infos = [graph.tensors.get(name) for name in (*product.input, bias)]
    if any(info is None for info in infos):
        return False
    x, weight, vector = (info.shape for info in infos if info is not None)
    if len(x) != 2 or len(weight) != 2 or dequantized(graph, bias) is None:
        return False
    return vector in ((weight[1],), (1, weight[1]))


def dequantized(graph: Graph, name: str) -> Array | None:
    """
    The value of a constant, or of DequantizeLinear of one; else None.
    """
    producer = graph.producer(name)
    if producer is None or producer.op_type != "DequantizeLinear":
        return graph.constants.get(name)
    stored, scale, zero_point = (graph.constant(producer, index) for index in range(3))
    if stored is None or scale is None:
        return None
    if zero_point is None:
        zero_point = np.zeros_like(scale, dtype=stored.dtype)
    if scale.size == 1:
        scale, zero_point = scale.reshape(()), zero_point.reshape(())
    axis = attributes(producer).get("axis", 1)
    return dequantize_linear(stored, scale, zero_point, axis % max(stored.ndim, 1))


def dequantized_parameters(graph: Graph, node: onnx.NodeProto) -> bool:
    """
    The parameters of a BatchNormalization that somebody quantized, as the real numbers they mean.
    """
    changed = False
    for index in range(1, 5):
        value = dequantized(graph, node.input[index])
        if value is not None and node.input[index] not in graph.constants:
            name = graph.add_constant(f"{node.input[index]}_real", value)
            node.input[index] = name
            changed = True
    return changed
