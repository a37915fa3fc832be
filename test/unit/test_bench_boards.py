"""
The table of the boards: where it comes from, and where it goes.
"""

from __future__ import annotations

import pytest
from approx_opt.compiler.mcu import MCUS
from approx_opt.compiler.sim_memory import memory_of_script
from approx_opt.compiler.sim_profiles import PROFILES
from approx_opt.compiler.sizes import size_in_bytes
from boards import PAGE, PROJECT, Board, Entry, board_named, settings_of, with_table

NAMES = sorted(path.name for path in (PROJECT / "boards").iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_boards_fit_their_targets(name: str):
    """
    A core that the target has, a profile of the simulator, and budgets within the memories.
    """
    board, settings = board_named(name), settings_of(name)
    assert MCUS[board.target].cpu == board.cpu
    assert PROFILES[board.target].clock <= board.megahertz
    memory = memory_of_script(PROJECT / "boards" / name / "memory.ld")
    budgets = {key: size_in_bytes(settings[f"{key}_BUDGET"]) for key in ("FLASH", "RAM")}
    assert budgets["FLASH"] < memory.flash.size <= MCUS[board.target].flash
    stack, ram, *_ = memory.ram
    assert stack.end == ram.start
    assert budgets["RAM"] < ram.size


def test_table_goes_into_the_page():
    """
    Between two marks of docs/boards.md; written twice, it is the same.
    """
    entry = Entry("lenet", Board("nucleo", "cortex-m4", "stm32f4", 180), 10, 1234, 5, 6, 1_800_000)
    once = with_table(PAGE.read_text(), [entry])
    row = (
        "lenet | nucleo | cortex-m4 | 180 | 10 | 1,224 | 1,234 | 5 | 6 | stm32f4 | 1,800,000 | 10.0"
    )
    assert f"| {row} |" in once.splitlines()
    assert with_table(once, [entry]) == once
    shown = {line.split(" | ")[1] for line in PAGE.read_text().splitlines() if "| cortex-m" in line}
    assert shown == set(NAMES)
