"""
Whole networks drawn at random: both interpreters, C on this machine with sanitizers, and C on
emulated boards give the same bytes.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from approx_opt.compiler.interpret_cortexm import run_cortexm
from approx_opt.compiler.interpreter import entry_function, run_network
from approx_opt.dialects.quant import shape_of
from cases import lower, vectors
from expected import Expected
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from machines import M4, M33
from random_networks import Network, networks

BATCH = 16
"""Networks of one program: a compiler takes longer to start than to compile one of them."""

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


@settings(max_examples=100, suppress_health_check=SLOW)
@given(networks("net"))
def test_interpreters(network: Network):
    """
    Kernels compute the network.
    """
    module = network.module
    x = vectors(shape_of(entry_function(module).args[0]), 3)
    expected = run_network(module, x).reshape(len(x), -1)
    np.testing.assert_array_equal(run_cortexm(lower(module, network.kernel), x), expected)


@settings(max_examples=3, suppress_health_check=SLOW, phases=[Phase.generate])
@given(st.tuples(*(networks(f"net{index}") for index in range(BATCH))))
def test_machines(batch: tuple[Network, ...]):
    """
    So does C, in memory of exactly the right size and on two cores.
    """
    with tempfile.TemporaryDirectory() as folder:
        expected = Expected([(one.module, one.kernel) for one in batch], Path(folder))
        expected.check_host()
        expected.check_board(M4, "mps2-an386", 25)
        expected.check_board(M33, "mps2-an505", 20)
