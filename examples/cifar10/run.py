"""
LeNet or AlexNet on CIFAR-10: exact and with operands skipped, on an emulated board.

The model takes pixel / 127.5 - 1, NCHW; the data are folders train/ and test/ of class folders of
32x32 images.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from approx_opt.compiler.calibration import load_calibration
from approx_opt.compiler.onnx_import import input_shape, load_model

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from harness import compare, score
from workload import TARGETS, Variant, Workload

SKIP = 0.2
CALIBRATION_IMAGES = 512


def parse_arguments() -> argparse.Namespace:
    """
    All paths are arguments: neither models nor images are part of the repository.
    """
    parser = argparse.ArgumentParser(description="A CIFAR-10 network, exact and approximate.")
    parser.add_argument("--model", type=Path, required=True, help="such as lenet_cifar10.onnx")
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and test/")
    parser.add_argument("--images", type=int, default=100, help="test images to run in QEMU")
    parser.add_argument("--board", choices=TARGETS, default="netduinoplus2")
    parser.add_argument("--skip", type=float, default=SKIP, help="share of operands to skip")
    parser.add_argument(
        "--full",
        action="store_true",
        help="also score all test images, in the interpreter",
    )
    parser.add_argument("--build", type=Path, default=Path("build/cifar10"), help="working folder")
    return parser.parse_args()


def main() -> None:
    """
    Build both variants, run the test images on each, print the table.
    """
    args = parse_arguments()
    shape = input_shape(load_model(args.model))
    training = load_calibration(args.data / "train", shape, samples=CALIBRATION_IMAGES)
    test = load_calibration(args.data / "test", shape, samples=args.images)
    workload = Workload(args.model.stem, args.model, training.x, test.x, test.y)
    variants = [Variant(), Variant(args.skip)]
    build = args.build / args.model.stem / args.board
    compare(workload, variants, args.board, build)
    if args.full:
        everything = load_calibration(args.data / "test", shape)
        score(workload, variants, build, everything.x, everything.y)


if __name__ == "__main__":
    main()
