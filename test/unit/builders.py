"""
Small ONNX models, and ONNX Runtime to run them (helper of tests).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from approx_opt.compiler import ort_reference
from approx_opt.compiler.calibration import Calibration
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Array = NDArray[Any]


class ModelBuilder:
    """
    A model built node by node, with random weights. Methods return the names of tensors.
    """

    def __init__(
        self, shape: Sequence[int], batch: int | str = "N", opset: int = 17, seed: int = 0
    ):
        """
        `shape` is that of the input "x", without the batch.
        """
        self.shape = (batch, *shape)
        self.opset = opset
        self.rng = np.random.default_rng(seed)
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, value: Array, name: str | None = None) -> str:
        """
        An initializer.
        """
        name = name or f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(value, name))
        return name

    def weights(self, *shape: int, scale: float = 1.0) -> str:
        """
        A normally distributed initializer, float32.
        """
        return self.constant((self.rng.normal(size=shape) * scale).astype(np.float32))

    def node(
        self, op: str, *inputs: str, name: str | None = None, outputs: int = 1, **attributes: Any
    ) -> str:
        """
        A node; returns the name of its first output.
        """
        name = f"{op.lower()}{len(self.nodes)}" if name is None else name
        results = [f"{op.lower()}{len(self.nodes)}_out{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(op, inputs, results, name, **attributes))
        return results[0]

    def conv(
        self,
        x: str,
        channels: int,
        filters: int,
        kernel: tuple[int, int] = (3, 3),
        bias: bool = True,
        **attributes: Any,
    ) -> str:
        """
        Conv with random weights; `group` as attribute.
        """
        depth = channels // attributes.get("group", 1)
        fan_in = depth * kernel[0] * kernel[1]
        inputs = [self.weights(filters, depth, *kernel, scale=fan_in**-0.5)]
        if bias:
            inputs.append(self.weights(filters))
        return self.node("Conv", x, *inputs, **attributes)

    def gemm(self, x: str, inputs: int, outputs: int, trans_b: int = 1) -> str:
        """
        Gemm with random weights and bias.
        """
        shape = (outputs, inputs) if trans_b else (inputs, outputs)
        weight = self.weights(*shape, scale=inputs**-0.5)
        return self.node("Gemm", x, weight, self.weights(outputs), transB=trans_b)

    def batch_norm(self, x: str, channels: int, name: str | None = None) -> str:
        """
        BatchNormalization with random parameters.
        """
        variance = self.rng.uniform(0.5, 2.0, channels).astype(np.float32)
        vectors = [self.weights(channels) for _ in range(3)]
        return self.node("BatchNormalization", x, *vectors, self.constant(variance), name=name)

    def model(self, result: str, rank: int = 2, result_batch: int | str = "N") -> onnx.ModelProto:
        """
        The model from "x" to `result`, a tensor of the given rank.
        """
        dims = [result_batch, *(f"d{i}" for i in range(1, rank))]
        x = helper.make_tensor_value_info("x", TensorProto.FLOAT, self.shape)
        y = helper.make_tensor_value_info(result, TensorProto.FLOAT, dims)
        graph = helper.make_graph(self.nodes, "test", [x], [y], self.constants)
        opset = helper.make_opsetid("", self.opset)
        return helper.make_model(graph, opset_imports=[opset], ir_version=8)

    def samples(self, count: int = 16) -> NDArray[np.float32]:
        """
        Normally distributed inputs.
        """
        return self.rng.normal(size=(count, *self.shape[1:])).astype(np.float32)


def run_onnx(model: onnx.ModelProto, x: Array) -> Array:
    """
    ONNX Runtime on samples one by one, without graph optimizations.
    """
    return np.concatenate(list(ort_reference.run(model, x)[0]))


def calibration(builder: ModelBuilder, count: int = 32) -> Calibration:
    """
    Calibration data for a builder's model.
    """
    return Calibration(builder.samples(count))


def node_named(model: onnx.ModelProto, name: str) -> onnx.NodeProto:
    """
    The node with a name.
    """
    (node,) = (n for n in model.graph.node if n.name == name)
    return node


def output_scale(model: onnx.ModelProto) -> float:
    """
    The scale of the DequantizeLinear that gives the result of a QDQ model.
    """
    (result,) = model.graph.output
    (node,) = (n for n in model.graph.node if result.name in n.output)
    assert node.op_type == "DequantizeLinear"
    (scale,) = (t for t in model.graph.initializer if t.name == node.input[1])
    return float(numpy_helper.to_array(scale).reshape(()))
