"""
approx-sim on CMSIS-NN, against the figures on record: CMSIS_NN_DIR names a checkout of it.

MODELS_DIR, the folder of lenet_cifar10.onnx and others, adds LeNet and AlexNet; the other networks
have random weights.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import float_networks
import onnx
import pytest
from cmsis_nn import Checkout, Library
from firmware import Variant, integer_network, vector
from models import NETWORKS, Quantized, quantized
from published import CMSIS_NN
from static_quantization import Options
from static_quantization import quantized as quantized_by_onnxruntime

CHECKOUT = os.environ.get("CMSIS_NN_DIR")
MODELS = os.environ.get("MODELS_DIR")
TOLERANCE = 0.03

pytestmark = pytest.mark.skipif(CHECKOUT is None, reason="CMSIS_NN_DIR names no CMSIS-NN")

BUILT: Mapping[str, Callable[[], onnx.ModelProto]] = {
    "resnet8": float_networks.resnet8,
    "dscnn": float_networks.dscnn,
    "mobilenet": float_networks.mobilenet_v1,
    "autoencoder": float_networks.autoencoder,
}


def network_of(name: str) -> Quantized:
    """
    The network in int8. The record's fully connected layers have one multiplier each, which makes a
    difference where there is nothing else.
    """
    if name not in BUILT:
        if MODELS is None:
            pytest.skip("MODELS_DIR names no folder of models")
        return quantized(NETWORKS[name], Path(MODELS), None)
    found = quantized(replace(NETWORKS[name], build=BUILT[name]), None, None)
    if name != "autoencoder":
        return found
    model = quantized_by_onnxruntime(BUILT[name](), found.data.calibration, Options())
    return replace(found, model=model)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """
    Built once for all networks.
    """
    assert CHECKOUT is not None
    return Checkout(Path(CHECKOUT), tmp_path_factory.mktemp("cmsis_nn"))


@pytest.mark.parametrize("name", CMSIS_NN)
def test_cycles(checkout: Checkout, name: str):
    """
    Within 3 % on every profile; each layer computes what the interpreter does.
    """
    model = network_of(name)
    module = integer_network(model, Variant("exact"), Path())
    library = Library(checkout, module, vector(model, module))
    for profile, cycles in CMSIS_NN[name].items():
        assert library.measure(profile).cycles == pytest.approx(cycles, rel=TOLERANCE), profile
