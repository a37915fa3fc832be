"""
Pointers of the reference interpreter: checked views of shared bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from xdsl.utils.exceptions import InterpretationError


@dataclass(frozen=True, eq=False, slots=True)
class Pointer:
    """
    Element `offset` of `array`, a view of some buffer; it may lie outside until it is used.
    """

    array: NDArray[Any]
    offset: int = 0

    @property
    def left(self) -> int:
        """
        Elements from here to the end of the buffer.
        """
        return self.array.size - self.offset

    def moved(self, elements: int) -> Pointer:
        """
        The pointer some elements further.
        """
        return Pointer(self.array, self.offset + elements)

    def read(self, offset: int, count: int = 1, stride: int = 1) -> NDArray[Any]:
        """
        A view of `count` elements, `stride` apart. Errors: InterpretationError outside the buffer.
        """
        start = self.offset + offset
        last = start + (count - 1) * stride
        if count < 1 or min(start, last) < 0 or max(start, last) >= self.array.size:
            raise InterpretationError(
                f"access to elements {start}..{last} of a buffer of {self.array.size}"
            )
        if count == 1:
            return self.array[start : start + 1]
        return self.array[start : last + 1 : stride]

    def write(self, offset: int, values: NDArray[np.int64], stride: int = 1) -> None:
        """
        Store int64 [count]. Errors: InterpretationError outside the buffer, for constants, and for
        values beyond the element type.
        """
        target = self.read(offset, len(values), stride)
        if not target.flags.writeable:
            raise InterpretationError("store to an input or a constant")
        info = np.iinfo(target.dtype)
        if values.min() < info.min or values.max() > info.max:
            raise InterpretationError(f"stored values {values.tolist()} do not fit {target.dtype}")
        target[:] = values
