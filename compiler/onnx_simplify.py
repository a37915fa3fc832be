"""
An ONNX model as its exporter left it, reduced to the few node types that the importer knows.

Nothing here changes what the model computes: functions are inlined, the batch is pinned, constants
are folded, nodes that do nothing go, integer operators become float ones between DequantizeLinear
and QuantizeLinear, and rarer node types become common ones.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import onnx
from onnx import helper, inliner, version_converter
from onnx.reference import ReferenceEvaluator

from .errors import UserError
from .float_kernels import quantize_linear
from .onnx_graph import ONNX_DOMAINS, Array, Graph, attributes
from .onnx_qoperator import to_qdq
from .onnx_rewrites import REWRITES

OPSET = 17
"""What older models are upgraded to. From 13 on QuantizeLinear has an axis."""

_OLDEST_OPSET = 13
_ZERO = np.float32(0)
_LARGEST_CONSTANT = 1 << 26
"""Values of a constant that is worked out at compile time."""
_GROWING = ("ConstantOfShape", "Expand", "Pad", "Range", "Resize", "Tile", "Upsample")
"""Operators whose result may be larger than all that they are given."""


def simplify(model: onnx.ModelProto, pin_batch: bool = True) -> Graph:
    """
    The simplified graph of a model, tensor shapes inferred.

    With `pin_batch` the batch is 1; otherwise a dynamic batch stays dynamic, unless the model
    computes shapes from it. `model` is left alone. Errors: UserError for a dynamic dimension other
    than the batch, or shapes that contradict each other.
    """
    graph = Graph.of(_upgraded(_inlined(model)))
    if pin_batch or any(_needs_batch_of_one(graph, node) for node in graph.nodes):
        _pin_batch(graph)
    graph.infer()
    while _fold_constants(graph) or to_qdq(graph) or _rewrite(graph):
        graph.infer()
    graph.prune()
    return graph


def checked_input_shape(value: onnx.ValueInfoProto) -> tuple[int, ...]:
    """
    The shape of a model's input with a batch of 1.

    Errors: UserError for a dynamic dimension other than the batch, or a fixed batch other than 1.
    """
    dims = value.type.tensor_type.shape.dim
    if not dims:
        raise UserError(f'the shape of input "{value.name}" is unknown')
    for index, dim in enumerate(dims):
        if index > 0 and dim.dim_value <= 0:
            raise UserError(
                f'input "{value.name}" has a dynamic dimension {index} '
                f"({dim.dim_param or 'no name'}); only dimension 0, the batch, may be dynamic"
            )
    if dims[0].HasField("dim_value") and dims[0].dim_value > 1:
        raise UserError(
            f'input "{value.name}" has a fixed batch of {dims[0].dim_value}; '
            "export the model with a batch of 1 or a dynamic one"
        )
    return (1, *(d.dim_value for d in dims[1:]))


def _inlined(model: onnx.ModelProto) -> onnx.ModelProto:
    """
    Model-local functions replaced by their bodies.
    """
    return inliner.inline_local_functions(model) if model.functions else model


def _upgraded(model: onnx.ModelProto) -> onnx.ModelProto:
    """
    The model at opset 17 if it is older than 13 and ONNX knows how; else as it is.
    """
    versions = [o.version for o in model.opset_import if o.domain in ONNX_DOMAINS]
    if not versions or max(versions) >= _OLDEST_OPSET:
        return model
    try:
        return version_converter.convert_version(model, OPSET)
    except (version_converter.ConvertError, onnx.shape_inference.InferenceError, RuntimeError):
        # An operator without a conversion. The caller judges the nodes as they are.
        return model


def _needs_batch_of_one(graph: Graph, node: onnx.NodeProto) -> bool:
    """
    True where shapes are computed, or a Reshape is written for one batch size.
    """
    shape = graph.constant(node, 1) if node.op_type == "Reshape" else None
    return node.op_type == "Shape" or (shape is not None and shape.size > 0 and shape[0] > 0)


def _pin_batch(graph: Graph) -> None:
    for value in graph.inputs:
        checked_input_shape(value)
        value.type.tensor_type.shape.dim[0].dim_value = 1
    for value in graph.outputs:
        # Inferred anew: a symbolic batch would contradict the pinned one.
        value.type.tensor_type.ClearField("shape")


def _rewrite(graph: Graph) -> bool:
    """
    One round of rewrites. Each may change any node, so that the list is read anew after a change.
    """
    changed = False
    for node in list(graph.nodes):
        rewrite = REWRITES.get(node.op_type)
        if rewrite is not None and any(node is other for other in graph.nodes):
            changed |= rewrite(graph, node)
    return changed


def _fold_constants(graph: Graph) -> bool:
    """
    Evaluate the nodes that depend on nothing but constants and static shapes.

    DequantizeLinear stays: it is what tells that a weight is quantized.
    """
    before = len(graph.nodes)
    for node in list(graph.nodes):
        values = None if node.op_type == "DequantizeLinear" else _folded(graph, node)
        if values is not None and not any(graph.is_output(name) for name in node.output):
            names = [name for name in node.output if name]
            graph.constants.update(zip(names, values, strict=True))
            graph.remove(node)
    return len(graph.nodes) != before


def _folded(graph: Graph, node: onnx.NodeProto) -> list[Array] | None:
    """
    The outputs of a node, if they are known.
    """
    names = [name for name in node.input if name]
    if not names or node.domain not in ONNX_DOMAINS:
        return None
    if node.op_type == "Shape":
        info = graph.tensors.get(names[0])
        shape = None if info is None else info.static_shape
        # A view of one element: only the shape of the tensor matters.
        return None if shape is None else _evaluate(graph, node, [np.broadcast_to(_ZERO, shape)])
    if any(name not in graph.constants for name in names) or not _fits_memory(graph, node):
        return None
    if node.op_type == "QuantizeLinear":
        return _quantized(graph, node)
    return _evaluate(graph, node, [graph.constants[name] for name in names])


def _fits_memory(graph: Graph, node: onnx.NodeProto) -> bool:
    """
    False where a small constant would be blown up into a tensor that no model needs.
    """
    infos = [graph.tensors.get(name) for name in node.output if name]
    shapes = [None if info is None else info.static_shape for info in infos]
    if any(shape is not None and math.prod(shape) > _LARGEST_CONSTANT for shape in shapes):
        return False
    return None not in shapes or node.op_type not in _GROWING


def _evaluate(graph: Graph, node: onnx.NodeProto, values: list[Array]) -> list[Array] | None:
    """
    Run one node on the values of the inputs that it has; None where ONNX has no reference for it.
    """
    names = [name for name in node.input if name]
    inputs = [helper.make_empty_tensor_value_info(name) for name in dict.fromkeys(names)]
    outputs = [helper.make_empty_tensor_value_info(name) for name in node.output if name]
    body = helper.make_graph([node], "node", inputs, outputs)
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", graph.opset)])
    try:
        evaluator: Any = ReferenceEvaluator(model)
        results: list[Array] = evaluator.run(None, dict(zip(names, values, strict=True)))
    except Exception:
        # Whatever an operator's Python code may raise: the node stays, and is judged as it is.
        return None
    return [np.asarray(result) for result in results]


def _quantized(graph: Graph, node: onnx.NodeProto) -> list[Array] | None:
    """
    QuantizeLinear of a weight, to 8 bits.
    """
    x, scale, zero_point = (graph.constant(node, i) for i in range(3))
    if x is None or scale is None or zero_point is None or zero_point.itemsize != 1:
        return None
    if scale.size == 1:
        scale, zero_point = scale.reshape(()), zero_point.reshape(())
    axis = attributes(node).get("axis", 1)
    return [quantize_linear(x, scale, zero_point, axis % max(x.ndim, 1))]
