"""
The driver: what goes wrong is one message, status 1, and leaves earlier output alone.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from approx_opt.compiler.main import ApproxOptMain, main
from approx_opt.compiler.onnx_quantize import quantize
from builders import ModelBuilder, calibration

ROOT = Path(__file__).resolve().parents[2]
COMPILER = [sys.executable, "-m", "approx_opt.compiler"]

Failure = Callable[..., str]


def builder() -> tuple[ModelBuilder, onnx.ModelProto]:
    """
    A convolution and a fully connected layer on 4 x 4 x 2, float.
    """
    b = ModelBuilder((2, 4, 4))
    x = b.node("Relu", b.conv("x", 2, 4, pads=[1, 1, 1, 1]))
    return b, b.model(b.gemm(b.node("Flatten", x), 64, 3))


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A folder with float.onnx, int8.onnx, and inputs that are wrong in all ways.
    """
    folder = tmp_path_factory.mktemp("models")
    b, model = builder()
    onnx.save(model, str(folder / "float.onnx"))
    quantized = quantize(model, calibration(b, 8))
    onnx.save(quantized, str(folder / "int8.onnx"))
    np.savez(folder / "good.npz", x=b.samples(8))
    np.savez(folder / "shape.npz", x=np.zeros((8, 2, 5, 4), np.float32))
    np.savez(folder / "name.npz", images=b.samples(8))
    onnx.save(unsupported(), str(folder / "unsupported.onnx"))
    model.graph.input[0].type.tensor_type.shape.dim[2].dim_param = "height"
    onnx.save(model, str(folder / "dynamic.onnx"))
    data = (folder / "int8.onnx").read_bytes()
    bad = {
        "empty.onnx": b"",
        "text.onnx": b"this is text\n",
        "truncated.onnx": data[: len(data) // 2],
        "damaged.onnx": data.replace(b"Conv", b"\xff\xfe\xfd\xfc"),
        "string.mlir": b'\n"test.op"() {a = "' + b"a" * 99 + b"} : () -> ()\n",
        "bytes.mlir": b"\xff\xfe",
        "words.mlir": b"hello world",
        "types.mlir": b"func.func @f(%a: i32) -> i64 {\n  func.return %a : i32\n}\n",
        "parameters.mlir": b'"test.op"() {a = #approx.quant<0.5>} : () -> ()',
        "deep.mlir": b"builtin.module {" * 3000 + b"}" * 3000,
        "empty_module.mlir": b"builtin.module {}\n",
        "model.txt": b"",
        "bad_plan.json": b"{",
    }
    for name, content in bad.items():
        (folder / name).write_bytes(content)
    return folder


def unsupported() -> onnx.ModelProto:
    """
    Two operators there is nothing for.
    """
    b = ModelBuilder((2, 4, 4))
    x = b.node("Erf", b.node("Sin", b.conv("x", 2, 4), name="wave"), name="bell")
    return b.model(x, rank=4)


@pytest.fixture
def failure(models: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """
    `failure(*arguments)`: what the driver says, run in the folder of the models; checks that it is
    one error of status `status` and nothing else.
    """
    monkeypatch.chdir(models)

    def run(*arguments: str, status: int = 1) -> str:
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        captured = capsys.readouterr()
        assert caught.value.code == status
        assert captured.out == ""
        assert captured.err.startswith("approx-opt: error: ")
        assert captured.err.count("error:") == 1
        assert "Traceback" not in captured.err
        return captured.err.removeprefix("approx-opt: error: ").rstrip("\n")

    return run


CALIBRATED = "--calibration good.npz"
BAD_INPUT = {
    "missing.onnx": "cannot read missing.onnx: No such file or directory",
    ".": "cannot read .: Is a directory",
    "model.txt": "Unrecognized file extension 'txt': name the format with --frontend",
    "empty.onnx": "the input is not an ONNX model, or one without nodes",
    "text.onnx": "the input is not an ONNX model",
    "truncated.onnx": "the input is not an ONNX model",
    "damaged.onnx": "the model is damaged: it has names that are not text",
    "unsupported.onnx": "2 nodes are not supported:\n  wave (Sin): ",
    "dynamic.onnx": (
        'input "x" has a dynamic dimension 2 (height); only dimension 0, the batch, may be dynamic'
    ),
    "string.mlir": "string.mlir:2: a string has no end, or a backslash that means nothing",
    "bytes.mlir": "bytes.mlir is not text: byte 0 is not UTF-8",
    "words.mlir": "words.mlir:1:7\nhello world",
    "types.mlir": "Expected arguments to have the same types as the function output types",
    "deep.mlir": "the input is nested too deeply",
    "float.onnx --calibration no.npz": "cannot read no.npz: No such file or directory",
    "int8.onnx --calibration no.npz": "cannot read no.npz: No such file or directory",
    "float.onnx --calibration text.onnx": "text.onnx is not an .npz file of plain arrays",
    "float.onnx --calibration shape.npz": "array x is (8, 2, 5, 4), expected (N, 2, 4, 4)",
    "float.onnx --calibration name.npz": "has no array x (it holds images)",
    f"float.onnx {CALIBRATED} --calibration-samples 0": "0 calibration samples are too few",
    "float.onnx -p fuse-qdq": "quantize the model (--calibration)",
    "int8.onnx -p approx-to-c{skip=0.5}": "collect-statistics has no calibration data",
    "int8.onnx -p fuse-qqd": "names pass 'fuse-qqd', which there is not; did you mean 'fuse-qdq'?",
    "int8.onnx -p zzz": "names pass 'zzz', which there is not; there are: annotate-significance, ",
    "int8.onnx -p skip-operands{fracton=1}": (
        "pass skip-operands is given option 'fracton', which there is not; did you mean 'fraction'?"
    ),
    "int8.onnx -p approx-to-c{metric=median}": (
        "pass approx-to-c: metric must be one of mean, variance, second-moment, "
        "surgeon, not 'median'"
    ),
    "int8.onnx -p select-kernels{flash-budget=1.5}": (
        "pass select-kernels: flash-budget must be a number of bytes, such as 65536, 64K or 1M, "
        "not '1.5'"
    ),
    "int8.onnx -p approx-to-c{fast-ram=16KB}": "fast-ram must be a number of bytes, such as 65536",
    "int8.onnx -p select-kernels{target}": "pass select-kernels: target must be str",
    "int8.onnx -p select-kernels{": "Expected argument name here",
    "int8.onnx --pass-pipeline skip-operands": "skip-operands needs one of threshold, fraction",
    "int8.onnx -p approx-to-c{target=stm32x}": "unknown target 'stm32x'; there are stm32u5, ",
    'int8.onnx -p approx-to-c{plan="no.json"}': "cannot read the plan no.json: No such file",
    'int8.onnx -p approx-to-c{plan="bad_plan.json"}': "plan bad_plan.json: not JSON",
    "int8.onnx -p approx-to-c{flash-budget=100}": "bytes of flash, the budget is 100; the largest",
    "int8.onnx -p approx-to-c{preset=fast}": "no calibration data for layer conv0: pass --calib",
    "int8.onnx -p approx-to-c{preset=slow}": "preset must be one of exact, balanced, fast, not",
    "int8.onnx -p approx-to-c{input-layout=chw}": "input-layout must be one of nhwc, nchw, not",
    "int8.onnx -p approx-to-c{flash-budget=1K}": "bytes of flash, the budget is 1024; the largest",
    "int8.onnx -p approx-to-c{ram-budget=10}": "bytes, the RAM budget is 10; alive at its peak",
    "int8.onnx --fast": "unrecognized arguments: --fast (see approx-opt --help)",
    "int8.onnx --shards many": "argument --shards: invalid int value: 'many'",
    "int8.onnx --name 2nd": "--name: '2nd' cannot begin the names of C functions",
    "int8.onnx --name approx_arm": "--name: 'approx_arm' cannot begin the names of C functions",
}


@pytest.mark.parametrize("command", BAD_INPUT)
def test_bad_input(command: str, tmp_path: Path, failure: Failure):
    """
    The message; an earlier output file and earlier generated files are as they were.
    """
    old = tmp_path / "old"
    old.write_text("old")
    arguments = command.split()
    assert BAD_INPUT[command] in failure(*arguments, "-o", str(old))
    depfile = str(tmp_path / "x.d")
    failure(*arguments, "--emit-dir", str(tmp_path), "--depfile", depfile)
    assert [path.name for path in tmp_path.iterdir()] == ["old"]
    assert old.read_text() == "old"


def test_all_unsupported_nodes_are_in_one_message(failure: Failure):
    """
    By name, operator and reason.
    """
    head, *lines = failure("unsupported.onnx").splitlines()
    assert head == "2 nodes are not supported:"
    assert [line.split(":")[0] for line in lines] == ["  wave (Sin)", "  bell (Erf)"]


BAD_OUTPUT = {
    "-o no/folder": "cannot write no/folder: no such folder",
    "-o .": "cannot write .: it is a folder",
    "-t fortran": "argument -t/--target: invalid choice: 'fortran'",
    "-t c{shard=1}": "target c is given option 'shard', which there is not; did you mean 'shards'?",
    "-t c{shards=0}": "target c: shards=0 is not positive",
    "-t c{": "Expected argument name here",
    "-t c": "expected one cortexm.model, found 0: run lower-to-cortexm first",
    "--emit-dir out": "expected one cortexm.model, found 0: run lower-to-cortexm first",
    "--emit-dir out --shards 0": "--shards: 0 is not positive",
    "--emit-dir out -o file": "--emit-dir goes with neither -o nor -t nor --split-input-file",
    "--emit-dir out -t c": "--emit-dir goes with neither -o nor -t nor --split-input-file",
    "--emit-dir good.npz": "cannot write to good.npz: it is no folder",
    "--emit-dir out --depfile .": "cannot write .: it is a folder",
    "--depfile x.d": "--depfile is about the files of --emit-dir: name both",
    "--csv out": "--csv is about the files of --emit-dir: name both",
    "--emit-dir out --csv .": "cannot write .: it is a folder",
    "--emit-dir out --annotated-onnx file": "the input is no ONNX",
    "--emit-dir out --report .": "cannot write .: it is a folder",
    "--emit-dir out --report file --front no.json": "cannot read no.json: No such file",
    "--emit-dir out --front good.npz": "--front is for the page of --report: name both",
    "--report file": "--report is about the files of --emit-dir: name both",
}


@pytest.mark.parametrize("options", BAD_OUTPUT)
def test_bad_output(options: str, failure: Failure):
    """
    Nothing is left behind.
    """
    assert BAD_OUTPUT[options] in failure("empty_module.mlir", *options.split())
    assert not Path("out").exists()
    assert not Path("file").exists()


def test_the_model_is_not_annotated_in_place(failure: Failure):
    """
    Nor under a name by which no viewer would know what it is.
    """
    for name, message in (("int8.onnx", "would write over the model"), ("x.pb", "end in .onnx")):
        options = ("--emit-dir", "out", "--annotated-onnx", name)
        assert message in failure("int8.onnx", *options)
    assert not Path("out").exists()


def test_a_whole_run(models: Path, tmp_path: Path):
    """
    The network has the name that was asked for, else that of the file; everything is there, and
    the same run leaves the same bytes.
    """
    model, data = str(models / "int8.onnx"), str(models / "good.npz")
    command = (model, "-p", "approx-to-c{skip=0.4}", "--calibration", data, "--shards", "2")
    for folder in ("a", "b"):
        main([*command, "--emit-dir", str(tmp_path / folder), "--name", "kws"])
    first, second = (sorted((tmp_path / folder).iterdir()) for folder in ("a", "b"))
    names = {"kws.h", "kws.c", "kws_0.c", "kws_1.c", "kws_report.json", "kws_plan.json"}
    assert names <= {path.name for path in first}
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert not any(str(models) in path.read_text() for path in first)
    main([*command, "--emit-dir", str(tmp_path / "c")])
    assert (tmp_path / "c" / "int8.h").exists()


def without_origin(path: Path) -> object:
    """
    A generated file but for what it says of the pipeline, a report of the plan as well.
    """
    if path.name.endswith("_report.json"):
        report = json.loads(path.read_text())
        return {key: report[key] for key in report.keys() - {"pipeline", "plan"}}
    return [line for line in path.read_text().splitlines() if "ipeline" not in line]


def test_the_plan_of_a_run_repeats_it(models: Path, tmp_path: Path):
    """
    Through files: only the pipeline in the banner differs.
    """
    model, data = str(models / "int8.onnx"), str(models / "good.npz")
    folders = [tmp_path / "a", tmp_path / "b"]
    pipelines = ["approx-to-c{skip=0.4}", f'approx-to-c{{plan="{folders[0] / "int8_plan.json"}"}}']
    for folder, pipeline in zip(folders, pipelines, strict=True):
        main([model, "-p", pipeline, "--calibration", data, "--emit-dir", str(folder)])
    for path in folders[0].glob("int8*"):
        first, second = (without_origin(folder / path.name) for folder in folders)
        assert first == second, path.name


def test_a_pipeline_in_pieces_is_noted_as_one(models: Path, tmp_path: Path):
    """
    IR on the disk in between makes no difference; `-` is standard output.
    """
    model, whole, half = (str(models / "int8.onnx"), *(str(tmp_path / n) for n in ("a", "b.mlir")))
    main([model, "-p", "fuse-qdq,fold-transposes", "-o", whole])
    main([model, "-p", "fuse-qdq", "-o", half])
    main([half, "--pass-pipeline", "fold-transposes", "-o", half])
    assert Path(whole).read_text() == Path(half).read_text()


def test_input_and_output_can_be_streams(models: Path):
    """
    Named `-`, or not named.
    """
    text = b"builtin.module {}\n"
    for options in ([], ["-", "-o", "-"]):
        done = subprocess.run([*COMPILER, *options], input=text, capture_output=True, check=True)
        assert (done.stdout.strip(), done.stderr) == (b"builtin.module {\n}", b"")


def test_a_reader_that_is_gone(models: Path):
    """
    `approx-opt ... | head` ends without a word.
    """
    command = [*COMPILER, models / "empty_module.mlir"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


def test_a_full_disk(models: Path):
    """
    Said as any other error.
    """
    with open("/dev/full", "w") as full:
        command = [*COMPILER, models / "empty_module.mlir"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    message = b"approx-opt: error: input or output: No space left on device\n"
    assert (done.stderr, done.returncode) == (message, 1)


def test_the_folder_of_the_cmake_package():
    """
    For CMake, which cannot ask Python.
    """
    done = subprocess.run([*COMPILER, "--cmake-dir"], capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()) == ROOT / "cmake"
    assert (ROOT / "cmake" / "ApproxOptConfig.cmake").exists()


@pytest.mark.parametrize(
    ("raised", "status", "message"),
    [
        (KeyboardInterrupt(), 130, "interrupted"),
        (MemoryError(), 1, "out of memory"),
        (RecursionError("maximum recursion depth exceeded"), 1, "the input is nested too deeply"),
        (OSError(28, "No space left on device", "/tmp/x"), 1, "/tmp/x: No space left on device"),
    ],
)
def test_what_is_nobodys_fault(
    raised: BaseException,
    status: int,
    message: str,
    failure: Failure,
    monkeypatch: pytest.MonkeyPatch,
):
    """
    A word in place of a traceback.
    """

    def run(_: ApproxOptMain) -> None:
        raise raised

    monkeypatch.setattr(ApproxOptMain, "run", run)
    assert failure(status=status) == message


@pytest.mark.parametrize("bug", [KeyError("x"), ValueError("x"), AssertionError()])
def test_bugs_are_not_hidden(bug: Exception, monkeypatch: pytest.MonkeyPatch):
    """
    What nobody expects is for us to mend, so it shows where it is.
    """

    def run(_: ApproxOptMain) -> None:
        raise bug

    monkeypatch.setattr(ApproxOptMain, "run", run)
    with pytest.raises(type(bug)):
        main([])
