"""
The site of docs/, as `make docs` builds it: complete, from disk, and always the same.
"""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

pytest.importorskip("sphinx")

ROOT = Path(__file__).resolve().parents[2]
LOADING = {("link", "href"), ("script", "src"), ("img", "src"), ("iframe", "src")}


class Page(HTMLParser):
    """
    What a page of HTML links to, what it loads, and the anchors it has.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """
        Event of the parser.
        """
        for name, value in attrs:
            if value is None:
                continue
            if (tag, name) in LOADING:
                self.loaded.append(value)
            elif name == "href":
                self.links.append(value)
            elif name == "id":
                self.anchors.add(value)


@cache
def page_of(path: Path) -> Page:
    """
    A file of the site.
    """
    return Page(path.read_text())


def is_broken(page: Path, link: str) -> bool:
    """
    True where a link leads to no file of the site, or to no anchor of a page.
    """
    parts = urlsplit(link)
    if parts.scheme:
        return False
    file = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not file.is_file():
        return True
    anchor = unquote(parts.fragment)
    return anchor != "" and anchor not in page_of(file).anchors


def build(folder: Path, seed: str) -> Path:
    """
    The site, by another order of sets for each seed.
    """
    options = ("-W", "--keep-going", "-q", "-E", "-b", "html", "-d", folder / "doctrees")
    site = folder / "site"
    command = [sys.executable, "-m", "sphinx", *map(str, options), str(ROOT / "docs"), str(site)]
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    built = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    return site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    Built once, without a warning.
    """
    return build(tmp_path_factory.mktemp("docs"), "1")


def test_links_lead_somewhere(site: Path):
    """
    Also those to files of the repository, and those of their pages.
    """
    pages = sorted(site.rglob("*.html"))
    assert site / "repository/README.md.html" in pages
    broken = [
        (str(page.relative_to(site)), link)
        for page in pages
        for link in (*page_of(page).links, *page_of(page).loaded)
        if is_broken(page, link)
    ]
    assert broken == []


def test_nothing_is_loaded_from_elsewhere(site: Path):
    """
    Pages open from disk; what they load is beside them, and style sheets load nothing either.
    """
    loaded = {link for page in site.rglob("*.html") for link in page_of(page).loaded}
    assert loaded
    assert [link for link in loaded if urlsplit(link).netloc] == []
    sheets = [path.read_text() for path in site.rglob("*.css")]
    assert not any("@import" in sheet or "url(http" in sheet for sheet in sheets)


def test_same_bytes_again(site: Path, tmp_path: Path):
    """
    Nothing depends on the time, the folder or the order of a set.
    """
    again = build(tmp_path, "2")
    files = {path.relative_to(site) for path in site.rglob("*") if path.is_file()}
    assert files == {path.relative_to(again) for path in again.rglob("*") if path.is_file()}
    assert [p for p in files if (site / p).read_bytes() != (again / p).read_bytes()] == []
