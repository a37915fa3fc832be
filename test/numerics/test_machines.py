"""
Generated C computes what the interpreter does: on a PC with sanitizers and on emulated boards.
"""

from __future__ import annotations

import pytest
from cases import CASES
from expected import Expected
from machines import M0PLUS, M4, M7, M33, Core
from networks import digits

PARTS = 3


@pytest.fixture(scope="module", params=range(PARTS))
def expected(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Expected:
    """
    Once for all machines; some of the cases at a time, for inputs and outputs of all are in RAM.
    """
    part = CASES[request.param :: PARTS]
    networks = [*((case.network(), case.kernel) for case in part), (digits(), "unrolled")]
    return Expected(networks, tmp_path_factory.mktemp("batch"))


def test_host(expected: Expected):
    """
    Under the address and the undefined behaviour sanitizer, in memory of exactly the right size.
    """
    expected.check_host()


def test_clang(expected: Expected):
    """
    Another compiler, no optimization: nothing relies on what gcc makes of it.
    """
    expected.check_clang()


@pytest.mark.parametrize(
    ("core", "board", "megahertz"),
    [
        pytest.param(M4, "mps2-an386", 25, id="mps2-an386"),
        pytest.param(M4, "netduinoplus2", 168, id="netduinoplus2"),
        pytest.param(M33, "mps2-an505", 20, id="mps2-an505"),
        pytest.param(M0PLUS, "mps2-an386", 25, id="cortex-m0plus-code"),
    ],
)
def test_emulated(expected: Expected, core: Core, board: str, megahertz: int):
    """
    On Cortex-M4 and M33, and the portable code for a Cortex-M0+ (on an M4).
    """
    expected.check_board(core, board, megahertz)


def test_compiles_for_cortex_m7(expected: Expected):
    """
    No machine of QEMU has one.
    """
    expected.batch.compile(M7)
