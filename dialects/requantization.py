"""
What requantization can do, at every level of the IR.
"""

from __future__ import annotations

from xdsl.utils.exceptions import VerifyException

ROUNDINGS = ("nearest", "even", "tflite")


def verify_clamp(clamp: tuple[int, ...]) -> None:
    """
    A lower and an upper bound, both int8.
    """
    if len(clamp) != 2 or not -128 <= clamp[0] <= clamp[1] <= 127:
        raise VerifyException(f"clamp {list(clamp)} is not a range within int8")


def verify_scaling(shift: int, rounding: str) -> None:
    """
    A rounding there is; accumulators are shifted left, and right only where TFLite does.
    """
    if rounding not in ROUNDINGS:
        raise VerifyException(f"unknown rounding {rounding}")
    lowest = -31 if rounding == "tflite" else 0
    if not lowest <= shift <= 30:
        raise VerifyException(f"shift {shift} is out of range")
