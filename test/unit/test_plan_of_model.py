"""
Plans know their model: its hash is what `sha256sum` prints, and the plan of a run fits no other.
"""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import onnx
import pytest
from approx_opt.compiler.errors import UserError
from approx_opt.compiler.main import main
from approx_opt.compiler.onnx_load import load_model, model_sha256
from approx_opt.compiler.onnx_quantize import quantize
from approx_opt.compiler.plan import load_plan
from builders import ModelBuilder, calibration


def quantized(side: int) -> onnx.ModelProto:
    """
    A convolution by windows of side x side, and a fully connected layer, on 4 x 4 x 2.
    """
    b = ModelBuilder((2, 4, 4))
    weights, pads = b.weights(4, 2, side, side), [side // 2] * 4
    x = b.node("Relu", b.node("Conv", "x", weights, pads=pads, name="conv"))
    return quantize(b.model(b.gemm(b.node("Flatten", x), 64, 3)), calibration(b, 8))


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A folder with a model, another with a larger window, and both plans as `--emit-dir` leaves them.
    """
    folder = tmp_path_factory.mktemp("models")
    for name, side in (("three", 3), ("five", 5)):
        onnx.save(quantized(side), str(folder / f"{name}.onnx"))
        compile_to_c(folder / f"{name}.onnx", folder, "approx-to-c")
    return folder


def compile_to_c(model: Path, folder: Path, passes: str) -> str:
    """
    The kernels in C, without the banner.
    """
    main([str(model), "-p", passes, "--emit-dir", str(folder), "--shards", "1"])
    return (folder / f"{model.stem}_0.c").read_text().partition("*/")[2]


def sha256sum(*files: Path) -> str:
    """
    What the command prints of one file after the other.
    """
    joined = b"".join(file.read_bytes() for file in files)
    done = subprocess.run(["sha256sum"], input=joined, capture_output=True, check=True)
    return done.stdout.decode().split()[0]


def test_the_plan_used_is_for_the_model_and_repeats_the_run(models: Path, tmp_path: Path):
    """
    It has hash and shapes, and can be fed back.
    """
    path = models / "three_plan.json"
    assert load_plan(path).sha256 == sha256sum(models / "three.onnx")
    assert load_plan(path).layers["conv"].shape == (4, 3, 3, 2)
    code = compile_to_c(models / "three.onnx", tmp_path, f'approx-to-c{{plan="{path}"}}')
    assert code == (models / "three_0.c").read_text().partition("*/")[2]
    assert load_plan(tmp_path / "three_plan.json") == load_plan(path)


def refusal(model: Path, plan: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """
    The message of a run that fails.
    """
    with pytest.raises(SystemExit, match="1"):
        main([str(model), "-p", f'approx-to-c{{plan="{plan}"}}'])
    return capsys.readouterr().err


def test_the_plan_of_another_model(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """
    The hash tells; without it, the shapes do; without them, it is taken as it is.
    """
    model, plan = models / "five.onnx", tmp_path / "plan.json"
    first, other = (sha256sum(models / f"{name}.onnx")[:12] for name in ("three", "five"))
    lines = (models / "three_plan.json").read_text().splitlines()
    plan.write_text("\n".join(lines))
    assert f"its 'sha256' is {first}..., that of this model {other}...; explore" in refusal(
        model, plan, capsys
    )
    plan.write_text("\n".join(line for line in lines if "sha256" not in line))
    assert "'shape' is [4, 3, 3, 2], but the layer has weights of [4, 5, 5, 2]" in refusal(
        model, plan, capsys
    )
    plan.write_text('{"version": 1, "model": "three", "layers": {"conv": {"kernel": "loop"}}}')
    compile_to_c(model, tmp_path, f'approx-to-c{{plan="{plan}"}}')
    assert load_plan(tmp_path / "five_plan.json").layers["conv"].kernel == "loop"


def test_a_model_from_standard_input(
    models: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    """
    It has no name of its own, but its hash.
    """
    data = (models / "three.onnx").read_bytes()
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(data)))
    main(["-", "--frontend", "onnx"])
    noted = (
        f'approx.model = "model.onnx", approx.model_sha256 = "{sha256sum(models / "three.onnx")}"'
    )
    assert noted in capsys.readouterr().out


def external(folder: Path, files: list[str]) -> Path:
    """
    The model with its constants of floats in `files`, in turn.
    """
    model = quantized(3)
    tensors = [t for t in model.graph.initializer if t.data_type == onnx.TensorProto.FLOAT]
    for index, tensor in enumerate(tensors):
        name = files[index % len(files)]
        with (folder / name).open("ab") as file:
            place = {"offset": file.tell(), "length": len(tensor.raw_data)}
            onnx.external_data_helper.set_external_data(tensor, name, **place)
            file.write(tensor.raw_data)
        tensor.ClearField("raw_data")
    path = folder / "external.onnx"
    path.write_bytes(model.SerializeToString())
    return path


def test_external_data_count(tmp_path: Path):
    """
    They follow the model, by name, each file once: any weight that changes changes the hash.
    """
    model = external(tmp_path, ["b", "a"])
    load_model(model)
    files = [model, tmp_path / "a", tmp_path / "b"]
    assert model_sha256(model.read_bytes(), tmp_path) == sha256sum(*files)
    before = sha256sum(*files)
    (tmp_path / "b").write_bytes(bytes((tmp_path / "b").stat().st_size))
    assert model_sha256(model.read_bytes(), tmp_path) == sha256sum(*files) != before


def test_files_that_are_larger_than_their_tensors(tmp_path: Path):
    """
    A file with holes is not read to its end for the hash.
    """
    model = external(tmp_path, ["data"])
    with (tmp_path / "data").open("r+b") as file:
        file.truncate(10 << 30)
    with pytest.raises(UserError, match="the external data of the model are 10"):
        load_model(model)
