"""
Single layers by every kernel they can have: cycles and flash, measured and predicted.

`python bench/kernels.py conv:16x16x32:32:3x3:1:1,1,1,1 dense:640:128`, or the layers of networks:
`--networks resnet8`. A layer stands between two others, as in a network; its numbers are random.
Results have to be the interpreter's to the byte.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from approx_opt.compiler.errors import UserError
from approx_opt.compiler.files import write_files
from approx_opt.compiler.plan import KERNELS
from approx_opt.compiler.sim_profiles import PROFILES
from approx_opt.dialects import network_ops as approx
from candidates import Measured, batches, candidates, measure_batch
from firmware import ROOT, Variant, integer_network
from layer_shapes import SYNTAX, LayerShape
from models import NETWORKS, Network, quantized
from results import tree_of
from rich.console import Console
from rich.table import Table
from run import WIDE
from tables import LAYER_HEADINGS, layer_columns


def shapes_of(network: Network, models: Path | None) -> list[LayerShape]:
    """
    The layers of a network that can be measured alone, each once. Errors: UserError.
    """
    absence = network.absence(models)
    if absence is not None:
        raise UserError(absence)
    module = integer_network(quantized(network, models, None), Variant("exact"), Path())
    ops = (op for op in module.walk() if isinstance(op, approx.NetworkOp))
    found = (LayerShape.of(op) for op in ops)
    return list(dict.fromkeys(shape for shape in found if shape is not None))


def table(measured: Sequence[Measured], profile: str) -> Table:
    """
    One row a layer and kernel; the fastest kernel of a layer first.
    """
    result = Table(title=f"single layers on {profile}")
    for heading in ("layer", "skipped", "kernel"):
        result.add_column(heading)
    for heading in LAYER_HEADINGS:
        result.add_column(heading, justify="right")
    for one in ranked(measured):
        if one.profile == profile:
            row = layer_columns(one.layer)
            result.add_row(one.shape, f"{one.skip:.0%}", one.layer.kernel, *row)
    return result


def ranked(measured: Sequence[Measured]) -> list[Measured]:
    """
    Layers in their order, the kernels of each by cycles.
    """
    order = {key: number for number, key in enumerate(dict.fromkeys(map(_key, measured)))}
    return sorted(measured, key=lambda one: (order[_key(one)], one.layer.cycles))


def _key(one: Measured) -> tuple[str, str, float]:
    return one.profile, one.shape, one.skip


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("layers", nargs="*", help=SYNTAX)
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, default=[])
    parser.add_argument("--models", type=Path, help="folder of lenet_cifar10.onnx and others")
    parser.add_argument("--kernels", nargs="+", choices=KERNELS, default=KERNELS)
    parser.add_argument("--profiles", nargs="+", choices=PROFILES, default=["stm32u5"])
    parser.add_argument(
        "--skip",
        nargs="+",
        type=float,
        default=[0.0],
        help="shares of the pairs of convolutions to skip at random",
    )
    parser.add_argument("--json", type=Path, help="write all figures there")
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """
    Entry point; exit status 1 for layers that cannot be measured.
    """
    args = _parser().parse_args(arguments)
    console = Console(width=None if sys.stdout.isatty() else WIDE)
    measured: list[Measured] = []
    try:
        shapes = [LayerShape.parse(text) for text in args.layers]
        for name in args.networks:
            shapes += shapes_of(NETWORKS[name], args.models)
        if not shapes:
            raise UserError("name layers, or --networks")
        for batch in batches(candidates(dict.fromkeys(shapes), args.skip, args.kernels)):
            with console.status(f"{batch[0].shape} and {len(batch) - 1} others"):
                measured += measure_batch(batch, args.profiles)
    except UserError as error:
        sys.exit(f"kernels: error: {error}")
    for profile in args.profiles:
        console.print(table(measured, profile))
    if args.json is not None:
        content = {"tree": tree_of(ROOT), "layers": [asdict(one) for one in ranked(measured)]}
        write_files({args.json: json.dumps(content, indent=1, sort_keys=True) + "\n"})


if __name__ == "__main__":
    main()
