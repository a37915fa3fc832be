"""
Reports as one HTML page that needs nothing else: no network, no server, no other file.

The page is made of report_page.html, style sheets report_*.css and modules report_*.js beside this
file; plotly.js comes from the Python package plotly. Needs the extra `report`.
"""

from __future__ import annotations

import base64
import importlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .errors import UserError

_FOLDER = Path(__file__).parent
_MAIN = "report_page"


def check_page_libraries() -> None:
    """
    Errors: UserError where the extra `report` is not installed.
    """
    for name in ("jinja2", "plotly.offline"):
        _library(name)


def render_page(reports: Sequence[Mapping[str, Any]], fronts: Sequence[Mapping[str, Any]]) -> str:
    """
    The page of one report, or of two side by side, with fronts of approx-explore, if any.

    The same arguments and the same plotly give the same text. Errors: UserError without the extra
    `report`.
    """
    jinja2 = _library("jinja2")
    raw = _library("markupsafe").Markup
    template = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    ).from_string(_text("report_page.html"))
    return template.render(
        title=" and ".join(str(one["name"]) for one in reports),
        style=raw("".join(_text(path.name) for path in sorted(_FOLDER.glob("report_*.css")))),
        plotly=raw(_library("plotly.offline").get_plotlyjs()),
        imports=raw(_embedded({"imports": _modules()})),
        main=f"{_MAIN}.js",
        reports=raw(_embedded(reports)),
        fronts=raw(_embedded(fronts)),
    )


def _modules() -> dict[str, str]:
    """
    The modules of the page by the names that they import each other by.
    """
    sources = sorted(_FOLDER.glob("report_*.js"))
    return {path.name: _data_url(path) for path in sources}


def _data_url(path: Path) -> str:
    return f"data:text/javascript;base64,{base64.b64encode(path.read_bytes()).decode()}"


def _embedded(value: Any) -> str:
    """
    JSON that does not end the script element it stands in.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":")).replace("<", "\\u003c")


def _text(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise UserError(
            f"the page of a report needs {name.partition('.')[0]}: pip install 'approx-opt[report]'"
        ) from error
