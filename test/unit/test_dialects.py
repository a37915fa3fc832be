"""
What the ops and attributes of `approx` compute about themselves.
"""

from __future__ import annotations

from io import StringIO

import numpy as np
import pytest
from approx_opt.dialects.approx import Approx
from approx_opt.dialects.dense import Array, dense, dense_array, ints, numpy_of, tuple_of
from approx_opt.dialects.quant import (
    LayoutAttr,
    QuantAttr,
    is_quantized,
    quant_of,
    quant_tensor,
)
from approx_opt.dialects.tap_ops import ChannelOp, UnpackedConv2dOp, channel_region
from hypothesis import given
from hypothesis import strategies as st
from xdsl.context import Context
from xdsl.dialects import test
from xdsl.dialects.builtin import (
    Builtin,
    DenseIntOrFPElementsAttr,
    IntegerAttr,
    StringAttr,
    TensorType,
    f32,
    i8,
    i32,
)
from xdsl.dialects.func import Func
from xdsl.ir import Attribute
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.utils.exceptions import VerifyException

DTYPES = ["int8", "int16", "int32", "int64", "float32", "float64"]


def reparsed(attribute: Attribute) -> Attribute:
    """
    Printed and parsed again.
    """
    context = Context()
    for dialect in (Approx, Builtin, Func):
        context.load_dialect(dialect)
    text = StringIO()
    Printer(text).print_attribute(attribute)
    return Parser(context, text.getvalue()).parse_attribute()


@st.composite
def arrays(draw: st.DrawFn) -> Array:
    """
    Arrays of every element type, rank 0 to 3, empty ones and views out of order among them.
    """
    dtype = np.dtype(draw(st.sampled_from(DTYPES)))
    shape = tuple(draw(st.lists(st.integers(0, 4), max_size=3)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    if dtype.kind == "f":
        return rng.normal(0, 1e3, shape).astype(dtype).T
    limits = np.iinfo(dtype)
    return rng.integers(limits.min, limits.max, shape, dtype, endpoint=True).T


@given(arrays())
def test_dense_attributes_keep_arrays(array: Array):
    """
    Values, shape and element type.
    """
    attribute = dense(array)
    attribute.verify()
    back = numpy_of(attribute)
    assert back.dtype == array.dtype
    assert back.shape == attribute.get_shape() == array.shape
    assert np.array_equal(back, array)
    assert np.array_equal(numpy_of(dense_array(array)), array.ravel())


@given(arrays())
def test_dense_attributes_survive_text(array: Array):
    """
    Large or small, printed as numbers or as hexadecimal.
    """
    back = reparsed(dense(array))
    assert isinstance(back, DenseIntOrFPElementsAttr)
    assert np.array_equal(numpy_of(back), array)


def test_a_splat_stands_for_all_values():
    """
    `dense<7>` holds one number.
    """
    attribute = DenseIntOrFPElementsAttr.from_list(TensorType(i8, [2, 3]), [7])
    assert numpy_of(attribute).tolist() == [[7] * 3] * 2


def test_unsigned_arrays_keep_their_bits():
    """
    A softmax table beyond 2^31.
    """
    table = np.array([0xFFFFFFFF, 1], np.uint32)
    assert numpy_of(dense(table)).tolist() == [-1, 1]
    assert np.array_equal(numpy_of(dense(table)).view(np.uint32), table)


@given(st.lists(st.integers(-(2**63), 2**63 - 1)))
def test_integer_lists(values: list[int]):
    """
    `array<i64: ...>` and back.
    """
    assert tuple_of(ints(values)) == tuple(values)


@given(
    st.floats(2.0**-126, 2.0**127, width=32, exclude_min=True),
    st.integers(-128, 127),
)
def test_quantization_survives_text(scale: float, zero_point: int):
    """
    The shortest decimal of a float32 is that float32.
    """
    quant = QuantAttr(scale, zero_point)
    assert quant.scale.value.data == scale
    assert reparsed(quant) == quant


def test_scales_are_float32():
    """
    A Python float is rounded once, when the attribute is made.
    """
    assert QuantAttr(0.1, 0).scale.value.data == float(np.float32(0.1))
    assert QuantAttr(0.1, 0).scale.type == f32


def test_quantized_tensors():
    """
    Told from other tensors by their encoding.
    """
    tensor = quant_tensor((2, 3), 0.5, 4)
    assert is_quantized(tensor)
    assert quant_of(tensor) == QuantAttr(0.5, 4)
    assert not is_quantized(TensorType(i8, [2]))
    with pytest.raises(VerifyException, match="expected a quantized tensor"):
        quant_of(TensorType(i8, [2]))


layouts = st.builds(
    LayoutAttr.get,
    st.sampled_from([8, 16]),
    st.integers(1, 64),
    st.tuples(*[st.integers(0, 3)] * 3, st.integers(1, 3)),
    st.integers(-128, 127),
)


@given(layouts)
def test_padded_layouts_survive_text(layout: LayoutAttr):
    """
    Element type, channels, padding and what it holds.
    """
    assert reparsed(layout) == layout


@given(layouts, st.integers(1, 5), st.integers(1, 5))
def test_layout_geometry(layout: LayoutAttr, height: int, width: int):
    """
    Against an array of the padded plane.
    """
    top, left, bottom, right = layout.padding
    plane = (top + height + bottom, left + width + right, layout.pixel)
    index = np.arange(np.prod(plane)).reshape(plane)
    assert layout.elements(height, width) == index.size
    assert layout.origin(width) == index[top, left, 0]
    rows = index[:, left, 0]
    assert np.all(np.diff(rows) == layout.row(width))


def convolution(channels: list[ChannelOp]) -> UnpackedConv2dOp:
    """
    A window of 1 x 2 on two channels, as many outputs as `channels`.
    """
    x = test.TestOp(result_types=[quant_tensor((1, 4, 2), 0.5, -3)]).results[0]
    return UnpackedConv2dOp(
        operands=[x],
        properties={
            "layer": StringAttr("conv"),
            "multipliers": dense(np.full(len(channels), 5, np.int32)),
            "shift": IntegerAttr(0, i32),
            "clamp": ints((-128, 127)),
            "kernel_shape": ints((1, 2)),
            "strides": ints((2, 1)),
            "pads": ints((0, 1, 0, 0)),
            "dilations": ints((1, 1)),
        },
        result_types=[quant_tensor((1, 4, len(channels)), 0.25, 7)],
        regions=[channel_region(channels)],
    )


def channel(bias: int, taps: dict[int, int]) -> ChannelOp:
    """
    A channel of {column: weight}.
    """
    return ChannelOp.get(bias, np.array([*taps]), np.array([*taps.values()]))


def test_taps_as_matrices():
    """
    A listed tap of weight zero is there, an absent one is not; both are zero in the matrix.
    """
    op = convolution([channel(1, {0: 5, 3: -300}), channel(2, {}), channel(3, {1: 0})])
    op.verify()
    assert op.depth == 4
    assert op.tap_matrix().tolist() == [[5, 0, 0, -300], [0] * 4, [0] * 4]
    assert op.tap_mask().astype(int).tolist() == [[1, 0, 0, 1], [0] * 4, [0, 1, 0, 0]]


def test_a_new_body():
    """
    The old channels are gone, the op still verifies.
    """
    op = convolution([channel(1, {0: 5})])
    op.set_channels([channel(9, {1: 6})])
    op.verify()
    assert [c.bias.value.data for c in op.channels] == [9]


def test_layers_know_their_window_and_quantization():
    """
    Plain Python values for passes and kernels.
    """
    op = convolution([channel(0, {})])
    assert (op.window, op.stride, op.padding, op.dilation) == (
        (1, 2),
        (2, 1),
        (0, 1, 0, 0),
        (1, 1),
    )
    assert (op.input_shape, op.output_shape) == ((1, 4, 2), (1, 4, 1))
    assert (op.input_zero_point, op.output_zero_point) == (-3, 7)
    assert (op.bounds, op.left_shift, op.rounding_mode) == ((-128, 127), 0, "nearest")


def test_a_window_larger_than_its_input():
    """
    Refused, whatever result it claims.
    """
    op = convolution([channel(0, {})])
    op.kernel_shape = ints((3, 2))
    with pytest.raises(VerifyException, match="result plane is"):
        op.verify()


@pytest.mark.parametrize("cls", list(Approx.operations), ids=lambda cls: cls.name)
def test_every_op_documents_itself(cls: type):
    """
    A docstring of its own, not that of a base class.
    """
    assert vars(cls).get("__doc__", "").strip()
