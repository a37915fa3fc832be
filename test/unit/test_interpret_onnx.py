"""
Imported models, float and quantized, against ONNX Runtime.
"""

from __future__ import annotations

import numpy as np
import pytest
from approx_opt.compiler.interpreter import run_network
from approx_opt.compiler.onnx_import import check_supported, import_model
from approx_opt.compiler.onnx_quantize import quantize
from builders import calibration, output_scale, run_onnx
from onnx_cases import CASES

# A sum in another order may take a value that lies between two steps to the other one. The seeds
# are fixed; how often it happens is up to the vector width of the machine's ONNX Runtime.
MAX_DIFFERENT = 0.02


@pytest.mark.parametrize("name", CASES)
def test_float_models(name: str):
    builder, model = CASES[name]()
    check_supported(model)
    module = import_model(model, "net")
    module.verify()
    x = builder.samples()
    actual, expected = run_network(module, x), run_onnx(model, x)
    assert actual.shape == expected.shape
    np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", CASES)
def test_quantized_models(name: str):
    builder, model = CASES[name]()
    quantized = quantize(model, calibration(builder))
    module = import_model(quantized, "net")
    module.verify()
    x = builder.samples(32)
    actual, expected = run_network(module, x), run_onnx(quantized, x)
    steps = np.rint((actual - expected) / output_scale(quantized))
    assert np.abs(steps).max() <= 1
    assert np.count_nonzero(steps) <= MAX_DIFFERENT * steps.size
    # Not all results are alike: there is something to compare.
    assert np.unique(expected).size > 2
