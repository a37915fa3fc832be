"""
What the kernel selection predicts, against the simulator: every kernel on layers as those of the
bench's networks.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kernels import main as kernels  # isort: skip

CONVOLUTIONS = (
    "conv:32x32x3:16:3x3:1:1,1,1,1",
    "conv:16x16x16:16:3x3:1:1,1,1,1",
    "conv:8x8x32:32:3x3:1:1,1,1,1",
    "conv:8x8x64:16:3x3:1:1,1,1,1",
    "conv:16x16x16:32:3x3:2:0,0,1,1",
    "conv:16x16x16:32:1x1:2",
    "conv:49x10x1:16:10x4:2:4,1,5,1",
    "conv:24x24x16:16:1x1",
    "conv:12x12x64:32:1x1",
    "conv:6x6x128:32:1x1",
)
OTHERS = (
    "depthwise:24x24x16:3x3:1:1,1,1,1",
    "depthwise:12x12x32:3x3:2:0,0,1,1",
    "depthwise:25x5x32:3x3:1:1,1,1,1",
    "depthwise:6x6x32:3x3:1:1,1,1,1",
    "dense:640:128",
    "dense:128:128",
    "add:16x16x32",
    "maxpool:16x16x32:2x2:2",
    "avgpool:8x8x64:8x8:8",
    "input:32x32x3:uint8:nhwc",
    "input:28x28x1:uint8:nchw",
    "input:32x32x3:float32:nchw",
    "input:49x10x1:float32:nhwc",
    "input:32x32x3:int8:nchw",
)
PERCENT = 5


@pytest.mark.parametrize(
    ("layers", "skips"), [(CONVOLUTIONS, ["0", "0.5"]), (OTHERS, ["0"])], ids=["conv", "others"]
)
def test_cycles_are_predicted(tmp_path: Path, layers: tuple[str, ...], skips: list[str]):
    """
    Within 5 %; and flash within 5 % or 300 bytes, the steps of the runtime left out.
    """
    path = tmp_path / "kernels.json"
    kernels([*layers, "--skip", *skips, "--json", str(path)])
    measured = json.loads(path.read_text())["layers"]
    assert len(measured) >= len(layers)
    wrong: list[str] = []
    for one in measured:
        layer = one["layer"]
        cycles, flash = layer["cycles"], layer["flash"]
        error = abs(layer["predicted_cycles"] - cycles) / cycles * 100
        bytes_off = abs(layer["predicted_flash"] - flash)
        if error > PERCENT or bytes_off > max(300, flash * PERCENT / 100):
            wrong.append(f"{one['shape']} {one['skip']} {layer}")
    assert not wrong, "\n".join(wrong)
