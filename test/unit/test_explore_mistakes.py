"""
What `approx-explore` says where it cannot explore.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import onnx
import pytest
from approx_opt.compiler.explore import main
from approx_opt.compiler.onnx_quantize import quantize
from builders import ModelBuilder, calibration
from toy_network import toy_arguments


def unclassified(folder: Path) -> None:
    """
    image.onnx: what it gives is a plane, not a score for each of several classes.
    """
    b = ModelBuilder((8, 8, 8))
    model = b.model(b.conv("x", 8, 16, pads=[1, 1, 1, 1]), rank=4)
    onnx.save(quantize(model, calibration(b, 4)), str(folder / "image.onnx"))


def wrong_data(toy: Path, folder: Path) -> None:
    """
    Other shapes, other classes, no arrays.
    """
    with np.load(toy / "toy.npz") as arrays:
        np.savez(folder / "classes.npz", x=arrays["x"], y=arrays["y"] + 5)
        np.savez(folder / "shape.npz", x=arrays["x"][:, :4], y=arrays["y"])
    (folder / "text.npz").write_text("nothing")
    (folder / "text.onnx").write_text("nothing")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--data", "missing.npz"], "cannot read missing.npz: No such file"),
        (["--data", "text.npz"], "text.npz is not an .npz file"),
        (["--data", "shape.npz"], r"array x is \(88, 4, 8, 8\), expected"),
        (["--data", "classes.npz"], "has classes 5 to 14, .* gives scores for 0 to 9"),
        (["--validation", "500"], "has 88 samples; .* are 516 together: ask for fewer"),
        (["--confirm", "25"], "are 89 together"),
        (["--samples", "0"], "--samples: 0 is less than 1"),
        (["--trials", "many"], "argument --trials: invalid int value: 'many' "),
        (["--max-loss", "1,x"], "argument --max-loss: '1,x' are not points of top-1"),
        (["--max-loss", "-1"], "not points of top-1|expected one argument"),
        (["--flash-budget", "0K"], "--flash-budget: 0 is less than 1"),
        (["--ram-budget", "64Q"], "argument --ram-budget: '64Q' is not a number of bytes, such as"),
        (["--flash-budget", "500"], "the exact network is too large to be compared with"),
        (["--target", "stm32x"], "unknown target 'stm32x'"),
        (["--method", "magic"], "argument --method: invalid choice: 'magic'"),
        (["--name", "../toy"], "--name: '../toy' cannot begin the name of a file"),
        (["--storage", "oracel://host/db"], "--storage oracel://host/db: "),
        (["--nonsense"], "unrecognized arguments: --nonsense"),
    ],
)
def test_mistakes(
    toy: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    more: list[str],
    message: str,
):
    """
    One message, status 1, nothing written.
    """
    monkeypatch.chdir(tmp_path)
    wrong_data(toy, tmp_path)
    with pytest.raises(SystemExit, match=r"^1$"):
        main(toy_arguments(toy, "-o", "out", *more))
    check_message(capsys.readouterr().err, message)
    assert not (tmp_path / "out").exists()


def check_message(printed: str, message: str) -> None:
    """
    The only line.
    """
    (line,) = printed.strip().splitlines()
    assert re.fullmatch(f"approx-explore: error: .*({message}).*", line)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("missing.onnx", "cannot read missing.onnx: No such file"),
        ("text.onnx", "not an ONNX model"),
        ("image.onnx", "the result is 8x8x16; .* a score for each of several classes"),
    ],
)
def test_other_models(
    toy: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    model: str,
    message: str,
):
    """
    Likewise.
    """
    monkeypatch.chdir(tmp_path)
    wrong_data(toy, tmp_path)
    unclassified(tmp_path)
    with pytest.raises(SystemExit, match=r"^1$"):
        main([model, *toy_arguments(toy, "-o", "out")[1:]])
    check_message(capsys.readouterr().err, message)
    assert not (tmp_path / "out").exists()


def test_help(capsys: pytest.CaptureFixture[str]):
    """
    Names every option.
    """
    with pytest.raises(SystemExit, match=r"^0$"):
        main(["--help"])
    assert "--max-loss" in capsys.readouterr().out
