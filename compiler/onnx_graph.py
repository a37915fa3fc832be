"""
An ONNX graph that can be looked up and edited.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from .errors import UserError

ONNX_DOMAINS = ("", "ai.onnx")

Array = NDArray[Any]


@dataclass(frozen=True)
class TensorInfo:
    """
    Element type (`onnx.TensorProto.FLOAT`, ...) and shape; None is a dimension nobody knows.
    """

    element: int
    shape: tuple[int | None, ...]

    @property
    def static_shape(self) -> tuple[int, ...] | None:
        """
        The shape, if all of it is known.
        """
        known = tuple(d for d in self.shape if d is not None)
        return known if len(known) == len(self.shape) else None

    @property
    def element_name(self) -> str:
        """
        Such as "float32".
        """
        try:
            return np.dtype(onnx.helper.tensor_dtype_to_np_dtype(self.element)).name
        except KeyError:
            return f"of unknown type {self.element}"


@dataclass
class Graph:
    """
    Nodes in topological order, constants by name, and what is known of every tensor.

    `Constant` nodes and initializers are both constants; an input that has an initializer (IR
    version 3) is none. Nodes are always named.
    """

    model: onnx.ModelProto
    inputs: list[onnx.ValueInfoProto]
    outputs: list[onnx.ValueInfoProto]
    nodes: list[onnx.NodeProto]
    constants: dict[str, Array]
    tensors: dict[str, TensorInfo] = field(default_factory=dict[str, TensorInfo])

    @classmethod
    def of(cls, model: onnx.ModelProto) -> Graph:
        """
        The graph of a model; later edits leave the model alone.
        """
        copy = onnx.ModelProto()
        copy.CopyFrom(model)
        constants = {t.name: numpy_helper.to_array(t) for t in copy.graph.initializer}
        inputs = [value for value in copy.graph.input if value.name not in constants]
        graph = cls(copy, inputs, list(copy.graph.output), named(copy.graph.node), constants)
        graph._absorb_constant_nodes()
        return graph

    @property
    def opset(self) -> int:
        """
        The version of ONNX's own operators.
        """
        versions = [o.version for o in self.model.opset_import if o.domain in ONNX_DOMAINS]
        return max(versions, default=1)

    def to_model(self) -> onnx.ModelProto:
        """
        A model of the present state, without inferred shapes.
        """
        model = onnx.ModelProto()
        model.CopyFrom(self.model)
        for old in ("input", "output", "node", "initializer", "value_info", "sparse_initializer"):
            model.graph.ClearField(old)
        model.graph.input.extend(self.inputs)
        model.graph.output.extend(self.outputs)
        model.graph.node.extend(self.nodes)
        for name, value in self.constants.items():
            model.graph.initializer.append(numpy_helper.from_array(value, name))
        if model.ir_version < 4:
            # Before, an initializer had to be an input too.
            model.ir_version = 4
        return model

    def infer(self, strict: bool = False) -> None:
        """
        Fill `tensors` by ONNX's shape inference.

        Errors: UserError where the shapes of the model contradict each other; with `strict`, also
        where an operator cannot be inferred.
        """
        try:
            inferred = onnx.shape_inference.infer_shapes(
                self.to_model(), strict_mode=strict, data_prop=True
            )
        except (onnx.shape_inference.InferenceError, ValueError) as error:
            raise UserError(f"the shapes of the model do not fit: {error}") from error
        values = [*inferred.graph.input, *inferred.graph.output, *inferred.graph.value_info]
        self.tensors = {v.name: _info(v) for v in values if v.type.HasField("tensor_type")}
        for name, value in self.constants.items():
            element = onnx.helper.np_dtype_to_tensor_dtype(value.dtype)
            self.tensors[name] = TensorInfo(element, value.shape)

    def users(self, name: str) -> list[onnx.NodeProto]:
        """
        The nodes that read a tensor.
        """
        return [node for node in self.nodes if name in node.input]

    def producer(self, name: str) -> onnx.NodeProto | None:
        """
        The node that computes a tensor.
        """
        return next((node for node in self.nodes if name in node.output), None)

    def is_output(self, name: str) -> bool:
        """
        True for a result of the model.
        """
        return any(value.name == name for value in self.outputs)

    def sole_user(self, name: str) -> onnx.NodeProto | None:
        """
        The only node that reads a tensor which is no result of the model.
        """
        users = self.users(name)
        return users[0] if len(users) == 1 and not self.is_output(name) else None

    def constant(self, node: onnx.NodeProto, index: int) -> Array | None:
        """
        The value of a node's input, if it is there and a constant.
        """
        return self.constants.get(input_name(node, index))

    def add_constant(self, name: str, value: Array) -> str:
        """
        A new constant; returns its name, which is `name` or resembles it.
        """
        taken = {*self.constants, *self.tensors, *(o for n in self.nodes for o in n.output)}
        unique = name
        while unique in taken:
            unique += "_"
        self.constants[unique] = value
        return unique

    def replace_uses(self, old: str, new: str) -> None:
        """
        Let every node read `new` in the place of `old`.
        """
        for node in self.nodes:
            for index, name in enumerate(node.input):
                if name == old:
                    node.input[index] = new

    def remove(self, node: onnx.NodeProto) -> None:
        """
        Take out one node, this very object.
        """
        self.nodes = [other for other in self.nodes if other is not node]

    def prune(self) -> None:
        """
        Drop nodes and constants that no result of the model depends on.
        """
        needed = {value.name for value in self.outputs}
        kept: list[onnx.NodeProto] = []
        for node in reversed(self.nodes):
            if needed.intersection(node.output):
                needed.update(node.input)
                kept.append(node)
        self.nodes = kept[::-1]
        self.constants = {k: v for k, v in self.constants.items() if k in needed}

    def _absorb_constant_nodes(self) -> None:
        """
        Constant nodes that hold a plain tensor become entries of `constants`.
        """
        kept: list[onnx.NodeProto] = []
        for node in self.nodes:
            value = _constant_value(node)
            if value is None:
                kept.append(node)
            else:
                self.constants[node.output[0]] = value
        self.nodes = kept


def input_name(node: onnx.NodeProto, index: int) -> str:
    """
    The name of an input, "" where an optional one is left out.
    """
    return node.input[index] if index < len(node.input) else ""


def attributes(node: onnx.NodeProto) -> dict[str, Any]:
    """
    The attributes of a node as Python values, strings as `str`.
    """
    values = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
    return {k: v.decode() if isinstance(v, bytes) else v for k, v in values.items()}


def set_attribute(node: onnx.NodeProto, name: str, value: Sequence[int] | float) -> None:
    """
    Add or replace an attribute.
    """
    kept = [a for a in node.attribute if a.name != name]
    node.ClearField("attribute")
    node.attribute.extend([*kept, onnx.helper.make_attribute(name, value)])


def named(nodes: Iterable[onnx.NodeProto]) -> list[onnx.NodeProto]:
    """
    Give nodes that have no name, or that of another, one made of operator and position.
    """
    result = list(nodes)
    taken = {node.name for node in result}
    seen: set[str] = set()
    for index, node in enumerate(result):
        if not node.name or node.name in seen:
            name = f"{node.name or node.op_type}_{index}"
            while name in taken:
                name += "_"
            node.name = name
        taken.add(node.name)
        seen.add(node.name)
    return result


def _constant_value(node: onnx.NodeProto) -> Array | None:
    if node.op_type != "Constant" or node.domain not in ONNX_DOMAINS:
        return None
    (name, value), *_ = attributes(node).items()
    if name == "value":
        return numpy_helper.to_array(value)
    dtypes = {"value_float": np.float32, "value_floats": np.float32}
    dtypes |= {"value_int": np.int64, "value_ints": np.int64}
    return np.array(value, dtypes[name]) if name in dtypes else None


def _info(value: onnx.ValueInfoProto) -> TensorInfo:
    tensor = value.type.tensor_type
    dims = [d.dim_value if d.HasField("dim_value") else None for d in tensor.shape.dim]
    return TensorInfo(tensor.elem_type, tuple(dims))
