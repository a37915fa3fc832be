"""
Between images and the bytes of a network, for docs/tutorial.md.

    score.py write REPORT.json TEST.npz INPUTS     images as the network takes them
    score.py read REPORT.json TEST.npz OUTPUTS     top-1 of what it made of them
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np


def write(report: dict, x: np.ndarray, path: Path) -> None:
    """
    Images float32 [N, C, H, W] as int8 [N, H, W, C], by the scale and zero point of the input.
    """
    scale, zero_point = report["inputs"][0]["scale"], report["inputs"][0]["zero_point"]
    steps = np.rint(x.transpose(0, 2, 3, 1) / np.float32(scale)) + zero_point
    path.write_bytes(np.clip(steps, -128, 127).astype(np.int8).tobytes())


def top1(report: dict, y: np.ndarray, path: Path) -> float:
    """
    Share of images whose highest output is that of the label.
    """
    classes = report["outputs"][0]["shape"][-1]
    outputs = np.frombuffer(path.read_bytes(), np.int8).reshape(-1, classes)
    return float((outputs.argmax(1) == y[: len(outputs)]).mean())


def main(action: str, report: str, test: str, path: str) -> None:
    """
    Either of the two.
    """
    facts, samples = json.loads(Path(report).read_text()), np.load(test)
    if action == "write":
        write(facts, samples["x"], Path(path))
    else:
        print(f"top-1: {top1(facts, samples['y'], Path(path)):.2%}")


if __name__ == "__main__":
    main(*sys.argv[1:])
