"""
Commands in the Markdown files: every option, pass, pass option and target that they name is there.
"""

from __future__ import annotations

import re
import shlex
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from approx_opt.compiler.errors import UserError
from approx_opt.compiler.specs import check_pipeline, check_target
from markdown_it import MarkdownIt
from reference_pages import COMMANDS, help_of
from xdsl.universe import Universe
from xdsl.utils.exceptions import ArgSpecParseError

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    path for pattern in ("*.md", "docs/**/*.md", "examples/**/*.md") for path in ROOT.glob(pattern)
)
UNIVERSE = Universe.get_multiverse()

OTHERS_PASSES = {"annotate-magnitude"}
"""Those of examples/plugin, which are not there unless it is installed (test_plugins.py)."""

SPEC = re.compile(r"([a-z][a-z0-9-]+)\{([^{}]*)\}")


def command_lines(text: str) -> list[list[str]]:
    """
    The words of each `approx-...` command in the blocks of code; continued lines are one.
    """
    blocks = [
        t.content for t in MarkdownIt("commonmark").parse(text) if t.content and t.tag == "code"
    ]
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    found = [line.strip() for line in lines]
    return [
        shlex.split(re.sub(r"\$\w+", "x", line), comments=True)
        for line in found
        if line.startswith(tuple(f"{command} " for command in COMMANDS))
        and not line.startswith("approx-opt: ")
    ]


def mistakes(words: list[str]) -> list[str]:
    """
    What a command line asks for that is not there.
    """
    command, *arguments = words
    if "--" in arguments:
        arguments = arguments[: arguments.index("--")]
    options = {word.partition("=")[0] for word in arguments if re.match(r"--?[a-z]", word)}
    found = sorted(options - known_options(command))
    for flag, value in pairwise(arguments):
        if command == "approx-opt" and flag in {"-p", "--passes", "--pass-pipeline"}:
            found += pipeline_mistakes(value)
        if command == "approx-opt" and flag in {"-t", "--target"}:
            check_target(value, UNIVERSE.all_targets)
    return found


@cache
def known_options(command: str) -> set[str]:
    """
    What the help of a command lists.
    """
    return set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", help_of(command)))


def pipeline_mistakes(text: str) -> list[str]:
    """
    What `approx-opt -p` would say of it; "..." stands for anything.
    """
    if "..." in text:
        return []
    kept = re.sub(r",({})(\{{[^}}]*\}})?(?=,|$)".format("|".join(OTHERS_PASSES)), "", text)
    try:
        check_pipeline(kept, UNIVERSE.all_passes)
    except (UserError, ArgSpecParseError) as error:
        return [str(error)]
    return []


def specs(text: str) -> list[str]:
    """
    Passes with options in code between backticks, such as `plan-memory{fast-ram=1024}`.
    """
    spans = re.findall(r"`([^`\n]+)`", text.replace('\\"', '"'))
    whole = [found.group() for span in spans for found in SPEC.finditer(span)]
    return [spec for spec in whole if SPEC.match(spec)[1] in UNIVERSE.all_passes]


def lone_options(text: str) -> set[str]:
    """
    Options in code between backticks that begin it, such as `--emit-dir out`.
    """
    return set(re.findall(r"(?<!`)`(--[a-z][a-z-]*)[^`]*`", text))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_name_what_there_is(page: Path):
    """
    Command lines in blocks of code, and in the text passes with options, and options.
    """
    text = page.read_text()
    found = [mistake for words in command_lines(text) for mistake in mistakes(words)]
    found += [mistake for spec in specs(text) for mistake in pipeline_mistakes(spec)]
    known = set().union(*map(known_options, COMMANDS))
    assert found + sorted(lone_options(text) - known) == []


def test_checker_finds_what_is_not_there():
    """
    An option, a pass, an option of a pass, in a block and in the text.
    """
    block = "```\napprox-opt a.onnx --emit-folder out \\\n  -p 'fuse-qdr'\n```\n"
    (words,) = command_lines(block)
    assert words == ["approx-opt", "a.onnx", "--emit-folder", "out", "-p", "fuse-qdr"]
    option, unknown = mistakes(words)
    assert option == "--emit-folder"
    assert "fuse-qdr" in unknown
    (spec,) = specs("With `approx-to-c{tarjet=stm32u5}` and `c{1}`.")
    assert "did you mean 'target'?" in pipeline_mistakes(spec)[0]
    assert lone_options("`--emit-folder out`, `-p x --name`") == {"--emit-folder"}


def test_pages_have_commands():
    """
    What is looked for is found.
    """
    found = [words[0] for page in PAGES for words in command_lines(page.read_text())]
    assert set(found) >= {"approx-compare", "approx-explore", "approx-opt", "approx-sim"}
