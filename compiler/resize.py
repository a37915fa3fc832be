"""
Which pixels Resize picks: the coordinates of ONNX (https://onnx.ai/onnx/operators/onnx__Resize.html).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def nearest_indices(
    size: int, result: int, scale: float, coordinates: str, rounding: str
) -> list[int]:
    """
    For each of `result` places along a dimension the place in the input, of `size`, that it copies.

    `coordinates` and `rounding` are ONNX's `coordinate_transformation_mode` and `nearest_mode`,
    computed in float32 as ONNX Runtime does. Errors: ValueError for modes there are none of here.
    """
    place = np.arange(result, dtype=np.float32)
    origin = _origins(place, size, result, np.float32(scale), coordinates)
    rounded = _ROUNDINGS.get(rounding)
    if rounded is None:
        raise ValueError(f'there is no nearest_mode "{rounding}"')
    return [int(i) for i in np.clip(rounded(origin), 0, size - 1)]


def _origins(place: Floats, size: int, result: int, scale: np.float32, coordinates: str) -> Floats:
    half = np.float32(0.5)
    if coordinates == "asymmetric":
        return place / scale
    if coordinates == "align_corners":
        return place * np.float32(size - 1) / np.float32(max(result - 1, 1))
    if coordinates == "pytorch_half_pixel" and result == 1:
        return np.zeros_like(place)
    centred = (place + half) / scale - half
    if coordinates == "half_pixel_symmetric":
        adjusted = np.float32(result) / (scale * np.float32(size))
        return np.float32(size) / 2 * (1 - adjusted) + centred
    if coordinates in ("half_pixel", "pytorch_half_pixel"):
        return centred
    raise ValueError(f'there is no coordinate_transformation_mode "{coordinates}"')


def _up(x: Floats) -> Floats:
    return np.floor(x + np.float32(0.5))


def _down(x: Floats) -> Floats:
    return np.ceil(x - np.float32(0.5))


_ROUNDINGS: dict[str, Callable[[Floats], Floats]] = {
    "ceil": np.ceil,
    "floor": np.floor,
    "round_prefer_ceil": _up,
    "round_prefer_floor": _down,
}
