"""
Reading what approx-opt and approx-explore have written for other tools.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

from .errors import UserError
from .report import SCHEMA_VERSION

FRONT_VERSION = 1
"""Of NAME-front.json."""


def load_report(path: Path) -> dict[str, Any]:
    """
    A NAME_report.json. Errors: UserError for a file that is none, or of another version.
    """
    known = _load(path, {"schema_version", "name", "layers"}, "report that approx-opt has written")
    if known["schema_version"] != SCHEMA_VERSION:
        raise UserError(
            f"{path} is a report of version {known['schema_version']}, not {SCHEMA_VERSION}: "
            "compile the network again"
        )
    return known


def load_front(path: Path) -> dict[str, Any]:
    """
    A NAME-front.json. Errors: UserError for a file that is none, or of another version.
    """
    keys = {"version", "method", "target", "front", "tried"}
    known = _load(path, keys, "front that approx-explore has written")
    if known["version"] != FRONT_VERSION:
        raise UserError(f"{path} is a front of version {known['version']}, not {FRONT_VERSION}")
    return known


def _load(path: Path, keys: set[str], kind: str) -> dict[str, Any]:
    """
    A JSON object with these keys. Errors: UserError, where it is no such `kind` of file.
    """
    try:
        known: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise UserError(f"{path} is not JSON: {error}") from error
    if not isinstance(known, dict) or not keys <= known.keys():
        raise UserError(f"{path} is not a {kind}")
    return cast("dict[str, Any]", known)
