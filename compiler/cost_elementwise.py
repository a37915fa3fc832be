"""
What addition and max pooling of several values at a time take, measured with approx-sim (stm32u5).
"""

from __future__ import annotations

from math import prod

from .cost import Cost

ADD_BYTES = 300
"""Code of a loop over four sums, and of those that are left."""
ADD_CYCLES = 7.5
"""Of a sum."""
POOL_BYTES = 200
"""Code of a loop over four channels, and of those over pixels."""
POOL_CYCLES = {2: 5.3, 3: 9.0}
"""Of an output to int16, for each window."""
PIXEL_CYCLES = 12


def add_cost(shape: tuple[int, ...]) -> Cost:
    """
    Operands of the shape of the result.
    """
    return Cost(ADD_BYTES, ADD_CYCLES * prod(shape))


def max_pool_cost(shape: tuple[int, ...], window: int) -> Cost:
    """
    Outputs (height, width, channels) of 2x2 or 3x3 windows, channels a multiple of four.
    """
    pixels = shape[0] * shape[1]
    return Cost(POOL_BYTES, POOL_CYCLES[window] * prod(shape) + PIXEL_CYCLES * pixels)
