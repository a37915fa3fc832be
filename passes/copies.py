"""
Copies between layouts: runs of adjacent elements, and loops over what is left (helper of
`lower-to-cortexm`).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from xdsl.ir import SSAValue

from ..dialects import cortexm
from .kernel_builder import Kernel
from .planes import Plane

LEAST_RUN = 16
"""Values that are worth a call."""


@dataclass(frozen=True)
class Place:
    """
    Where values lie: the first one `origin` elements behind `base`, others by `steps`, one for each
    dimension.
    """

    base: SSAValue
    origin: int
    steps: tuple[int, ...]

    @staticmethod
    def of(base: SSAValue, plane: Plane, start: int = 0) -> Place:
        """
        The values of a plane, or those that begin `start` elements behind the first.
        """
        return Place(base, plane.origin + start, (plane.row, plane.pixel, plane.channel))


def copy(kernel: Kernel, shape: Sequence[int], source: Place, target: Place) -> None:
    """
    Copy values of a shape. Dimensions that are adjacent here and there make up a run.
    """
    run, outer = longest_run(shape, source.steps, target.steps)
    sizes = [size if i in outer else 1 for i, size in enumerate(shape)]
    with ExitStack() as loops:
        indices = [loops.enter_context(kernel.loop(size)) for size in sizes]
        x, y = (
            kernel.address(
                place.base, list(zip(indices, place.steps, strict=True)), place.origin, hint
            )
            for place, hint in ((source, "in"), (target, "out"))
        )
        if run >= LEAST_RUN:
            kernel.add(cortexm.CopyOp.get(x, y, run))
            return
        values = [kernel.load(x, i) for i in range(run)]
        for i, value in enumerate(values):
            kernel.add(cortexm.StoreOp.get(value, y, i))


def longest_run(
    shape: Sequence[int], source: Sequence[int], target: Sequence[int]
) -> tuple[int, list[int]]:
    """
    The length of the run by the steps here and there, and the dimensions that are not in it.
    """
    run, outer = 1, [i for i, size in enumerate(shape) if size > 1]
    while inner := [i for i in outer if source[i] == target[i] == run]:
        run *= shape[inner[0]]
        outer.remove(inner[0])
    return run, outer
