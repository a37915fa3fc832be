"""
The totals of a report as CSV, with the columns of MLonMCU's reports where they mean the same.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from io import StringIO
from typing import Any


def summary_csv(report: Mapping[str, Any]) -> str:
    """
    A header and one line on a compiled network (`report` is compiler/report.py's), for tables of
    many runs: `pandas.concat` sets it beside MLonMCU's.

    MLonMCU (tum-ei-eda/mlonmcu, session/run.py and platform/platform.py) measures "Cycles",
    "Runtime [s]" and "Total ROM", which are predictions here and say so; its "Workspace Size [B]"
    is that of all workspaces, exactly. What is not known, such as the clock, is empty.
    """
    totals: Mapping[str, int] = report["totals"]
    target: Mapping[str, Any] = report["target"] or {}
    cycles, clock = totals["predicted_cycles"], target.get("clock_hz")
    line = {
        "Model": report["name"],
        "Frontend": "onnx",
        "Framework": "approx-opt",
        "Backend": "c",
        "Target": target.get("name"),
        "Predicted Cycles": cycles,
        "Predicted Runtime [s]": f"{cycles / clock:.6f}" if clock else None,
        "Predicted ROM": totals["flash_bytes"],
        "Workspace Size [B]": totals["workspace_bytes"] + totals.get("fast_workspace_bytes", 0),
        "MACs": totals["macs"],
        "MACs Skipped": totals["macs_skipped"],
        "Version": report["compiler"],
        "Config": report["pipeline"],
    }
    text = StringIO()
    writer = csv.DictWriter(text, line.keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerow(line)
    return text.getvalue()
