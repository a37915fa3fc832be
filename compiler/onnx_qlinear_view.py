"""
How integer tensors of an ONNX graph stand for real numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import onnx
from onnx import helper

from .onnx_graph import Array, Graph
from .onnx_node import NodeView, Unsupported

_INT8_TYPES = (np.dtype(np.int8), np.dtype(np.uint8))


@dataclass(frozen=True)
class Linear:
    """
    real = (integer - zero_point) * scale. `scale` is float32, `zero_point` of the type of the
    tensor; both are scalars, or vectors along `axis`.
    """

    scale: Array
    zero_point: Array
    axis: int = 0

    def same_as(self, other: Linear) -> bool:
        """
        True if both give every integer the same meaning.
        """
        same_type = self.zero_point.dtype == other.zero_point.dtype
        pairs = ((self.scale, other.scale), (self.zero_point, other.zero_point))
        return same_type and all(np.array_equal(a, b) for a, b in pairs)


@dataclass(frozen=True)
class Quantized:
    """
    An integer tensor and what it means.
    """

    tensor: str
    linear: Linear


class QLinearView(NodeView):
    """
    A node among integer tensors. `known` has the tensors that QuantizeLinear nodes above it give,
    those with one scale. Methods raise Unsupported where the node lacks what is asked for.
    """

    def __init__(self, graph: Graph, node: onnx.NodeProto, known: Mapping[str, Linear]):
        super().__init__(graph, node)
        self.known = known

    def activation(self, index: int) -> Quantized:
        """
        The tensor at `index`, one scale and zero point in the two inputs after it.
        """
        linear = self._linear(index + 1, self._element(index))
        if linear.scale.ndim:
            raise Unsupported("its activations have more than one scale")
        return Quantized(self.input(index), linear)

    def weight(self, index: int, axis: int) -> Quantized:
        """
        As `activation`, but a constant may have a scale for each position along `axis`.
        """
        linear = self._linear(index + 1, self._element(index))
        if linear.scale.ndim:
            shape = self.constant_input(index, "weights").shape
            if len(shape) < 2 or shape[axis] != linear.scale.size:
                raise Unsupported(f"its weights are {shape}, its scales {linear.scale.shape}")
            linear = replace(linear, axis=axis)
        return Quantized(self.input(index), linear)

    def result(self, index: int, source: Quantized) -> Linear:
        """
        Scale and zero point of the result, at `index` and after it; its type is that of `source`
        where there is no zero point to tell.
        """
        default = None if self.input(index + 1) else source.linear.zero_point.dtype
        linear = self._linear(index, default)
        if linear.scale.ndim:
            raise Unsupported("its result has more than one scale")
        return linear

    def produced(self, index: int) -> Quantized:
        """
        The tensor at `index`, as the node that computes it has quantized it.
        """
        name = self.input(index)
        if name not in self.known:
            raise Unsupported(f'no node above it tells the scale of "{name}"')
        return Quantized(name, self.known[name])

    def quantize_linear(self) -> Linear:
        """
        What the result of this QuantizeLinear means. Without zero point it is uint8, unless the
        node has an attribute for it.
        """
        element = self.integer("output_dtype", 0) or onnx.TensorProto.UINT8
        linear = self._linear(1, None if self.input(2) else _dtype(element))
        if linear.scale.ndim:
            raise Unsupported("its result has more than one scale")
        return linear

    def attributes_without(self, *names: str) -> list[onnx.AttributeProto]:
        """
        The attributes of the node, some left out.
        """
        return [a for a in self.node.attribute if a.name not in names]

    def _linear(self, index: int, element: np.dtype[np.generic] | None) -> Linear:
        """
        Scale and zero point at `index` and after it. `element` is the type of the tensor, if known.
        """
        scale = self.constant_input(index, "scale")
        if scale.dtype != np.float32:
            raise Unsupported(f"its scale is {scale.dtype.name}")
        if self.input(index + 1):
            zero_point = self.constant_input(index + 1, "zero point")
        elif element is None:
            raise Unsupported("the type of a tensor without zero point is unknown")
        else:
            zero_point = np.zeros((), element)
        if zero_point.dtype not in _INT8_TYPES:
            raise Unsupported(f"it works on {zero_point.dtype.name}")
        if element is not None and element != zero_point.dtype:
            raise Unsupported(f"a tensor is {element}, its zero point {zero_point.dtype}")
        return Linear(*_fitted(scale, zero_point))

    def _element(self, index: int) -> np.dtype[np.generic] | None:
        """
        The type of a tensor, if known.
        """
        name = self.input(index)
        if not name:
            raise Unsupported("it lacks an input")
        if name in self.known:
            return self.known[name].zero_point.dtype
        info = self.graph.tensors.get(name)
        return None if info is None else _dtype(info.element)


def _fitted(scale: Array, zero_point: Array) -> tuple[Array, Array]:
    """
    Both as scalars, or as vectors of one length.
    """
    size = max(scale.size, zero_point.size)
    for value in (scale, zero_point):
        if value.size not in (1, size) or max(value.shape, default=1) != value.size:
            raise Unsupported("its scales and zero points do not fit each other")
    shape = () if size == 1 else (size,)
    vectors = (np.resize(scale, size), np.resize(zero_point, size))
    return vectors[0].reshape(shape), vectors[1].reshape(shape)


def _dtype(element: int) -> np.dtype[np.generic] | None:
    """
    The type in NumPy, None if there is none.
    """
    try:
        return np.dtype(helper.tensor_dtype_to_np_dtype(element))
    except KeyError:
        return None
