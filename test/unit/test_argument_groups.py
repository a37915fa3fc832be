"""
The help of `approx-opt`: every argument in a group, and lines that a terminal shows whole.
"""

from __future__ import annotations

import argparse

import pytest
from approx_opt.compiler.argument_groups import ArgumentGroups
from approx_opt.compiler.main import main


def test_an_argument_that_a_later_xdsl_adds_is_shown_apart():
    """
    It works as any other, below the topics that are known.
    """
    parser = argparse.ArgumentParser()
    groups = ArgumentGroups(parser, ["skip-operands", "cse"], ["mlir", "c", "llvm"])
    groups.add_argument("--new", action="store_true", help="be new")
    groups.add_argument("-p", "--passes", help="Available passes are: skip-operands,cse")
    text = parser.format_help()
    assert "other options of xDSL:\n  --new                 be new\n" in text
    assert text.index("passes:") < text.index("other options") < text.index("information:")
    assert "skip-operands, and 1 of xDSL" in text
    assert parser.parse_args(["--new"]).new


@pytest.mark.parametrize("option", ["--help", "--list-passes"])
def test_lines_fit_80_columns(
    option: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    """
    The terminal's width is a matter of --help alone; --list-passes is the same everywhere.
    """
    monkeypatch.setenv("COLUMNS", "80" if option == "--help" else "200")
    with pytest.raises(SystemExit) as stop:
        main([option])
    assert stop.value.code == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
