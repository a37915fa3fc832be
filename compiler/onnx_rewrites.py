"""
Rewrites of single ONNX nodes, for onnx_simplify.py: rarer forms become common ones.

Each takes a graph with inferred shapes and one of its nodes, and returns whether it changed them.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper

from .onnx_bias_rewrites import dequantized_parameters, merge_bias
from .onnx_dimension_rewrites import DIMENSION_REWRITES, after_reshape
from .onnx_edit import Rewrite, become, bypass, node_index
from .onnx_graph import Graph, attributes, input_name, set_attribute

_INT8_TYPES = (TensorProto.INT8, TensorProto.UINT8)
_MOVES = ("Flatten", "MaxPool", "Reshape", "Squeeze", "Transpose", "Unsqueeze")


def _dropout(graph: Graph, node: onnx.NodeProto) -> bool:
    """
    Dropout does nothing at inference, unless somebody wants its mask.
    """
    training = graph.constant(node, 2)
    if any(graph.users(mask) or graph.is_output(mask) for mask in node.output[1:]):
        return False
    if input_name(node, 2) and (training is None or training.any()):
        return False
    return bypass(graph, node)


def _cast(graph: Graph, node: onnx.NodeProto) -> bool:
    """
    Cast to the type that the tensor has; and that of ArgMax, whose places are small in any type.
    """
    info, producer = graph.tensors.get(node.input[0]), graph.producer(node.input[0])
    if producer is not None and producer.op_type == "ArgMax" and graph.is_output(node.output[0]):
        _retype_output(graph, node.output[0], TensorProto.INT64)
        return bypass(graph, node)
    if info is None or info.element != attributes(node)["to"]:
        return False
    return bypass(graph, node)


def _retype_output(graph: Graph, name: str, element: int) -> None:
    for value in graph.outputs:
        if value.name == name:
            value.type.tensor_type.elem_type = element


def _as_reshape(graph: Graph, node: onnx.NodeProto) -> bool:
    """
    Squeeze and Unsqueeze to the Reshape that they are.
    """
    info = graph.tensors.get(node.output[0])
    if info is None or info.shape.count(None) > 1:
        return False
    target = np.array([-1 if d is None else d for d in info.shape], np.int64)
    shape = graph.add_constant(f"{node.name}_shape", target)
    become(node, helper.make_node("Reshape", [node.input[0], shape], node.output))
    return True


def _pad(graph: Graph, node: onnx.NodeProto) -> bool:
    """
    Zero padding of images into the convolutions that read them.
    """
    pads = _image_padding(graph, node)
    users = graph.users(node.output[0])
    if pads is None or graph.is_output(node.output[0]) or not users:
        return False
    if not all(_takes_padding(user, node.output[0]) for user in users):
        return False
    for user in users:
        before = attributes(user).get("pads", [0, 0, 0, 0])
        set_attribute(user, "pads", [a + b for a, b in zip(before, pads, strict=True)])
        user.input[0] = node.input[0]
    graph.remove(node)
    return True


def _image_padding(graph: Graph, node: onnx.NodeProto) -> list[int] | None:
    """
    Top, left, bottom, right of a Pad that adds zeros around images; else None.
    """
    pads, fill = graph.constant(node, 1), graph.constant(node, 2)
    if attributes(node).get("mode", "constant") != "constant" or input_name(node, 3):
        return None
    if pads is None or pads.shape != (8,) or pads.dtype.kind not in "iu":
        return None
    if input_name(node, 2) and fill is None:
        return None
    outer = pads[[0, 1, 4, 5]]
    if (fill is not None and fill.any()) or outer.any() or pads.min() < 0:
        return None
    return [int(pad) for pad in pads[[2, 3, 6, 7]]]


def _takes_padding(node: onnx.NodeProto, name: str) -> bool:
    automatic = attributes(node).get("auto_pad", "NOTSET")
    return node.op_type == "Conv" and list(node.input).count(name) == 1 and automatic == "NOTSET"


def _clip(graph: Graph, node: onnx.NodeProto) -> bool:
    """
    Clip of integers between QuantizeLinear and DequantizeLinear (Brevitas) to Clip of the real
    values before: rounding and shifting keep the order, and bounds that are steps of the scale
    stay what they are.
    """
    info, quantize = graph.tensors.get(node.input[0]), graph.producer(node.input[0])
    if after_reshape(graph, node):
        return True
    if info is None or info.element not in _INT8_TYPES or quantize is None:
        return False
    bounds = [graph.constant(node, 1), graph.constant(node, 2)]
    scale, zero_point = graph.constant(quantize, 1), graph.constant(quantize, 2)
    if quantize.op_type != "QuantizeLinear" or scale is None or scale.size != 1:
        return False
    if zero_point is None or any(b is None for b in bounds):
        return False
    if graph.sole_user(node.input[0]) is not node:
        return False
    shift, step = int(zero_point.reshape(-1)[0]), np.float32(scale.reshape(-1)[0])
    real = [np.float32(int(b) - shift) * step for b in bounds if b is not None]
    names = [
        graph.add_constant(f"{node.name}_{which}", np.array(bound, np.float32))
        for which, bound in zip(("min", "max"), real, strict=True)
    ]
    clipped = f"{node.output[0]}_clipped"
    clip = helper.make_node("Clip", [quantize.input[0], *names], [clipped], node.name)
    graph.nodes.insert(node_index(graph, quantize), clip)
    quantize.input[0] = clipped
    return bypass(graph, node)


def _dequantize(graph: Graph, node: onnx.NodeProto) -> bool:
    """
    DequantizeLinear below nodes that only move 8-bit integers to above them, where the input of the
    model is: what is moved has a scale then.
    """
    if _contrib_domain(graph, node):
        return True
    move, scale = graph.producer(node.input[0]), graph.constant(node, 1)
    if move is None or move.op_type not in _MOVES or scale is None or scale.size != 1:
        return False
    if graph.sole_user(move.output[0]) is not node:
        return False
    real = f"{move.output[0]}_real"
    before = helper.make_node("DequantizeLinear", [move.input[0], *node.input[1:]], [real])
    before.name = node.name
    moved = onnx.NodeProto()
    moved.CopyFrom(move)
    moved.input[0], moved.output[0] = real, node.output[0]
    graph.nodes[node_index(graph, move)] = before
    graph.nodes[node_index(graph, node)] = moved
    return True


def _contrib_domain(graph: Graph, node: onnx.NodeProto) -> bool:
    """
    ONNX Runtime's own Q and DQ, which on 8 bits are those of ONNX, to ONNX's.
    """
    if node.domain != "com.microsoft":
        return False
    node.domain = ""
    return True


def _batch_normalization(graph: Graph, node: onnx.NodeProto) -> bool:
    return dequantized_parameters(graph, node) or after_reshape(graph, node)


def _always(graph: Graph, node: onnx.NodeProto) -> bool:
    return bypass(graph, node)


REWRITES: dict[str, Rewrite] = {
    **DIMENSION_REWRITES,
    "Add": merge_bias,
    "BatchNormalization": _batch_normalization,
    "Cast": _cast,
    "Clip": _clip,
    "DequantizeLinear": _dequantize,
    "Dropout": _dropout,
    "Identity": _always,
    "Pad": _pad,
    "QuantizeLinear": _contrib_domain,
    "Squeeze": _as_reshape,
    "Unsqueeze": _as_reshape,
}
