"""
The wheel of this project (helper of tests).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("cmake", "compiler", "dialects", "passes", "runtime")
"""What is packaged."""


def build_wheel(folder: Path) -> Path:
    """
    Built from a copy: setuptools would leave its build folder in the sources, and a stale one would
    get into the wheel.
    """
    source = folder / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in FOLDERS:
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, source / name, ignore=ignore)
    pip_wheel = ("-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-w", folder, source)
    subprocess.run([sys.executable, *pip_wheel], check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built
