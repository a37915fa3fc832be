"""
Workspaces of whole networks are as small as the tensors that are alive at once.
"""

from __future__ import annotations

import pytest
from agreement import integer_network
from approx_opt.compiler.memory import peak
from approx_opt.passes.plan_memory import PlanMemoryPass
from approx_opt.passes.select_kernels import SelectKernelsPass
from approx_opt.passes.tensor_memory import scratch_buffers, shared_buffers
from float_networks import NETWORKS
from forms import FORMS
from network_builder import smooth_samples
from reference import input_shape
from xdsl.context import Context
from xdsl.dialects.builtin import IntegerAttr
from xdsl.dialects.func import FuncOp


@pytest.mark.parametrize("name", NETWORKS)
def test_workspace(name: str):
    """
    Never more than a tenth above the largest live set.
    """
    model = NETWORKS[name]()
    module = integer_network(
        FORMS["qdq_s8s8"](model, smooth_samples(input_shape(model), 8, seed=1))
    )
    SelectKernelsPass().apply(Context(), module)
    PlanMemoryPass().apply(Context(), module)
    (function,) = (op for op in module.ops if isinstance(op, FuncOp))
    workspace = function.attributes["approx.workspace_bytes"]
    assert isinstance(workspace, IntegerAttr)
    buffers = [*shared_buffers(function), *scratch_buffers(function)]
    least = peak([one.buffer for one in buffers])
    assert least // 2 < workspace.value.data <= 1.1 * least
