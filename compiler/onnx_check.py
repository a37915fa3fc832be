"""
What a model must be for the compiler to take it; all problems are told at once.
"""

from __future__ import annotations

import math

import onnx
from onnx import TensorProto

from .errors import UserError
from .onnx_forms import form_of
from .onnx_graph import ONNX_DOMAINS, Graph, TensorInfo
from .onnx_node import UnknownShape, Unsupported
from .onnx_simplify import checked_input_shape, simplify

_LARGEST_TENSOR = 1 << 28
"""Values of a tensor: far beyond the memory of any microcontroller."""
_INPUTS = (TensorProto.FLOAT, TensorProto.INT8, TensorProto.UINT8)


def check_supported(model: onnx.ModelProto) -> None:
    """
    Errors: one UserError that lists every unsupported node of a float or QDQ model by name,
    operator and reason; UserError for anything but one float32 input and one output, a dynamic
    dimension other than the batch, or a model that is not valid ONNX.
    """
    if all(_is_defined(model, node) for node in model.graph.node):
        _check_valid(model)
    check_graph(simplify(model))


def check_graph(graph: Graph) -> None:
    """
    As `check_supported`, for a simplified graph.
    """
    _check_interface(graph)
    _check_sizes(graph)
    problems: list[str] = []
    unknown: list[str] = []
    for node in graph.nodes:
        try:
            form_of(graph, node)
        except UnknownShape as reason:
            unknown.append(_problem(node, reason))
        except Unsupported as reason:
            problems.append(_problem(node, reason))
    if listing := problems or unknown:
        # Behind an unsupported node shapes are unknown: only worth telling when nothing else is.
        raise UserError(_message(listing))


def input_shape(model: onnx.ModelProto) -> tuple[int, ...]:
    """
    The shape of the model's input, with a batch of 1.

    Errors: UserError as in `check_supported`.
    """
    graph = Graph.of(model)
    _check_interface(graph)
    return checked_input_shape(graph.inputs[0])


def _is_defined(model: onnx.ModelProto, node: onnx.NodeProto) -> bool:
    """
    False for operators that ONNX would call invalid, and we, more to the point, unsupported.
    """
    functions = {(f.name, f.domain) for f in model.functions}
    known = node.domain not in ONNX_DOMAINS or onnx.defs.has(node.op_type)
    return known or (node.op_type, node.domain) in functions


def _check_valid(model: onnx.ModelProto) -> None:
    try:
        onnx.checker.check_model(model)  # pyright: ignore[reportUnknownMemberType]
    except onnx.checker.ValidationError as error:
        hint = "" if Graph.of(model).opset >= 13 else "; re-export it with opset 13 or later"
        raise UserError(f"the model is not valid ONNX: {error}{hint}") from error


def _check_interface(graph: Graph) -> None:
    for what, values in (("input", graph.inputs), ("output", graph.outputs)):
        if len(values) != 1:
            names = ", ".join(value.name for value in values) or "none"
            raise UserError(f"the model must have one {what}, not {len(values)} ({names})")
    value = graph.inputs[0]
    element = value.type.tensor_type.elem_type
    if element not in _INPUTS:
        found = TensorInfo(element, ()).element_name
        raise UserError(f'input "{value.name}" must be float32 or 8 bits, it is {found}')
    if all(node.op_type == "Identity" for node in graph.nodes):
        raise UserError("the model computes nothing")


def _check_sizes(graph: Graph) -> None:
    for name, info in graph.tensors.items():
        shape = info.static_shape
        if shape is not None and math.prod(shape) > _LARGEST_TENSOR:
            raise UserError(
                f'tensor "{name}" of shape {list(shape)} has more than {_LARGEST_TENSOR} values'
            )


def _problem(node: onnx.NodeProto, reason: Exception) -> str:
    return f"{node.name} ({node.op_type}): {reason}"


def _message(problems: list[str]) -> str:
    count = "1 node is" if len(problems) == 1 else f"{len(problems)} nodes are"
    return f"{count} not supported:" + "".join(f"\n  {problem}" for problem in problems)
