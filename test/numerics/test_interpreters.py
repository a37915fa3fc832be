"""
The two interpreters agree: the integer network and what lower-to-cortexm makes of it.
"""

from __future__ import annotations

import numpy as np
import pytest
from approx_opt.compiler.interpret_cortexm import run_cortexm
from approx_opt.compiler.interpreter import run_network
from approx_opt.dialects.cortexm import (
    DepthwisePlanesOp,
    Winograd4PackedProductOp,
    Winograd4ProductOp,
    WinogradProductOp,
)
from cases import CASES, Case, vectors


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_kernels_compute_the_network(case: Case):
    """
    Byte for byte, with every access within its buffer and every sum within int32.
    """
    network = case.network()
    x = vectors(case.shape)
    expected = run_network(network, x).reshape(len(x), -1)
    np.testing.assert_array_equal(run_cortexm(case.lowered(network), x), expected)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_results_are_no_constants(case: Case):
    """
    A test of kernels would prove nothing if everything were clamped to one value.
    """
    result = run_network(case.network(), vectors(case.shape, 6))
    assert len(np.unique(result)) > 1


PRODUCTS = {
    "winograd2": WinogradProductOp,
    "winograd4": Winograd4ProductOp,
    "winograd4-packed": Winograd4PackedProductOp,
}


@pytest.mark.parametrize("case", [c for c in CASES if c.kernel in PRODUCTS], ids=lambda c: c.name)
def test_winograd_cases_run_by_it(case: Case):
    """
    None of them falls back to a loop.
    """
    lowered = case.lowered(case.network())
    assert any(isinstance(op, PRODUCTS[case.kernel]) for op in lowered.walk())


@pytest.mark.parametrize("case", [c for c in CASES if "planar" in c.name], ids=lambda c: c.name)
def test_depthwise_cases_run_on_planes(case: Case):
    """
    None of them falls back to a loop, unless it is asked for.
    """
    lowered = case.lowered(case.network())
    planar = any(isinstance(op, DepthwisePlanesOp) for op in lowered.walk())
    assert planar == (case.kernel != "loop")
