"""
Small models of integer operators, for test_onnx_qoperator.py (helper of tests).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import onnx
from builders import Array
from qoperator_builder import Built, QBuilder, Signed, Triple

Case: TypeAlias = Callable[[Signed], Built]
Layer: TypeAlias = Callable[[QBuilder], Triple]

_IMAGE, _VECTOR = (3, 6, 5), (11,)


def _case(shape: Sequence[int], rank: int, layer: Layer, opset: int = 17) -> Case:
    def build(signed: Signed) -> Built:
        b = QBuilder(shape, signed, opset)
        return b, b.finish(layer(b), rank)

    return build


def _conv(channels: bool = False, bias: bool = True, **attributes: Any) -> Case:
    def layer(b: QBuilder) -> Triple:
        shape = (4, 3, 3, 3)
        w = b.channel_weight(*shape, channels=4) if channels else b.weight(*shape, zero_point=5)
        last = b.bias(4) if bias else None
        return b.qlinear("QLinearConv", [b.start(), w], last=last, domain="", **attributes)

    return _case(_IMAGE, 4, layer)


def _matmul(channels: bool, rank: int = 1) -> Case:
    def layer(b: QBuilder) -> Triple:
        w = b.channel_weight(11, 7, channels=7) if channels else b.weight(11, 7, zero_point=-4)
        return b.qlinear("QLinearMatMul", [b.start(), w], domain="")

    return _case((*[4] * (rank - 1), 11), rank + 1, layer)


def _gemm(
    trans_b: int = 1,
    channels: bool = False,
    bias: Sequence[int] | None = (7,),
    **attributes: Any,
) -> Case:
    def layer(b: QBuilder) -> Triple:
        shape = (7, 11) if trans_b else (11, 7)
        w = b.channel_weight(*shape, channels=7) if channels else b.weight(*shape, zero_point=6)
        last = None if bias is None else b.bias(*bias)
        values = {"transB": trans_b, **attributes}
        if last is None:
            return b.qlinear("QGemm", [b.start(), w], extra=("",), **values)
        return b.qlinear("QGemm", [b.start(), w], last=last, **values)

    return _case(_VECTOR, 2, layer)


def _on_input(operator: str, shape: Sequence[int] = _IMAGE, **attributes: Any) -> Case:
    def layer(b: QBuilder) -> Triple:
        return b.qlinear(operator, [b.start()], **attributes)

    return _case(shape, len(shape) + 1, layer)


def _binary(operator: str, constant: bool = False) -> Case:
    """
    Of the input and its sigmoid, or of the input and a constant for each channel.
    """

    def layer(b: QBuilder) -> Triple:
        x = b.start()
        other = b.weight(3, 1, 1) if constant else b.qlinear("QLinearSigmoid", [x])
        return b.qlinear(operator, [x, other])

    return _case(_IMAGE, 4, layer)


def _concat(b: QBuilder) -> Triple:
    x = b.start()
    return b.qlinear("QLinearConcat", [x, b.qlinear("QLinearSigmoid", [x]), x], axis=1)


def _direct(operator: str, rank: int, *constants: Array | str, **attributes: Any) -> Case:
    """
    An operator of ONNX on integers; "zero_point" is the zero point of its input.
    """

    def layer(b: QBuilder) -> Triple:
        x, scale, zero_point = b.qlinear("QLinearLeakyRelu", [b.start()], alpha=0.3)
        given = {"zero_point": zero_point, "": ""}
        names = [given[c] if isinstance(c, str) else b.constant(c) for c in constants]
        name = "moved"
        return b.node(operator, x, *names, name=name, **attributes), scale, zero_point

    return _case(_IMAGE, rank, layer)


def _pad_with(integer: int) -> Case:
    def layer(b: QBuilder) -> Triple:
        x, scale, zero_point = b.start()
        pads = b.constant(_PADS)
        fill = b.constant(np.array(integer, b.dtype))
        return b.node("Pad", x, pads, fill, name="moved"), scale, zero_point

    return _case(_IMAGE, 4, layer)


def _joined(b: QBuilder) -> Triple:
    x, scale, zero_point = b.start()
    pooled = b.node("MaxPool", x, kernel_shape=[3, 3], pads=[1, 1, 1, 1], name="pool")
    same = b.node("Identity", x)
    return b.node("Concat", x, pooled, same, axis=1, name="moved"), scale, zero_point


def _arg_max(signed: Signed) -> Built:
    b = QBuilder(_VECTOR, signed)
    x, *_ = b.start()
    indices = b.node("ArgMax", x, axis=1, keepdims=1, name="moved")
    model = b.model(b.node("Cast", indices, to=onnx.TensorProto.FLOAT))
    b.result_scale = 0.1
    return b, model


def _real_gemm(signed: Signed) -> Built:
    """
    QGemm without a scale for its result: float32.
    """
    b = QBuilder(_VECTOR, signed)
    names = (*b.start(), *b.weight(7, 11), b.bias(7))
    y = b.node("QGemm", *names, name="layer", domain="com.microsoft", transB=1)
    b.result_scale = 1e-4
    return b, b.with_contrib(b.model(y))


_PADS = np.array([0, 0, 1, 2, 0, 0, 0, 1], np.int64)

CASES: dict[str, tuple[Sequence[str], Case]] = {
    "conv": (["Conv"], _conv()),
    "conv_channels": (["Conv"], _conv(channels=True)),
    "conv_no_bias": (["Conv"], _conv(bias=False)),
    "conv_channels_no_bias": (["Conv"], _conv(channels=True, bias=False)),
    "conv_attributes": (["Conv"], _conv(strides=[2, 1], pads=[1, 0, 1, 2])),
    "matmul": (["MatMul"], _matmul(channels=False)),
    "matmul_channels": (["MatMul"], _matmul(channels=True)),
    "matmul_rows": (["MatMul"], _matmul(channels=False, rank=2)),
    "gemm": (["Gemm"], _gemm()),
    "gemm_channels": (["Gemm"], _gemm(channels=True)),
    "gemm_untransposed": (["Gemm"], _gemm(trans_b=0)),
    "gemm_untransposed_channels": (["Gemm"], _gemm(trans_b=0, channels=True)),
    "gemm_alpha": (["Gemm"], _gemm(alpha=0.7)),
    "gemm_bias_matrix": (["Gemm"], _gemm(channels=True, bias=(1, 7))),
    "gemm_no_bias": (["Gemm"], _gemm(bias=None)),
    "gemm_real": (["Gemm"], _real_gemm),
    "add": (["Add", "Sigmoid"], _binary("QLinearAdd")),
    "add_constant": (["Add"], _binary("QLinearAdd", constant=True)),
    "mul": (["Mul", "Sigmoid"], _binary("QLinearMul")),
    "mul_constant": (["Mul"], _binary("QLinearMul", constant=True)),
    "average_pool": (
        ["AveragePool"],
        _on_input("QLinearAveragePool", kernel_shape=[2, 3], strides=[2, 1], pads=[1, 0, 0, 1]),
    ),
    "average_pool_counts_padding": (
        ["AveragePool"],
        _on_input(
            "QLinearAveragePool", kernel_shape=[3, 3], pads=[1, 1, 1, 1], count_include_pad=1
        ),
    ),
    "global_average_pool": (
        ["GlobalAveragePool"],
        _on_input("QLinearGlobalAveragePool", channels_last=0),
    ),
    "concat": (["Concat", "Sigmoid"], _case(_IMAGE, 4, _concat)),
    "sigmoid": (["Sigmoid"], _on_input("QLinearSigmoid")),
    "leaky_relu": (["LeakyRelu"], _on_input("QLinearLeakyRelu", alpha=0.2)),
    "softmax": (["Softmax"], _on_input("QLinearSoftmax", (9,), axis=-1, opset=17)),
    "softmax_old": (["Softmax"], _on_input("QLinearSoftmax", (4, 5), axis=-1, opset=12)),
    "max_pool": (["LeakyRelu", "MaxPool"], _direct("MaxPool", 4, kernel_shape=[2, 2])),
    "reshape": (["LeakyRelu", "Reshape"], _direct("Reshape", 3, np.array([0, -1, 5]))),
    "flatten": (["LeakyRelu", "Flatten"], _direct("Flatten", 2)),
    "transpose": (["LeakyRelu", "Transpose"], _direct("Transpose", 4, perm=[0, 2, 3, 1])),
    "unsqueeze": (["LeakyRelu", "Unsqueeze"], _direct("Unsqueeze", 5, np.array([2]))),
    "pad_edge": (["LeakyRelu", "Pad"], _direct("Pad", 4, _PADS, mode="edge")),
    "pad_zero_point": (["LeakyRelu", "Pad"], _direct("Pad", 4, _PADS, "zero_point")),
    "pad_default": (["LeakyRelu", "Pad"], _direct("Pad", 4, _PADS)),
    "pad_value": (["Pad"], _pad_with(57)),
    "resize": (
        ["LeakyRelu", "Resize"],
        _direct("Resize", 4, "", np.array([1, 1, 2, 2], np.float32), mode="nearest"),
    ),
    "concat_of_integers": (["MaxPool", "Identity", "Concat"], _case(_IMAGE, 4, _joined)),
    "arg_max": (["ArgMax", "Cast"], _arg_max),
}
"""
Float operators of the QDQ form, and the model.
"""
