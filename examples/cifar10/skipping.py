"""
What skipping loses: top-1 of LeNet or AlexNet on held-out CIFAR-10 training images, by metric.

Integer networks only, in the reference interpreter: the same share of every convolution, by the
metric `variance` and by the surgeon (docs/plans.md).
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from approx_opt.compiler.calibration import Calibration, load_calibration, spread
from approx_opt.compiler.calibration_input import quantized_inputs
from approx_opt.compiler.interpreter import entry_function, run_samples
from approx_opt.compiler.onnx_import import input_shape, load_model
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from harness import integer_network, top1
from workload import Variant, Workload

TRAINING_IMAGES, HELD_OUT, CALIBRATION_IMAGES, SEED = 8192, 2000, 512, 0
FIRST_SKIP = 0.3
"""At most of the first convolution, of the window's taps; in Winograd's domain it keeps all."""
METRICS = ("variance", "surgeon")


@dataclass(frozen=True)
class Skipping(Variant):
    """
    A share of every convolution skipped, by a metric, in a domain.
    """

    metric: str = "surgeon"
    granularity: str = "pair"
    domain: str = "direct"

    @property
    def folder(self) -> str:
        """
        For the file system.
        """
        return "_".join((super().folder, self.metric, self.granularity, self.domain))

    @property
    def network_pipeline(self) -> str:
        """
        From ONNX to the integer network.
        """
        passes = ["fuse-qdq", "fold-transposes", "unpack-operands"]
        passes += ["transform-winograd"] if self.domain == "winograd4" else []
        first = 0 if self.domain == "winograd4" else FIRST_SKIP
        how = f"{{fraction={self.skip} first-fraction={first} granularity={self.granularity}}}"
        if self.metric == "surgeon":
            return ",".join([*passes, f"reconstruct-operands{how}"])
        annotate = f"annotate-significance{{metric={self.metric}}}"
        return ",".join([*passes, "collect-statistics", annotate, f"skip-operands{how}"])


def parse_arguments() -> argparse.Namespace:
    """
    All paths are arguments: neither models nor images are part of the repository.
    """
    parser = argparse.ArgumentParser(description="What skipping loses on held-out images.")
    parser.add_argument("--model", type=Path, required=True, help="such as lenet_cifar10.onnx")
    parser.add_argument("--data", type=Path, required=True, help="folder with train/")
    parser.add_argument("--skip", type=float, nargs="+", default=[0.2, 0.4, 0.5])
    parser.add_argument("--granularities", nargs="+", default=["pair", "block"])
    parser.add_argument("--domains", nargs="+", default=["direct", "winograd4"])
    parser.add_argument("--build", type=Path, default=Path("build/skipping"), help="working folder")
    return parser.parse_args()


def split(data: Calibration) -> tuple[Calibration, Calibration]:
    """
    Held-out images, and some of the others to calibrate with, as many of each class.
    """
    assert data.y is not None
    order = np.random.default_rng(SEED).permutation(len(data))
    held, rest = np.sort(order[:HELD_OUT]), np.sort(order[HELD_OUT:])
    rest = rest[spread(data.y[rest], len(rest), CALIBRATION_IMAGES)]
    return Calibration(data.x[held], data.y[held]), Calibration(data.x[rest], data.y[rest])


def main() -> None:
    """
    A row for each domain and granularity.
    """
    args = parse_arguments()
    shape = input_shape(load_model(args.model))
    held, rest = split(load_calibration(args.data / "train", shape, samples=TRAINING_IMAGES))
    assert held.y is not None
    workload = Workload(args.model.stem, args.model, rest.x, held.x, held.y)
    console = Console()

    def measured(variant: Variant) -> str:
        folder = args.build / args.model.stem / variant.folder
        folder.mkdir(parents=True, exist_ok=True)
        with console.status(f"{workload.name}: {variant.folder}"):
            network = integer_network(workload, variant, folder)
            images = quantized_inputs(entry_function(network), workload.images)
            return f"{100 * top1(run_samples(network, images), workload.labels):.2f}"

    title = f"{workload.name}: top-1 %, exact {measured(Variant())}"
    table = Table("domain", "granularity", title=title)
    for metric in METRICS:
        for share in args.skip:
            table.add_column(f"{metric} {share:.0%}", justify="right")
    for domain in args.domains:
        for granularity in args.granularities:
            variants = (Skipping(s, m, granularity, domain) for m in METRICS for s in args.skip)
            table.add_row(domain, granularity, *map(measured, variants))
    console.print(table)


if __name__ == "__main__":
    main()
