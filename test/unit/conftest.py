"""
What several unit tests start from.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from toy_network import write_toy


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A folder with toy.onnx and toy.npz, to be explored.
    """
    folder = tmp_path_factory.mktemp("toy")
    write_toy(folder)
    return folder
