"""
Float networks whose layers are normalized on data, so that their results depend on their inputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Array = NDArray[Any]

OPSET = 17

_BLOCK = 8
_EPSILON = 1e-3
_BATCH = 32
"""Samples that layers are normalized on."""


def smooth_samples(shape: Sequence[int], count: int, seed: int) -> NDArray[np.float32]:
    """
    Inputs float32 [count, *shape]: blocks of one value, some noise, and a contrast of its own for
    each sample, since averages over white noise would be all alike.
    """
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(count, *(-(-size // _BLOCK) for size in shape)))
    for axis, size in enumerate(shape, start=1):
        x = np.take(x.repeat(_BLOCK, axis), range(size), axis)
    contrast = rng.uniform(0.5, 1.5, size=(count, *(1 for _ in shape)))
    return (contrast * (x + 0.3 * rng.normal(size=x.shape))).astype(np.float32)


class NetworkBuilder:
    """
    A float32 network of batch 1, built node by node; methods return the names of tensors.

    `values` are the tensors on a batch of samples. Weights are normally distributed (He et al.,
    arXiv:1502.01852); every channel is brought to about unit variance on the samples.
    """

    def __init__(self, shape: Sequence[int], seed: int, batch_norm: bool):
        """
        `shape` is that of the input "input", without the batch. With `batch_norm` layers have a
        BatchNormalization, else what it would do is in their weights.
        """
        self.shape = tuple(shape)
        self.batch_norm = batch_norm
        self.rng = np.random.default_rng(seed)
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, Array] = {}
        self.values: dict[str, Array] = {"input": smooth_samples(shape, _BATCH, seed)}

    def constant(self, value: Array, name: str) -> str:
        """
        An initializer.
        """
        self.constants[name] = value
        return name

    def node(self, op: str, *inputs: str, name: str | None = None, **attributes: Any) -> str:
        """
        A node; its value is computed at once.
        """
        name = name or f"{op.lower()}{len(self.nodes)}"
        node = helper.make_node(op, inputs, [f"{name}_out"], name, **attributes)
        self.nodes.append(node)
        operands = {i: self.constants[i] if i in self.constants else self.values[i] for i in inputs}
        self.values[node.output[0]] = _run(node, operands)
        return node.output[0]

    def conv(
        self, x: str, filters: int, kernel: Sequence[int], group: int = 1, **attributes: Any
    ) -> str:
        """
        Convolution, normalized; without attributes stride 1 and no padding.
        """
        depth = self.values[x].shape[1] // group
        name = f"conv{len(self.nodes)}"
        weight = self._filters((filters, depth, *kernel))
        options: dict[str, Any] = {"kernel_shape": list(kernel), "group": group, **attributes}
        raw = helper.make_node("Conv", ["x", "w"], ["y"], **options)
        mean, deviation = _moments(_run(raw, {"x": self.values[x], "w": weight}))
        if not self.batch_norm:
            scale, bias = self._affine(mean, deviation)
            inputs = self._weights(name, weight * scale.reshape(-1, 1, 1, 1), bias)
            return self.node("Conv", x, *inputs, name=name, **options)
        y = self.node("Conv", x, *self._weights(name, weight), name=name, **options)
        return self.normalize(y, name)

    def pointwise(self, x: str, filters: int) -> str:
        """
        1 x 1 convolution.
        """
        return self.conv(x, filters, (1, 1))

    def depthwise(self, x: str, kernel: Sequence[int], **attributes: Any) -> str:
        """
        A filter for each channel.
        """
        channels = self.values[x].shape[1]
        return self.conv(x, channels, kernel, group=channels, **attributes)

    def dense(self, x: str, outputs: int, gain: float = 1.0) -> str:
        """
        Gemm as PyTorch writes it, its results of standard deviation `gain`.

        The weights are sums of centred samples, as a trained classifier's are: random ones would
        mostly amplify what does not vary with the input.
        """
        name = f"gemm{len(self.nodes)}"
        centred = self.values[x] - self.values[x].mean(0)
        random = centred.T @ self._he((_BATCH, outputs), _BATCH)
        weight, bias = _normalized(self.values[x], random, gain)
        return self.node("Gemm", x, *self._weights(name, weight.T, bias), name=name, transB=1)

    def matmul(self, x: str, outputs: int) -> str:
        """
        MatMul and Add as Keras writes a dense layer.
        """
        name = f"matmul{len(self.nodes)}"
        size = self.values[x].shape[1]
        values = _normalized(self.values[x], self._he((size, outputs), size), 1.0)
        weight, bias = self._weights(name, *values)
        return self.node("Add", self.node("MatMul", x, weight, name=name), bias, name=f"{name}_add")

    def normalize(self, x: str, name: str) -> str:
        """
        BatchNormalization with the moments of `x`.
        """
        mean, deviation = _moments(self.values[x])
        gamma, beta = self.rng.uniform(0.5, 1.5, mean.shape), self._beta(len(mean))
        vectors = {"gamma": gamma, "beta": beta, "mean": mean, "variance": deviation**2}
        inputs = [self.constant(v.astype(np.float32), f"{name}_{k}") for k, v in vectors.items()]
        return self.node("BatchNormalization", x, *inputs, name=f"{name}_norm", epsilon=_EPSILON)

    def clip(self, x: str, low: float, high: float) -> str:
        """
        Clip; ReLU6 from 0 to 6.
        """
        bounds = {"min": low, "max": high}
        inputs = [
            self.constant(np.array(v, np.float32), f"clip{len(self.nodes)}_{k}")
            for k, v in bounds.items()
        ]
        return self.node("Clip", x, *inputs)

    def model(self, result: str) -> onnx.ModelProto:
        """
        The model from "input" to `result`.
        """
        shapes = (("input", self.shape), (result, self.values[result].shape[1:]))
        source, target = (
            helper.make_tensor_value_info(name, TensorProto.FLOAT, (1, *shape))
            for name, shape in shapes
        )
        initializers = [numpy_helper.from_array(v, name) for name, v in self.constants.items()]
        graph = helper.make_graph(self.nodes, "network", [source], [target], initializers)
        opset = helper.make_opsetid("", OPSET)
        model = helper.make_model(graph, opset_imports=[opset], ir_version=8)
        onnx.checker.check_model(model, full_check=True)
        return model

    def _filters(self, shape: Sequence[int]) -> Array:
        """
        Weights of a convolution. Half of their variance is one value for the whole window: filters
        of pure noise respond to noise most, and amplify that of quantization from layer to layer.
        """
        fan_in = int(np.prod(shape[1:]))
        common = self._he((*shape[:2], 1, 1), fan_in)
        return (self._he(shape, fan_in) + common) * np.float32(0.5**0.5)

    def _he(self, shape: Sequence[int], fan_in: int) -> Array:
        return (self.rng.normal(size=shape) * (2 / fan_in) ** 0.5).astype(np.float32)

    def _beta(self, size: int) -> Array:
        """
        What channels are shifted by, so that ReLU passes most values of most of them.
        """
        return self.rng.normal(0.5, 0.3, size).astype(np.float32)

    def _weights(self, name: str, weight: Array, *bias: Array) -> list[str]:
        values = {f"{name}_weight": weight} | {f"{name}_bias": b for b in bias}
        return [self.constant(value.astype(np.float32), key) for key, value in values.items()]

    def _affine(self, mean: Array, deviation: Array) -> tuple[Array, Array]:
        """
        Scale and offset that normalize, as BatchNormalization of random gamma and beta does.
        """
        scale = self.rng.uniform(0.5, 1.5, mean.shape) / deviation
        return scale, self._beta(len(mean)) - mean * scale


def _moments(x: Array) -> tuple[Array, Array]:
    """
    Mean and standard deviation of each channel, dimension 1.
    """
    axes = tuple(axis for axis in range(x.ndim) if axis != 1)
    return x.mean(axes, np.float64), np.maximum(x.std(axes, np.float64), _EPSILON)


def _normalized(x: Array, weight: Array, gain: float) -> tuple[Array, Array]:
    """
    Weights [inputs, outputs] of another scale and the bias of a dense layer.
    """
    mean, deviation = _moments(x @ weight)
    return weight * gain / deviation, -mean * gain / deviation


def _run(node: onnx.NodeProto, operands: dict[str, Array]) -> Array:
    """
    The first result of one node.
    """
    inputs = [
        helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(v.dtype), v.shape)
        for name, v in operands.items()
    ]
    outputs = [helper.make_empty_tensor_value_info(node.output[0])]
    graph = helper.make_graph([node], "node", inputs, outputs)
    opset = helper.make_opsetid("", OPSET)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=8)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    (result,) = session.run(None, operands)
    return np.asarray(result)
