"""
What the tools take: every step of bench/timings.py runs, on what it says.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
import pytest
import timings
from approx_opt.compiler.errors import UserError
from builders import ModelBuilder


def test_every_tool_is_timed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """
    In both domains, which are different networks; too few images are an error.
    """
    monkeypatch.setattr(timings, "_GRANULARITIES", ("pair",))
    b = ModelBuilder((4, 6, 6))
    model, data = tmp_path / "net.onnx", tmp_path / "data.npz"
    onnx.save(b.model(b.conv("x", 4, 4, pads=[1, 1, 1, 1]), rank=4), str(model))
    np.savez(data, x=b.samples(16))
    args = argparse.Namespace(model=model, data=data, images=16, samples=8, fraction=0.25)
    rows = {tool: (what, effort) for tool, what, effort in timings.timings(args, tmp_path)}
    tools = [
        f"{tool}, {domain}" for domain in timings._DOMAINS for tool in ("interpreter", "surgeon")
    ]
    assert list(rows) == tools
    assert rows["surgeon, Winograd"][0] == "25% by pairs"
    assert all(effort.seconds > 0 and effort.bytes > 2**20 for _, effort in rows.values())
    assert "winograd4" in (tmp_path / "Winograd.mlir").read_text()
    assert "winograd4" not in (tmp_path / "direct.mlir").read_text()
    with pytest.raises(UserError, match="has 16 samples, not 17"):
        timings.interpret(tmp_path / "direct.mlir", data, 17)
