"""
The one line of `--csv`: the report's totals, and nothing that the report does not say.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from approx_opt.compiler.main import main
from approx_opt.compiler.report_csv import summary_csv
from builders import ModelBuilder


def test_the_line_is_that_of_the_last_run(tmp_path: Path):
    """
    A run takes the place of the one before: tables of many runs are made of many files.
    """
    b = ModelBuilder((2, 6, 6))
    onnx.save(b.model(b.conv("x", 2, 4), rank=4), str(tmp_path / "net.onnx"))
    np.savez(tmp_path / "data.npz", x=b.samples(4))
    command = [str(tmp_path / "net.onnx"), "--calibration", str(tmp_path / "data.npz")]
    command += ["--emit-dir", str(tmp_path / "out"), "--csv", str(tmp_path / "runs" / "net.csv")]
    for pipeline in ("approx-to-c", 'approx-to-c{target="stm32f4" skip=0.25}'):
        main([*command, "-p", pipeline])
    (line,) = csv.DictReader((tmp_path / "runs" / "net.csv").read_text().splitlines())
    totals = json.loads((tmp_path / "out" / "net_report.json").read_text())["totals"]
    assert (line["Model"], line["Target"], line["Config"]) == ("net", "stm32f4", pipeline)
    assert int(line["Predicted Cycles"]) == totals["predicted_cycles"]
    assert int(line["Predicted ROM"]) == totals["flash_bytes"]
    assert int(line["MACs Skipped"]) == totals["macs_skipped"] > 0
    # 168 MHz: RM0090, the maximum frequency of the STM32F405.
    seconds = totals["predicted_cycles"] / 168e6
    assert float(line["Predicted Runtime [s]"]) == pytest.approx(seconds, abs=5e-7)


def test_both_workspaces_count_and_what_is_unknown_is_empty():
    """
    No target, no time; a fast workspace is RAM as well.
    """
    totals = {"macs": 10, "macs_skipped": 1, "flash_bytes": 7, "predicted_cycles": 5}
    totals |= {"workspace_bytes": 100, "fast_workspace_bytes": 28}
    report = {"name": "n", "compiler": "c", "pipeline": None, "target": None, "totals": totals}
    (line,) = csv.DictReader(summary_csv(report).splitlines())
    assert line["Workspace Size [B]"] == "128"
    assert [line[key] for key in ("Target", "Predicted Runtime [s]", "Config")] == ["", "", ""]
