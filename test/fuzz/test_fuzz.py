"""
Damaged inputs for two minutes: one for ONNX models, one for textual IR.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FUZZ = Path(__file__).with_name("fuzz.py")


@pytest.mark.parametrize("kind", ["onnx", "text"])
def test_damaged_inputs(kind: str, tmp_path: Path):
    """
    No traceback, no hang, no file after an error.
    """
    command = [
        sys.executable,
        FUZZ,
        kind,
        "--cases",
        "1000000",
        "--seconds",
        "60",
        "--keep",
        tmp_path,
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
