"""
Names of networks are C identifiers, and readable ones.
"""

from __future__ import annotations

import pytest
from approx_opt.compiler.names import C_KEYWORDS, c_identifier, is_network_name
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
        ("approx_runtime", "model_approx_runtime"),
        ("Approx", "model_Approx"),
        ("approximate", "approximate"),
    ],
)
def test_examples(text: str, name: str):
    assert c_identifier(text) == name


@given(st.text())
def test_always_an_identifier(text: str):
    name = c_identifier(text)
    assert is_network_name(name)
    assert c_identifier(name) == name


@pytest.mark.parametrize("name", ["kws", "a__1_", "Approximate", "X"])
def test_names_that_can_be_used(name: str):
    """
    As they are: what is valid C is not mended.
    """
    assert is_network_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "2nd",
        "_kws",
        "a-b",
        "a b",
        "é",
        "kws\n",
        "int",
        "approx",
        "APPROX_x",
        *sorted(C_KEYWORDS),
    ],
)
def test_names_that_cannot(name: str):
    """
    Not C, reserved, or the runtime's.
    """
    assert not is_network_name(name)
