"""
What the presets lose and save: LeNet, AlexNet and ResNet-8 on held-out CIFAR-10 training images.

Integer networks in the reference interpreter, which compute what the firmware does; cycles and
bytes of flash are those that the kernel selection predicts.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from approx_opt.compiler.calibration import load_calibration
from approx_opt.compiler.calibration_input import quantized_inputs
from approx_opt.compiler.divergence import are_right, standard_error
from approx_opt.compiler.explore_bench import Device, weigh
from approx_opt.compiler.interpreter import entry_function, run_samples
from approx_opt.compiler.onnx_import import input_shape, load_model
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cifar10_networks import CALIBRATION_IMAGES, NETWORKS, Network, training_images
from harness import integer_network
from workload import TO_TAPS, Variant, Workload

PROFILE, HELD_OUT = "stm32u5", 4000


@dataclass(frozen=True)
class Preset(Variant):
    """
    A network by approx-to-c{preset=...}.
    """

    preset: str = "exact"

    @property
    def title(self) -> str:
        """
        For people.
        """
        return self.preset

    @property
    def network_pipeline(self) -> str:
        """
        From ONNX to the integer network.
        """
        passes = [*TO_TAPS]
        if self.preset != "exact":
            passes.append(f"transform-winograd{{preset={self.preset}}}")
            passes.append(f"reconstruct-operands{{preset={self.preset}}}")
        return ",".join(passes)


def parse_arguments() -> argparse.Namespace:
    """
    The images are not part of the repository.
    """
    parser = argparse.ArgumentParser(description="What the presets lose and save.")
    parser.add_argument("--data", type=Path, required=True, help="folder with train/")
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, default=list(NETWORKS))
    parser.add_argument("--build", type=Path, default=Path("build/presets"), help="working folder")
    return parser.parse_args()


def workload_of(network: Network, data: Path, build: Path) -> Workload:
    """
    The model, the images it is calibrated with, and others to judge it by.
    """
    images, shape = training_images(network, data, build), input_shape(load_model(network.model))
    calibration = load_calibration(images, shape, samples=CALIBRATION_IMAGES)
    held = load_calibration(images, shape, samples=HELD_OUT, after=(CALIBRATION_IMAGES,))
    return Workload(network.name, network.model, calibration.x, held.x, held.y)


def rows(workload: Workload, build: Path) -> Iterator[tuple[str, ...]]:
    """
    Preset, top-1, loss and its standard error in points, cycles, saving, flash.
    """
    exact_right, exact_cycles = None, None
    for preset in ("exact", "balanced", "fast"):
        variant = Preset(preset=preset)
        folder = build / workload.name / variant.folder
        folder.mkdir(parents=True, exist_ok=True)
        network = integer_network(workload, variant, folder)
        images = quantized_inputs(entry_function(network), workload.images)
        right = are_right(run_samples(network, images), workload.labels)
        weight = weigh(network, Device(PROFILE), None)
        if exact_right is None or exact_cycles is None:
            exact_right, exact_cycles = right, weight.cycles
        loss = 100 * float(exact_right.mean() - right.mean())
        error = 100 * standard_error(exact_right, right)
        yield (
            f"{workload.name}, {preset}",
            f"{100 * right.mean():.2f}",
            f"{loss:.2f} ± {error:.2f}",
            f"{weight.cycles / 1e6:.2f} M",
            f"{weight.cycles / exact_cycles - 1:+.1%}",
            f"{weight.flash:,}",
        )


def main() -> None:
    """
    A row for each network and preset.
    """
    args = parse_arguments()
    table = Table("network, preset", title=f"{HELD_OUT} training images, {PROFILE}")
    for heading in ("top-1 %", "loss", "cycles", "against exact", "flash"):
        table.add_column(heading, justify="right")
    for name in args.networks:
        for row in rows(workload_of(NETWORKS[name], args.data, args.build), args.build):
            table.add_row(*row)
    Console().print(table)


if __name__ == "__main__":
    main()
