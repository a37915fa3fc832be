"""
An integer network as C that calls CMSIS-NN (of a user's own checkout) for each layer.

The numbers are prepared as TensorFlow Lite does for these functions: multipliers in Q31 with a
power of two for each channel, additions with 20 bits of headroom, softmax in fixed point.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from approx_opt.compiler.errors import UserError
from approx_opt.dialects import network_ops as approx
from approx_opt.dialects.dense import tuple_of
from approx_opt.dialects.quant import quant_of, shape_of
from cmsis_nn_tables import (
    Table,
    Weighted,
    constant_tables,
    multipliers_of,
    quantized_multiplier,
    weight_tables,
)
from xdsl.ir import SSAValue

_HEADROOM = 20
"""Left shift of an addition's operands."""
_SOFTMAX_INTEGER_BITS = 5


@dataclass(frozen=True)
class LayerCode:
    """
    The body of a layer's C function over `x` (or `x` and `x2`), `y` and `scratch`, of which it
    takes `scratch` bytes, and the constants that it has.
    """

    body: Sequence[str]
    scratch: int = 0
    tables: Sequence[Table] = ()

    @property
    def table_bytes(self) -> int:
        """
        Bytes of all constants.
        """
        return sum(table.values.nbytes for table in self.tables)


def layer_code(op: approx.NetworkOp) -> LayerCode:
    """
    Errors: UserError for a layer that CMSIS-NN has no function for.
    """
    if type(op) not in _CODE:
        raise UserError(f"layer {op.layer.data}: no CMSIS-NN function for {op.name}")
    return _CODE[type(op)](op)


def _convolution(op: approx.Conv2dOp) -> LayerCode:
    if op.groups != 1:
        raise UserError(f"layer {op.layer.data}: CMSIS-NN's groups are not benchmarked")
    (height, width), channels = op.window, op.input_shape[2]
    dims = (op.output_shape[2], height, width, channels)
    return LayerCode(
        [
            _PER_CHANNEL,
            *_conv_params("cmsis_nn_conv_params", op),
            *_dims(op, dims),
            *_with_scratch("arm_convolve_wrapper_s8_get_buffer_size(&p, &in, &filter, &out)"),
            _call("arm_convolve_wrapper_s8"),
        ],
        2 * 2 * -(-height * width * channels // 4) * 4,
        weight_tables(op),
    )


def _depthwise(op: approx.DepthwiseConv2dOp) -> LayerCode:
    (height, width), channels = op.window, op.output_shape[2]
    return LayerCode(
        [
            _PER_CHANNEL,
            *_conv_params("cmsis_nn_dw_conv_params", op, f".ch_mult = {op.multiplier}, "),
            *_dims(op, (1, height, width, channels)),
            *_with_scratch("arm_depthwise_conv_wrapper_s8_get_buffer_size(&p, &in, &filter, &out)"),
            _call("arm_depthwise_conv_wrapper_s8"),
        ],
        2 * height * width * channels,
        weight_tables(op),
    )


def _fully_connected(op: approx.FullyConnectedOp) -> LayerCode:
    """
    By the function for one multiplier where all channels share theirs.
    """
    outputs, depth = op.weights.get_shape()
    quant, tables = _PER_CHANNEL, weight_tables(op)
    function = "arm_fully_connected_per_channel_s8"
    if len(set(pairs := multipliers_of(op))) == 1:
        multiplier, shift = pairs[0]
        quant = f"const cmsis_nn_per_tensor_quant_params q = {{{multiplier}, {shift}}};"
        function, tables = "arm_fully_connected_s8", constant_tables(op)
    return LayerCode(
        [
            quant,
            f"const cmsis_nn_fc_params p = {{{_offsets(op)}, {_activation(op)}}};",
            f"const cmsis_nn_dims in = {{1, 1, 1, {depth}}}, out = {{1, 1, 1, {outputs}}};",
            f"const cmsis_nn_dims filter = {{{depth}, 1, 1, {outputs}}}, biases = out;",
            "const cmsis_nn_context context = {0, 0};",
            _call(function),
        ],
        tables=tables,
    )


def _max_pool(op: approx.MaxPool2dOp) -> LayerCode:
    return LayerCode(
        [
            *_pool_params(op, ".activation = {-128, 127}"),
            "const cmsis_nn_context context = {0, 0};",
            "return arm_max_pool_s8(&context, &p, &in, x, &filter, &out, y);",
        ]
    )


def _avg_pool(op: approx.AvgPool2dOp) -> LayerCode:
    """
    The mean keeps its scale; to another one, if there is one, it is brought value by value.
    """
    channels = op.output_shape[2]
    to_scale = [] if quant_of(op.input.type) == op.output_quant else [_rescaled(op)]
    clamp = (-128, 127) if to_scale else tuple_of(op.clamp)
    return LayerCode(
        [
            *_pool_params(op, f".activation = {{{clamp[0]}, {clamp[1]}}}"),
            *_with_scratch(f"arm_avgpool_s8_get_buffer_size({op.output_shape[1]}, {channels})"),
            "const int status = arm_avgpool_s8(&context, &p, &in, x, &filter, &out, y);",
            *to_scale,
            "return status;",
        ],
        4 * channels,
    )


def _rescaled(op: approx.AvgPool2dOp) -> str:
    multiplier, shift = quantized_multiplier(_scale(op.input) / _scale(op.output))
    low, high = tuple_of(op.clamp)
    return (
        f"for (int i = 0; i < {prod(op.output_shape)}; i++) {{ const int32_t v ="
        f" arm_nn_requantize(y[i] - ({op.input_zero_point}), {multiplier}, {shift})"
        f" + ({op.output_zero_point}); y[i] = (int8_t)CLAMP(v, {high}, {low}); }}"
    )


def _add(op: approx.AddOp) -> LayerCode:
    lhs, rhs, out = _scale(op.lhs), _scale(op.rhs), _scale(op.output)
    if min(op.lhs_multiplier.value.data, op.rhs_multiplier.value.data) < 0:
        raise UserError(f"layer {op.layer.data}: CMSIS-NN has no subtraction")
    if shape_of(op.lhs) != shape_of(op.rhs):
        raise UserError(f"layer {op.layer.data}: CMSIS-NN's addition does not broadcast")
    twice = 2 * max(lhs, rhs)
    zero_points = [quant_of(v.type).zero_point.value.data for v in (op.lhs, op.rhs)]
    operands = [
        f"{-zero_point}, {', '.join(map(str, quantized_multiplier(scale / twice)))}"
        for zero_point, scale in zip(zero_points, (lhs, rhs), strict=True)
    ]
    multiplier, shift = quantized_multiplier(twice / (2**_HEADROOM * out))
    low, high = tuple_of(op.clamp)
    return LayerCode(
        [
            f"return arm_elementwise_add_s8(x, x2, {', '.join(operands)}, {_HEADROOM}, y,"
            f" {op.output_zero_point}, {multiplier}, {shift}, {low}, {high},"
            f" {prod(op.output_shape)});"
        ]
    )


def _softmax(op: approx.SoftmaxOp) -> LayerCode:
    fraction_bits = 31 - _SOFTMAX_INTEGER_BITS
    scale = min(_scale(op.input) * 2**fraction_bits, 2**31 - 1)
    multiplier, shift = quantized_multiplier(scale)
    radius = math.floor((2**_SOFTMAX_INTEGER_BITS - 1) * 2**fraction_bits / 2**shift)
    columns = op.output_shape[-1]
    rows = prod(op.output_shape) // columns
    return LayerCode(
        [
            f"arm_softmax_s8(x, {rows}, {columns}, {multiplier}, {shift}, {-radius}, y);",
            "return 0;",
        ]
    )


_CODE: Mapping[type[approx.NetworkOp], Callable[[Any], LayerCode]] = {
    approx.AddOp: _add,
    approx.AvgPool2dOp: _avg_pool,
    approx.Conv2dOp: _convolution,
    approx.DepthwiseConv2dOp: _depthwise,
    approx.FullyConnectedOp: _fully_connected,
    approx.MaxPool2dOp: _max_pool,
    approx.SoftmaxOp: _softmax,
}


_PER_CHANNEL = (
    "const cmsis_nn_per_channel_quant_params q ="
    " {(int32_t *)(uintptr_t)multipliers, (int32_t *)(uintptr_t)shifts};"
)


def _conv_params(
    ctype: str, op: approx.Conv2dOp | approx.DepthwiseConv2dOp, more: str = ""
) -> list[str]:
    (down, across), (vertical, horizontal) = op.stride, op.dilation
    top, left, _, _ = op.padding
    return [
        f"const {ctype} p = {{{_offsets(op)}, {more}.stride = {{{across}, {down}}},"
        f" .padding = {{{left}, {top}}}, .dilation = {{{horizontal}, {vertical}}},"
        f" {_activation(op)}}};"
    ]


def _offsets(op: Weighted) -> str:
    return f".input_offset = {-op.input_zero_point}, .output_offset = {op.output_zero_point}"


def _activation(op: Weighted) -> str:
    low, high = tuple_of(op.clamp)
    return f".activation = {{{low}, {high}}}"


def _dims(
    op: approx.Conv2dOp | approx.DepthwiseConv2dOp, filters: tuple[int, int, int, int]
) -> list[str]:
    return [
        f"const cmsis_nn_dims in = {_hwc(op.input_shape)}, out = {_hwc(op.output_shape)};",
        f"const cmsis_nn_dims filter = {{{', '.join(map(str, filters))}}};",
        f"const cmsis_nn_dims biases = {{1, 1, 1, {op.output_shape[2]}}};",
    ]


def _hwc(shape: tuple[int, ...]) -> str:
    return f"{{1, {', '.join(map(str, shape))}}}"


def _pool_params(op: approx.MaxPool2dOp | approx.AvgPool2dOp, activation: str) -> list[str]:
    (down, across), (height, width) = op.stride, op.window
    top, left, _, _ = op.padding
    return [
        f"const cmsis_nn_pool_params p = {{.stride = {{{across}, {down}}},"
        f" .padding = {{{left}, {top}}}, {activation}}};",
        f"const cmsis_nn_dims in = {_hwc(op.input_shape)}, out = {_hwc(op.output_shape)};",
        f"const cmsis_nn_dims filter = {{1, {height}, {width}, 1}};",
    ]


def _with_scratch(size: str) -> list[str]:
    return [
        f"const cmsis_nn_context context = {{scratch, {size}}};",
        "if (context.size > SCRATCH) { return -1; }",
    ]


def _call(function: str) -> str:
    return f"return {function}(&context, &p, &q, &in, x, &filter, weights, &biases, bias, &out, y);"


def _scale(value: SSAValue) -> float:
    return quant_of(value.type).scale.value.data


def identifier(layer: str) -> str:
    """
    The letters and digits of a layer's name.
    """
    return re.sub(r"[^a-z0-9]+", "_", layer.lower()).strip("_")
