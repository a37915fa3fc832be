"""
The driver `approx-explore`: for a model, its data and a device, the plans that lose least for what
they save.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from .calibration import count_samples
from .completion import add_print_completion
from .errors import UserError
from .mcu import MCUS, mcu_named
from .names import c_identifier
from .sizes import SIZE_FORMS, is_size, size_in_bytes

_INTERRUPTED = 130
_BEYOND = 1.0
"""Points of top-1 that plans are looked for beyond the largest loss asked for."""
_LEAST = {
    "samples": 1,
    "validation": 1,
    "confirm": 0,
    "flash_budget": 1,
    "ram_budget": 1,
    "trials": 1,
    "jobs": 1,
    "grace": 1,
    "seed": 0,
}
"""Of the options that are numbers."""


def main(arguments: Sequence[str] | None = None) -> None:
    """
    Entry point of `approx-explore`. User errors end in one message and exit status 1; Ctrl-C leaves
    plans of what was tried until then, and status 130.
    """
    try:
        args = _parser().parse_args(arguments)
        _check(args)
        complete = _explore(args)
    except UserError as error:
        _fail(error)
    except ModuleNotFoundError as error:
        _fail(f"{error.name} is missing: pip install 'approx-opt[explore]'")
    except KeyboardInterrupt:
        _fail("interrupted", _INTERRUPTED)
    if not complete:
        _fail("interrupted; the plans are the best so far, run again to go on", _INTERRUPTED)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="approx-explore", description=__doc__)
    parser.add_argument("model", type=Path, help="ONNX, float or quantized")
    add = parser.add_argument_group("data").add_argument
    add(
        "--data",
        type=Path,
        required=True,
        help="an .npz with x and y, or a folder of class folders",
    )
    add("--samples", type=int, default=512, help="of them to calibrate with (512)")
    add("--validation", type=int, default=2000, help="others to judge plans by (2000)")
    add("--confirm", type=int, default=0, help="others to judge the best ones again by (none)")
    add = parser.add_argument_group("device").add_argument
    add("--target", default="stm32u5", help="microcontroller to count cycles for (stm32u5)")
    add("--flash-budget", type=_size, help="bytes of flash for the network, such as 512K")
    add("--ram-budget", type=_size, help="bytes of RAM for its workspace, such as 64K")
    add = parser.add_argument_group("search").add_argument
    add("--method", choices=("surgeon", "paper"), default="surgeon", help="how taps are chosen")
    add("--max-loss", type=_limits, default=(0.0, 1.0, 5.0), help="points of top-1 (0,1,5)")
    add("--trials", type=int, default=100, help="plans to try after those of single layers (100)")
    add("--jobs", type=int, default=len(os.sched_getaffinity(0)), help="processes (one a core)")
    add("--storage", help="URL of the study's database (sqlite, in the output folder)")
    add("--grace", type=int, default=30, help="seconds until a silent process is given up (30)")
    add("--study", help="name of the study there (the model's, with method and target)")
    add("--seed", type=int, default=0, help="of the sampler")
    add = parser.add_argument_group("output").add_argument
    beside = "NAME-front.json of other explorations, to be drawn in the same picture"
    add("--beside", type=Path, nargs="+", default=[], metavar="FRONT", help=beside)
    add("--name", help="what the names of files begin with (the model's)")
    add(
        "-o",
        "--output",
        type=Path,
        default=Path("explored"),
        metavar="DIR",
        help="folder for them (explored)",
    )
    add_print_completion(parser, words={"target": MCUS})
    parser.error = _usage_error
    return parser


def _size(text: str) -> int:
    if not is_size(text):
        raise argparse.ArgumentTypeError(f"'{text}' is not {SIZE_FORMS}")
    return size_in_bytes(text)


def _limits(text: str) -> tuple[float, ...]:
    try:
        limits = tuple(sorted({float(part) for part in text.split(",")}))
    except ValueError:
        limits = (math.nan,)
    if not all(0 <= limit <= 100 for limit in limits):
        raise argparse.ArgumentTypeError(f"'{text}' are not points of top-1, such as 0,1,5")
    return limits


def _check(args: argparse.Namespace) -> None:
    """
    What can be told before the model is read. Errors: UserError.
    """
    mcu_named(args.target)
    _check_numbers(args)
    if args.name is not None and args.name != Path(args.name).name:
        raise UserError(f"--name: '{args.name}' cannot begin the name of a file")
    for path in (args.model, args.data):
        if not path.exists():
            raise UserError(f"cannot read {path}: No such file or directory")
    wanted, there = args.samples + args.validation + args.confirm, count_samples(args.data)
    if there < wanted:
        raise UserError(
            f"{args.data} has {there} samples; --samples, --validation and --confirm, which share "
            f"none, are {wanted} together: ask for fewer"
        )
    if args.output.exists() and not args.output.is_dir():
        raise UserError(f"cannot write to {args.output}: it is no folder")


def _check_numbers(args: argparse.Namespace) -> None:
    for option, least in _LEAST.items():
        value: int | None = getattr(args, option)
        if value is not None and value < least:
            raise UserError(f"--{option.replace('_', '-')}: {value} is less than {least}")


def _explore(args: argparse.Namespace) -> bool:
    """
    True where it has come to its end.
    """
    from rich.console import Console

    from .explore_bench import Device
    from .explore_problem import Problem, check_problem, load_network
    from .explore_results import Results, load_series, table, write_results
    from .explore_run import Crew, Goal, explore
    from .explore_storage import Storage
    from .explore_worker import Task

    beside = [load_series(path) for path in args.beside]
    device = Device(args.target, args.flash_budget, args.ram_budget)
    problem = Problem(args.model, args.data, device, args.method, args.samples, args.validation)
    explored = load_network(problem)
    check_problem(problem, explored, args.confirm)
    name = args.name or c_identifier(args.model.stem)
    study = args.study or f"{name} {args.method} {args.target}"
    storage = Storage(_storage_url(args), args.grace)
    task = Task(problem, storage, study, args.trials, max(args.max_loss) + _BEYOND)
    goal = Goal(args.confirm, args.max_loss)
    outcome = explore(task, explored.space, goal, Crew(args.jobs, args.seed))
    results = Results(
        name, problem, explored.shapes, outcome.tried, outcome.judged, args.confirm, args.max_loss
    )
    write_results(results, args.output, beside)
    Console().print(table(results))
    return outcome.complete


def _storage_url(args: argparse.Namespace) -> str:
    """
    As asked for, or of a file in the output folder, which is made.
    """
    if args.storage is not None:
        return args.storage
    try:
        args.output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"cannot write to {args.output}: {error.strerror}") from error
    return f"sqlite:///{args.output.resolve() / 'study.db'}"


def _usage_error(message: str) -> NoReturn:
    raise UserError(f"{message} (see approx-explore --help)")


def _fail(message: object, status: int = 1) -> NoReturn:
    print(f"approx-explore: error: {str(message).strip()}", file=sys.stderr)
    sys.exit(status)


if __name__ == "__main__":
    main()
