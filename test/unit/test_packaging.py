"""
What a user installs: the wheel, its entry points and the data beside the code.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from configparser import ConfigParser
from pathlib import Path

import pytest
from wheels import FOLDERS, ROOT, build_wheel

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
SHIPPED = (".py", ".typed", ".h", ".c", ".ld", ".cmake", ".css", ".html", ".js", ".json")


def shipped_files(folder: str) -> list[Path]:
    """
    The files of a packaged folder that a user needs, relative to the root of the repository.
    """
    found = (ROOT / folder).rglob("*")
    return sorted(
        path.relative_to(ROOT)
        for path in found
        if path.is_file() and "__pycache__" not in path.parts and path.name != "py.typed"
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    What a user downloads.
    """
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    The wheel as a folder, as an installation would lay it.
    """
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run_installed(unpacked: Path, *arguments: str) -> str:
    """
    What `approx-opt` of the unpacked wheel prints, run far from the sources.
    """
    code = (
        f"import sys; sys.path.insert(0, {str(unpacked)!r}); "
        "from approx_opt.compiler import main; "
        f"assert main.__file__.startswith({str(unpacked)!r}), main.__file__; "
        f"main.main({list(arguments)!r})"
    )
    command = [sys.executable, "-P", "-c", code]
    done = subprocess.run(command, cwd=unpacked, check=True, capture_output=True, text=True)
    return done.stdout


def test_package_list_is_complete():
    """
    An unlisted folder works in an editable installation and is missing in a wheel.
    """
    listed = PROJECT["tool"]["setuptools"]["packages"]
    folders = {path.parent for name in FOLDERS for path in shipped_files(name)}
    expected = {".".join(("approx_opt", *folder.parts)) for folder in folders}
    assert sorted(listed) == sorted(expected)


def test_code_lives_in_packaged_folders():
    """
    No folder with an `__init__.py` beside those that are packaged; none in test/ at all.
    """
    found = {path.parent.relative_to(ROOT).parts for path in ROOT.glob("[a-z]*/**/__init__.py")}
    assert {parts[0] for parts in found if parts[0] != "build"} <= set(FOLDERS)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_has_a_shipped_kind(folder: str):
    """
    `package-data` names suffixes; a file of another kind would silently stay behind.
    """
    assert [path for path in shipped_files(folder) if path.suffix not in SHIPPED] == []


def test_wheel_holds_the_packaged_folders_and_nothing_else(wheel: Path):
    """
    Code, runtime headers and CMake files, under `approx_opt/`.
    """
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    missing = {f"approx_opt/{p.as_posix()}" for f in FOLDERS for p in shipped_files(f)} - set(names)
    assert missing == set()
    strangers = [name for name in names if not name.startswith(("approx_opt/", "approx_opt-"))]
    assert strangers == []
    assert not any("/test" in name or "__pycache__" in name for name in names)


@pytest.mark.parametrize(
    "name",
    [
        "runtime/approx_runtime.h",
        "cmake/ApproxOptConfig.cmake",
        "compiler/py.typed",
        "dialects/py.typed",
        "passes/py.typed",
    ],
)
def test_wheel_has(unpacked: Path, name: str):
    """
    What firmware builds and type checkers of users look for.
    """
    assert (unpacked / "approx_opt" / name).is_file()


def test_entry_points(unpacked: Path):
    """
    The driver, and the plug-in that makes the stock `xdsl-opt` see our dialects.
    """
    (path,) = unpacked.glob("approx_opt-*.dist-info/entry_points.txt")
    entries = ConfigParser()
    entries.read(path)
    assert entries["console_scripts"]["approx-opt"] == "approx_opt.compiler.main:main"
    assert entries["xdsl.universe"]["approx_opt"] == (
        "approx_opt.compiler.universe:APPROX_UNIVERSE"
    )


def test_licence_is_in_the_wheel(unpacked: Path):
    """
    Apache-2.0, by the metadata and as text.
    """
    (metadata,) = unpacked.glob("approx_opt-*.dist-info/METADATA")
    assert "License-Expression: Apache-2.0" in metadata.read_text()
    assert list(unpacked.glob("approx_opt-*.dist-info/licenses/LICENSE"))


def test_wheel_runs_without_the_sources(unpacked: Path):
    """
    The driver of the wheel finds its own data files.
    """
    folder = Path(run_installed(unpacked, "--cmake-dir").strip())
    assert folder == unpacked / "approx_opt" / "cmake"
    module = unpacked / "module.mlir"
    module.write_text("builtin.module {\n}\n")
    assert run_installed(unpacked, str(module)) == "builtin.module {\n}\n\n"
