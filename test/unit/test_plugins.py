"""
Passes of other packages: examples/plugin is installed and runs; a broken one is named.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOY_NETWORK = ROOT / "test/filecheck/passes/approx_to_c.mlir"
TO_TAPS = "fuse-qdq,fold-transposes,unpack-operands"


def approx_opt(site: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """
    The driver, with the packages that are installed in a folder.
    """
    command = [sys.executable, "-m", "approx_opt.compiler", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(site)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def install_broken(site: Path, entry_point: str) -> Path:
    """
    A folder with a package that has nothing but an entry point.
    """
    info = site / "broken-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[xdsl.universe]\nbroken = {entry_point}\n")
    return site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A folder where pip has installed examples/plugin, from a copy: setuptools would leave its build
    folder in the sources.
    """
    source = shutil.copytree(ROOT / "examples/plugin", tmp_path_factory.mktemp("plugin") / "source")
    target = tmp_path_factory.mktemp("site")
    install = ("install", "--no-deps", "--no-build-isolation", "--no-index", "--target", target)
    command = [sys.executable, "-m", "pip", *map(str, install), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    return target


def test_installed_pass_runs_between_ours(site: Path):
    """
    By magnitude it is the second channel of the toy network that stays: its pairs of weights are
    worth 42 and 53, those of the first channel 21 and 31.
    """
    passes = f"{TO_TAPS},annotate-magnitude,skip-operands{{fraction=0.5 compensate=false}}"
    taps = approx_opt(site, TOY_NETWORK, "-p", passes)
    assert taps.returncode == 0, taps.stderr
    channels = re.findall(r"approx.channel .* weights (\[.*?\])", taps.stdout)
    assert channels == ["[]", "[2, 40, 50, 3]"]


def test_options_of_an_installed_pass_are_checked(site: Path):
    """
    As those of our own: the nearest name is offered.
    """
    wrong = approx_opt(site, TOY_NETWORK, "-p", f"{TO_TAPS},annotate-magnitude{{powr=2}}")
    assert wrong.returncode == 1
    assert "pass annotate-magnitude is given option 'powr'" in wrong.stderr
    assert "did you mean 'power'?" in wrong.stderr


@pytest.mark.parametrize(
    ("entry_point", "complaint"),
    [
        ("nowhere:UNIVERSE", "the plug-in broken (nowhere:UNIVERSE) cannot be loaded: No module"),
        ("approx_opt.compiler.universe:APPROX_UNIVERSE", "plug-ins contradict each other: Dup"),
    ],
)
def test_broken_plugin_is_named(tmp_path: Path, entry_point: str, complaint: str):
    """
    One message, no traceback.
    """
    failed = approx_opt(install_broken(tmp_path, entry_point), TOY_NETWORK)
    assert failed.returncode == 1
    assert failed.stderr.startswith(f"approx-opt: error: {complaint}")
    assert len(failed.stderr.splitlines()) == 1
