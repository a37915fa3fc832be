"""
Inputs as the firmware has them: unsigned bytes, floats, channels first.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from approx_opt.compiler import ort_reference
from approx_opt.compiler.calibration import Calibration
from approx_opt.compiler.emit_header import render_header
from approx_opt.compiler.input_conversion import quantize_input, unsigned_input
from approx_opt.compiler.interpret_cortexm import run_cortexm
from approx_opt.compiler.interpreter import run_network
from approx_opt.compiler.onnx_import import import_model, parse_model
from approx_opt.compiler.onnx_quantize import quantize
from approx_opt.compiler.program import Program
from approx_opt.dialects.quant import QuantAttr
from approx_opt.passes.approx_to_c import ApproxToCPass
from approx_opt.passes.convert_inputs import ConvertInputsPass
from cases import float_vectors, lower, vectors
from dataset import load_split
from expected import Expected
from hypothesis import given, settings
from hypothesis import strategies as st
from layers import Layers
from machines import HOST, M0PLUS, M33, run
from networks import DIGITS
from onnx import TensorProto, helper
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp

SCALE = 0.5
OPSETS = [helper.make_opsetid("", 13)]
FORMS = [
    ("nhwc", "float32"),
    ("nchw", "float32"),
    ("nhwc", "uint8"),
    ("nchw", "uint8"),
    ("nchw", "int8"),
]
SHAPES = ((5, 6, 3), (4, 8, 1), (12,))


def network(name: str, shape: Sequence[int], zero_point: int = -3) -> ModuleOp:
    """
    A convolution, which takes int16 with a border; of one channel a pooling, which
    takes int8; of a vector a fully connected layer.
    """
    layers = Layers(name, shape, seed=0, zero_point=zero_point)
    x = layers.input
    if len(shape) == 1:
        return layers.finish(layers.dense(x, 5))
    if shape[2] == 1:
        return layers.finish(layers.max_pool(x, (1, 1)))
    return layers.finish(layers.conv(x, 2 * shape[2], (3, 3), pads=(1, 1, 1, 1), ratio=0.002))


def converted(module: ModuleOp, layout: Any, element: Any) -> ModuleOp:
    """
    The network that takes its input so.
    """
    module = module.clone()
    ConvertInputsPass(layout, element).apply(Context(), module)
    module.verify()
    return module


def given_as(q: np.ndarray, zero_point: int, layout: str, element: str) -> np.ndarray:
    """
    int8 [N, H, W, C] as the caller has them.
    """
    ordered = q.transpose(0, 3, 1, 2) if layout == "nchw" else q
    if element == "uint8":
        return unsigned_input(ordered)
    if element == "int8":
        return ordered
    return (ordered.astype(np.float32) - np.float32(zero_point)) * np.float32(SCALE)


@settings(max_examples=25)
@given(
    shape=st.tuples(*[st.integers(1, 7)] * 3),
    zero_point=st.integers(-128, 127),
    form=st.sampled_from(FORMS),
)
def test_the_form_of_inputs_does_not_matter(
    shape: tuple[int, int, int], zero_point: int, form: tuple[str, str]
):
    """
    The same image gives the same bytes, in both interpreters.
    """
    plain = network("net", shape, zero_point)
    q = vectors(shape, 3)
    expected = run_network(plain, q).reshape(len(q), -1)
    module, x = converted(plain, *form), given_as(q, zero_point, *form)
    np.testing.assert_array_equal(run_network(module, x).reshape(len(x), -1), expected)
    np.testing.assert_array_equal(run_cortexm(lower(module), x), expected)


@settings(max_examples=30)
@given(st.floats(2.0**-100, 2.0**100, width=32), st.integers(-128, 127))
def test_floats_are_quantized_as_by_onnxruntime(scale: float, zero_point: int):
    """
    Halves of steps and what lies beside them, what is beyond int8, infinities.
    """
    x = float_vectors((1, 400), QuantAttr(scale, zero_point))
    x[np.isnan(x)] = 0
    expected = quantize_linear(x, scale, zero_point)
    np.testing.assert_array_equal(quantize_input(x, scale, zero_point), expected)


def quantize_linear(x: np.ndarray, scale: float, zero_point: int) -> np.ndarray:
    """
    By onnxruntime.
    """
    node = helper.make_node("QuantizeLinear", ["x", "scale", "zero_point"], ["y"])
    graph = helper.make_graph(
        [node],
        "quantize",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, x.shape)],
        [helper.make_tensor_value_info("y", TensorProto.INT8, x.shape)],
        [
            helper.make_tensor("scale", TensorProto.FLOAT, [], [scale]),
            helper.make_tensor("zero_point", TensorProto.INT8, [], [zero_point]),
        ],
    )
    (y,) = ort_reference.run(helper.make_model(graph, opset_imports=OPSETS, ir_version=8), x)
    return y.reshape(x.shape)


def test_nan_is_the_least():
    """
    ONNX leaves it open; the header's NAME_quantize does the same.
    """
    assert quantize_input(np.array([np.nan], np.float32), 0.5, 3).tolist() == [-128]


def test_the_header_quantizes_for_bytes(tmp_path: Path):
    """
    What NAME_IN_0_QUANTIZE makes of floats is what a network of floats makes of them, 128 more; NaN
    is the least, too.
    """
    program = Program.of(lower(converted(network("net", (4, 8, 1), 7), "nhwc", "uint8")))
    (tmp_path / "net.h").write_text(render_header(program))
    (tmp_path / "main.c").write_text(_QUANTIZE_ALL)
    run(HOST, "-I", tmp_path, tmp_path / "main.c", "-o", tmp_path / "main")
    x = float_vectors((1, 2000), QuantAttr(SCALE, 7))
    done = subprocess.run([tmp_path / "main"], input=x.tobytes(), capture_output=True, check=True)
    expected = unsigned_input(quantize_input(x, SCALE, 7))
    np.testing.assert_array_equal(np.frombuffer(done.stdout, np.uint8), expected[0])


_QUANTIZE_ALL = """
#include <stdio.h>
#include "net.h"
int main(void) {
  float x;
  while (fread(&x, sizeof x, 1, stdin) == 1) putchar(NET_IN_0_QUANTIZE(x));
  return 0;
}
"""


def test_the_demo_takes_its_images_in_every_form():
    """
    Scores of test images by approx-to-c, from pixels as they are, and quantized by the caller as
    the header says: uint8 with scale and zero point of uint8.
    """
    training, test = load_split()
    model = quantize(parse_model(DIGITS.read_bytes(), DIGITS.parent), Calibration(training.x))
    images = test.x[:6]
    scores: list[np.ndarray] = []
    for layout, element in (("nhwc", "int8"), *FORMS):
        module = import_model(model, "digits")
        ApproxToCPass(input_layout=layout, input_type=element).apply(Context(), module)
        (tensor,) = Program.of(module).inputs
        x = images if layout == "nchw" else images.transpose(0, 2, 3, 1)
        if element != "float32":
            limits = np.iinfo(element)
            steps = np.rint(x / np.float32(tensor.scale)) + tensor.zero_point
            x = np.clip(steps, limits.min, limits.max).astype(element)
        assert tensor.shape == x.shape[1:]
        scores.append(run_cortexm(module, x))
    assert all(np.array_equal(one, scores[0]) for one in scores)
    assert len(np.unique(scores[0].argmax(axis=1))) > 1


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Expected:
    """
    Every form of every shape, hard floats among the inputs.
    """
    networks: list[tuple[ModuleOp, str]] = []
    for layout, element in FORMS:
        for shape in SHAPES:
            if len(shape) == 3 or layout == "nhwc":
                name = "_".join((element, layout, *map(str, shape)))
                networks.append((converted(network(name, shape), layout, element), "unrolled"))
    return Expected(networks, tmp_path_factory.mktemp("inputs"))


def test_host(expected: Expected):
    """
    Under sanitizers, in memory of exactly the right size.
    """
    expected.check_host()


@pytest.mark.parametrize(
    ("core", "board", "megahertz"),
    [
        pytest.param(M33, "mps2-an505", 20, id="mps2-an505"),
        pytest.param(M0PLUS, "mps2-an386", 25, id="cortex-m0plus-code"),
    ],
)
def test_boards(expected: Expected, core: Any, board: str, megahertz: int):
    """
    With an FPU, and with floats in software.
    """
    expected.check_board(core, board, megahertz)
