"""
What the plans of plans/ come to: top-1 on all test images, cycles of the simulated STM32U5.

Each plan is compiled as a user would, to firmware and to the IR of its integer arithmetic. The IR
runs in the reference interpreter on all test images; one inference of the firmware is simulated,
and its output must be the interpreter's.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from approx_opt.compiler.calibration import load_calibration
from approx_opt.compiler.calibration_input import quantized_inputs
from approx_opt.compiler.interpreter import entry_function, run_samples
from approx_opt.compiler.onnx_import import input_shape, load_model
from approx_opt.compiler.sim_profiles import profile_named
from approx_opt.compiler.simulator import simulate_vectors
from approx_opt.passes.layer_info import multiplications_left
from approx_opt.passes.select_kernels import SelectKernelsPass
from rich.console import Console
from rich.table import Table
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cifar10_networks import CALIBRATION_IMAGES, HERE, LIMITS, NETWORKS, PLANS, RESULTS, Network
from harness import (
    build_runner,
    calibration_file,
    check_bytes,
    integer_network,
    memory_use,
    top1,
)
from workload import TO_TAPS, Variant, Workload

BOARD, PROFILE = "mps2-an505", "stm32u5"


@dataclass(frozen=True)
class Planned(Variant):
    """
    Compiled by a plan, ours or one of the paper's method; exact without one.
    """

    name: str = "exact"
    plan: Path | None = None
    is_paper: bool = False

    @property
    def title(self) -> str:
        """
        For people.
        """
        return f"paper, {self.name}" if self.is_paper else self.name

    def pipeline(self, board: str) -> str:
        """
        From ONNX to the C of the board.
        """
        options = [f"target={PROFILE}", f"samples={CALIBRATION_IMAGES}"]
        options += [] if self.plan is None else [f'plan="{self.plan}"']
        options += ["compensate=false"] if self.is_paper else []
        return f"approx-to-c{{{' '.join(options)}}}"

    @property
    def network_pipeline(self) -> str:
        """
        From ONNX to the integer network.
        """
        passes = [*TO_TAPS]
        if self.plan is None:
            return ",".join(passes)
        plan = f'plan="{self.plan}"'
        samples = f"samples={CALIBRATION_IMAGES}"
        if self.is_paper:
            passes += [f"collect-statistics{{{samples}}}", f"annotate-significance{{{plan}}}"]
            passes += [f"skip-operands{{{plan} compensate=false}}"]
        else:
            passes += [f"transform-winograd{{{plan}}}", f"reconstruct-operands{{{plan} {samples}}}"]
        return ",".join(passes)


@dataclass(frozen=True)
class Score:
    """
    What a network comes to. `multiplications` are the share that is left of those of direct, exact
    convolution; `versus_cmsis_nn` compares cycles, -0.8 being a fifth.
    """

    network: str
    plan: str
    top1: float
    images: int
    cycles: int
    versus_cmsis_nn: float
    multiplications: float
    flash: int
    ram: int


def parse_arguments() -> argparse.Namespace:
    """
    The images are not part of the repository.
    """
    parser = argparse.ArgumentParser(description="What the plans of plans/ come to.")
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and test/")
    parser.add_argument("--plans", type=Path, default=PLANS)
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, default=list(NETWORKS))
    parser.add_argument("--images", type=int, help="test images to score (all)")
    parser.add_argument("--build", type=Path, default=Path("build/explored"), help="working folder")
    parser.add_argument("--write", action="store_true", help=f"also write {RESULTS.name}/")
    return parser.parse_args()


def workload_of(network: Network, data: Path, images: int | None) -> Workload:
    """
    The model, the images it is calibrated with, and the test images.
    """
    model = network.model
    shape, how = input_shape(load_model(model)), network.preprocessing
    training = load_calibration(data / "train", shape, CALIBRATION_IMAGES, how)
    test = load_calibration(data / "test", shape, images, how)
    return Workload(network.name, model, training.x, test.x, test.y)


def multiplications_of(network: ModuleOp, plan: Path | None) -> float:
    """
    The share that is left by the kernels that are chosen.
    """
    module = network.clone()
    SelectKernelsPass(PROFILE, plan=None if plan is None else str(plan)).apply(Context(), module)
    return multiplications_left(module)


def score(workload: Workload, variant: Planned, build: Path) -> Score:
    """
    Compile, simulate, and run all images in the interpreter.
    """
    folder = build / workload.name / variant.folder
    calibration = calibration_file(workload, folder.parent)
    elf = build_runner(workload, variant.pipeline(BOARD), BOARD, calibration, folder)
    network = integer_network(workload, variant, folder)
    inputs = quantized_inputs(entry_function(network), workload.images)
    outputs = run_samples(network, inputs)
    run, found = simulate_vectors(
        elf, profile_named(PROFILE), inputs[0].tobytes(), f"{workload.name}_run"
    )
    check_bytes(outputs[0].tobytes(), found, f"{workload.name}, {variant.title}")
    flash, ram = memory_use(elf)
    return Score(
        network=workload.name,
        plan=variant.title,
        top1=round(100 * top1(outputs, workload.labels), 2),
        images=len(outputs),
        cycles=run.total.cycles,
        versus_cmsis_nn=round(run.total.cycles / cmsis_nn_cycles(workload.name) - 1, 4),
        multiplications=round(multiplications_of(network, variant.plan), 4),
        flash=flash,
        ram=ram,
    )


def cmsis_nn_cycles(network: str) -> int:
    """
    Of the same network by CMSIS-NN, as `make bench` has measured.
    """
    results: Any = json.loads((HERE.parents[1] / "bench/results/networks.json").read_text())
    (entry,) = (
        entry
        for entry in results["entries"]
        if (entry["network"], entry["variant"], entry["profile"]) == (network, "cmsis-nn", PROFILE)
    )
    return entry["cycles"]


def variants_of(network: str, plans: Path) -> Iterator[Planned]:
    """
    Exact, and one for each plan there is.
    """
    yield Planned()
    for is_paper, prefix in ((False, network), (True, f"{network}-paper")):
        for limit in LIMITS:
            plan = (plans / f"{prefix}-{limit}.json").resolve()
            if plan.exists():
                yield Planned(name=limit, plan=plan, is_paper=is_paper)


HEADINGS = ("top-1 %", "loss", "cycles", "CMSIS-NN", "multipl.", "flash", "RAM")


def rows(scores: Sequence[Score]) -> Iterator[tuple[str, ...]]:
    """
    Network and plan, and a cell for each heading.
    """
    exact = {one.network: one.top1 for one in scores if one.plan == "exact"}
    for one in scores:
        yield (
            f"{one.network}, {one.plan}",
            f"{one.top1:.2f}",
            f"{exact[one.network] - one.top1:.2f}",
            f"{one.cycles:,}",
            f"{one.versus_cmsis_nn:+.1%}",
            f"{one.multiplications:.1%}",
            f"{one.flash:,}",
            f"{one.ram:,}",
        )


def table(scores: Sequence[Score]) -> Table:
    """
    A row for each network and plan.
    """
    shown = Table(title=f"{scores[0].images} test images; cycles of the simulated {PROFILE}")
    shown.add_column("network, plan")
    for heading in HEADINGS:
        shown.add_column(heading, justify="right")
    for row in rows(scores):
        shown.add_row(*row)
    return shown


def markdown(scores: Sequence[Score]) -> str:
    """
    The same for the repository.
    """
    lines = [("network, plan", *HEADINGS), ("---",) * (len(HEADINGS) + 1), *rows(scores)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def main() -> None:
    """
    Score everything, print the table.
    """
    args = parse_arguments()
    console = Console()
    scores: list[Score] = []
    for name in args.networks:
        workload = workload_of(NETWORKS[name], args.data, args.images)
        for variant in variants_of(name, args.plans):
            with console.status(f"{name}, {variant.title}"):
                scores.append(score(workload, variant, args.build))
    console.print(table(scores))
    if args.write:
        write(scores)


def write(scores: Sequence[Score]) -> None:
    """
    Put them into results/, where those of other networks stay.
    """
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / "results.json"
    there = [Score(**one) for one in json.loads(file.read_text())] if file.exists() else []
    done = {one.network for one in scores}
    merged = [*scores, *(one for one in there if one.network not in done)]
    merged.sort(key=lambda one: list(NETWORKS).index(one.network))
    file.write_text(json.dumps([asdict(one) for one in merged], indent=1) + "\n")
    (RESULTS / "table.md").write_text(markdown(merged))


if __name__ == "__main__":
    main()
