"""
Integer operators node by node (helper of tests).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import onnx
from approx_opt.compiler.onnx_graph import Graph
from approx_opt.compiler.onnx_qoperator import to_qdq
from builders import Array, ModelBuilder
from onnx import helper

Signed: TypeAlias = bool
Triple: TypeAlias = tuple[str, str, str]
"""
The names of an integer tensor, its scale and its zero point.
"""

_INPUT_SCALE = 0.021
_RANGES = {
    "QLinearSigmoid": (1 / 256, -128),
    "QLinearSoftmax": (1 / 256, -128),
    "QLinearMul": (0.04, -11),
}
"""
Scale and zero point (of int8) where results are not about as large as inputs.
"""


class QBuilder(ModelBuilder):
    """
    A model on int8 or uint8 between QuantizeLinear of "x" and DequantizeLinear of its result.
    """

    def __init__(self, shape: Sequence[int], signed: Signed, opset: int = 17):
        super().__init__(shape, opset=opset)
        self.dtype = np.dtype(np.int8 if signed else np.uint8)
        self.result_scale = 0.0

    def zero(self, dtype: Any) -> str:
        """
        A zero point of 0.
        """
        return self.constant(np.zeros((), dtype))

    def pair(self, scale: float, zero_point: int) -> tuple[str, str]:
        """
        Scale and zero point; the latter as for int8.
        """
        shift = 0 if self.dtype == np.int8 else 128
        value = np.array(zero_point + shift, self.dtype)
        return self.constant(np.array(scale, np.float32)), self.constant(value)

    def start(self) -> Triple:
        """
        The quantized input.
        """
        pair = self.pair(_INPUT_SCALE, 3)
        return self.node("QuantizeLinear", "x", *pair), *pair

    def dequantized(self, x: Array) -> Array:
        """
        What `start` makes of int8 samples, as real values.
        """
        return (np.clip(np.rint(x / np.float32(_INPUT_SCALE)) + 3, -128, 127) - 3) * _INPUT_SCALE

    def integers(self, *shape: int) -> str:
        """
        int8 weights, or uint8 ones around 128.
        """
        low, high = (-127, 128) if self.dtype == np.int8 else (1, 256)
        return self.constant(self.rng.integers(low, high, shape).astype(self.dtype))

    def weight(self, *shape: int, scale: float = 0.01, zero_point: int = 0) -> Triple:
        """
        Weights with one scale.
        """
        return self.integers(*shape), *self.pair(scale, zero_point)

    def channel_weight(self, *shape: int, channels: int) -> Triple:
        """
        Weights with a scale for each channel.
        """
        scales = self.rng.uniform(0.005, 0.015, channels).astype(np.float32)
        zeros = np.full(channels, 0 if self.dtype == np.int8 else 128, self.dtype)
        return self.integers(*shape), self.constant(scales), self.constant(zeros)

    def bias(self, *shape: int) -> str:
        """
        An int32 bias of a few hundred steps of a product.
        """
        return self.constant(self.rng.integers(-3000, 3000, shape).astype(np.int32))

    def qlinear(
        self,
        operator: str,
        inputs: Sequence[Triple],
        extra: Sequence[str] = (),
        last: str | None = None,
        domain: str = "com.microsoft",
        **attributes: Any,
    ) -> Triple:
        """
        A node "layer" whose inputs are triples and `extra`, then the scale and zero point of the
        result, then `last`.
        """
        pair = self.pair(*_RANGES.get(operator, (0.023, -7)))
        names = [name for triple in inputs for name in triple]
        names += [*extra, *pair, *([last] if last else [])]
        if operator == "QLinearConcat":
            names = [*pair, *names[: -len(pair)]]
        if operator == "QGemm" and last:
            names = [*names[:6], last, *pair]
        taken = any(node.name == "layer" for node in self.nodes)
        name = f"layer{len(self.nodes)}" if taken else "layer"
        return self.node(operator, *names, name=name, domain=domain, **attributes), *pair

    def finish(self, result: Triple | str, rank: int = 2) -> onnx.ModelProto:
        """
        The model that gives `result` as real values.
        """
        triple = (result, *self.pair(0.02, 0)) if isinstance(result, str) else result
        (scale,) = (t for t in self.constants if t.name == triple[1])
        self.result_scale = float(onnx.numpy_helper.to_array(scale))
        return self.with_contrib(self.model(self.node("DequantizeLinear", *triple), rank))

    def with_contrib(self, model: onnx.ModelProto) -> onnx.ModelProto:
        """
        The model, ONNX Runtime's domain imported.
        """
        if not any(o.domain == "com.microsoft" for o in model.opset_import):
            model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
        return model


Built: TypeAlias = tuple[QBuilder, onnx.ModelProto]


def rewritten(model: onnx.ModelProto) -> Graph:
    """
    The QDQ form, not simplified any further.
    """
    graph = Graph.of(model)
    graph.infer()
    assert to_qdq(graph)
    graph.infer()
    return graph
