"""
What the tools take of this machine for a network: the reference interpreter to run it on many
images, the surgeon to take operands out of all its layers.

Both with the taps in the window and in Winograd's domain. Every figure is of a process of its own,
whose memory is that of all it does; seconds are of the pass, or of the images, alone.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from approx_opt.compiler.calibration import load_calibration
from approx_opt.compiler.calibration_input import onnx_input_shape, quantized_inputs
from approx_opt.compiler.errors import UserError
from approx_opt.compiler.interpreter import entry_function, run_samples
from approx_opt.compiler.universe import APPROX_UNIVERSE
from processes import run_measured
from results import Effort
from rich.console import Console
from rich.table import Table
from xdsl.context import Context
from xdsl.dialects.builtin import Builtin
from xdsl.dialects.func import Func
from xdsl.parser import Parser

_TO_TAPS = "fuse-qdq,fold-transposes,fold-pads,unpack-operands"
_DOMAINS = {"direct": "", "Winograd": "transform-winograd"}
_GRANULARITIES = ("pair", "block")
_TIME = r"Pass (\S+) took (\S+) seconds"
"""What --time-passes prints."""


def timings(args: argparse.Namespace, folder: Path) -> Iterator[tuple[str, str, Effort]]:
    """
    Tool, what it did, and what that took. Intermediate files go to `folder`.

    Errors: UserError with the message of a step that fails.
    """
    taps = folder / "taps.mlir"
    _passes(args, args.model, _TO_TAPS, taps)
    for domain, transform in _DOMAINS.items():
        network = folder / f"{domain}.mlir"
        _passes(args, taps, transform, network)
        effort = _interpreter(args, network)
        yield f"interpreter, {domain}", f"{args.images} images", effort
        for granularity in _GRANULARITIES:
            options = f"fraction={args.fraction} granularity={granularity} samples={args.samples}"
            pipeline = f"reconstruct-operands{{{options}}}"
            times, memory = _passes(args, network, pipeline, folder / "left.mlir")
            effort = Effort(times["reconstruct-operands"], memory)
            yield f"surgeon, {domain}", f"{args.fraction:.0%} by {granularity}s", effort


def _passes(
    args: argparse.Namespace, source: Path, pipeline: str, target: Path
) -> tuple[dict[str, float], int]:
    """
    Run approx-opt; returns the seconds of each pass and the bytes of the process.
    """
    command = [sys.executable, "-m", "approx_opt.compiler", source, "-p", pipeline, "-o", target]
    command += ["--calibration", args.data, "--calibration-samples", args.samples]
    output, memory = run_measured([*map(str, command), "--time-passes"])
    return {name: float(seconds) for name, seconds in re.findall(_TIME, output)}, memory


def _interpreter(args: argparse.Namespace, network: Path) -> Effort:
    command = [sys.executable, __file__, network, "--data", args.data, "--images", args.images]
    output, memory = run_measured([*map(str, command), "--run"])
    return Effort(float(output), memory)


def interpret(network: Path, data: Path, images: int) -> float:
    """
    Seconds of an integer network for so many images.
    """
    context = Context()
    for dialect in (APPROX_UNIVERSE.all_dialects["approx"](), Builtin, Func):
        context.load_dialect(dialect)
    module = Parser(context, network.read_text()).parse_module()
    function = entry_function(module)
    samples = load_calibration(data, onnx_input_shape(function), images)
    if len(samples.x) < images:
        raise UserError(f"{data} has {len(samples.x)} samples, not {images}")
    inputs = quantized_inputs(function, samples.x)
    start = time.monotonic()
    run_samples(module, inputs)
    return time.monotonic() - start


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="ONNX, float or quantized")
    parser.add_argument("--data", type=Path, required=True, help=".npz or class folders")
    parser.add_argument("--images", type=int, default=2000, help="to interpret (2000)")
    parser.add_argument("--samples", type=int, default=512, help="to calibrate with (512)")
    parser.add_argument("--fraction", type=float, default=0.5, help="to take out (0.5)")
    parser.add_argument("--cores", type=int, default=1, help="to use (1)")
    parser.add_argument(
        "--run", action="store_true", help="the model is an integer network: time it, here"
    )
    return parser


def _table(rows: Sequence[tuple[str, str, Effort]], title: str) -> Table:
    table = Table("tool", "what", title=title)
    for heading in ("seconds", "process, MB"):
        table.add_column(heading, justify="right")
    for tool, what, effort in rows:
        table.add_row(tool, what, f"{effort.seconds:.1f}", f"{effort.bytes / 1e6:.0f}")
    return table


def main(arguments: Sequence[str] | None = None) -> None:
    """
    Entry point; exit status 1 where a step fails.
    """
    args = _parser().parse_args(arguments)
    console = Console()
    try:
        if args.run:
            print(interpret(args.model, args.data, args.images))
            return
        # What is started inherits them.
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: args.cores])
        with tempfile.TemporaryDirectory() as folder, console.status("measuring"):
            rows = list(timings(args, Path(folder)))
    except UserError as error:
        sys.exit(f"timings: error: {error}")
    console.print(_table(rows, f"{args.model.name}, {args.cores} core(s) of this machine"))


if __name__ == "__main__":
    main()
