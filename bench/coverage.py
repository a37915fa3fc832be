"""
Which network compiles from which input form, and how far the result is from ONNX Runtime.

Prints a Markdown table, or writes docs/networks.md: `python bench/coverage.py --write
docs/networks.md`. Networks, weights, calibration data and samples all come from fixed seeds.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import onnxruntime
from approx_opt.compiler.errors import UserError
from approx_opt.compiler.files import write_files
from xdsl.dialects.builtin import ModuleOp
from xdsl.utils.exceptions import DiagnosticException

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "test" / "networks"))

from agreement import agreement, c_source, integer_network, layers_beyond  # noqa: E402
from float_networks import NETWORKS  # noqa: E402
from forms import FORMS, Inapplicable, newest_opset  # noqa: E402
from network_builder import smooth_samples  # noqa: E402
from reference import input_shape  # noqa: E402

_CALIBRATION_SEED, _SAMPLE_SEED = 101, 102
_CALIBRATION_SAMPLES = 32
_NO_CLASSES = ("autoencoder",)
"""Networks whose highest output means nothing."""

_TEXT = """\
# Networks and input forms

Every network of `test/networks/float_networks.py` in every form of `test/networks/forms.py`,
compiled to C and run on {samples} samples, against onnxruntime {ort} without graph optimizations on
the very same file. Made by `python bench/coverage.py --write docs/networks.md`.

A cell holds, in percent: samples whose highest output is the same (top-1) / outputs that differ by
exactly 1 LSB / by more. In brackets, where there are any, the layers that differ by more than 1 LSB
on the inputs that onnxruntime gives them, so that only their own rounding counts. "-": the network
has nothing that the form would change. The last layer of classifiers is a Softmax, which makes
several LSB of one in its input. `opset_newest` is {opset}.

"""


class Compiled:
    """
    Networks that have been compiled to C: many forms of a model end in the same one.
    """

    def __init__(self) -> None:
        self._networks: set[str] = set()

    def check(self, network: ModuleOp) -> None:
        """
        Compile a network that has not been before. Errors: DiagnosticException.
        """
        text = str(network)
        if text not in self._networks:
            c_source(network)
            self._networks.add(text)


class Refusals:
    """
    What the compiler said, numbered from 1; equal messages share a number.
    """

    def __init__(self) -> None:
        self._messages: dict[str, int] = {}

    def number(self, message: str) -> int:
        """
        The number of a message.
        """
        return self._messages.setdefault(message, len(self._messages) + 1)

    def listing(self) -> str:
        """
        All messages in order, as a Markdown list.
        """
        lines = [f"{number}. {message}\n" for message, number in self._messages.items()]
        return "".join(["\nRefused:\n\n", *lines]) if lines else ""


def cell(network: str, form: str, samples: int, compiled: Compiled, refusals: Refusals) -> str:
    """
    The entry of the table for one network in one form.
    """
    model = NETWORKS[network]()
    shape = input_shape(model)
    try:
        quantized = FORMS[form](
            model, smooth_samples(shape, _CALIBRATION_SAMPLES, _CALIBRATION_SEED)
        )
    except Inapplicable:
        return "-"
    try:
        integer = integer_network(quantized)
        compiled.check(integer)
    except (UserError, DiagnosticException) as error:
        return f"refused: [{refusals.number(_shortened(str(error)))}]"
    x = smooth_samples(shape, samples, _SAMPLE_SEED)
    result = agreement(quantized, integer, x)
    top1 = "-" if network in _NO_CLASSES else f"{result.top1:.1%}"[:-1]
    shares = f"{top1} / {100 * result.by_one:.2f} / {100 * result.by_more:.2f}"
    beyond = layers_beyond(quantized, x)
    return f"{shares} ({', '.join(beyond)})" if beyond else shares


def _shortened(message: str) -> str:
    """
    The first of the reasons that a message lists.
    """
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    more = f" (and {len(lines) - 2} more)" if len(lines) > 2 else ""
    return " ".join(lines[:2]) + more


def _summary(cells: Mapping[str, Sequence[str]]) -> str:
    beyond = sum("(" in entry for entries in cells.values() for entry in entries)
    where = f"in {beyond} cells" if beyond else "nowhere"
    return f"\nMore than 1 LSB on the inputs that onnxruntime gives a layer: {where}.\n"


def table(networks: Sequence[str], cells: Mapping[str, Sequence[str]]) -> str:
    """
    A Markdown table: a row for each form, a column for each network.
    """
    rows = [["form", *networks], ["---"] * (len(networks) + 1)]
    rows += [[f"`{form}`", *entries] for form, entries in cells.items()]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, default=list(NETWORKS))
    parser.add_argument("--forms", nargs="+", choices=FORMS, default=list(FORMS))
    parser.add_argument("--samples", type=int, default=50)
    parser.add_argument("--write", type=Path, help="write the table there instead of printing it")
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """
    Entry point.
    """
    args = _parser().parse_args(arguments)
    compiled, refusals = Compiled(), Refusals()
    cells: dict[str, list[str]] = {}
    for form in args.forms:
        print(form, file=sys.stderr)
        cells[form] = [
            cell(network, form, args.samples, compiled, refusals) for network in args.networks
        ]
    head = _TEXT.format(samples=args.samples, ort=onnxruntime.__version__, opset=newest_opset())
    text = head + table(args.networks, cells) + _summary(cells) + refusals.listing()
    if args.write is None:
        print(text, end="")
    else:
        write_files({args.write: text})


if __name__ == "__main__":
    main()
