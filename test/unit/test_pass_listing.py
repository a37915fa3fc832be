"""
`--list-passes`: options in words, and docstrings of all styles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from approx_opt.compiler.pass_listing import (
    documentation,
    first_sentence,
    options_of,
    pass_listing,
)
from xdsl.passes import ModulePass


@dataclass(frozen=True)
class ToyPass(ModulePass):
    """
    Do one thing, e.g. this one. Then `another`.

    At length.
    """

    name = "toy"

    count: int
    size: Annotated[int | str, "bytes"] | None = None
    share: float | int | None = None
    mode: Literal["a", "b"] | None = "a"
    names: tuple[str, ...] = ()
    keep_zeros: bool = True


@dataclass(frozen=True)
class SilentPass(ModulePass):
    name = "silent"

    count: int = 3


def test_options_in_words():
    """
    A default that is no value is not shown; few values are all named, for completion.
    """
    options = list(options_of(ToyPass))
    assert list(map(str, options)) == [
        "count: int (required)",
        "size: bytes",
        "share: float|int",
        "mode: a|b = a",
        "names: str,...",
        "keep-zeros: bool = true",
    ]
    choices = {option.name: option.choices for option in options if option.choices}
    assert choices == {"mode": ("a", "b"), "keep-zeros": ("true", "false")}


def test_the_signature_that_a_dataclass_makes_up_is_no_documentation():
    """
    A pass without a docstring has its name and its options.
    """
    assert SilentPass.__doc__ == "SilentPass(count: 'int' = 3)"
    assert documentation(SilentPass) == ""
    listing = pass_listing({"silent": lambda: SilentPass, "toy": lambda: ToyPass})
    assert (
        "\nsilent\n    count: int = 3\n\ntoy\n    Do one thing, e.g. this one.\n    count"
        in listing
    )
    assert first_sentence("No period\nin two lines\n\nMore.") == "No period in two lines"
