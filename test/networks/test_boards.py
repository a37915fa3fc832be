"""
The image and keyword networks of MLPerf Tiny on emulated boards, to the bit.
"""

from __future__ import annotations

import pytest
from agreement import integer_network
from expected import Expected
from float_networks import dscnn, resnet8
from forms import FORMS
from machines import M4, M33, Core
from network_builder import smooth_samples
from reference import input_shape
from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.dialects.func import FuncOp

INPUTS = 50
NETWORKS = {"resnet8": resnet8, "dscnn": dscnn}


def network(name: str) -> ModuleOp:
    """
    @name on integers, weights per channel.
    """
    model = NETWORKS[name]()
    samples = smooth_samples(input_shape(model), 32, seed=101)
    module = integer_network(FORMS["qdq_per_channel"](model, samples))
    (function,) = (op for op in module.ops if isinstance(op, FuncOp))
    function.sym_name = StringAttr(name)
    return module


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Expected:
    """
    Once for both boards.
    """
    networks = [(network(name), "unrolled") for name in NETWORKS]
    return Expected(networks, tmp_path_factory.mktemp("networks"), INPUTS)


@pytest.mark.parametrize(
    ("core", "board", "megahertz"),
    [
        pytest.param(M4, "mps2-an386", 25, id="cortex-m4"),
        pytest.param(M33, "mps2-an505", 20, id="cortex-m33"),
    ],
)
def test_fifty_random_inputs(expected: Expected, core: Core, board: str, megahertz: int):
    """
    C on a Cortex-M4 and a Cortex-M33 equals the interpreter.
    """
    expected.check_board(core, board, megahertz)
