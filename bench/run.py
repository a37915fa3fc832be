"""
Cycles, flash and RAM of the benchmark's networks, beside CMSIS-NN and the published engines.

Every network is quantized, compiled, built to firmware as a user would, and run in approx-sim; its
output has to be the reference interpreter's to the byte.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from approx_opt.compiler.errors import UserError
from approx_opt.compiler.files import write_files
from approx_opt.compiler.mcu import KIB
from approx_opt.compiler.sim_profiles import PROFILES
from cmsis_nn import Checkout, Library
from document import page
from firmware import BOARDS, ROOT, Variant, build, integer_network, vector
from measure import measure
from models import NETWORKS, Network, Quantized, quantized
from results import Effort, Entry, Run, as_json, gcc_version, tree_of
from rich.console import Console
from tables import efforts, sections
from xdsl.utils.exceptions import DiagnosticException

PLANS = ROOT / "bench" / "plans"
WRITTEN = ("bench/results/networks.json", "bench/results/cycles.svg", "docs/benchmarks.md")
"""What --write writes."""
_SMALL_FLASH = (512 - 32) * KIB
"""Half a megabyte less what is left for the rest of the firmware, as it is by default."""
_PROFILES = ("stm32u5", "stm32l4", "ideal")
WIDE = 200
"""Columns where the output is no terminal."""


def variants_of(network: str, target: str, options: str) -> list[Variant]:
    """
    Exact, exact in little flash, and each of the plans at hand.
    """
    suffix = f" {options}" if options else ""
    exact = [
        Variant(f"exact{suffix}", target, options=options),
        Variant(f"exact 512K{suffix}", target, _SMALL_FLASH, options=options),
    ]
    plans = sorted(PLANS.glob(f"{network}*.json"))
    return exact + [
        Variant(f"{plan.stem}{suffix}", target, plan=plan, options=options) for plan in plans
    ]


class Bench:
    """
    What has been measured so far; messages go to `console`.
    """

    def __init__(self, args: argparse.Namespace, console: Console):
        self.args = args
        self.console = console
        self.tree = tree_of(ROOT, WRITTEN)
        self.notes: dict[str, str] = {}
        self.absent: list[str] = []
        self.entries: list[Entry] = []
        self.efforts: dict[str, dict[str, dict[str, Effort]]] = {}

    def network(self, network: Network) -> None:
        """
        Measure all variants of a network, if it can be had. Errors: UserError.
        """
        absence = network.absence(self.args.models)
        if absence is not None:
            self.console.print(absence, highlight=False)
            self.absent.append(network.name)
            return
        self.notes[network.name] = network.title
        with self.console.status(f"{network.name}: quantize"):
            model = quantized(network, self.args.models, self.args.cifar10)
        if self.args.cmsis_nn is not None:
            self._library(model)
        for target, profiles in self._targets().items():
            for variant in variants_of(network.name, target, self.args.options):
                if not self.args.variants or variant.name in self.args.variants:
                    self._variant(model, variant, profiles)

    def _targets(self) -> dict[str, list[str]]:
        """
        What to compile for, and the profiles to run that with.
        """
        targets: dict[str, list[str]] = {}
        for profile in self.args.profiles:
            own = profile if profile in BOARDS else "stm32u5"
            targets.setdefault(self.args.target or own, []).append(profile)
        return targets

    def _library(self, model: Quantized) -> None:
        name = model.network.name
        with self.console.status(f"{name}, CMSIS-NN: build and check"):
            checkout = Checkout(self.args.cmsis_nn, self.args.build / "cmsis_nn")
            module = integer_network(model, Variant("exact"), Path())
            library = Library(checkout, module, vector(model, module))
        for profile in self.args.profiles:
            with self.console.status(f"{name}, CMSIS-NN: simulate {profile}"):
                self.entries.append(library.measure(profile))

    def _variant(self, model: Quantized, variant: Variant, profiles: Sequence[str]) -> None:
        name = model.network.name
        folder = self.args.build / name / variant.folder
        with self.console.status(f"{name}, {variant.name}: compile and build"):
            built = build(model, variant, folder)
            data = vector(model, integer_network(model, variant, folder.parent / f"{name}.npz"))
        self.efforts.setdefault(name, {}).setdefault(variant.name, built.efforts)
        for profile in profiles:
            with self.console.status(f"{name}, {variant.name}: simulate {profile}"):
                self.entries.append(measure(name, variant.name, built, data, profile))

    def result(self) -> Run:
        """
        All of it.
        """
        folder = self.args.cmsis_nn
        library = None if folder is None else tree_of(folder)
        return Run(self.tree, gcc_version(), library, self.notes, self.entries, self.efforts)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, help="folder of lenet_cifar10.onnx and others")
    parser.add_argument("--cifar10", type=Path, help="folder with train/ and test/ to calibrate on")
    parser.add_argument("--cmsis-nn", type=Path, help="a checkout of CMSIS-NN to measure, too")
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, default=list(NETWORKS))
    parser.add_argument("--profiles", nargs="+", choices=PROFILES, default=_PROFILES)
    parser.add_argument("--variants", nargs="+", help="such as exact, by name; default: all")
    parser.add_argument(
        "--target", choices=BOARDS, help="compile for it; default: for each profile"
    )
    parser.add_argument("--options", default="", help="more options of approx-to-c, for all")
    parser.add_argument("--layers", action="store_true", help="tables of layers, too")
    parser.add_argument("--json", type=Path, help="write all figures there")
    parser.add_argument("--write", action="store_true", help=f"write {', '.join(WRITTEN)}")
    parser.add_argument("--timings", action="store_true", help="time and memory of builds, too")
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "bench")
    return parser


def _is_partial(args: argparse.Namespace) -> bool:
    chosen = (args.networks, args.profiles, args.variants, args.target, args.options)
    return chosen != (list(NETWORKS), _PROFILES, None, None, "")


def _write(result: Run, absent: Sequence[str]) -> None:
    """
    Errors: UserError where networks are missing.
    """
    if absent:
        raise UserError(f"--write is for all networks, and {', '.join(absent)} could not be had")
    from plot import picture

    texts = (
        as_json(result, False),
        picture(result, _PROFILES[0]),
        page(result, _PROFILES, _SMALL_FLASH),
    )
    write_files({ROOT / path: text for path, text in zip(WRITTEN, texts, strict=True)})


def main(arguments: Sequence[str] | None = None) -> None:
    """
    Entry point; exit status 1 where a network cannot be built or computes something else.
    """
    args = _parser().parse_args(arguments)
    console = Console(width=None if sys.stdout.isatty() else WIDE)
    bench = Bench(args, console)
    try:
        if args.write and _is_partial(args):
            raise UserError("--write is for all networks, variants and profiles")
        for name in args.networks:
            bench.network(NETWORKS[name])
        result = bench.result()
        if args.write:
            _write(result, bench.absent)
        if args.json is not None:
            write_files({args.json: as_json(result, args.timings)})
    except (UserError, DiagnosticException) as error:
        sys.exit(f"bench: error: {error}")
    for table in sections(result, args.profiles, args.layers):
        console.print(table)
    if args.timings:
        console.print(efforts(result))


if __name__ == "__main__":
    main()
