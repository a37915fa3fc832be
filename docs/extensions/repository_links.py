"""
Links from docs/ to files of the repository, in the site.

Where the sources are read, a link such as ../examples/digits/demo.py leads to that file. The site
has a page for each file or folder that is linked so: Markdown is rendered, code is highlighted,
folders are listed. What is large, or no text, is copied. So the site is complete by itself.
"""

from __future__ import annotations

import html
import posixpath
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from markdown_it import MarkdownIt
from mdit_py_plugins.anchors import anchors_plugin
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx.util.osutil import relative_uri

ROOT = Path(__file__).resolve().parents[2]

FOLDER = "repository"
"""Of the site, where pages of files lie."""

_LISTED_BYTES = 100_000
"""Larger files are copied."""

_LANGUAGES = {
    ".c": "c",
    ".cmake": "cmake",
    ".h": "c",
    ".json": "json",
    ".py": "python",
    ".toml": "toml",
    ".yaml": "yaml",
}

_COLOURED = {*_LANGUAGES.values(), "mlir", "sh"}
"""What blocks of code may be written in."""


class RepositoryLinks(SphinxTransform):
    """
    Links of MyST to what is outside docs/ become plain ones to pages of files.
    """

    default_priority = 200

    def apply(self, **kwargs: Any) -> None:
        """
        Errors: those that are broken stay as they are, and MyST warns of them.
        """
        found = [*self.document.findall(addnodes.download_reference)]
        found += self.document.findall(addnodes.pending_xref)
        for node in found:
            path = self._path(node)
            if path is not None:
                here = self.env.docname + ".html"
                uri = relative_uri(here, page_uri(path))
                node.replace_self(nodes.reference("", "", *node.children, refuri=uri))
                _linked(self.app).add(path)

    def _path(self, node: nodes.Element) -> str | None:
        """
        What a link leads to, from the root of the repository, if it is there and not in docs/.
        """
        if node.get("reftype") != "myst":
            return None
        target = str(node["reftarget"]).partition("#")[0]
        is_document = node.get("refdomain") == "doc"
        start = "docs" if is_document else f"docs/{posixpath.dirname(self.env.docname)}"
        found = posixpath.join(ROOT.as_posix(), start, target + ".md" * is_document)
        path = posixpath.relpath(found, ROOT.as_posix())
        outside = target and path != "docs" and not path.startswith(("docs/", ".."))
        return path if outside and (ROOT / path).exists() else None


def page_uri(path: str) -> str:
    """
    Where the site has a file or folder: a page, or a copy.
    """
    if _is_page(ROOT / path):
        return f"{FOLDER}/{path}.html"
    return f"{FOLDER}/{path}"


def _is_page(path: Path) -> bool:
    if path.is_dir():
        return True
    if path.stat().st_size > _LISTED_BYTES:
        return False
    try:
        path.read_text("utf-8")
    except UnicodeDecodeError:
        return False
    return path.suffix != ".svg"


def _linked(app: Any) -> set[str]:
    """
    Paths that pages link to; those of this run.
    """
    if not hasattr(app, "approx_linked"):
        app.approx_linked = set()
    return app.approx_linked


def _pages(app: Any) -> Iterator[tuple[str, dict[str, Any], str]]:
    """
    Event `html-collect-pages` of Sphinx: a page for each path, and for those that they link to.
    """
    done: set[str] = set()
    waiting = sorted(_linked(app))
    while waiting:
        path = waiting.pop()
        if path in done:
            continue
        done.add(path)
        if _is_page(ROOT / path):
            body, links = _body(app, path)
            waiting += sorted(set(links) - done)
            title = html.escape(path)
            yield page_uri(path).removesuffix(".html"), {"title": title, "body": body}, "page.html"
        else:
            target = Path(app.outdir) / page_uri(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, target)


def _body(app: Any, path: str) -> tuple[str, list[str]]:
    """
    The HTML of a page, and what it links to.
    """
    if (ROOT / path).is_dir():
        return _rendered(app, path, path, _listing(path))
    text = (ROOT / path).read_text("utf-8")
    if path.endswith(".md"):
        return _rendered(app, path, posixpath.dirname(path), text)
    language = "cmake" if path.endswith("CMakeLists.txt") else _LANGUAGES.get(Path(path).suffix)
    code = app.builder.highlighter.highlight_block(text, language or "text")
    return f"<h1><code>{html.escape(path)}</code></h1>\n{code}", []


def _listing(path: str) -> str:
    """
    A folder as Markdown: its files, then its README.
    """
    entries = sorted(p for p in (ROOT / path).iterdir() if not p.name.startswith((".", "__")))
    names = [f"{entry.name}/" if entry.is_dir() else entry.name for entry in entries]
    readme = ROOT / path / "README.md"
    text = readme.read_text("utf-8") if readme.is_file() else f"# {path}\n"
    return "\n".join([text, *(f"- [{name}]({name})" for name in names)]) + "\n"


def _rendered(app: Any, path: str, folder: str, text: str) -> tuple[str, list[str]]:
    """
    Markdown of `folder` as the page of `path`; the paths it links to.
    """
    parser = _parser(app)
    tokens = parser.parse(text)
    links: list[str] = []
    for token in (child for block in tokens for child in block.children or []):
        name = {"link_open": "href", "image": "src"}.get(token.type)
        if name is None or "://" in str(token.attrs[name]):
            continue
        target, mark, anchor = str(token.attrs[name]).partition("#")
        if target:
            linked = posixpath.normpath(posixpath.join(folder, target))
            token.attrs[name] = _uri(page_uri(path), linked) + mark + anchor
            links += [] if _is_of_site(linked) else [linked]
    return parser.renderer.render(tokens, parser.options, {}), links


def _parser(app: Any) -> MarkdownIt:
    """
    Markdown as GitHub has it, in HTML as the theme has it.
    """
    colours = app.builder.highlighter

    def fence(_: Any, tokens: Any, index: int, *rest: Any) -> str:
        language = tokens[index].info if tokens[index].info in _COLOURED else "text"
        return colours.highlight_block(tokens[index].content, language)

    def inline_code(_: Any, tokens: Any, index: int, *rest: Any) -> str:
        return f'<code class="docutils literal">{html.escape(tokens[index].content)}</code>'

    def table(*_: Any) -> str:
        return '<div class="table-wrapper docutils container"><table class="docutils">'

    parser = MarkdownIt("gfm-like", {"linkify": False}).use(anchors_plugin, max_level=4)
    parser.add_render_rule("fence", fence)
    parser.add_render_rule("code_block", fence)
    parser.add_render_rule("code_inline", inline_code)
    parser.add_render_rule("table_open", table)
    parser.add_render_rule("table_close", lambda *_: "</table></div>")
    return parser


def _is_of_site(path: str) -> bool:
    return path.startswith("docs/") and path.endswith(".md")


def _uri(here: str, path: str) -> str:
    """
    From a page of the site to a page of docs/ or of a file.
    """
    if _is_of_site(path):
        return relative_uri(here, path.removeprefix("docs/").removesuffix(".md") + ".html")
    return relative_uri(here, page_uri(path))


def setup(app: Any) -> dict[str, bool]:
    """
    What Sphinx asks of an extension.
    """
    app.add_transform(RepositoryLinks)
    app.connect("html-collect-pages", _pages)
    return {"parallel_read_safe": False}
