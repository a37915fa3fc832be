"""
The same model written differently, as exporters do (helper of tests).

Each function returns a changed copy. Errors: Inapplicable where there is nothing to change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

_LINEAR = ("QuantizeLinear", "DequantizeLinear")
_WEIGHTED = ("Conv", "Gemm", "MatMul")
_DOMAIN = "local"


class Inapplicable(Exception):
    """
    The network has nothing that this form writes differently.
    """


def copied(model: onnx.ModelProto) -> onnx.ModelProto:
    """
    A copy without inferred shapes.
    """
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    copy.graph.ClearField("value_info")
    return copy


def replace_nodes(graph: onnx.GraphProto, nodes: Iterable[onnx.NodeProto]) -> None:
    """
    Other nodes in a graph; they may be its own.
    """
    listed = list(nodes)
    graph.ClearField("node")
    graph.node.extend(listed)


def add_constant(graph: onnx.GraphProto, name: str, value: object, dtype: type) -> str:
    """
    An initializer; returns its name.
    """
    graph.initializer.append(numpy_helper.from_array(np.array(value, dtype), name))
    return name


def require(found: object) -> None:
    """
    Errors: Inapplicable for nothing.
    """
    if not found:
        raise Inapplicable


def constants(model: onnx.ModelProto) -> onnx.ModelProto:
    """
    Scales and zero points as Constant nodes.
    """
    result = copied(model)
    graph = result.graph
    names = {name for node in graph.node if node.op_type in _LINEAR for name in node.input[1:]}
    kept = [tensor for tensor in graph.initializer if tensor.name not in names]
    moved = [tensor for tensor in graph.initializer if tensor.name in names]
    nodes = [
        helper.make_node("Constant", [], [t.name], f"{t.name}_constant", value=t) for t in moved
    ]
    replace_nodes(graph, [*nodes, *graph.node])
    graph.ClearField("initializer")
    graph.initializer.extend(kept)
    return result


def identities(model: onnx.ModelProto) -> onnx.ModelProto:
    """
    Every initializer behind an Identity, which PyTorch writes for those that are equal.
    """
    result = copied(model)
    nodes: list[onnx.NodeProto] = []
    for tensor in result.graph.initializer:
        name = tensor.name
        tensor.name = f"{name}_shared"
        nodes.append(helper.make_node("Identity", [tensor.name], [name], f"{name}_identity"))
    replace_nodes(result.graph, [*nodes, *result.graph.node])
    return result


def view(model: onnx.ModelProto) -> onnx.ModelProto:
    """
    Flatten as PyTorch's `x.view(x.size(0), -1)`.
    """
    result = copied(model)
    graph = result.graph
    require([node for node in graph.node if node.op_type == "Flatten"])
    first = add_constant(graph, "view_first", 0, np.int64)
    axes = add_constant(graph, "view_axes", [0], np.int64)
    rest = add_constant(graph, "view_rest", [-1], np.int64)
    nodes: list[onnx.NodeProto] = []
    for node in graph.node:
        if node.op_type != "Flatten":
            nodes.append(node)
            continue
        x, name = node.input[0], node.name
        steps = {"Shape": [x], "Gather": ["Shape", first], "Unsqueeze": ["Gather", axes]}
        for op, inputs in steps.items():
            named = [f"{name}_{i}" if i in steps else i for i in inputs]
            nodes.append(helper.make_node(op, named, [f"{name}_{op}"], f"{name}_{op}"))
        sizes = [f"{name}_Unsqueeze", rest]
        nodes += [
            helper.make_node("Concat", sizes, [f"{name}_sizes"], f"{name}_sizes", axis=0),
            helper.make_node("Reshape", [x, f"{name}_sizes"], node.output, name),
        ]
    replace_nodes(graph, nodes)
    return result


def dynamic_batch(model: onnx.ModelProto) -> onnx.ModelProto:
    """
    The batch named "batch" instead of 1.
    """
    result = copied(model)
    for value in (*result.graph.input, *result.graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "batch"
    return result


def foreign_imports(model: onnx.ModelProto) -> onnx.ModelProto:
    """
    Opsets that no node uses, as ONNX Runtime's optimizer leaves them.
    """
    result = copied(model)
    known = {opset.domain for opset in result.opset_import}
    domains = ("com.microsoft", "ai.onnx.ml", "org.pytorch.aten")
    result.opset_import.extend(helper.make_opsetid(d, 1) for d in domains if d not in known)
    return result


def local_functions(model: onnx.ModelProto) -> onnx.ModelProto:
    """
    Layers as functions of the model, and one function for all QuantizeLinear and DequantizeLinear
    between them.
    """
    result = copied(model)
    graph = result.graph
    pairs = _fake_quantizations(graph)
    inner = {node.output[0] for node in graph.node if node.output[0] in pairs.values()}
    nodes: list[onnx.NodeProto] = []
    for node in graph.node:
        if node.op_type in _WEIGHTED:
            node = _as_function(result, node)
        elif node.output[0] in pairs:
            node = _fake_quantization(graph, node, pairs[node.output[0]])
        if node.output[0] not in inner:
            nodes.append(node)
    replace_nodes(graph, nodes)
    opset = [o for o in result.opset_import if o.domain == ""]
    body = [
        helper.make_node("QuantizeLinear", ["x", "scale", "zero_point"], ["q"], "quantize"),
        helper.make_node("DequantizeLinear", ["q", "scale", "zero_point"], ["y"], "dequantize"),
    ]
    arguments = ["x", "scale", "zero_point"]
    result.functions.append(
        helper.make_function(_DOMAIN, "fake_quantize", arguments, ["y"], body, opset)
    )
    result.opset_import.append(helper.make_opsetid(_DOMAIN, 1))
    return result


def _fake_quantizations(graph: onnx.GraphProto) -> dict[str, str]:
    """
    Result of a DequantizeLinear -> the result of QuantizeLinear that nothing else reads.
    """
    uses = Counter(name for node in graph.node for name in node.input)
    quantized = {n.output[0]: n for n in graph.node if n.op_type == "QuantizeLinear"}
    return {
        node.output[0]: node.input[0]
        for node in graph.node
        if node.op_type == "DequantizeLinear"
        and uses[node.input[0]] == 1
        and node.input[0] in quantized
        and node.input[1:] == quantized[node.input[0]].input[1:]
    }


def _fake_quantization(graph: onnx.GraphProto, node: onnx.NodeProto, inner: str) -> onnx.NodeProto:
    (first,) = (n for n in graph.node if n.output[0] == inner)
    return helper.make_node("fake_quantize", first.input, node.output, first.name, domain=_DOMAIN)


def _as_function(model: onnx.ModelProto, node: onnx.NodeProto) -> onnx.NodeProto:
    """
    A call of a new function that has `node` as its body.
    """
    name = f"layer_{len(model.functions)}"
    body = onnx.NodeProto()
    body.CopyFrom(node)
    opset = [o for o in model.opset_import if o.domain == ""]
    model.functions.append(
        helper.make_function(_DOMAIN, name, node.input, node.output, [body], opset)
    )
    return helper.make_node(name, node.input, node.output, node.name, domain=_DOMAIN)


def integer_io(model: onnx.ModelProto) -> onnx.ModelProto:
    """
    Without the first QuantizeLinear and the last DequantizeLinear of a QDQ model.
    """
    result = copied(model)
    graph = result.graph
    first = next(node for node in graph.node if node.op_type == "QuantizeLinear")
    (last,) = (node for node in graph.node if node.output[0] == graph.output[0].name)
    assert last.op_type == "DequantizeLinear"
    elements = {tensor.name: tensor.data_type for tensor in graph.initializer}
    for value, node in ((graph.input[0], first), (graph.output[0], last)):
        value.type.tensor_type.elem_type = elements[node.input[2]]
    replace_nodes(graph, [node for node in graph.node if node not in (first, last)])
    names = {first.output[0]: first.input[0], last.input[0]: last.output[0]}
    for node in graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
    return result


def integer_clips(model: onnx.ModelProto) -> onnx.ModelProto:
    """
    Brevitas' QCDQ: a Clip to the narrow range behind every QuantizeLinear of an int8 QDQ model, and
    weights as float initializers before it.
    """
    result = copied(model)
    graph = result.graph
    low = add_constant(graph, "narrow_min", -127, np.int8)
    high = add_constant(graph, "narrow_max", 127, np.int8)
    weights = {t.name: t for t in graph.initializer if t.data_type == TensorProto.INT8 and t.dims}
    nodes: list[onnx.NodeProto] = []
    for node in graph.node:
        if node.op_type == "DequantizeLinear" and node.input[0] in weights:
            nodes.append(_float_weight(graph, node, weights[node.input[0]]))
        nodes.append(node)
    clipped: list[onnx.NodeProto] = []
    for node in nodes:
        clipped.append(node)
        if node.op_type == "QuantizeLinear":
            y, narrow = node.output[0], f"{node.output[0]}_wide"
            node.output[0] = narrow
            clipped.append(helper.make_node("Clip", [narrow, low, high], [y], f"{node.name}_clip"))
    replace_nodes(graph, clipped)
    return result


def _float_weight(
    graph: onnx.GraphProto, node: onnx.NodeProto, weight: onnx.TensorProto
) -> onnx.NodeProto:
    """
    The QuantizeLinear of a weight that `node` dequantizes; the initializer becomes float.
    """
    scale = next(numpy_helper.to_array(t) for t in graph.initializer if t.name == node.input[1])
    real = numpy_helper.to_array(weight).astype(np.float32) * scale
    name, quantized = f"{weight.name}_float", weight.name
    weight.CopyFrom(numpy_helper.from_array(real, name))
    inputs = [name, *node.input[1:]]
    return helper.make_node("QuantizeLinear", inputs, [quantized], f"{node.name}_weight")
