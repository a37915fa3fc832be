"""
Handwritten digits on an emulated STM32F405: the network exact, and with operands skipped.

`make demo` runs this. Everything it writes is in the build folder.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from dataset import load_split

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from harness import compare
from workload import TARGETS, Variant, Workload

MODEL = Path(__file__).with_name("digits.onnx")
SKIP = 0.3


def main() -> None:
    """
    Build both variants, run the test images on each, print one table.
    """
    parser = argparse.ArgumentParser(description="Digits, exact and approximate, in QEMU.")
    parser.add_argument("--images", type=int, default=100, help="test images to run")
    parser.add_argument("--board", choices=TARGETS, default="netduinoplus2")
    parser.add_argument("--skip", type=float, default=SKIP, help="share of operands to skip")
    parser.add_argument("--build", type=Path, default=Path("build/digits"), help="working folder")
    args = parser.parse_args()

    training, test = load_split()
    images, labels = test.x[: args.images], test.y[: args.images]
    workload = Workload("digits", MODEL, training.x, images, labels)
    compare(workload, [Variant(), Variant(args.skip)], args.board, args.build / args.board)


if __name__ == "__main__":
    main()
