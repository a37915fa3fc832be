"""
What to compile, and in which way.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

TARGETS = {"netduinoplus2": "stm32f4", "mps2-an386": "stm32l4", "mps2-an505": "stm32u5"}
"""The emulated boards, and the microcontroller to compile for."""

TO_TAPS = ("fuse-qdq", "fold-transposes", "fold-pads", "unpack-operands")
"""From ONNX to the integer network, its convolutions unpacked."""


@dataclass(frozen=True)
class Workload:
    """
    A network and its data, as the ONNX model takes them: float32 [N, ...].
    """

    name: str
    model: Path
    calibration: NDArray[np.float32]
    images: NDArray[np.float32]
    labels: NDArray[np.int64]
    """[N], the right class of each image."""


@dataclass(frozen=True)
class Variant:
    """
    One way to compile: exact, or with a share of the multiply-accumulates left out.
    """

    skip: float | None = None
    """Share of each convolution's multiply-accumulates, 0..1; None is exact."""

    @property
    def title(self) -> str:
        """
        For people.
        """
        return "exact" if self.skip is None else f"skip {self.skip:.0%}"

    @property
    def folder(self) -> str:
        """
        For the file system.
        """
        return self.title.replace(" ", "_").replace("%", "")

    def pipeline(self, board: str) -> str:
        """
        From ONNX to the C of `board`.
        """
        options = [f"target={TARGETS[board]}"]
        if self.skip is not None:
            options += ["metric=variance", "granularity=pair", f"skip={self.skip}"]
        return f"approx-to-c{{{' '.join(options)}}}"

    @property
    def network_pipeline(self) -> str:
        """
        From ONNX to the integer network that `pipeline` makes C of.
        """
        passes = ["fuse-qdq", "fold-transposes"]
        if self.skip is not None:
            passes += [
                "collect-statistics",
                "unpack-operands",
                "annotate-significance{metric=variance}",
                f"skip-operands{{fraction={self.skip} granularity=pair}}",
            ]
        return ",".join(passes)
