"""
Small networks that show a layer in each of its forms (helper of tests).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from layers import Layers
from xdsl.ir import SSAValue

SAME = (1, 1, 1, 1)


def _residual(n: Layers, x: SSAValue) -> SSAValue:
    left = n.conv(x, 4, (3, 3), pads=SAME, clamp=(5, 127))
    right = n.conv(n.conv(x, 3, (1, 1)), 4, (3, 3), pads=SAME, zero_point=-7)
    return n.add(left, n.max_pool(right, (3, 3), pads=SAME), clamp=(4, 127))


def _separable(n: Layers, x: SSAValue) -> SSAValue:
    x = n.conv(x, 5, (3, 3), strides=(2, 2), pads=(0, 0, 1, 1), clamp=(5, 100))
    x = n.conv(n.depthwise(x, (3, 3), pads=SAME), 8, (1, 1))
    x = n.flatten(n.avg_pool(x, (4, 4)))
    return n.softmax(n.dense(x, 7))


def _odd_left(n: Layers, x: SSAValue) -> SSAValue:
    """
    Two readers of one tensor, of which one wants a pixel more before each row.
    """
    wide = n.conv(x, 3, (1, 1), scale=0.5, zero_point=-3)
    left = n.conv(wide, 4, (3, 3), pads=(1, 1, 1, 1))
    right = n.conv(wide, 4, (3, 3), pads=(1, 0, 1, 2))
    return n.add(left, right)


def _pooled_and_read(n: Layers, x: SSAValue, window: tuple[int, int]) -> SSAValue:
    """
    The mean of int16, for a convolution reads the same values.
    """
    read = n.avg_pool(n.conv(x, 4, (1, 1)), window)
    return n.concat(n.avg_pool(x, window), read, axis=2)


def _flat(n: Layers, x: SSAValue) -> SSAValue:
    return n.dense(n.flatten(n.conv(x, 3, (3, 3))), 5)


def _odd_groups(n: Layers, x: SSAValue) -> SSAValue:
    return n.conv(n.conv(x, 9, (1, 1), group=3), 3, (2, 2))


def _fire(n: Layers, x: SSAValue) -> SSAValue:
    return n.conv(n.concat(n.conv(x, 3, (1, 1)), n.conv(x, 2, (1, 1)), axis=2), 4, (3, 3))


def _padded(n: Layers, x: SSAValue) -> SSAValue:
    return n.conv(n.pad(x, (1, 1, 1), (1, 1, 0)), 3, (3, 3), pads=SAME)


CONVOLUTIONS: dict[str, tuple[Sequence[int], Callable[[Layers, SSAValue], SSAValue]]] = {
    "one_channel": ((5, 7, 1), lambda n, x: n.conv(x, 3, (3, 3), pads=SAME)),
    "three_channels": ((6, 6, 3), lambda n, x: n.conv(x, 4, (3, 3), pads=SAME)),
    "odd_channels": ((4, 9, 5), lambda n, x: n.conv(x, 7, (3, 3), pads=SAME)),
    "one_output": ((4, 5, 2), lambda n, x: n.conv(x, 1, (3, 3), pads=SAME)),
    "width_1": ((5, 1, 4), lambda n, x: n.conv(x, 3, (3, 1), pads=(1, 0, 1, 0))),
    "width_2": ((3, 2, 4), lambda n, x: n.conv(x, 4, (3, 3), pads=SAME)),
    "width_3": ((3, 3, 4), lambda n, x: n.conv(x, 5, (2, 2), pads=(0, 0, 1, 1))),
    "width_6": ((2, 6, 4), lambda n, x: n.conv(x, 4, (1, 3), pads=(0, 1, 0, 1))),
    "one_row": ((1, 11, 3), lambda n, x: n.conv(x, 4, (1, 5), pads=(0, 2, 0, 2))),
    "stride_2": ((9, 8, 3), lambda n, x: n.conv(x, 4, (3, 3), strides=(2, 2), pads=(0, 0, 1, 1))),
    "stride_2_1": ((7, 6, 2), lambda n, x: n.conv(x, 3, (3, 2), strides=(2, 1))),
    "stride_1_3": ((5, 16, 2), lambda n, x: n.conv(x, 2, (2, 2), strides=(1, 3))),
    "asymmetric": ((5, 6, 3), lambda n, x: n.conv(x, 4, (4, 3), pads=(2, 0, 1, 3))),
    "pointwise": ((4, 5, 7), lambda n, x: n.conv(x, 6, (1, 1))),
    "five": ((8, 9, 3), lambda n, x: n.conv(x, 4, (5, 5), pads=(2, 2, 2, 2))),
    "whole_input": ((4, 3, 5), lambda n, x: n.conv(x, 6, (4, 3))),
    "dilated": ((9, 9, 3), lambda n, x: n.conv(x, 4, (3, 3), dilations=(2, 3), pads=(2, 3, 2, 3))),
    "dilated_down": ((8, 6, 2), lambda n, x: n.conv(x, 3, (3, 2), dilations=(3, 1))),
    "relu": ((4, 4, 4), lambda n, x: n.conv(x, 4, (3, 3), zero_point=-128, clamp=(-128, 60))),
    "tflite": ((4, 5, 3), lambda n, x: n.conv(x, 5, (3, 3), rounding="tflite")),
    "large_ratio": ((3, 5, 1), lambda n, x: n.conv(x, 3, (1, 1), density=0.5, ratio=1.7)),
    "tflite_large": (
        (3, 5, 1),
        lambda n, x: n.conv(x, 3, (1, 1), density=0.5, ratio=2.6, rounding="tflite"),
    ),
    "two_layers": ((5, 6, 3), lambda n, x: n.conv(n.conv(x, 5, (3, 3), pads=SAME), 3, (3, 3))),
    "far_taps": ((2, 70, 33), lambda n, x: n.conv(x, 2, (2, 2), density=0.3)),
    "far_pixels": ((1, 9, 300), lambda n, x: n.conv(x, 3, (1, 2), strides=(1, 3), density=0.1)),
    "one_channel_stride": (
        (12, 7, 1),
        lambda n, x: n.conv(x, 6, (10, 4), strides=(2, 2), pads=(4, 1, 5, 1)),
    ),
    "five_even": ((6, 8, 3), lambda n, x: n.conv(x, 4, (5, 5), strides=(1, 2), pads=(2, 1, 2, 2))),
    "long_rows": ((5, 4, 26), lambda n, x: n.conv(x, 5, (3, 3), pads=SAME)),
    "long_row": ((1, 5, 78), lambda n, x: n.conv(x, 6, (1, 1))),
    "odd_left": ((4, 5, 3), _odd_left),
    "flat_odd": ((5, 5, 2), _flat),
    "groups_2": ((5, 6, 8), lambda n, x: n.conv(x, 6, (3, 3), pads=SAME, group=2)),
    "groups_odd": ((4, 5, 9), lambda n, x: n.conv(x, 6, (2, 3), group=3)),
    "groups_odd_outputs": (
        (4, 5, 6),
        lambda n, x: n.conv(n.conv(x, 9, (1, 1), group=3), 3, (2, 2)),
    ),
    "groups_of_one": ((4, 5, 3), lambda n, x: n.conv(x, 6, (2, 2), group=3)),
    "wide": ((5, 6, 3), lambda n, x: n.conv(x, 5, (3, 3), pads=SAME, widest=255)),
    "wide_narrow": ((3, 1, 4), lambda n, x: n.conv(x, 3, (2, 1), widest=255)),
}


OTHERS: dict[str, tuple[Sequence[int], Callable[[Layers, SSAValue], SSAValue]]] = {
    "depthwise": ((5, 6, 3), lambda n, x: n.depthwise(x, (3, 3), pads=SAME)),
    "depthwise_stride": (
        (7, 8, 4),
        lambda n, x: n.depthwise(x, (3, 3), strides=(2, 2), pads=(0, 0, 1, 1)),
    ),
    "depthwise_dilated": ((7, 7, 2), lambda n, x: n.depthwise(x, (3, 3), dilations=(2, 2))),
    "depthwise_large": ((9, 9, 3), lambda n, x: n.depthwise(x, (7, 7), pads=(3, 3, 3, 3))),
    "depthwise_tflite": ((5, 5, 2), lambda n, x: n.depthwise(x, (2, 2), rounding="tflite")),
    "depthwise_multiplier": (
        (5, 6, 3),
        lambda n, x: n.depthwise(x, (3, 3), pads=SAME, multiplier=2),
    ),
    "depthwise_wide": ((5, 6, 3), lambda n, x: n.depthwise(x, (3, 3), widest=255)),
    "depthwise_one": ((4, 4, 1), lambda n, x: n.depthwise(x, (2, 2), multiplier=5)),
    "dense_wide": ((11,), lambda n, x: n.dense(x, 5, widest=255)),
    "dense_odd": ((13,), lambda n, x: n.dense(x, 5)),
    "dense_one": ((1,), lambda n, x: n.dense(x, 1)),
    "dense_long": ((260,), lambda n, x: n.dense(x, 27)),
    "dense_bytes": ((1900,), lambda n, x: n.dense(x, 10, density=1.0)),
    "dense_long_wide": ((70,), lambda n, x: n.dense(x, 9, widest=255)),
    "dense_two": ((10,), lambda n, x: n.dense(n.dense(x, 9), 4)),
    "max_pool": ((6, 6, 3), lambda n, x: n.max_pool(x, (2, 2), strides=(2, 2))),
    "max_pool_padded": (
        (7, 7, 5),
        lambda n, x: n.max_pool(x, (3, 3), strides=(2, 2), pads=SAME),
    ),
    "max_pool_words": ((6, 7, 4), lambda n, x: n.max_pool(x, (2, 2), strides=(2, 2))),
    "max_pool_words_3": ((7, 6, 8), lambda n, x: n.max_pool(x, (3, 3), strides=(2, 2), pads=SAME)),
    "max_pool_between": (
        (6, 6, 3),
        lambda n, x: n.conv(n.max_pool(n.conv(x, 4, (1, 1)), (2, 2)), 3, (3, 3), pads=SAME),
    ),
    "max_pool_between_3": (
        (6, 6, 3),
        lambda n, x: n.conv(n.max_pool(n.conv(x, 8, (1, 1)), (3, 3), pads=SAME), 3, (1, 1)),
    ),
    "max_pool_large": ((8, 9, 2), lambda n, x: n.max_pool(x, (6, 6), pads=(0, 1, 0, 2))),
    "avg_pool": ((6, 6, 3), lambda n, x: n.avg_pool(x, (2, 2), strides=(2, 2))),
    "avg_pool_padded": ((5, 5, 3), lambda n, x: n.avg_pool(x, (3, 3), pads=SAME)),
    "avg_pool_inside": ((5, 4, 3), lambda n, x: n.avg_pool(x, (3, 3), inside=True, pads=SAME)),
    "avg_pool_global": ((9, 7, 5), lambda n, x: n.avg_pool(x, (9, 7))),
    "avg_pool_tflite": ((5, 5, 3), lambda n, x: n.avg_pool(x, (2, 3), rounding="tflite")),
    "avg_pool_even": ((6, 6, 3), lambda n, x: n.avg_pool(x, (2, 2), rounding="even")),
    "avg_pool_sums": ((6, 7, 8), lambda n, x: n.avg_pool(x, (3, 2), strides=(2, 3))),
    "avg_pool_sums_padded": ((5, 5, 4), lambda n, x: n.avg_pool(x, (3, 3), pads=SAME)),
    "avg_pool_sums_inside": (
        (5, 4, 4),
        lambda n, x: n.avg_pool(x, (3, 3), inside=True, pads=SAME, rounding="even"),
    ),
    "avg_pool_sums_global": ((9, 7, 4), lambda n, x: n.avg_pool(x, (9, 7), rounding="even")),
    "avg_pool_sums_tflite": ((5, 5, 4), lambda n, x: n.avg_pool(x, (2, 3), rounding="tflite")),
    "avg_pool_sums_parts": ((18, 17, 4), lambda n, x: n.avg_pool(x, (17, 16))),
    "avg_pool_sums_whole": ((3, 100, 4), lambda n, x: n.avg_pool(x, (3, 100))),
    "avg_pool_sums_many": ((40, 60, 4), lambda n, x: n.avg_pool(x, (40, 59))),
    "avg_pool_sums_between": (
        (6, 5, 3),
        lambda n, x: _pooled_and_read(n, n.conv(x, 4, (1, 1)), (2, 3)),
    ),
    "avg_pool_sums_between_global": (
        (6, 5, 3),
        lambda n, x: _pooled_and_read(n, n.conv(x, 8, (1, 1)), (6, 5)),
    ),
    "add": ((3, 5, 3), lambda n, x: n.add(x, n.requantize(x, 0.8))),
    "add_few": ((1, 1, 3), lambda n, x: n.add(x, n.requantize(x, 0.8))),
    "add_clamped": ((3, 5, 4), lambda n, x: n.add(x, n.requantize(x, 0.8), clamp=(-20, 90))),
    "add_between": (
        (4, 5, 6),
        lambda n, x: n.conv(n.add(n.conv(x, 6, (1, 1)), x), 3, (3, 3), pads=SAME),
    ),
    "add_of_wide": (
        (4, 5, 4),
        lambda n, x: n.conv(n.add(x, n.conv(x, 4, (3, 3), pads=SAME)), 2, (1, 1)),
    ),
    "add_twice": ((3, 4, 4), lambda n, x: n.add(n.add(x, n.lookup(x)), n.requantize(x, 0.7))),
    "sub": ((3, 5, 3), lambda n, x: n.add(x, n.requantize(x, 0.8), negate=True)),
    "add_channels": ((3, 5, 4), lambda n, x: n.add(x, n.avg_pool(x, (3, 5)))),
    "mul": ((3, 5, 3), lambda n, x: n.mul(x, n.requantize(x, 0.8), clamp=(-90, 100))),
    "mul_even": ((3, 5, 3), lambda n, x: n.mul(x, n.requantize(x, 0.8), rounding="even")),
    "mul_tflite": ((3, 5, 3), lambda n, x: n.mul(x, n.requantize(x, 0.8), rounding="tflite")),
    "mul_channels": ((4, 5, 6), lambda n, x: n.mul(x, n.avg_pool(x, (4, 5)))),
    "mul_plane": ((4, 5, 6), lambda n, x: n.mul(n.conv(x, 1, (1, 1)), x)),
    "mul_vector": ((7,), lambda n, x: n.mul(x, n.dense(x, 7))),
    "lookup": ((3, 5, 3), lambda n, x: n.lookup(x)),
    "lookup_vector": ((9,), lambda n, x: n.lookup(x)),
    "lookup_channels": ((3, 5, 3), lambda n, x: n.lookup(x, per_channel=True)),
    "lookup_between": ((4, 5, 3), lambda n, x: n.conv(n.lookup(n.conv(x, 5, (1, 1))), 3, (3, 3))),
    "concat_channels": (
        (4, 5, 3),
        lambda n, x: n.concat(n.conv(x, 4, (1, 1)), n.conv(x, 3, (1, 1)), axis=2),
    ),
    "concat_runs": (
        (3, 5, 20),
        lambda n, x: n.concat(n.conv(x, 20, (1, 1)), n.conv(x, 17, (1, 1)), axis=2),
    ),
    "concat_rows": ((4, 5, 3), lambda n, x: n.concat(x, x, n.max_pool(x, (1, 1)), axis=0)),
    "concat_columns": ((4, 5, 3), lambda n, x: n.concat(x, n.max_pool(x, (1, 2)), axis=1)),
    "concat_vectors": ((9,), lambda n, x: n.concat(x, x, axis=0)),
    "concat_conv": (
        (4, 5, 3),
        lambda n, x: n.conv(
            n.concat(n.conv(x, 3, (1, 1)), n.conv(x, 2, (1, 1)), axis=2), 4, (3, 3)
        ),
    ),
    "pad": ((4, 5, 3), lambda n, x: n.pad(x, (1, 0, 0), (0, 2, 0))),
    "pad_channels": ((4, 5, 3), lambda n, x: n.pad(x, (0, 0, 1), (0, 0, 2))),
    "pad_runs": ((4, 7, 3), lambda n, x: n.pad(x, (1, 1, 0), (0, 2, 0))),
    "pad_vector": ((5,), lambda n, x: n.pad(x, (2,), (1,))),
    "pad_conv": (
        (4, 5, 3),
        lambda n, x: n.conv(n.pad(x, (1, 1, 1), (1, 1, 0)), 3, (3, 3), pads=SAME),
    ),
    "resize": ((3, 4, 3), lambda n, x: n.resize(x, (0, 0, 1, 1, 2, 2), (0, 1, 1, 3, 3))),
    "resize_one": ((1, 1, 3), lambda n, x: n.resize(x, (0, 0), (0, 0, 0))),
    "resize_conv": (
        (3, 4, 3),
        lambda n, x: n.conv(n.resize(x, (0, 0, 1, 1), (3, 2, 1, 0)), 3, (3, 3), pads=SAME),
    ),
    "norm": ((3, 4, 7), lambda n, x: n.local_response_norm(x, 5)),
    "norm_even": ((2, 3, 3), lambda n, x: n.local_response_norm(x, 4, beta=0.5)),
    "norm_wide": ((2, 2, 3), lambda n, x: n.local_response_norm(x, 9)),
    "norm_one": ((2, 3, 1), lambda n, x: n.local_response_norm(x, 1)),
    "argmax": ((10,), lambda n, x: n.argmax(x)),
    "argmax_pixels": ((3, 4, 5), lambda n, x: n.argmax(x)),
    "argmax_256": ((256,), lambda n, x: n.argmax(n.lookup(x))),
    "argmax_two": ((3, 2), lambda n, x: n.argmax(x)),
    "residual": ((5, 5, 3), _residual),
    "requantize": ((3, 4, 3), lambda n, x: n.requantize(x, 1.3, clamp=(-100, 90))),
    "requantize_tflite": ((3, 4, 3), lambda n, x: n.requantize(x, 0.3, rounding="tflite")),
    "requantize_even": ((3, 4, 3), lambda n, x: n.requantize(x, 0.5, rounding="even")),
    "softmax_2": ((2,), lambda n, x: n.softmax(x)),
    "softmax_64": ((64,), lambda n, x: n.softmax(x)),
    "softmax_pixels": ((3, 4, 5), lambda n, x: n.softmax(x)),
    "softmax_dense": ((9,), lambda n, x: n.dense(n.softmax(x), 3)),
    "transpose": ((2, 3, 5), lambda n, x: n.transpose(x, (2, 0, 1))),
    "transpose_rows": ((3, 4, 17), lambda n, x: n.transpose(x, (1, 0, 2))),
    "transpose_matrix": ((3, 4), lambda n, x: n.transpose(x, (1, 0))),
    "transpose_conv": ((3, 5, 4), lambda n, x: n.conv(n.transpose(x, (1, 2, 0)), 3, (2, 2))),
    "reshape_conv": ((24,), lambda n, x: n.conv(n.reshape(x, (2, 4, 3)), 3, (2, 2))),
    "separable": ((8, 8, 3), _separable),
}
