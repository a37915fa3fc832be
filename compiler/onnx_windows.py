"""
Windows of convolutions and pools: defaults filled in, automatic padding resolved.
"""

from __future__ import annotations

from collections.abc import Sequence

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

    Errors: Unsupported for other than two dimensions, dilations, or a ceil_mode that adds outputs.
    """
    kernel = view.integers("kernel_shape", ())
    if len(kernel) != 2:
        raise Unsupported(f"a pool in {len(kernel)} dimensions; only 2 are supported")
    if any(d != 1 for d in view.integers("dilations", (1, 1))):
        raise Unsupported("it has dilations")
    window = _window(view, kernel)
    if view.integer("ceil_mode", 0) and any(_overhang(view.shape(0)[2:], window)):
        raise Unsupported("ceil_mode adds outputs at the border")
    return window


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


def _overhang(plane: Sequence[int], window: Window) -> list[int]:
    """
    Rows and columns beyond the last whole step of the window.
    """
    return [
        (plane[i] + window.pads[i] + window.pads[i + 2] - window.kernel[i]) % window.strides[i]
        for i in (0, 1)
    ]
