"""
Tensors in memory, as the lowering addresses them.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..dialects.cortexm import PtrType
from ..dialects.quant import LayoutAttr


@dataclass(frozen=True)
class Plane:
    """
    `height` x `width` pixels of `channels` values in a layout. Steps and places count elements.
    """

    height: int
    width: int
    channels: int
    layout: LayoutAttr

    @property
    def pointer(self) -> PtrType:
        """
        The type of a pointer to its first element.
        """
        return PtrType(self.layout.element_type)

    @property
    def row(self) -> int:
        """
        From one row to the next.
        """
        return self.layout.row(self.width)

    @property
    def pixel(self) -> int:
        """
        From one pixel of a row to the next.
        """
        return self.layout.pixel

    @property
    def channel(self) -> int:
        """
        From one channel of a pixel to the next.
        """
        return self.layout.channel(self.height, self.width)

    @property
    def origin(self) -> int:
        """
        The place of pixel (0, 0), channel 0.
        """
        return self.layout.origin(self.width)

    @property
    def is_dense(self) -> bool:
        """
        True where the values of a row follow each other: pixels, and nothing between them.
        """
        return not self.layout.is_planar and self.pixel == self.channels

    @property
    def stores_pairs(self) -> bool:
        """
        True where a tile can be stored two channels at a time, the first one even: they are in
        separate places, or are one aligned word.
        """
        return self.layout.is_planar or self.layout.element_bytes == 1 or self.pixel % 2 == 0


@dataclass(frozen=True)
class Windows:
    """
    The windows that a layer slides over a plane: `first` is the place where the window of output
    (0, 0) begins, `down` and `across` lead from one output to the next, `taps` from the beginning
    of a window to each of its pixels, `size` (height, width) of them.
    """

    first: int
    down: int
    across: int
    size: tuple[int, int]
    steps: tuple[int, int]

    @property
    def taps(self) -> list[int]:
        """
        From the beginning of the window to each of its pixels, row by row.
        """
        (height, width), (below, beside) = self.size, self.steps
        return [y * below + x * beside for y in range(height) for x in range(width)]


def windows(
    plane: Plane,
    size: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[int, int, int, int],
    dilation: tuple[int, int],
) -> Windows:
    """
    Windows on a plane whose layout has room for the padding.
    """
    return Windows(
        first=plane.origin - padding[0] * plane.row - padding[1] * plane.pixel,
        down=stride[0] * plane.row,
        across=stride[1] * plane.pixel,
        size=size,
        steps=(dilation[0] * plane.row, dilation[1] * plane.pixel),
    )
