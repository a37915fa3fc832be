"""
The site of docs/, built by `make docs` into build/docs: Sphinx with MyST's Markdown and Furo.

Nothing is loaded from elsewhere, so pages open from disk; the same sources give the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "extensions"))

project = "ApproxOpt"
html_title = "ApproxOpt"
html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_show_copyright = False
html_copy_source = False

extensions = ["myst_parser", "mlir_lexer", "reference_pages", "repository_links"]
exclude_patterns = ["extensions", "static"]
highlight_language = "text"
pygments_style = "tango"
pygments_dark_style = "github-dark"
nitpicky = True
smartquotes = False

# Anchors are those that GitHub gives, so that links work in both.
myst_heading_anchors = 4
