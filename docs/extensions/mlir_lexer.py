"""
Colours for MLIR's textual IR, which Pygments does not know.
"""

from __future__ import annotations

from typing import Any, ClassVar

from pygments.lexer import RegexLexer
from pygments.token import Comment, Keyword, Name, Number, Punctuation, String, Text


class MlirLexer(RegexLexer):
    """
    Values, symbols, ops, types and constants of MLIR; nothing of its grammar.
    """

    name = "MLIR"
    aliases: ClassVar = ["mlir"]
    tokens: ClassVar = {
        "root": [
            (r"//.*$", Comment.Single),
            (r'"[^"\n]*"', String),
            (r"%[\w.]+", Name.Variable),
            (r"@[\w.]+", Name.Function),
            (r"[!#][\w.]+", Keyword.Type),
            (r"\b(?:tensor|vector|memref|dense|array|[su]?i\d+|f\d+|index)\b", Keyword.Type),
            (r"\b[a-z_]\w*(?:\.\w+)+", Name.Builtin),
            (r"-?\b\d+(?:\.\d+)?(?:[eE][-+]?\d+)?\b", Number),
            (r"\w+", Text),
            (r"[^\w\s]", Punctuation),
            (r"\s+", Text),
        ]
    }


def setup(app: Any) -> dict[str, bool]:
    """
    What Sphinx asks of an extension.
    """
    app.add_lexer("mlir", MlirLexer)
    return {"parallel_read_safe": True}
