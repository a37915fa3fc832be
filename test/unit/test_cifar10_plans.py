"""
The plans of examples/cifar10 are for the models beside them, and small enough to be read.
"""

from __future__ import annotations

import onnx
import pytest
from approx_opt.compiler.onnx_load import model_sha256
from approx_opt.compiler.plan import load_plan
from cifar10_networks import LIMITS, NETWORKS, PLANS

LARGEST = 4096
"""Bytes of a plan that a person reads."""


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("method", ["", "paper-"])
@pytest.mark.parametrize("limit", LIMITS)
def test_a_plan_fits_its_model(network: str, method: str, limit: str):
    """
    By the hash, the names of layers and the shapes of their weights, as it would be refused else.
    """
    path = PLANS / f"{network}-{method}{limit}.json"
    assert path.stat().st_size < LARGEST
    plan, file = load_plan(path), NETWORKS[network].model
    assert plan.sha256 == model_sha256(file.read_bytes(), file.parent)
    plan.check(path.name, plan.sha256, weight_shapes(onnx.load(file)))
    assert all(layer.shape is not None for layer in plan.layers.values())


def weight_shapes(model: onnx.ModelProto) -> dict[str, tuple[int, ...] | None]:
    """
    [O, KH, KW, C] of the convolutions, from ONNX' [O, C, KH, KW].
    """
    sizes = {tensor.name: tuple(tensor.dims) for tensor in model.graph.initializer}
    return {
        node.name: (sizes[node.input[1]][0], *sizes[node.input[1]][2:], sizes[node.input[1]][1])
        for node in model.graph.node
        if node.op_type == "Conv"
    }
