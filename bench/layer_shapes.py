"""
Single layers by their shapes: from text, or from a network; and a small network around each.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from approx_opt.compiler.errors import UserError
from approx_opt.dialects import network_ops as approx
from approx_opt.passes.convert_inputs import ConvertInputsPass
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import OpResult, SSAValue

sys.path.append(str(Path(__file__).resolve().parents[1] / "test" / "numerics"))

from layers import Layers

SYNTAX = (
    "conv:HxWxC:OUTPUTS:KxK[:STRIDE[:TOP,LEFT,BOTTOM,RIGHT]], depthwise:, maxpool: and"
    " avgpool:HxWxC:KxK[:STRIDE[:PADS]], dense:INPUTS:OUTPUTS, add:HxWxC, and the conversion of an"
    " input, int8, uint8 or float32, nhwc or nchw: input:HxWxC:TYPE:LAYOUT"
)
_WINDOW = r"(?P<kernel>\d+x\d+)(?::(?P<stride>\d+(?:x\d+)?))?(?::(?P<pads>\d+,\d+,\d+,\d+))?"
_PLANE = r"(?P<input>\d+x\d+x\d+)"
_FORMS = [
    re.compile(text)
    for text in (
        rf"(?P<op>conv):{_PLANE}:(?P<outputs>\d+):{_WINDOW}",
        rf"(?P<op>depthwise|maxpool|avgpool):{_PLANE}:{_WINDOW}",
        r"(?P<op>dense):(?P<input>\d+):(?P<outputs>\d+)",
        rf"(?P<op>add):{_PLANE}",
        rf"(?P<op>input):{_PLANE}:(?P<form>(?:int8|uint8|float32):(?:nhwc|nchw))",
    )
]


@dataclass(frozen=True)
class LayerShape:
    """
    A layer but for its numbers: `op` of `SYNTAX`, input (HxWxC or a vector), number of output
    channels (of `conv` and `dense`), window, stride and pads (top, left, bottom, right), `form` of
    an input: type and layout.
    """

    op: str
    input: tuple[int, ...]
    outputs: int = 0
    kernel: tuple[int, int] = (1, 1)
    stride: tuple[int, int] = (1, 1)
    pads: tuple[int, int, int, int] = (0, 0, 0, 0)
    form: str = ""

    def __str__(self) -> str:
        """
        As `parse` reads it.
        """
        parts = [self.op, _by(self.input)]
        if self.op in ("conv", "dense"):
            parts.append(str(self.outputs))
        if self.op == "input":
            parts.append(self.form)
        elif self.op not in ("dense", "add"):
            parts += [_by(self.kernel), _by(self.stride), ",".join(map(str, self.pads))]
        return ":".join(parts)

    @staticmethod
    def parse(text: str) -> LayerShape:
        """
        Errors: UserError for what is not of `SYNTAX`.
        """
        matches = (form.fullmatch(text) for form in _FORMS)
        found = next((match for match in matches if match is not None), None)
        if found is None:
            raise UserError(f"'{text}' is no layer; there are {SYNTAX}")
        parts = {key: value for key, value in found.groupdict().items() if value is not None}
        kernel = _numbers(parts.get("kernel", "1x1"))
        stride = _numbers(parts.get("stride", "1"))
        return LayerShape(
            parts["op"],
            _numbers(parts["input"]),
            int(parts.get("outputs", "0")),
            (kernel[0], kernel[1]),
            (stride[0], stride[-1]),
            _pads(parts.get("pads", "0,0,0,0")),
            parts.get("form", ""),
        )

    @staticmethod
    def of(op: approx.NetworkOp) -> LayerShape | None:
        """
        The shape of a layer of a network; None for kinds that are not measured alone.
        """
        match op:
            case approx.FullyConnectedOp():
                return LayerShape("dense", op.input_shape, op.output_shape[0])
            case approx.AddOp():
                return LayerShape("add", op.output_shape)
            case approx.Conv2dOp() if op.groups == 1 and op.dilation == (1, 1):
                outputs = op.output_shape[2]
                return LayerShape("conv", op.input_shape, outputs, op.window, op.stride, op.padding)
            case approx.DepthwiseConv2dOp() | approx.MaxPool2dOp() | approx.AvgPool2dOp():
                kind = _KINDS[type(op)]
                return LayerShape(kind, op.input_shape, 0, op.window, op.stride, op.padding)
            case _:
                return None

    def network(self, name: str, seed: int = 0) -> tuple[ModuleOp, str]:
        """
        A network with the layer, and the name of the layer in it.

        As in a network, a layer before it lays out its input and one behind it reads its result.
        Numbers are random.
        """
        if self.op == "input":
            return self._converted(name, seed)
        if len(self.input) == 1:
            layers = Layers(name, (4,), seed)
            result = self._layer(layers, layers.dense(layers.input, self.input[0]))
            return layers.finish(layers.dense(result, 1)), _label(result)
        layers = Layers(name, (*self.input[:2], 1), seed)
        result = self._layer(layers, layers.conv(layers.input, self.input[2], (1, 1)))
        return layers.finish(layers.conv(result, 1, (1, 1))), _label(result)

    def _converted(self, name: str, seed: int) -> tuple[ModuleOp, str]:
        layers = Layers(name, self.input, seed)
        module = layers.finish(layers.conv(layers.input, 1, (3, 3), pads=(1, 1, 1, 1)))
        element, layout = self.form.split(":")
        ConvertInputsPass(layout, element).apply(Context(), module)
        return module, next(
            op for op in module.walk() if isinstance(op, approx.NetworkOp)
        ).layer.data

    def _layer(self, layers: Layers, x: SSAValue) -> SSAValue:
        window = {"strides": self.stride, "pads": self.pads}
        match self.op:
            case "conv":
                return layers.conv(x, self.outputs, self.kernel, **window)
            case "depthwise":
                return layers.depthwise(x, self.kernel, **window)
            case "maxpool":
                return layers.max_pool(x, self.kernel, **window)
            case "avgpool":
                return layers.avg_pool(x, self.kernel, **window)
            case "dense":
                return layers.dense(x, self.outputs)
            case _:
                return layers.add(x, layers.requantize(x, 0.9))


_KINDS = {
    approx.DepthwiseConv2dOp: "depthwise",
    approx.MaxPool2dOp: "maxpool",
    approx.AvgPool2dOp: "avgpool",
}


def _label(value: SSAValue) -> str:
    assert isinstance(value, OpResult)
    assert isinstance(value.op, approx.NetworkOp)
    return value.op.layer.data


def _by(sizes: tuple[int, ...]) -> str:
    return "x".join(map(str, sizes))


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split("x")))


def _pads(text: str) -> tuple[int, int, int, int]:
    top, left, bottom, right = map(int, text.split(","))
    return top, left, bottom, right
