"""
What kernel selection thinks of flash, beside what gcc makes of the code.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from approx_opt.compiler.program import Program
from cases import lower
from machines import M33, Batch
from networks import digits


@pytest.mark.parametrize("kernel", ["unrolled", "loop"])
def test_estimate_of_the_whole_network(kernel: str, tmp_path: Path):
    """
    Within 3 % of text and constants on a Cortex-M33.
    """
    lowered = lower(digits(), kernel)
    batch = Batch([lowered], tmp_path)
    network, _ = batch.compile(M33)
    sizes = subprocess.run(["arm-none-eabi-size", network], capture_output=True, text=True)
    text = int(sizes.stdout.splitlines()[1].split()[0])
    assert Program.of(lowered).total("flash_bytes") == pytest.approx(text, rel=0.03)
