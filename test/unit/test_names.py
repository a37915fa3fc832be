"""
Names of networks are C identifiers, and readable ones.
"""

from __future__ import annotations

import re

import pytest
from approx_opt.compiler.names import C_KEYWORDS, c_identifier
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("lenet", "lenet"),
        ("LeNet-5 (v2)", "LeNet_5_v2"),
        ("_private__name_", "private_name"),
        ("8bit", "model_8bit"),
        ("größe", "gr_e"),
        ("模型", "model"),
        ("", "model"),
        ("double", "double_net"),
    ],
)
def test_examples(text: str, name: str):
    assert c_identifier(text) == name


@given(st.text())
def test_always_an_identifier(text: str):
    name = c_identifier(text)
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name)
    assert name not in C_KEYWORDS
    assert c_identifier(name) == name
