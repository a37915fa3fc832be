"""
No lit test may be vacuous: each one reads its file and has its output checked.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

FILECHECK_DIR = Path(__file__).resolve().parents[1] / "filecheck"
FILES = sorted(p for suffix in ("mlir", "test") for p in FILECHECK_DIR.rglob(f"*.{suffix}"))

CHECKERS = {"filecheck", "diff", "cmp", "not", "grep", "gcc", "arm-none-eabi-gcc", "g++"}
"""Commands whose exit status says whether the test passed."""

DIRECTIVE = re.compile(
    r"(?:^|\s)(?P<prefix>[A-Z][A-Z0-9_-]*?)"
    r"(?P<kind>-NEXT|-SAME|-DAG|-LABEL|-EMPTY|-NOT|-COUNT-\d+)?:",
    re.MULTILINE,
)


def run_lines(text: str) -> list[str]:
    """
    The commands after `RUN:`, continued ones (`\\` at the end) joined.
    """
    lines: list[str] = []
    continued = False
    for found in re.finditer(r"RUN:(.*)", text):
        line = found.group(1).strip()
        if continued:
            lines[-1] = lines[-1] + " " + line
        else:
            lines.append(line)
        continued = lines[-1].endswith("\\")
        lines[-1] = lines[-1].removesuffix("\\").strip()
    return lines


def commands(run_line: str) -> list[list[str]]:
    """
    The words of every command of a line, cut at `|`, `&&` and `;`.
    """
    lexer = shlex.shlex(run_line, posix=True, punctuation_chars="|&;")
    lexer.whitespace_split = True
    lexer.commenters = ""
    found: list[list[str]] = [[]]
    for word in lexer:
        if set(word) <= set("|&;"):
            found.append([])
        else:
            found[-1].append(word)
    return [words for words in found if words]


def prefixes(words: list[str]) -> list[str]:
    """
    The check prefixes of one `filecheck` command.
    """
    found: list[str] = []
    for word, after in zip(words, [*words[1:], ""], strict=True):
        option, _, value = word.partition("=")
        if option in ("--check-prefix", "--check-prefixes", "-check-prefix"):
            found += (value or after).split(",")
    return found or ["CHECK"]


def line_problems(index: int, lines: list[str]) -> list[str]:
    """
    What is wrong with one RUN line: unchecked output, or a `filecheck` that reads no file.

    A line may leave files (`%t...`) for a later line to check.
    """
    line = lines[index]
    steps = commands(line)
    found = [
        f"filecheck without %s: {line}"
        for words in steps
        if words[0] == "filecheck" and "%s" not in words
    ]
    if any(words[0] in CHECKERS for words in steps):
        return found
    left = set(re.findall(r"%t[\w./-]*", line))
    if any(name in later for later in lines[index + 1 :] for name in left):
        return found
    return [*found, f"nothing checks the output of: {line}"]


def problems(text: str) -> list[str]:
    """
    Every reason to call the lit test `text` vacuous; none for a good one.
    """
    lines = run_lines(text)
    if not lines:
        return ["no RUN line"]
    found = [p for index in range(len(lines)) for p in line_problems(index, lines)]
    if not any("%s" in line for line in lines):
        found.append("no RUN line reads %s")
    checks = [words for line in lines for words in commands(line) if words[0] == "filecheck"]
    used = {prefix for words in checks for prefix in prefixes(words)}
    written = [(m["prefix"], m["kind"]) for m in DIRECTIVE.finditer(text)]
    positive = {prefix for prefix, kind in written if kind != "-NOT"}
    found += [f"no directive {prefix}: that must match" for prefix in sorted(used - positive)]
    unread = {prefix for prefix, _ in written if "CHECK" in prefix} - used
    found += [f"no RUN line reads the directives {prefix}:" for prefix in sorted(unread)]
    return found


def test_there_are_lit_tests():
    """
    The parametrized test below would pass on an empty folder.
    """
    assert FILES


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(FILECHECK_DIR)))
def test_lit_file_checks_something(path: Path):
    """
    The guard itself.
    """
    assert problems(path.read_text()) == []


GOOD = [
    "// RUN: approx-opt %s | filecheck %s\n// CHECK: module\n",
    "// RUN: approx-opt %s \\\n// RUN:   -p 'a{x=1},b' | filecheck %s\n// CHECK-LABEL: @f\n",
    "// RUN: approx-opt %s --verify-diagnostics | filecheck %s --check-prefix=CHECK-ERR\n"
    "// CHECK-ERR: wrong\n",
    "// RUN: not approx-opt %s 2>&1 | filecheck %s\n// CHECK: error\n",
    "// RUN: approx-opt %s -o %t.mlir\n// RUN: filecheck %s < %t.mlir\n// CHECK: x\n",
    "// RUN: approx-opt %s -t c | gcc -x c -fsyntax-only -\n",
    "// RUN: approx-opt %s -o %t.1 && diff %t.1 %t.2\n",
    "// RUN: approx-opt %s | filecheck %s --check-prefixes=CHECK,C\n// CHECK: a\n// C: b\n",
]


@pytest.mark.parametrize("text", GOOD)
def test_guard_accepts(text: str):
    """
    The forms the tests use.
    """
    assert problems(text) == []


BAD = {
    "no RUN line": "// CHECK: module\n",
    "nothing checks": "// RUN: approx-opt %s\n// CHECK: module\n",
    "nothing checks the output of: approx-opt %s -o": "// RUN: approx-opt %s -o %t.mlir\n",
    "no RUN line reads %s": "// RUN: not approx-opt missing.mlir\n",
    "filecheck without %s": "// RUN: approx-opt %s | filecheck\n// CHECK: module\n",
    "no directive CHECK:": "// RUN: approx-opt %s | filecheck %s\n",
    "no directive CHECK: that": "// RUN: approx-opt %s | filecheck %s\n// CHECK-NOT: x\n",
    "no directive B:": "// RUN: approx-opt %s | filecheck %s --check-prefixes=A,B\n// A: x\n",
    "no directive LATE:": "// RUN: approx-opt %s | filecheck %s --check-prefix LATE\n// EARLY: x\n",
    "reads the directives CHECK-ERR:": "// RUN: approx-opt %s | filecheck %s\n"
    "// CHECK: x\n// CHECK-ERR: y\n",
    "nothing checks the output of: approx-opt b": "// RUN: approx-opt %s | filecheck %s\n"
    "// RUN: approx-opt b\n// CHECK: x\n",
}


@pytest.mark.parametrize("expected", BAD)
def test_guard_catches(expected: str):
    """
    Each way to be vacuous is found, and said.
    """
    assert any(expected in problem for problem in problems(BAD[expected]))
