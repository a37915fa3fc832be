"""
Explore LeNet, AlexNet and ResNet-8 from scratch: the plans of plans/ and the fronts of results/.

Plans are chosen on training images alone. The paper's method comes first, so that its front stands
in the picture of the other.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from cifar10_networks import (
    CALIBRATION_IMAGES,
    LIMITS,
    NETWORKS,
    PLANS,
    RESULTS,
    Network,
    training_images,
)

TRIALS = {"paper": 50, "surgeon": 60}
VALIDATION_IMAGES, CONFIRMATION_IMAGES = 6000, 12000


def parse_arguments() -> argparse.Namespace:
    """
    The images are not part of the repository.
    """
    parser = argparse.ArgumentParser(description="Explore the networks of models/.")
    parser.add_argument("--data", type=Path, required=True, help="folder with train/")
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, default=list(NETWORKS))
    parser.add_argument("--study", type=Path, default=Path("build/study"), help="working folder")
    parser.add_argument(
        "--write", action="store_true", help=f"write {PLANS.name}/ and {RESULTS.name}/, too"
    )
    return parser.parse_args()


def explore(network: Network, data: Path, method: str, folder: Path, *others: str | Path) -> None:
    """
    Run approx-explore; go on where it was left.
    """
    command: list[str | Path] = [sys.executable, "-m", "approx_opt.compiler.explore"]
    command += [network.model, "--data", training_images(network, data, folder)]
    command += ["--samples", str(CALIBRATION_IMAGES), "--validation", str(VALIDATION_IMAGES)]
    command += ["--confirm", str(CONFIRMATION_IMAGES), "--trials", str(TRIALS[method])]
    command += ["--method", method, "--name", network.name, "-o", folder / method, *others]
    subprocess.run(command, check=True)


def main() -> None:
    """
    Both methods for every network.
    """
    args = parse_arguments()
    for name in args.networks:
        network = NETWORKS[name]
        explore(network, args.data, "paper", args.study)
        beside = args.study / "paper" / f"{name}-front.json"
        explore(network, args.data, "surgeon", args.study, "--beside", beside)
        keep(name, args.study, args.study / "plans")
        if args.write:
            keep(name, args.study, PLANS)
            keep_fronts(name, args.study)


def keep(name: str, study: Path, plans: Path) -> None:
    """
    The plans of a network by both methods, in one folder.
    """
    plans.mkdir(exist_ok=True)
    for limit in LIMITS:
        shutil.copy(study / "surgeon" / f"{name}-{limit}.json", plans)
        shutil.copy(study / "paper" / f"{name}-{limit}.json", plans / f"{name}-paper-{limit}.json")


def keep_fronts(name: str, study: Path) -> None:
    """
    All that was tried by either method, for reports (docs/report.md), and the picture of both.
    """
    RESULTS.mkdir(exist_ok=True)
    front = f"{name}-front"
    shutil.copy(study / "surgeon" / f"{front}.svg", RESULTS)
    shutil.copy(study / "surgeon" / f"{front}.json", RESULTS)
    shutil.copy(study / "paper" / f"{front}.json", RESULTS / f"{name}-paper-front.json")


if __name__ == "__main__":
    main()
