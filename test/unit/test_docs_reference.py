"""
The reference of the site: nothing that is registered is missing, and what it says can be read.
"""

from __future__ import annotations

import re

import pytest
from approx_opt.compiler.universe import APPROX_UNIVERSE
from docstrings import docstring, to_markdown
from reference_pages import COMMANDS, PAGES, dialect_page, help_of, passes_page

DIALECTS = sorted(APPROX_UNIVERSE.all_dialects)


def headings(page: str) -> list[str]:
    """
    Of a page, without those in code.
    """
    text = re.sub(r"```.*?```", "", page, flags=re.DOTALL)
    return re.findall(r"^#+ (.*)$", text, re.MULTILINE)


def test_every_pass_has_its_text_and_its_options():
    """
    `skip-operands`, for one, with the type and the default of an option.
    """
    page = passes_page()
    assert headings(page) == sorted(APPROX_UNIVERSE.all_passes)
    assert "| `granularity` | `mac\\|pair\\|block` | - |" in page
    assert "| `compensate` | `bool` | `true` |" in page


@pytest.mark.parametrize("name", DIALECTS)
def test_every_op_and_attribute_of_a_dialect_is_there(name: str):
    """
    Each has a docstring of its own, without which the page could not be made.
    """
    dialect = APPROX_UNIVERSE.all_dialects[name]()
    names = [*(op.name for op in dialect.operations), *(a.name for a in dialect.attributes)]
    found = headings(dialect_page(name))
    assert sorted(found) == sorted([*names, "Ops", "Attributes and types"])


def test_every_dialect_has_a_page():
    """
    A third one would need its page in docs/reference/, too.
    """
    assert {f"reference/{name}" for name in DIALECTS} <= set(PAGES)


def test_an_op_shows_what_it_takes_and_gives():
    """
    Operands, properties, results and traits of `cortexm.mac`; IR and C apart.
    """
    (mac,) = re.findall(r"^### cortexm.mac\n(.*?)^###", dialect_page("cortexm"), re.M | re.S)
    assert "| operand | `input` | `!cortexm.ptr<i16>` |" in mac
    assert "| property | `rows` | array of `i64` |" in mac
    assert "| result | `result` | `vector` or `i32` |" in mac
    assert "Traits: `Pure`." in mac
    assert "```mlir\n%b = cortexm.mac %a, %x[6]" in mac
    assert "```c\nAPPROX_MAC_2X4(acc, x, 6, 32, 5, -3, 7, 0);\n```" in mac


def test_what_has_no_docstring_is_an_error():
    """
    Neither that of the class above it nor what a dataclass makes up counts.
    """

    class Silent(RuntimeError):
        pass

    with pytest.raises(ValueError, match="has no docstring"):
        docstring(Silent)


def test_text_is_no_markup():
    """
    Types between angle brackets, products and indices stay what they are; lists stay lists.
    """
    text = "y[i] = a * b, `x*y`; array<i64>.\n\n- one:\n      deep\n"
    assert to_markdown(text, "") == (
        "y\\[i\\] = a \\* b, `x*y`; array\\<i64\\>.\n\n- one:\n      deep"
    )


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_prints_its_help(command: str):
    """
    Which is what the page of commands shows.
    """
    assert help_of(command).startswith(f"usage: {command} ")
