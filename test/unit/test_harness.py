"""
The bookkeeping of the examples; their building and running is in test/firmware.
"""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from harness import Result, calibration_file, check_bytes, results_table, run_command, top1
from rich.console import Console
from workload import Variant, Workload


def test_pipelines():
    """
    Exact names no skipping; both forms of a skipping one ask for the same skipping.
    """
    assert Variant().pipeline("netduinoplus2") == "approx-to-c{target=stm32f4}"
    assert Variant(0.4).pipeline("mps2-an505") == (
        "approx-to-c{target=stm32u5 metric=variance granularity=pair skip=0.4}"
    )
    assert "skip" not in Variant().network_pipeline
    assert "fraction=0.4 granularity=pair" in Variant(0.4).network_pipeline


def test_folders_differ():
    """
    Variants do not overwrite each other's builds.
    """
    assert len({Variant(skip).folder for skip in (None, 0.2, 0.4)}) == 3


def test_top1():
    """
    [N, ...] outputs are flattened to classes.
    """
    outputs = np.array([[[1, 5]], [[7, -3]], [[0, 9]]], np.int8)
    assert top1(outputs, np.array([1, 1, 1])) == pytest.approx(2 / 3)


def test_equal_bytes_pass():
    """
    Nothing to say.
    """
    check_bytes(b"\x01\x02", b"\x01\x02", "exact")


@pytest.mark.parametrize(("found", "first"), [(b"\x01\x03", 1), (b"\x01", 1), (b"", 0)])
def test_different_bytes_end_the_program(found: bytes, first: int):
    """
    The first difference is named, also where outputs are missing.
    """
    with pytest.raises(SystemExit, match=f"exact: .* first at byte {first}"):
        check_bytes(b"\x01\x02", found, "exact")


def test_failing_command_shows_its_output():
    """
    Nobody has to run CMake again to see why it failed.
    """
    with pytest.raises(SystemExit, match=r"echo seen; exit 3\nseen"):
        run_command(["sh", "-c", "echo seen; exit 3"])


def test_calibration_file_is_kept_while_right(tmp_path: Path):
    """
    CMake would rebuild everything for a newer file.
    """
    images = np.zeros((2, 1, 4, 4), np.float32)
    workload = Workload("net", Path("net.onnx"), images, images, np.zeros(2, np.int64))
    path = calibration_file(workload, tmp_path / "new")
    before = path.stat().st_mtime_ns
    assert calibration_file(workload, tmp_path / "new").stat().st_mtime_ns == before
    changed = Workload("net", workload.model, images + 1, images, workload.labels)
    calibration_file(changed, tmp_path / "new")
    assert np.array_equal(np.load(path)["x"], images + 1)


def test_table_has_a_row_a_variant():
    """
    Figures with their units; no figure where QEMU counted nothing.
    """
    results = [
        Result(Variant(), 0.99, 1000, 0, 20_480, 4_096, 123_456.0),
        Result(Variant(0.4), 0.98, 1000, 400, 18_000, 4_096, None),
    ]
    console = Console(file=StringIO(), width=120)
    console.print(results_table("digits", results))
    text = console.file.getvalue()
    assert "123,456" in text
    assert "20,480 B" in text
    assert "40.0%" in text
    assert "not counted" in text
