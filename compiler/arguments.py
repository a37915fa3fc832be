"""
The arguments of `approx-opt` that `xdsl-opt` has not.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .argument_groups import ArgumentGroups
from .completion import add_print_completion
from .completion_passes import pipeline_completion
from .errors import UserError
from .names import is_network_name
from .pass_listing import ListPasses, Passes

_PACKAGE = Path(__file__).resolve().parents[1]


def add_arguments(groups: ArgumentGroups, passes: Passes, targets: Iterable[str]) -> None:
    """
    Add them to those of `xdsl-opt`; `passes` and `targets` are what there is to be named.
    """
    groups.add_argument(
        "--pass-pipeline",
        dest="passes",
        metavar="PASSES",
        default=argparse.SUPPRESS,
        help="the same as --passes",
    )
    group = groups.add_argument_group("networks")
    group.add_argument("--name", help="name of the network in generated code (default: file name)")
    group.add_argument(
        "--calibration",
        type=Path,
        metavar="DATA",
        help="calibration data: an .npz with arrays x and optional y, or a folder of class folders",
    )
    group.add_argument(
        "--calibration-samples",
        type=int,
        metavar="N",
        help="use that many samples at the most, spread over the classes",
    )
    files = groups.add_argument_group("generated files")
    files.add_argument(
        "--emit-dir", type=Path, metavar="DIR", help="write header, C files, plan and report there"
    )
    files.add_argument(
        "--shards", type=int, default=8, metavar="N", help="C files to spread kernels over (8)"
    )
    files.add_argument(
        "--report", type=Path, metavar="FILE", help="write the report as an HTML page, too"
    )
    files.add_argument(
        "--front",
        type=Path,
        metavar="FILE",
        help="a front of approx-explore to show the plan in, in the report",
    )
    files.add_argument(
        "--csv", type=Path, metavar="FILE", help="write the totals there, a header and one line"
    )
    files.add_argument(
        "--annotated-onnx",
        type=Path,
        metavar="FILE",
        help="write the model with what became of each node, to be seen in Netron",
    )
    files.add_argument(
        "--depfile", type=Path, metavar="FILE", help="write the files read, as a Make rule"
    )
    information = groups.add_argument_group("information")
    information.add_argument(
        "--list-passes",
        action=ListPasses,
        passes=passes,
        metavar="NAME",
        help="print all passes with their options, or all about one, and exit",
    )
    add_print_completion(
        information,
        words={"list_passes": passes, "target": targets},
        special={"passes": lambda: pipeline_completion(passes)},
    )
    information.add_argument(
        "--cmake-dir",
        action=_PrintCmakeDir,
        nargs=0,
        help="print the folder of ApproxOptConfig.cmake and exit",
    )


def check_arguments(args: argparse.Namespace) -> None:
    """
    What can be told before the first pass runs. Errors: UserError.
    """
    if args.name is not None and not is_network_name(args.name):
        raise UserError(
            f"--name: '{args.name}' cannot begin the names of C functions: it must be letters, "
            "digits and underscores, a letter first, and neither a keyword nor approx_..."
        )
    if args.calibration is not None and not args.calibration.exists():
        raise UserError(f"cannot read {args.calibration}: No such file or directory")
    if args.output_file is not None:
        _check_output(Path(args.output_file))
    if args.emit_dir is not None:
        _check_emission(args)
    else:
        _check_alone(args)
    if args.front is not None and args.report is None:
        raise UserError("--front is for the page of --report: name both")


def reads_onnx(args: argparse.Namespace) -> bool:
    """
    True where the input is an ONNX model.
    """
    return (args.frontend or Path(args.input_file or "").suffix.removeprefix(".")) == "onnx"


def _check_output(path: Path) -> None:
    if path.is_dir():
        raise UserError(f"cannot write {path}: it is a folder")
    if not path.resolve().parent.is_dir():
        raise UserError(f"cannot write {path}: no such folder")


def _check_alone(args: argparse.Namespace) -> None:
    for name in ("depfile", "report", "csv", "annotated_onnx"):
        if getattr(args, name) is not None:
            option = "--" + name.replace("_", "-")
            raise UserError(f"{option} is about the files of --emit-dir: name both")


def _check_emission(args: argparse.Namespace) -> None:
    if args.split_input_file or args.output_file is not None or args.target != "mlir":
        raise UserError("--emit-dir goes with neither -o nor -t nor --split-input-file")
    if args.shards < 1:
        raise UserError(f"--shards: {args.shards} is not positive")
    if args.emit_dir.exists() and not args.emit_dir.is_dir():
        raise UserError(f"cannot write to {args.emit_dir}: it is no folder")
    for path in (args.depfile, args.report, args.csv, args.annotated_onnx):
        if path is not None and path.is_dir():
            raise UserError(f"cannot write {path}: it is a folder")
    if args.report is not None:
        _check_report(args)
    if args.annotated_onnx is not None:
        _check_annotation(args)


def _check_report(args: argparse.Namespace) -> None:
    from .report_files import load_front
    from .report_page import check_page_libraries

    if args.front is not None:
        load_front(args.front)
    check_page_libraries()


def _check_annotation(args: argparse.Namespace) -> None:
    path: Path = args.annotated_onnx
    if not reads_onnx(args):
        raise UserError("--annotated-onnx annotates the model that is read: the input is no ONNX")
    if path.suffix != ".onnx":
        raise UserError(f"--annotated-onnx: {path} does not end in .onnx, as viewers expect")
    if args.input_file is not None and path.resolve() == Path(args.input_file).resolve():
        raise UserError(f"--annotated-onnx would write over the model {path}: name another file")


class _PrintCmakeDir(argparse.Action):
    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: Any,
        values: Any,
        option_string: Any = None,
    ) -> None:
        print(_PACKAGE / "cmake")
        parser.exit()
