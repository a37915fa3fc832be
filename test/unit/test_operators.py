"""
Every operator: the integer network beside ONNX Runtime, and its kernels beside the network.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnx
import pytest
from approx_opt.compiler.compare import compare, share_beyond
from approx_opt.compiler.interpret_cortexm import run_cortexm
from approx_opt.compiler.interpreter import entry_function, run_network
from approx_opt.compiler.onnx_check import check_supported
from approx_opt.compiler.onnx_import import import_model
from approx_opt.dialects.dense import tuple_of
from approx_opt.dialects.quant import shape_of
from approx_opt.passes.fold_pads import FoldPadsPass
from approx_opt.passes.fold_transposes import FoldTransposesPass
from approx_opt.passes.fuse_qdq import FuseQdqPass
from approx_opt.passes.lower_to_cortexm import LowerToCortexmPass
from approx_opt.passes.plan_memory import PlanMemoryPass
from approx_opt.passes.select_kernels import SelectKernelsPass
from operator_cases import CASES, IMAGE, VECTOR, model_of, operator_model
from quantized_builder import QuantizedBuilder as Builder
from xdsl.context import Context


def check_kernels(model: onnx.ModelProto) -> None:
    """
    The kernels compute what the network does.
    """
    module = import_model(model, "net")
    for step in (FuseQdqPass(), FoldTransposesPass(), FoldPadsPass()):
        step.apply(Context(), module)
        module.verify()
    rng = np.random.default_rng(0)
    x = rng.integers(-128, 128, (3, *shape_of(entry_function(module).args[0]))).astype(np.int8)
    expected = run_network(module, x).reshape(len(x), -1)
    for step in (SelectKernelsPass(), PlanMemoryPass(), LowerToCortexmPass()):
        step.apply(Context(), module)
        module.verify()
    np.testing.assert_array_equal(run_cortexm(module, x), expected)


@pytest.mark.parametrize("unsigned", [False, True], ids=["s8", "u8"])
@pytest.mark.parametrize("name", CASES)
def test_operator(name: str, unsigned: bool):
    """
    One operator between quantized values: nowhere more than 1 LSB from ONNX Runtime.
    """
    model, builder = operator_model(name, unsigned)
    check_supported(model)
    samples = 2 * builder.samples(20)
    result = compare(model, samples)
    assert sum(result.output.values()) > 0
    assert share_beyond(result.output, 1) == 0
    assert share_beyond(result.output, 0) < 0.02
    assert len(set(result.output)) <= 3
    check_kernels(model)


@pytest.mark.parametrize("keepdims", [0, 1])
@pytest.mark.parametrize(("shape", "axis"), [(IMAGE, 1), (IMAGE, 2), (VECTOR, 1), (VECTOR, -1)])
def test_arg_max(shape: Sequence[int], axis: int, keepdims: int):
    """
    Places, exactly those of ONNX Runtime: equal values are equal integers.
    """
    builder = Builder(shape)
    y = builder.node("ArgMax", builder.quantized("x", 0.5), axis=axis, keepdims=keepdims)
    model = model_of(builder, y)
    result = compare(model, builder.samples(30))
    assert set(result.output) == {0}
    check_kernels(model)


@pytest.mark.parametrize("operator", ["Softmax", "Sigmoid", "HardSigmoid", "Tanh"])
def test_last_layer_in_float(operator: str):
    """
    A function whose range is known needs no QuantizeLinear at the end.
    """
    builder = Builder(VECTOR)
    model = model_of(builder, builder.node(operator, builder.quantized("x")))
    result = compare(model, builder.samples(30))
    assert share_beyond(result.output, 1) == 0
    assert share_beyond(result.output, 0) < 0.02
    check_kernels(model)


def test_one_dimensional_inputs_are_taken_channels_last():
    """
    Nothing is transposed at run time.
    """
    model, _ = operator_model("conv_1d")
    module = import_model(model, "net")
    for step in (FuseQdqPass(), FoldTransposesPass()):
        step.apply(Context(), module)
    function = entry_function(module)
    assert shape_of(function.args[0]) == (9, 4)
    assert function.arg_attrs is not None
    assert tuple_of(function.arg_attrs.data[0].data["approx.perm"]) == (1, 0)
    (first, *_) = (op for op in function.body.block.ops)
    assert first.name == "approx.reshape"
