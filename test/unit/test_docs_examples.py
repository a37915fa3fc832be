"""
What the pages show of the examples is what the examples are; the tutorial's script does its part.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from markdown_it import MarkdownIt
from score import top1, write

ROOT = Path(__file__).resolve().parents[2]
SHOWN = [
    ("docs/howto-pass.md", "python", "examples/plugin/approx_magnitude.py"),
    ("docs/howto-pass.md", "toml", "examples/plugin/pyproject.toml"),
    ("docs/howto-zephyr.md", "cmake", "examples/zephyr/CMakeLists.txt"),
    ("docs/howto-zephyr.md", "c", "examples/zephyr/src/main.c"),
    ("docs/tutorial.md", "python", "examples/tutorial/train.py"),
]


def first_block(page: str, language: str) -> list[str]:
    """
    The lines of the first block of code in a language, without indentation and empty ones.
    """
    tokens = MarkdownIt("commonmark").parse((ROOT / page).read_text())
    block = next(token.content for token in tokens if token.info == language)
    return [line.strip() for line in block.splitlines() if line.strip()]


@pytest.mark.parametrize(("page", "language", "example"), SHOWN)
def test_pages_show_the_examples(page: str, language: str, example: str):
    """
    Line by line in the order of the file, of which a page may leave lines out.
    """
    lines = iter(line.strip() for line in (ROOT / example).read_text().splitlines())
    missing = [line for line in first_block(page, language) if line not in lines]
    assert missing == []


def test_score_is_that_of_the_network(tmp_path: Path):
    """
    Images become bytes by scale and zero point, rows of channels; the highest output is the answer.
    """
    report = {
        "inputs": [{"scale": 0.5, "zero_point": -3}],
        "outputs": [{"shape": [2]}],
    }
    x = np.array([[[[0.0, 1.0]], [[2.0, 300.0]]]], np.float32)
    write(report, x, tmp_path / "inputs")
    assert np.frombuffer((tmp_path / "inputs").read_bytes(), np.int8).tolist() == [-3, 1, -1, 127]
    (tmp_path / "outputs").write_bytes(bytes([5, 9, 7, 1]))
    assert top1(report, np.array([1, 1]), tmp_path / "outputs") == 0.5
