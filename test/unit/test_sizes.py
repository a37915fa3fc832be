"""
Sizes of memory in options.
"""

from __future__ import annotations

import pytest
from approx_opt.compiler.errors import UserError
from approx_opt.compiler.mcu import KIB, flash_budget, mcu_named, ram_budget
from approx_opt.compiler.sizes import is_size, size_in_bytes
from hypothesis import given
from hypothesis import strategies as st


@given(st.integers(0, 1 << 32))
def test_units_are_powers_of_1024(number: int):
    """
    A number is itself, as text, too.
    """
    assert size_in_bytes(number) == size_in_bytes(str(number)) == number
    assert size_in_bytes(f"{number}K") == size_in_bytes(f"{number}k") == 1024 * number
    assert size_in_bytes(f"{number}M") == size_in_bytes(f"{number}m") == 1024 * 1024 * number


@pytest.mark.parametrize("text", ["", "K", "1.5M", "64 K", "64KB", "-1K", "1G", "\u0661K"])
def test_other_text_is_refused(text: str):
    """
    And named.
    """
    assert not is_size(text)
    with pytest.raises(UserError, match="is not a number of bytes, such as 65536, 64K or 1M"):
        size_in_bytes(text)


def test_budgets_take_both():
    """
    Those of select-kernels and plan-memory.
    """
    mcu = mcu_named("stm32f4")
    assert flash_budget(mcu, "512K") == flash_budget(mcu, 512 * KIB) == 512 * KIB
    assert ram_budget(mcu, "1M") == 1024 * KIB
    assert ram_budget(mcu, None) == mcu.ram
