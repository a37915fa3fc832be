"""
The command that makes the table of networks and input forms.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

COMMAND = Path(__file__).resolve().parents[2] / "bench" / "coverage.py"


def test_command_writes_a_row_for_each_form(tmp_path: Path):
    selection = ["--networks", "autoencoder", "--forms", "qdq_s8s8", "view", "--samples", "2"]
    target = tmp_path / "networks.md"
    subprocess.run(
        [sys.executable, str(COMMAND), *selection, "--write", str(target)],
        check=True,
        capture_output=True,
    )
    heading, rule, first, second = (
        line for line in target.read_text().splitlines() if line.startswith("|")
    )
    assert heading == "| form | autoencoder |"
    assert rule == "| --- | --- |"
    assert re.fullmatch(r"\| `qdq_s8s8` \| - / \d+\.\d\d / 0\.00 \|", first)
    assert second == "| `view` | - |"
