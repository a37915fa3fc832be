"""
What a run has measured, as data: the tables, the plot and the JSON are made of it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from approx_opt.compiler.errors import UserError
from processes import run

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Layer:
    """
    A layer on one profile; predictions are those of the kernel selection, None where the report has
    none. `flash` is code and constants, without the steps of the runtime that layers share.
    """

    name: str
    op: str
    kernel: str
    macs: int
    cycles: int
    predicted_cycles: int | None
    flash: int
    predicted_flash: int | None


@dataclass(frozen=True)
class Entry:
    """
    One inference of a network, by us or by CMSIS-NN, on a profile.

    `flash` and `ram` are bytes of the whole firmware, start-up, input and output buffers included;
    `stack`, in bytes, comes on top. `own_cycles` are those of the function that calls the layers.
    """

    network: str
    variant: str
    profile: str
    macs: int
    macs_skipped: int
    cycles: int
    own_cycles: int
    flash: int
    ram: int
    stack: int
    layers: Sequence[Layer] = field(default_factory=list)


@dataclass(frozen=True)
class Effort:
    """
    What a step of a build took of this machine: seconds, and the bytes of its largest process.
    """

    seconds: float
    bytes: int


@dataclass(frozen=True)
class Run:
    """
    Everything a run has measured.

    `tree` and `cmsis_nn` are the commits of this tree and of the checkout of CMSIS-NN, `gcc` is the
    version of the cross compiler. `notes` say what a network is, by name; `efforts` are by network,
    variant and step.
    """

    tree: str
    gcc: str
    cmsis_nn: str | None
    notes: dict[str, str]
    entries: Sequence[Entry]
    efforts: dict[str, dict[str, dict[str, Effort]]] = field(default_factory=dict)

    def entry(self, network: str, variant: str, profile: str) -> Entry | None:
        """
        One of the entries, if there.
        """
        wanted = (network, variant, profile)
        found = (e for e in self.entries if (e.network, e.variant, e.profile) == wanted)
        return next(found, None)


def tree_of(folder: Path, written: Sequence[str] = ()) -> str:
    """
    The commit of a checkout, `-dirty` where files differ, but for those that are `written`;
    `unknown` for a folder that is none.
    """
    git = ["git", "-C", folder]
    files = [".", *(f":(exclude){path}" for path in written)]
    try:
        commit = run([*git, "rev-parse", "--short=12", "HEAD"]).strip()
        changes = run([*git, "status", "--porcelain", "--untracked-files=no", "--", *files])
    except UserError:
        return "unknown"
    return f"{commit}-dirty" if changes else commit


def gcc_version() -> str:
    """
    Of the cross compiler.
    """
    return run(["arm-none-eabi-gcc", "-dumpfullversion"]).strip()


def as_json(measured: Run, with_efforts: bool) -> str:
    """
    All figures; efforts depend on the machine, and are only there when asked for.
    """
    content: dict[str, Any] = {"schema_version": SCHEMA_VERSION, **asdict(measured)}
    if not with_efforts:
        del content["efforts"]
    return json.dumps(content, indent=1, sort_keys=True) + "\n"
