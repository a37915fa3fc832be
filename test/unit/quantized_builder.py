"""
Small QDQ models, written by hand (helper of tests).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from builders import Array, ModelBuilder


class QuantizedBuilder(ModelBuilder):
    """
    A model in which every activation stands between QuantizeLinear and DequantizeLinear.
    """

    def __init__(self, *args: Any, unsigned: bool = False, **options: Any):
        super().__init__(*args, **options)
        self.unsigned = unsigned

    def quantized(self, x: str, scale: float = 0.05, zero_point: int = 3) -> str:
        """
        x rounded to steps of `scale`; `zero_point` counts from the middle of the integers.
        """
        kind, shift = (np.uint8, 128) if self.unsigned else (np.int8, 0)
        pair = (
            self.constant(np.array(scale, np.float32)),
            self.constant(np.array(zero_point + shift, kind)),
        )
        q = self.node("QuantizeLinear", x, *pair)
        return self.node("DequantizeLinear", q, *pair)

    def real(self, value: Array | float | list[Any]) -> str:
        """
        A float32 constant.
        """
        return self.constant(np.asarray(value, np.float32))

    def quantized_weights(
        self, *shape: int, axis: int | None = None, zero_point: int = 0, kind: Any = np.int8
    ) -> str:
        """
        Random integers behind DequantizeLinear: one scale, or one for each index of `axis`.
        """
        limits = np.iinfo(kind)
        low, high = (-127, 127) if kind == np.int8 else (limits.min, limits.max)
        values = self.rng.integers(low, high + 1, shape).astype(kind)
        count = () if axis is None else (shape[axis],)
        scale = self.rng.uniform(0.5, 1.5, count).astype(np.float32) / np.float32(
            50 * np.sqrt(np.prod(shape[1:]))
        )
        inputs = [
            self.constant(values),
            self.constant(np.asarray(scale, np.float32)),
            self.constant(np.full(count, zero_point, kind)),
        ]
        options = {} if axis is None else {"axis": axis}
        return self.node("DequantizeLinear", *inputs, **options)
