"""
Padding and order of dimensions as Keras exporters write them (helper of tests).
"""

from __future__ import annotations

import onnx
from graph_forms import copied, replace_nodes, require
from onnx import helper, shape_inference

_CHANNELS_FIRST = [0, 3, 1, 2]
_CHANNELS_LAST = [0, 2, 3, 1]
_IMAGES_TO_IMAGES = ("Conv", "MaxPool", "AveragePool", "GlobalAveragePool")


def auto_pad(model: onnx.ModelProto) -> onnx.ModelProto:
    """
    Padding as SAME_UPPER where that is what it is.
    """
    inferred = shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
    shapes = {
        v.name: [d.dim_value for d in v.type.tensor_type.shape.dim]
        for v in (*inferred.graph.value_info, *inferred.graph.input)
    }
    result = copied(model)
    changed = [node for node in result.graph.node if _is_same_upper(node, shapes)]
    require(changed)
    for node in changed:
        kept = [a for a in node.attribute if a.name not in ("pads", "auto_pad")]
        node.ClearField("attribute")
        node.attribute.extend([*kept, helper.make_attribute("auto_pad", "SAME_UPPER")])
    return result


def _is_same_upper(node: onnx.NodeProto, shapes: dict[str, list[int]]) -> bool:
    options = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    if not any(options.get("pads", ())):
        return False
    strides = options.get("strides", [1, 1])
    sizes = shapes[node.input[0]][2:]
    windows = zip(sizes, options["kernel_shape"], strides, strict=True)
    total = [max(0, (-(-size // s) - 1) * s + k - size) for size, k, s in windows]
    return list(options["pads"]) == [t // 2 for t in total] + [t - t // 2 for t in total]


def nhwc(model: onnx.ModelProto) -> onnx.ModelProto:
    """
    A float network on NHWC images, every tensor NHWC, with a Transpose before and behind each node
    that takes NCHW alone. One that was NHWC at its input has its Transpose there replaced.
    """
    result = copied(model)
    graph = result.graph
    images = [node for node in graph.node if node.op_type in _IMAGES_TO_IMAGES]
    require(images)
    _channels_last_input(graph)
    nodes: list[onnx.NodeProto] = []
    for node in graph.node:
        if node.op_type == "ReduceMean":
            _average_channels_last(node)
        if node.op_type in (*_IMAGES_TO_IMAGES, "Flatten"):
            nodes.append(_transpose(node.input[0], f"{node.name}_nchw", _CHANNELS_FIRST))
            node.input[0] = f"{node.name}_nchw"
        nodes.append(node)
        if node.op_type in _IMAGES_TO_IMAGES:
            nodes.append(_transpose(f"{node.name}_result", node.output[0], _CHANNELS_LAST))
            node.output[0] = f"{node.name}_result"
    replace_nodes(graph, nodes)
    return result


def _channels_last_input(graph: onnx.GraphProto) -> None:
    """
    The input NHWC. A Transpose there goes, for its users expect NHWC from now on.
    """
    source, first = graph.input[0], graph.node[0]
    if first.op_type == "Transpose":
        for node in graph.node:
            node.input[:] = [source.name if n == first.output[0] else n for n in node.input]
        del graph.node[0]
        return
    sizes = [dim.dim_value for dim in source.type.tensor_type.shape.dim]
    for dim, axis in zip(source.type.tensor_type.shape.dim, _CHANNELS_LAST, strict=True):
        dim.dim_value = sizes[axis]


def _average_channels_last(node: onnx.NodeProto) -> None:
    (axes,) = (a for a in node.attribute if a.name == "axes")
    assert list(axes.ints) == [2, 3]
    axes.ints[:] = [1, 2]


def _transpose(x: str, y: str, perm: list[int]) -> onnx.NodeProto:
    return helper.make_node("Transpose", [x], [y], f"{y}_transpose", perm=perm)
