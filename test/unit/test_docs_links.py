"""
Links of the Markdown files: what they lead to is there, and so are anchors, as GitHub makes them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "examples/**/*.md", "bench/**/*.md")
    for path in ROOT.glob(pattern)
)


def tokens(text: str) -> Iterator[Token]:
    """
    Blocks, and what is in them.
    """
    for block in MarkdownIt("gfm-like", {"linkify": False}).parse(text):
        yield block
        yield from block.children or []


def slug(heading: str) -> str:
    """
    The anchor of a heading: lower case, without punctuation, hyphens for spaces.
    """
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def anchors(text: str) -> set[str]:
    """
    Of all headings; the second of the same name gets -1.
    """
    blocks = list(tokens(text))
    found: Counter[str] = Counter()
    names: set[str] = set()
    for opening, inline in pairwise(blocks):
        if opening.type == "heading_open":
            name = slug("".join(child.content for child in inline.children or []))
            names.add(f"{name}-{found[name]}" if found[name] else name)
            found[name] += 1
    return names


@cache
def anchors_of(path: Path) -> set[str]:
    """
    Of a file.
    """
    return anchors(path.read_text())


def broken_links(page: Path, text: str) -> list[str]:
    """
    Links of a page to what is not there; those to other hosts are not looked at.
    """
    targets = [token.attrs.get("href") or token.attrs.get("src") for token in tokens(text)]
    return [target for target in targets if isinstance(target, str) and is_broken(page, target)]


def is_broken(page: Path, target: str) -> bool:
    """
    True where a relative link leads nowhere, or out of the repository.
    """
    if re.match(r"[a-z]+:", target):
        return False
    path, _, anchor = target.partition("#")
    file = (page.parent / path).resolve() if path else page
    if not file.is_relative_to(ROOT) or not file.exists():
        return True
    return anchor != "" and (file.suffix != ".md" or anchor not in anchors_of(file))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path):
    """
    Files, folders and anchors.
    """
    assert broken_links(page, page.read_text()) == []


def test_checker_finds_what_is_broken():
    """
    A file, an anchor and a picture that are not there, and a link that leaves the repository.
    """
    broken = ["plans.md#no-such", "no.md", "../no.svg", "../../x.md"]
    text = "[a]({}) [b]({}) ![c]({}) [d]({}) [e](plans.md#the-surgeon) `[f](no.md)`"
    assert broken_links(ROOT / "docs/index.md", text.format(*broken)) == broken
    assert anchors("# A `b`, c!\n\n# A b c\n") == {"a-b-c", "a-b-c-1"}
