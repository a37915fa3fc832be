"""
The outputs that `approx-opt -t` writes of a lowered module.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.utils.target import Target

from .emit_header import render_header
from .emit_sources import Sources
from .errors import UserError
from .program import Program
from .report import render_report

_MAIN = "main"


@dataclass(frozen=True)
class CTarget(Target):
    """
    C99: `c` is everything in one file; `c{shards=8 part=main}` is the file with the public
    function, `c{shards=8 part=0}` ... the files with the private ones.
    """

    name = "c"

    shards: int = 1
    part: str | int | None = None

    def __post_init__(self) -> None:
        """
        Errors: UserError for parts there are none of.
        """
        if self.shards < 1:
            raise UserError(f"target c: shards={self.shards} is not positive")
        is_shard = isinstance(self.part, int) and 0 <= self.part < self.shards
        if self.part is not None and self.part != _MAIN and not is_shard:
            raise UserError(
                f"target c: part={self.part} is neither {_MAIN} nor within 0..{self.shards - 1}"
            )

    def emit(self, ctx: Context, module: ModuleOp, output: IO[str]) -> None:
        """
        Write one file.
        """
        sources = Sources(Program.of(module), self.shards)
        if isinstance(self.part, int):
            output.write(sources.shard(self.part))
        elif self.part == _MAIN:
            output.write(sources.main())
        else:
            output.write(sources.single())


@dataclass(frozen=True)
class CHeaderTarget(Target):
    """
    The header of the C files.
    """

    name = "c-header"

    def emit(self, ctx: Context, module: ModuleOp, output: IO[str]) -> None:
        """
        Write NAME.h.
        """
        output.write(render_header(Program.of(module)))


@dataclass(frozen=True)
class ReportTarget(Target):
    """
    Layers and totals as JSON.
    """

    name = "report"

    def emit(self, ctx: Context, module: ModuleOp, output: IO[str]) -> None:
        """
        Write NAME_report.json.
        """
        output.write(render_report(Program.of(module)))
