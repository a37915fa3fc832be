"""
The QOperator form of quantized ONNX models to the QDQ form: integer operators become float ones
between DequantizeLinear and QuantizeLinear.

The integers that the model computes stay what they are, but for ties that two ways of rounding
break differently: at most 1 LSB.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import onnx
from onnx import helper

from .onnx_graph import ONNX_DOMAINS, Array, Graph
from .onnx_node import Unsupported
from .onnx_qlinear_rules import DIRECT_RULES, ONNX, QLINEAR_RULES, FloatNode, Input, Rule
from .onnx_qlinear_view import Linear, QLinearView, Quantized

_TRANSPARENT = ("Identity", "Dropout")


def to_qdq(graph: Graph) -> bool:
    """
    Rewrite every integer operator that can be; returns whether there was any.

    Float nodes keep the name of the node they replace, integer tensors theirs. What stays:
    operators with scales that are not constant, and those on integers of unknown scale. Shapes need
    to be inferred before, and again after a change.
    """
    rewriter = _Rewriter(graph)
    for node in graph.nodes:
        rewriter.visit(node)
    graph.nodes = rewriter.nodes
    return rewriter.changed


def is_qoperator(node: onnx.NodeProto) -> bool:
    """
    True for operators that have scales and zero points among their inputs and compute integers.
    """
    return (_domain(node), node.op_type) in QLINEAR_RULES


def why_not(graph: Graph, node: onnx.NodeProto) -> str:
    """
    The reason why `to_qdq` left a node for which `is_qoperator` holds; "" if there is none.
    """
    try:
        QLINEAR_RULES[_domain(node), node.op_type](QLinearView(graph, node, {}))
    except Unsupported as reason:
        return str(reason)
    return ""


class _Rewriter:
    """
    Builds the new list of nodes from the old, in order; `known` tells what integer tensors mean.
    """

    def __init__(self, graph: Graph):
        self.graph = graph
        self.nodes: list[onnx.NodeProto] = []
        self.known: dict[str, Linear] = {}
        self.changed = False
        self._dequantized: dict[tuple[str, ...], str] = {}
        self._constants: dict[tuple[str, tuple[int, ...], bytes], str] = {}
        self._taken = {*graph.constants, *graph.tensors}
        for node in graph.nodes:
            self._taken.update((node.name, *node.input, *node.output))

    def visit(self, node: onnx.NodeProto) -> None:
        """
        Append a node, or what replaces it.
        """
        rule = _rule(node, self.known)
        try:
            new = None if rule is None else rule(QLinearView(self.graph, node, self.known))
        except Unsupported:
            new = None
        if new is None:
            self.nodes.append(node)
            self._learn(node)
        else:
            self._replace(node, new)
            self.changed = True

    def _learn(self, node: onnx.NodeProto) -> None:
        """
        Note what the result of a node that stays means.
        """
        quantizes = node.op_type == "QuantizeLinear"
        if not node.output or not (quantizes or node.op_type in _TRANSPARENT):
            return
        view = QLinearView(self.graph, node, self.known)
        try:
            linear = view.quantize_linear() if quantizes else view.produced(0).linear
        except Unsupported:
            # Real numbers; or blocks, channels and types that no rule knows.
            return
        self.known[node.output[0]] = linear

    def _replace(self, node: onnx.NodeProto, new: FloatNode) -> None:
        result = node.output[0]
        inputs = [self._input(value, node.name) for value in new.inputs]
        real = result if new.result is None else self._unique(f"{result}_real")
        made = helper.make_node(new.operator, inputs, [real, *node.output[1:]], node.name)
        made.attribute.extend(new.attributes)
        self.nodes.append(made)
        if new.result is not None:
            quantize = [real, *self._parameters(new.result, result)]
            name = self._unique(f"{node.name}_quantize")
            self.nodes.append(helper.make_node("QuantizeLinear", quantize, [result], name))
            self.known[result] = new.result

    def _input(self, value: Input, name: str) -> str:
        """
        The name of a tensor of the float node called `name`.
        """
        if isinstance(value, str):
            return value
        if isinstance(value, Quantized):
            return self._real(value)
        return self._constant(value, f"{name}_constant")

    def _real(self, value: Quantized) -> str:
        """
        The dequantized tensor; one node for all that read it.
        """
        linear = value.linear
        inputs = (value.tensor, *self._parameters(linear, value.tensor))
        key = (*inputs, str(linear.axis))
        if key not in self._dequantized:
            result = self._unique(f"{value.tensor}_dequantized")
            name = self._unique(f"{value.tensor}_dequantize")
            node = helper.make_node("DequantizeLinear", inputs, [result], name)
            if linear.scale.ndim:
                node.attribute.append(helper.make_attribute("axis", linear.axis))
            self.nodes.append(node)
            self._dequantized[key] = result
        return self._dequantized[key]

    def _parameters(self, linear: Linear, tensor: str) -> tuple[str, str]:
        """
        The names of the scale and the zero point of a tensor.
        """
        scale = self._constant(linear.scale, f"{tensor}_scale")
        return scale, self._constant(linear.zero_point, f"{tensor}_zero_point")

    def _constant(self, value: Array, name: str) -> str:
        """
        A constant of this value, made where it is first needed.
        """
        key = (value.dtype.str, value.shape, value.tobytes())
        if key not in self._constants:
            self._constants[key] = self._unique(name)
            self.graph.constants[self._constants[key]] = np.asarray(value)
        return self._constants[key]

    def _unique(self, name: str) -> str:
        """
        `name`, or one that resembles it, for a new node or tensor.
        """
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name


def _domain(node: onnx.NodeProto) -> str:
    return ONNX if node.domain in ONNX_DOMAINS else node.domain


def _rule(node: onnx.NodeProto, known: Mapping[str, Linear]) -> Rule | None:
    """
    The rule for a node, if it is one of an integer operator and has a result.
    """
    if not node.output or not node.output[0]:
        return None
    domain = _domain(node)
    if domain == ONNX and node.op_type in DIRECT_RULES and any(x in known for x in node.input):
        return DIRECT_RULES[node.op_type]
    return QLINEAR_RULES.get((domain, node.op_type))
