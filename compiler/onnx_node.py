"""
One node of an ONNX graph, with typed access to what the importer asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

import onnx
from onnx import TensorProto
from xdsl.dialects.builtin import FloatAttr, IntegerAttr, f32, i64
from xdsl.ir import Attribute

from ..dialects.onnx_ops import OnnxOp
from .onnx_graph import Array, Graph, TensorInfo, attributes, input_name

_T = TypeVar("_T")


class Unsupported(Exception):
    """
    Why a node has no place in the dialect: "dilates its windows".
    """


class UnknownShape(Unsupported):
    """
    Shape inference left a tensor open; the cause is another node or the node's operator.
    """


@dataclass(frozen=True)
class Form:
    """
    The op for a node: class, names of its operands ("" for an absent one, a tuple for one of any
    number), properties without the node's name.
    """

    op: type[OnnxOp]
    operands: Sequence[str | tuple[str, ...]]
    properties: dict[str, Attribute] = field(default_factory=dict[str, Attribute])


class NodeView:
    """
    A node in its graph. Methods raise Unsupported where the node lacks what is asked for.
    """

    def __init__(self, graph: Graph, node: onnx.NodeProto):
        self.graph = graph
        self.node = node
        self._attributes = attributes(node)

    @property
    def operator(self) -> str:
        """
        The type of the node.
        """
        return self.node.op_type

    def has(self, attribute: str) -> bool:
        """
        True if an attribute is given.
        """
        return attribute in self._attributes

    def integer(self, attribute: str, default: int) -> int:
        """
        An integer attribute.
        """
        return self._converted(int, attribute, default)

    def integers(self, attribute: str, default: Sequence[int]) -> tuple[int, ...]:
        """
        An attribute that is a list of integers.
        """
        return self._converted(_integers, attribute, default)

    def real(self, attribute: str, default: float) -> float:
        """
        A float attribute.
        """
        return self._converted(float, attribute, default)

    def _converted(self, kind: Callable[[Any], _T], attribute: str, default: Any) -> _T:
        try:
            return kind(self._attributes.get(attribute, default))
        except (TypeError, ValueError, OverflowError) as error:
            raise Unsupported(f"its attribute {attribute} is of the wrong type") from error

    def text(self, attribute: str, default: str) -> str:
        """
        A string attribute.
        """
        return str(self._attributes.get(attribute, default))

    def input(self, index: int) -> str:
        """
        The name of an input, "" for an absent one.
        """
        return input_name(self.node, index)

    def constant(self, index: int) -> Array | None:
        """
        The value of an input, if it is a constant.
        """
        return self.graph.constants.get(self.input(index))

    def constant_input(self, index: int, what: str) -> Array:
        """
        The value of an input that has to be a constant.
        """
        value = self.constant(index)
        if value is None:
            raise Unsupported(f"its {what} must be constant")
        return value

    def info(self, name: str) -> TensorInfo:
        """
        Element type and shape of a tensor.
        """
        info = self.graph.tensors.get(name)
        if info is None:
            raise UnknownShape("the shapes around it are unknown")
        return info

    def shape(self, index: int) -> tuple[int, ...]:
        """
        The shape of an input.
        """
        return self._static(self.input(index))

    @property
    def result_shape(self) -> tuple[int, ...]:
        """
        The shape of the result.
        """
        return self._static(self.node.output[0])

    def _static(self, name: str) -> tuple[int, ...]:
        shape = self.info(name).static_shape
        if shape is None:
            raise UnknownShape("the shapes around it are unknown")
        return shape

    def require_elements(self, names: Sequence[str], *allowed: int) -> None:
        """
        Refuse tensors with other element types.
        """
        for name in names:
            info = self.info(name)
            if info.element not in allowed:
                raise Unsupported(f"it works on {info.element_name} ({name})")

    def require_weight(self, index: int, what: str) -> None:
        """
        Refuse an input that is neither a constant nor a dequantized one.
        """
        name = self.input(index)
        producer = self.graph.producer(name)
        while producer is not None and producer.op_type in ("DequantizeLinear", "QuantizeLinear"):
            name = producer.input[0]
            producer = self.graph.producer(name)
        if name not in self.graph.constants:
            raise Unsupported(f"its {what} must be constant")


def _integers(values: Sequence[Any]) -> tuple[int, ...]:
    return tuple(int(value) for value in values)


FormBuilder: TypeAlias = Callable[[NodeView], Form]
"""Makes the form of a node, or raises Unsupported."""


def integer(value: int) -> Attribute:
    """
    An integer property.
    """
    return IntegerAttr(value, i64)


def real(value: float) -> Attribute:
    """
    A float property.
    """
    return FloatAttr(value, f32)


def float_tensors(view: NodeView, operands: Sequence[str]) -> None:
    """
    Refuse operands that are not float32.
    """
    view.require_elements([n for n in operands if n], TensorProto.FLOAT)


def all_inputs(view: NodeView) -> tuple[str, ...]:
    """
    The names of the inputs, none of which may be absent; float32.
    """
    names = tuple(view.node.input)
    if "" in names:
        raise Unsupported("it lacks an input")
    float_tensors(view, names)
    return names


def plain_form(op: type[OnnxOp]) -> FormBuilder:
    """
    Float tensors in, float tensor out, no attributes.
    """

    def build(view: NodeView) -> Form:
        return Form(op, all_inputs(view))

    return build
