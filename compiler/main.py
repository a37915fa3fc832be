"""
The driver `approx-opt`: ONNX or textual IR in, any pass, IR or C out.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import struct
import sys
from collections.abc import Sequence
from importlib.metadata import version
from io import BytesIO, StringIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, ClassVar, NoReturn, cast

from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.passes import ModulePass, PassPipeline
from xdsl.utils.exceptions import ArgSpecParseError, DiagnosticException, ParseError
from xdsl.xdsl_opt_main import xDSLOptMain

from .argument_groups import ArgumentGroups
from .arguments import add_arguments, check_arguments
from .errors import UserError
from .files import write_files
from .mlir_input import check_text
from .plugins import check_plugins
from .specs import check_pipeline, check_target

if TYPE_CHECKING:
    from .annotated_onnx import SourceModel

_STREAM = "-"
"""As a file name: standard input or output."""

_INTERRUPTED = 130
"""Exit status after Ctrl-C: 128 and the number of SIGINT."""


class ApproxOptMain(xDSLOptMain):
    """
    `xdsl-opt` with an ONNX frontend, calibration data and output that appears whole or not at all.
    """

    version_format: ClassVar[str] = f"approx-opt {version('approx-opt')} (xdsl {{xdsl_version}})"

    def register_all_frontends(self) -> None:
        """
        `.onnx` beside `.mlir`.
        """
        super().register_all_frontends()
        self._parse_mlir = self.available_frontends["mlir"]
        self.available_frontends["mlir"] = self._read_mlir
        self.available_frontends["onnx"] = self._read_onnx

    def register_all_arguments(self, arg_parser: argparse.ArgumentParser) -> None:
        """
        The arguments of `xdsl-opt` and our own. Mistakes are errors like any other, status 1.
        """
        groups = ArgumentGroups(arg_parser, self.available_passes, self.available_targets)
        super().register_all_arguments(cast(argparse.ArgumentParser, groups))
        add_arguments(groups, self.available_passes, self.available_targets)
        arg_parser.prog = "approx-opt"
        arg_parser.error = _usage_error

    def _read_onnx(self, stream: IO[bytes]) -> ModuleOp:
        from .frontend import read_onnx

        self._onnx = stream.read()
        return read_onnx(self._onnx, self.args)

    def _read_mlir(self, stream: IO[bytes]) -> ModuleOp:
        name, data = self.get_input_name(), stream.read()
        check_text(data, name)
        try:
            return self._parse_mlir(BytesIO(data))
        except (ValueError, OverflowError, struct.error) as error:
            # xDSL has no ParseError for attributes with the wrong number of parameters, for one, or
            # for elements of an array that its type does not hold.
            raise UserError(f"{name} is not valid IR: {error}") from error

    def setup_pipeline(self) -> None:
        """
        The passes asked for; those with an open `calibration` option get `--calibration`.
        """
        check_pipeline(self.args.passes, self.available_passes)
        check_target(self.args.target, self.available_targets)
        super().setup_pipeline()
        if self.args.calibration is not None:
            passes = tuple(self._with_calibration(p) for p in self.pipeline.passes)
            self.pipeline = PassPipeline(passes, self.pipeline.callback)

    def _with_calibration(self, pass_: ModulePass) -> ModulePass:
        if getattr(pass_, "calibration", "") is None:
            path = str(self.args.calibration)
            return dataclasses.replace(cast(Any, pass_), calibration=path)
        return pass_

    def apply_passes(self, prog: ModuleOp) -> None:
        """
        Run the pipeline; note it on the module, for the banner of generated files.
        """
        if self.args.passes:
            earlier = prog.attributes.get("approx.pipeline")
            passes = [earlier.data] if isinstance(earlier, StringAttr) else []
            passes.append(_without_directories(self.args.passes))
            prog.attributes["approx.pipeline"] = StringAttr(",".join(passes))
        super().apply_passes(prog)

    def get_input_stream(self) -> tuple[IO[bytes], str]:
        """
        Binary input; a missing file is the user's error.
        """
        try:
            return super().get_input_stream()
        except OSError as error:
            raise UserError(f"cannot read {self.args.input_file}: {error.strerror}") from error

    def prepare_input(self) -> tuple[list[tuple[IO[bytes], int]], str]:
        """
        The input and what it is written in, by the file name or `--frontend`.
        """
        try:
            return super().prepare_input()
        except ValueError as error:
            raise UserError(f"{error}: name the format with --frontend") from error

    def prepare_output(self) -> IO[str]:
        """
        Standard output, or memory until all went well.
        """
        if self.args.output_file is None:
            return sys.stdout
        self._output = _Kept()
        return self._output

    def run(self) -> None:
        """
        Everything; earlier output stays as it was when anything fails.
        """
        self.args.input_file = _unless_stream(self.args.input_file)
        self.args.output_file = _unless_stream(self.args.output_file)
        check_arguments(self.args)
        if self.args.emit_dir is not None:
            self._emit_directory()
            return
        super().run()
        if self.args.output_file is not None:
            write_files({Path(self.args.output_file): self._output.getvalue()})

    def _emit_directory(self) -> None:
        from .emit_directory import emit_directory

        chunks, extension = self.prepare_input()
        stream, offset = chunks[0]
        with stream:
            module = self.parse_chunk(stream, extension, offset)
        if module is not None:
            source = self._source_model(module)
            self.apply_passes(module)
            emit_directory(module, self.args, source)

    def _source_model(self, module: ModuleOp) -> SourceModel | None:
        """
        What `--annotated-onnx` needs of a model that has just been imported.
        """
        if self.args.annotated_onnx is None:
            return None
        from .annotated_onnx import SourceModel
        from .layer_sources import fused_nodes

        folder = Path(self.args.input_file or "").parent
        return SourceModel(self._onnx, folder, fused_nodes(module))


class _Kept(StringIO):
    """
    Text that outlives the closing of its stream.
    """

    def close(self) -> None:
        pass


def _unless_stream(file: str | None) -> str | None:
    return None if file == _STREAM else file


def _without_directories(pipeline: str) -> str:
    """
    Quoted paths reduced to file names: outputs do not depend on where files lie.
    """
    pieces = pipeline.split('"')
    pieces[1::2] = [Path(piece).name for piece in pieces[1::2]]
    return '"'.join(pieces)


def _usage_error(message: str) -> NoReturn:
    raise UserError(f"{message} (see approx-opt --help)")


def _fail(message: object, status: int = 1) -> NoReturn:
    print(f"approx-opt: error: {str(message).strip()}", file=sys.stderr)
    sys.exit(status)


def _abandon_output() -> None:
    """
    Nothing can be written to standard output any more: let it not be flushed at exit.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main(args: Sequence[str] | None = None) -> None:
    """
    Entry point. User errors end in one `approx-opt: error: ...` and exit status 1; anything else
    that is raised is a bug of ours, and shows where.
    """
    try:
        check_plugins()
        ApproxOptMain("ONNX to Cortex-M C, pass by pass", args).run()
    except (UserError, DiagnosticException, ParseError, ArgSpecParseError) as error:
        _fail(error)
    except BrokenPipeError:
        _abandon_output()
        sys.exit(1)
    except OSError as error:
        if error.filename is None:
            _abandon_output()
        _fail(f"{error.filename or 'input or output'}: {error.strerror or error}")
    except NotImplementedError as error:
        _fail(f"xDSL cannot represent the input: {error}")
    except RecursionError:
        _fail("the input is nested too deeply")
    except MemoryError:
        _fail("out of memory")
    except KeyboardInterrupt:
        _fail("interrupted", _INTERRUPTED)
