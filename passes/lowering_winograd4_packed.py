"""
3x3 convolutions by Winograd's F(4x4, 3x3), exactly, with filters of a byte a weight in flash: they
are transformed into memory of the kernel's own, two output channels at a time.
"""

from __future__ import annotations

from xdsl.dialects import func
from xdsl.dialects.builtin import i16, i32

from ..compiler.winograd import bands
from ..compiler.winograd_filters import BYTES, packed_filters
from ..dialects import cortexm
from .convolutions import Convolution
from .kernel_builder import Kernel
from .lowering_winograd4 import ChannelPair, Outputs, channel_pairs
from .planes import Plane
from .tile_groups import TileGroups


def lower_winograd4_packed(name: str, conv: Convolution) -> list[func.FuncOp]:
    """
    The input is transformed first, of the plane or of a row of groups of tiles; then, for two
    output channels after the other, their filters, which serve all groups that were transformed.
    """
    kernel = _kernel(name, conv.input, conv.output)
    filters = kernel.table(cortexm.TableOp.get("filters", packed_filters(conv.weights)))
    tiles = TileGroups(kernel, conv.input, conv.windows, conv.output)
    outputs = Outputs(tiles, conv)
    (_, _, m, u), pairs = kernel.inputs, conv.depth // 2
    size = BYTES * pairs

    def compute(place: ChannelPair, channels: int) -> None:
        index, first = place
        packed = kernel.address(filters, [(index, size)], first * size)
        kernel.add(cortexm.Winograd4FiltersOp.get(packed, u, pairs))
        outputs.add(place, channels, lambda v: cortexm.Winograd4PackedProductOp.get(v, u, m, pairs))

    if bands(conv.output.height, conv.output.width)[0] == 1:
        tiles.plane_of_groups()
        channel_pairs(kernel, len(conv.weights), compute)
    else:
        with tiles.row_of_groups():
            channel_pairs(kernel, len(conv.weights), compute)
    return [kernel.finish()]


def _kernel(name: str, x: Plane, y: Plane) -> Kernel:
    """
    A function over input, transformed input, products, transformed filters and output.
    """
    scratch = cortexm.PtrType(i16), cortexm.PtrType(i32), cortexm.PtrType(i16)
    kernel = Kernel(name, [x.pointer, *scratch, y.pointer])
    for argument, hint in zip(kernel.inputs, ("x", "v", "m", "u"), strict=True):
        argument.name_hint = hint
    return kernel
