"""
Every input form runs in ONNX Runtime as the float network does, compiles, and agrees with it.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import onnx
import pytest
from agreement import agreement, c_source, integer_network, layers_beyond
from float_networks import inverted_residual, separable_1d
from forms import FORMS, Inapplicable, newest_opset
from network_builder import smooth_samples
from numpy.typing import NDArray
from reference import input_shape, run_form

NETWORKS = {"separable_1d": separable_1d, "inverted_residual": inverted_residual}
INAPPLICABLE = {("inverted_residual", "view")}
CASES = [(n, f) for n in NETWORKS for f in FORMS if (n, f) not in INAPPLICABLE]
C_FORMS = (
    "qdq_s8s8",
    "qdq_u8u8",
    "qdq_per_channel",
    "qoperator_u8u8",
    "qcdq",
    "float_bias",
    "activation_symmetric",
    "no_preprocess",
    "nhwc",
    "int8_io",
)
"""Those of which the integer network, or its arithmetic, is another one."""

CALIBRATION = 32
SAMPLES = 8
FAR = 0.35
"""Error of quantization: root mean square over the standard deviation of the float results."""
FEW, MANY = 0.05, 0.5
"""
Outputs beyond 1 LSB: float32 may round what is nearly a tie the other way, by 1 LSB, which later
layers amplify. Float biases, rounded to int32 here, do the same more often.
"""


@cache
def float_network(network: str) -> onnx.ModelProto:
    """
    One of the networks; not to be changed.
    """
    return NETWORKS[network]()


@cache
def quantized(network: str, form: str) -> onnx.ModelProto:
    """
    One of the networks in a form; not to be changed.
    """
    model = float_network(network)
    return FORMS[form](model, smooth_samples(input_shape(model), CALIBRATION, seed=101))


def samples(network: str, count: int = SAMPLES) -> NDArray[np.float32]:
    """
    Inputs float32 in the layout of the float network.
    """
    return smooth_samples(input_shape(float_network(network)), count, seed=102)


@pytest.mark.parametrize(("network", "form"), CASES)
def test_form_computes_what_the_float_network_does(network: str, form: str):
    x = samples(network, 4 * SAMPLES)
    model = quantized(network, form)
    onnx.checker.check_model(model)
    expected, found = run_form(float_network(network), x), run_form(model, x)
    assert found.shape == expected.shape
    error = np.sqrt(np.mean((found - expected) ** 2)) / expected.std()
    assert 0 < error < FAR


@pytest.mark.parametrize(("network", "form"), CASES)
def test_form_agrees_with_onnxruntime(network: str, form: str):
    model, x = quantized(network, form), samples(network)
    result = agreement(model, integer_network(model), x)
    assert result.top1 == 1
    assert layers_beyond(model, x) == []
    assert result.by_more <= (MANY if form == "float_bias" else FEW)


@pytest.mark.parametrize("form", C_FORMS)
def test_form_compiles_to_c(form: str):
    source = c_source(integer_network(quantized("separable_1d", form)))
    assert "int network_run(" in source


@pytest.mark.parametrize(("network", "form"), sorted(INAPPLICABLE))
def test_networks_without_the_nodes_of_a_form(network: str, form: str):
    with pytest.raises(Inapplicable):
        quantized(network, form)


def test_forms_are_different_models():
    models = {form: quantized("separable_1d", form).SerializeToString() for form in FORMS}
    assert len(set(models.values())) == len(FORMS)


@pytest.mark.parametrize("version", [13, 18, 21, newest_opset()])
def test_opsets_are_those_asked_for(version: int):
    form = "opset_newest" if version == newest_opset() else f"opset_{version}"
    model = quantized("separable_1d", form)
    assert [o.version for o in model.opset_import if o.domain in ("", "ai.onnx")] == [version]
