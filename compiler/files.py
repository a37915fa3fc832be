"""
Files that appear whole or not at all.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from .errors import UserError


def write_files(contents: Mapping[Path, str | bytes], stale: Iterable[Path] = ()) -> None:
    """
    Write each text (UTF-8, as it is) or bytes to its path, with the folders above; then remove
    `stale`.

    Contents are written beside their places, and moved there when the last of them is on the disk:
    a full disk or a name that is taken leaves every earlier file as it was. Links are followed;
    what is neither file nor folder, such as a pipe, is written to in place.
    Errors: UserError that names the file.
    """
    places = {Path(os.path.realpath(path)): content for path, content in contents.items()}
    pending = {path: path.with_name(f".{path.name}.{os.getpid()}.tmp") for path in places}
    created: list[Path] = []
    path = Path()
    try:
        for path, temporary in pending.items():
            created += _make_folder(path.parent)
            _write(path, temporary, places[path])
        for path, temporary in pending.items():
            if temporary.exists():
                temporary.replace(path)
        for path in stale:
            path.unlink(missing_ok=True)
    except BaseException as error:
        _clean(pending.values(), created)
        if isinstance(error, OSError):
            raise UserError(f"cannot write {path}: {error.strerror or error}") from error
        raise


def _make_folder(folder: Path) -> list[Path]:
    """
    Make a folder and those above it; returns the new ones, the innermost first.
    """
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing


def _write(path: Path, temporary: Path, content: str | bytes) -> None:
    if path.is_dir():
        raise IsADirectoryError(0, "it is a folder")
    in_place = path.exists() and not path.is_file()
    data = content.encode() if isinstance(content, str) else content
    (path if in_place else temporary).write_bytes(data)


def _clean(files: Iterable[Path], folders: Iterable[Path]) -> None:
    for file in files:
        with contextlib.suppress(OSError):
            file.unlink()
    for folder in folders:
        with contextlib.suppress(OSError):
            folder.rmdir()
