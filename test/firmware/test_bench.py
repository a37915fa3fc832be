"""
The benchmark, on small things: single layers, and a network from ONNX to the table.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from approx_opt.compiler.plan import KERNELS
from run import main as bench
from run import variants_of

from kernels import main as kernels  # isort: skip


def test_kernels(tmp_path: Path):
    """
    Every kernel of a layer, the fastest first, and layers that there is one for.
    """
    path = tmp_path / "kernels.json"
    layers = ["conv:4x8x8:4:3x3:1:1,1,1,1", "dense:40:6", "add:3x5x4"]
    kernels([*layers, "--profiles", "ideal", "--skip", "0", "0.5", "--json", str(path)])
    measured = json.loads(path.read_text())["layers"]
    dense = [m["layer"] for m in measured if m["layer"]["op"] == "conv2d" and m["skip"] == 0]
    assert {layer["kernel"] for layer in dense} == set(KERNELS) - {"planar"}
    assert dense == sorted(dense, key=lambda layer: layer["cycles"])
    assert all(m["layer"]["cycles"] > 0 and m["layer"]["flash"] > 0 for m in measured)
    skipped = {m["skip"]: m["layer"] for m in measured if m["layer"]["kernel"] == "unrolled"}
    assert skipped[0.5]["cycles"] < skipped[0.0]["cycles"]
    others = [(m["shape"], m["layer"]["op"]) for m in measured[-2:]]
    assert others == [("dense:40:6", "fully_connected"), ("add:3x5x4", "add")]


def test_network(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """
    The autoencoder, built once for each target; a network without its file is skipped with a
    message.
    """
    path = tmp_path / "run.json"
    arguments = ["--networks", "lenet", "autoencoder", "--variants", "exact", "--profiles"]
    arguments += ["ideal", "stm32l4", "--json", str(path), "--build", str(tmp_path / "build")]
    bench(arguments)
    shown = capsys.readouterr().out
    assert "lenet: skipped, it needs a folder of models with lenet_cifar10.onnx" in shown
    ideal, stm32l4 = json.loads(path.read_text())["entries"]
    assert (ideal["network"], ideal["variant"], ideal["macs"]) == ("autoencoder", "exact", 264_192)
    assert ideal["cycles"] == ideal["own_cycles"] + sum(x["cycles"] for x in ideal["layers"])
    assert f"{ideal['cycles']:,}" in shown
    assert ideal["cycles"] < stm32l4["cycles"]
    before = _build_times(tmp_path / "build")
    assert len(before) == 2
    bench(arguments)
    assert _build_times(tmp_path / "build") == before


def _build_times(folder: Path) -> dict[Path, int]:
    return {elf: elf.stat().st_mtime_ns for elf in folder.rglob("vector_runner.elf")}


def test_wrong_arguments(tmp_path: Path):
    """
    One message, no traceback.
    """
    for arguments, message in (
        (["--write", "--networks", "lenet"], "bench: error: --write is for all networks"),
        (
            ["--networks", "autoencoder", "--cmsis-nn", str(tmp_path), "--build", str(tmp_path)],
            f"bench: error: {tmp_path} is no checkout of CMSIS-NN",
        ),
    ):
        with pytest.raises(SystemExit, match=message):
            bench(arguments)
    with pytest.raises(SystemExit, match="kernels: error: 'conv' is no layer"):
        kernels(["conv"])


def test_plans_at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """
    A plan NETWORK*.json is a variant of the network.
    """
    monkeypatch.setattr("run.PLANS", tmp_path)
    (tmp_path / "lenet_half.json").write_text("{}")
    (tmp_path / "alexnet.json").write_text("{}")
    variants = variants_of("lenet", "stm32l4", "")
    assert [variant.name for variant in variants] == ["exact", "exact 512K", "lenet_half"]
    plan = tmp_path.resolve() / "lenet_half.json"
    assert [variant.pipeline for variant in variants] == [
        "approx-to-c{target=stm32l4}",
        "approx-to-c{target=stm32l4 flash-budget=491520}",
        f'approx-to-c{{target=stm32l4 plan="{plan}"}}',
    ]
