"""
Windows of convolutions and pools: defaults filled in, automatic padding resolved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .float_kernels import Window
from .onnx_node import NodeView, Unsupported


def conv_window(view: NodeView) -> Window:
    """
    The window of a Conv. Errors: Unsupported unless it slides over two dimensions.
    """
    weight = view.shape(1)
    if len(weight) != 4:
        raise Unsupported(f"a convolution in {len(weight) - 2} dimensions; only 2 are supported")
    return _window(view, view.integers("kernel_shape", weight[2:]))


def pool_window(view: NodeView) -> Window:
    """
    The window of a MaxPool or AveragePool.

    Outputs that ceil_mode adds look at padding at the end. Errors: Unsupported for other than two
    dimensions, dilations, or an average over such padding.
    """
    kernel = view.integers("kernel_shape", ())
    if len(kernel) != 2:
        raise Unsupported(f"a pool in {len(kernel)} dimensions; only 2 are supported")
    if any(d != 1 for d in view.integers("dilations", (1, 1))):
        raise Unsupported("it has dilations")
    window = _window(view, kernel)
    extra = _overhang(view, window)
    if view.integer("count_include_pad", 0) and any(extra):
        raise Unsupported("ceil_mode adds outputs at the border, whose averages include padding")
    top, left, bottom, right = window.pads
    return replace(window, pads=(top, left, bottom + extra[0], right + extra[1]))


def _window(view: NodeView, kernel: Sequence[int]) -> Window:
    strides = view.integers("strides", (1, 1))
    dilations = view.integers("dilations", (1, 1))
    reach = [d * (k - 1) + 1 for k, d in zip(kernel, dilations, strict=True)]
    mode = view.text("auto_pad", "NOTSET")
    if mode in ("NOTSET", ""):
        pads = view.integers("pads", (0, 0, 0, 0))
    elif mode == "VALID":
        pads = (0, 0, 0, 0)
    else:
        pads = _same_padding(view.shape(0)[2:], reach, strides, mode)
    return Window(kernel, strides, pads, dilations)


def _same_padding(
    plane: Sequence[int], reach: Sequence[int], strides: Sequence[int], mode: str
) -> tuple[int, ...]:
    """
    The padding for which there are ceil(size / stride) outputs; the odd one goes to the end with
    SAME_UPPER, to the start with SAME_LOWER.
    """
    begin: list[int] = []
    end: list[int] = []
    for size, extent, stride in zip(plane, reach, strides, strict=True):
        outputs = -(-size // stride)
        total = max((outputs - 1) * stride + extent - size, 0)
        small, large = total // 2, total - total // 2
        begin.append(small if mode == "SAME_UPPER" else large)
        end.append(large if mode == "SAME_UPPER" else small)
    return (*begin, *end)


def _overhang(view: NodeView, window: Window) -> tuple[int, int]:
    """
    Rows and columns of padding that the last outputs reach into beyond that of the window.
    """
    plane, result, pads = view.shape(0)[2:], view.result_shape[2:], window.pads
    if len(plane) != 2 or len(result) != 2:
        raise Unsupported(f"a pool of a tensor of rank {len(plane) + 2}; only images are pooled")
    if any((result[i] - 1) * window.strides[i] >= plane[i] + pads[i] for i in (0, 1)):
        raise Unsupported("ceil_mode adds outputs that see nothing but padding")
    below, beside = (
        (result[i] - 1) * window.strides[i] + window.kernel[i] - plane[i] - pads[i] - pads[i + 2]
        for i in (0, 1)
    )
    return max(0, below), max(0, beside)
