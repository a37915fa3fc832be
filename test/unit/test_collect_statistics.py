"""
`collect-statistics`, and calibration data as the network takes them.
"""

from __future__ import annotations

import numpy as np
import pytest
from approx_opt.compiler.calibration_input import quantized_inputs
from approx_opt.compiler.errors import UserError
from approx_opt.compiler.integer_kernels import window_of
from approx_opt.compiler.interpreter import entry_function, run_network
from approx_opt.compiler.patches import im2col
from approx_opt.dialects.dense import Array, ints, numpy_of
from approx_opt.dialects.network_ops import Conv2dOp
from approx_opt.passes.annotate_significance import AnnotateSignificancePass
from approx_opt.passes.collect_statistics import CollectStatisticsPass, collect
from approx_opt.passes.unpack_operands import UnpackOperandsPass
from convolution_networks import annotated, convolutions, network, run, samples, unpacked_layers
from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr, ModuleOp
from xdsl.dialects.func import FuncOp


def test_statistics_are_those_of_the_im2col_matrix_of_every_layer():
    """
    The second layer sees what the first one gives.
    """
    module, x = network(2), samples(2)
    packed = convolutions(module)
    collect(module, packed, x)
    seen: dict[str, Array] = {}

    def observe(op: object, args: tuple[Array, ...]) -> None:
        if isinstance(op, Conv2dOp):
            seen[op.layer.data] = im2col(args[0], window_of(op), op.input_zero_point)

    run_network(module, x, observe)
    assert set(seen) == {"conv1", "conv2"}
    for op in packed:
        matrix = seen[op.layer.data].astype(np.float64)
        assert op.patch_mean is not None
        assert op.patch_variance is not None
        assert np.array_equal(numpy_of(op.patch_mean), matrix.mean(axis=0).astype(np.float32))
        np.testing.assert_allclose(numpy_of(op.patch_variance), matrix.var(axis=0), rtol=1e-6)


def test_statistics_do_not_depend_on_chunks(monkeypatch: pytest.MonkeyPatch):
    """
    One sample at a time or all at once: the same bytes.
    """
    whole = annotated(3)
    monkeypatch.setattr("approx_opt.passes.collect_statistics._CHUNK_BYTES", 1)
    assert str(annotated(3)) == str(whole)


def test_statistics_of_unpacked_layers_are_the_same():
    """
    Collected before or after unpacking.
    """
    packed = annotated(4)
    module = run(network(4), UnpackOperandsPass())
    collect(module, unpacked_layers(module), samples(4))
    run(module, AnnotateSignificancePass())
    for one, other in zip(unpacked_layers(packed), unpacked_layers(module), strict=True):
        assert one.patch_mean == other.patch_mean
        assert one.patch_variance == other.patch_variance


def test_a_network_without_convolutions_needs_no_calibration():
    """
    Nothing to collect, nothing to complain about.
    """
    run(ModuleOp([]), CollectStatisticsPass())


def with_onnx_layout(module: ModuleOp) -> FuncOp:
    """
    The function, noted to take its input channels-first in ONNX.
    """
    function = entry_function(module)
    entry = {"approx.onnx_shape": ints((1, 3, 6, 5)), "approx.perm": ints((1, 2, 0))}
    function.arg_attrs = ArrayAttr([DictionaryAttr(entry)])
    return function


def test_calibration_data_are_turned_and_quantized():
    """
    Round half to even, in units of the scale 0.5, about the zero point -3; saturated.
    """
    function = with_onnx_layout(network(0))
    x = np.zeros((2, 3, 6, 5), np.float32)
    x[0, 1, 2, 3], x[0, 2, 2, 3], x[1, 0, 5, 4], x[1, 0, 0, 0] = 0.25, 0.75, 1e9, -1e9
    q = quantized_inputs(function, x)
    assert q.dtype == np.int8
    assert q.shape == (2, 6, 5, 3)
    assert q[0, 2, 3].tolist() == [-3, -3, -1]
    assert (q[1, 5, 4, 0], q[1, 0, 0, 0]) == (127, -128)


def test_calibration_data_of_another_shape():
    """
    Both shapes are named.
    """
    function = with_onnx_layout(network(0))
    with pytest.raises(UserError, match=r"samples are \(6, 5, 3\), the network takes \(3, 6, 5\)"):
        quantized_inputs(function, np.zeros((2, 6, 5, 3), np.float32))
