"""
Rewrites of ONNX nodes to images of two dimensions, channels first (part of onnx_rewrites.py).
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import helper

from .onnx_edit import Rewrite, become, bypass, node_index
from .onnx_graph import Graph, attributes, set_attribute

_TO_CHANNELS_FIRST = (0, 3, 1, 2)
_POINTWISE = ("HardSigmoid", "HardSwish", "LeakyRelu", "Relu", "Sigmoid", "Tanh")


def _reduce_mean(graph: Graph, node: onnx.NodeProto) -> bool:
    """
    ReduceMean over height and width to GlobalAveragePool: with a Flatten if it drops them, between
    Transposes if channels come last.
    """
    info = graph.tensors.get(node.input[0])
    axes = _mean_axes(graph, node)
    if info is None or axes is None or len(info.shape) not in (3, 4):
        return False
    rank = len(info.shape)
    reduced = sorted(axis % rank for axis in axes)
    if rank == 3 and reduced == [2]:
        return _with_height(graph, node)
    if reduced == [2, 3]:
        return _global_pool(graph, node)
    if reduced == [1, 2] and rank == 4:
        return _channels_last_mean(graph, node)
    return False


def _mean_axes(graph: Graph, node: onnx.NodeProto) -> list[int] | None:
    """
    An attribute up to opset 17, an input from 18 on.
    """
    given = graph.constant(node, 1)
    return attributes(node).get("axes") if given is None else given.reshape(-1).tolist()


def _global_pool(graph: Graph, node: onnx.NodeProto) -> bool:
    pool = helper.make_node("GlobalAveragePool", [node.input[0]], node.output)
    if not attributes(node).get("keepdims", 1):
        pooled = f"{node.output[0]}_pooled"
        flatten = helper.make_node("Flatten", [pooled], node.output, f"{node.name}_flatten", axis=1)
        pool.output[0] = pooled
        graph.nodes.insert(node_index(graph, node) + 1, flatten)
    become(node, pool)
    return True


def _channels_last_mean(graph: Graph, node: onnx.NodeProto) -> bool:
    """
    The mean of a transposed image, transposed back where it keeps its dimensions.
    """
    keep = attributes(node).get("keepdims", 1)
    first, mean = f"{node.output[0]}_first", f"{node.output[0]}_mean"
    place = node_index(graph, node)
    before = helper.make_node(
        "Transpose", [node.input[0]], [first], f"{node.name}_first", perm=_TO_CHANNELS_FIRST
    )
    graph.nodes.insert(place, before)
    axes = graph.add_constant(f"{node.name}_axes", np.array([2, 3], np.int64))
    result = mean if keep else node.output[0]
    new = helper.make_node("ReduceMean", [first, axes], [result], keepdims=keep)
    if keep:
        after = helper.make_node(
            "Transpose", [mean], node.output, f"{node.name}_last", perm=(0, 2, 3, 1)
        )
        graph.nodes.insert(place + 2, after)
    become(node, new)
    return True


def _one_dimensional(graph: Graph, node: onnx.NodeProto) -> bool:
    """
    A convolution or pool along one dimension: one of height 1.
    """
    info = graph.tensors.get(node.input[0])
    if info is None or len(info.shape) != 3 or len(attributes(node).get("pads", (0, 0))) != 2:
        return False
    if node.op_type == "Conv" and not _widen_weights(graph, node):
        return False
    for name, fill in (("kernel_shape", 1), ("strides", 1), ("dilations", 1)):
        if name in attributes(node):
            set_attribute(node, name, [fill, *attributes(node)[name]])
    if "pads" in attributes(node):
        start, end = attributes(node)["pads"]
        set_attribute(node, "pads", [0, start, 0, end])
    return _with_height(graph, node)


def _widen_weights(graph: Graph, node: onnx.NodeProto) -> bool:
    """
    Weights [O, I, K], quantized or not, as [O, I, 1, K].
    """
    name, producer = node.input[1], graph.producer(node.input[1])
    stored = name if producer is None else producer.input[0]
    if stored not in graph.constants:
        return False
    wide = graph.add_constant(f"{stored}_2d", graph.constants[stored][:, :, None])
    if producer is None:
        node.input[1] = wide
        return True
    copy = onnx.NodeProto()
    copy.CopyFrom(producer)
    copy.name, copy.input[0], copy.output[0] = f"{producer.name}_2d", wide, f"{name}_2d"
    graph.nodes.insert(node_index(graph, producer), copy)
    node.input[1] = copy.output[0]
    return True


def _with_height(graph: Graph, node: onnx.NodeProto) -> bool:
    """
    The same node on [N, C, 1, L], and back to its own rank.
    """
    source, result = node.input[0], node.output[0]
    axes = graph.add_constant(f"{node.name}_height", np.array([2], np.int64))
    tall, flat = f"{result}_in_2d", f"{result}_out_2d"
    place = node_index(graph, node)
    graph.nodes.insert(
        place, helper.make_node("Unsqueeze", [source, axes], [tall], f"{node.name}_unsqueeze")
    )
    node.input[0] = tall
    if node.op_type == "ReduceMean":
        keep = attributes(node).get("keepdims", 1)
        both = graph.add_constant(f"{node.name}_axes", np.array([2, 3], np.int64))
        become(node, helper.make_node("ReduceMean", [tall, both], node.output, keepdims=keep))
        if not keep:
            return True
    node.output[0] = flat
    squeeze = helper.make_node("Squeeze", [flat, axes], [result], f"{node.name}_squeeze")
    graph.nodes.insert(place + 2, squeeze)
    return True


def after_reshape(graph: Graph, node: onnx.NodeProto) -> bool:
    """
    A function of single values behind a Reshape that only puts dimensions of size 1 in or out: swap
    them, so that the function meets the layer before, and the Reshape the one that undoes it.
    """
    inner = graph.producer(node.input[0])
    if inner is None or inner.op_type != "Reshape" or graph.sole_user(node.input[0]) is not node:
        return False
    infos = [graph.tensors.get(name) for name in (inner.input[0], inner.output[0])]
    before, after = ([] if info is None else list(info.shape) for info in infos)
    if len(before) < 2 or before[:2] != after[:2]:
        return False
    if [d for d in before[2:] if d != 1] != [d for d in after[2:] if d != 1]:
        return False
    middle, result = f"{node.output[0]}_before", node.output[0]
    node.input[0], node.output[0] = inner.input[0], middle
    inner.input[0], inner.output[0] = middle, result
    here, there = node_index(graph, inner), node_index(graph, node)
    graph.nodes[here], graph.nodes[there] = node, inner
    return True


def _reshape(graph: Graph, node: onnx.NodeProto) -> bool:
    """
    Reshape of a Reshape is one, and to the shape that is there already none.
    """
    info, result = graph.tensors.get(node.input[0]), graph.tensors.get(node.output[0])
    shape, inner = graph.constant(node, 1), graph.producer(node.input[0])
    if info is not None and result is not None and info.shape == result.shape:
        return info.shape.count(None) < 2 and bypass(graph, node)
    if shape is None or (shape == 0).any() or inner is None or inner.op_type != "Reshape":
        return False
    if graph.sole_user(node.input[0]) is not node or graph.constant(inner, 1) is None:
        return False
    node.input[0] = inner.input[0]
    graph.remove(inner)
    return True


DIMENSION_REWRITES: dict[str, Rewrite] = {
    **dict.fromkeys(_POINTWISE, after_reshape),
    "AveragePool": _one_dimensional,
    "Conv": _one_dimensional,
    "GlobalAveragePool": _one_dimensional,
    "MaxPool": _one_dimensional,
    "ReduceMean": _reduce_mean,
    "Reshape": _reshape,
}
