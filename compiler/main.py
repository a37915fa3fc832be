"""
The driver `approx-opt`: ONNX or textual IR in, any pass, IR or C out.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, ClassVar, NoReturn, cast

from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.passes import ModulePass, PassPipeline
from xdsl.utils.arg_spec import ArgSpecParseError
from xdsl.utils.exceptions import DiagnosticException, ParseError
from xdsl.xdsl_opt_main import xDSLOptMain

from .errors import UserError

_PACKAGE_DIR = Path(__file__).resolve().parents[1]


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
        self.available_frontends["onnx"] = self._read_onnx

    def register_all_arguments(self, arg_parser: argparse.ArgumentParser) -> None:
        """
        The arguments of `xdsl-opt` and our own.
        """
        super().register_all_arguments(arg_parser)
        for action in arg_parser._actions:  # pyright: ignore[reportPrivateUsage]
            if action.dest == "passes":
                action.option_strings.append("--pass-pipeline")
                arg_parser._option_string_actions["--pass-pipeline"] = action  # pyright: ignore[reportPrivateUsage]
        _add_arguments(arg_parser)

    def _read_onnx(self, stream: IO[bytes]) -> ModuleOp:
        from .frontend import read_onnx

        return read_onnx(stream.read(), self.args)

    def setup_pipeline(self) -> None:
        """
        The passes asked for; those with an open `calibration` option get `--calibration`.
        """
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
            prog.attributes["approx.pipeline"] = StringAttr(_without_directories(self.args.passes))
        super().apply_passes(prog)

    def get_input_stream(self) -> tuple[IO[bytes], str]:
        """
        Binary input; a missing file is the user's error.
        """
        try:
            return super().get_input_stream()
        except OSError as error:
            raise UserError(f"cannot read {self.args.input_file}: {error.strerror}") from error

    def prepare_output(self) -> IO[str]:
        """
        Standard output, or a file beside `-o` that takes its place when all went well.
        """
        if self.args.output_file is None:
            return sys.stdout
        directory = Path(self.args.output_file).resolve().parent
        if not directory.is_dir():
            raise UserError(f"cannot write {self.args.output_file}: no such directory")
        return cast(
            IO[str], tempfile.NamedTemporaryFile("w", dir=directory, delete=False, suffix=".tmp")
        )

    def run(self) -> None:
        """
        Everything; an earlier output file stays as it was when anything fails.
        """
        if self.args.emit_dir is not None:
            self._emit_directory()
            return
        with self._committed_output():
            super().run()

    @contextlib.contextmanager
    def _committed_output(self) -> Iterator[None]:
        opened: list[IO[str]] = []
        prepare = self.prepare_output

        def remember() -> IO[str]:
            opened.append(prepare())
            return opened[-1]

        self.prepare_output = remember
        try:
            yield
        except BaseException:
            _discard(opened)
            raise
        if self.args.output_file is not None:
            mode = 0o666 & ~_umask()
            os.chmod(opened[0].name, mode)
            os.replace(opened[0].name, self.args.output_file)

    def _emit_directory(self) -> None:
        from .emit_directory import emit_directory

        if self.args.split_input_file or self.args.output_file is not None:
            raise UserError("--emit-dir goes with neither -o nor --split-input-file")
        chunks, extension = self.prepare_input()
        stream, offset = chunks[0]
        with stream:
            module = self.parse_chunk(stream, extension, offset)
        if module is not None:
            self.apply_passes(module)
            emit_directory(module, self.args)


def _add_arguments(arg_parser: argparse.ArgumentParser) -> None:
    group = arg_parser.add_argument_group("networks")
    group.add_argument("--name", help="name of the network in generated code (default: file name)")
    group.add_argument(
        "--calibration",
        type=Path,
        help="calibration data: an .npz with arrays x and optional y, or a folder of class folders",
    )
    group.add_argument(
        "--calibration-samples",
        type=int,
        help="use that many samples at the most, spread over the classes",
    )
    files = arg_parser.add_argument_group("generated files")
    files.add_argument("--emit-dir", type=Path, help="write header, C files, plan and report there")
    files.add_argument("--shards", type=int, default=8, help="C files to spread kernels over")
    files.add_argument("--depfile", type=Path, help="write the files read, as a Make rule")
    files.add_argument(
        "--cmake-dir",
        action=_PrintCmakeDir,
        nargs=0,
        help="print the folder of ApproxOptConfig.cmake and exit",
    )


class _PrintCmakeDir(argparse.Action):
    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: Any,
        values: Any,
        option_string: Any = None,
    ) -> None:
        print(_PACKAGE_DIR / "cmake")
        parser.exit()


def _discard(opened: Sequence[IO[str]]) -> None:
    for stream in opened:
        if stream is not sys.stdout:
            stream.close()
            Path(stream.name).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _without_directories(pipeline: str) -> str:
    """
    Quoted paths reduced to file names: outputs do not depend on where files lie.
    """
    pieces = pipeline.split('"')
    pieces[1::2] = [Path(piece).name for piece in pieces[1::2]]
    return '"'.join(pieces)


def _fail(message: object) -> NoReturn:
    print(f"approx-opt: error: {message}", file=sys.stderr)
    sys.exit(1)


def main(args: Sequence[str] | None = None) -> None:
    """
    Entry point. User errors end in one `approx-opt: error: ...` and exit status 1.
    """
    try:
        ApproxOptMain("ONNX to Cortex-M C, pass by pass", args).run()
    except ArgSpecParseError as error:
        _fail(f"pass pipeline: {error}")
    except (UserError, DiagnosticException, ParseError, ValueError) as error:
        _fail(error)
    except BrokenPipeError:
        sys.exit(1)
