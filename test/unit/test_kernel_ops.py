"""
Ops of the kernel level as passes build them.
"""

from __future__ import annotations

import numpy as np
import pytest
from approx_opt.dialects import cortexm
from approx_opt.dialects.cortexm import PtrType, tile_type
from approx_opt.dialects.cortexm_dense import Runs
from approx_opt.dialects.cortexm_macs import LOAD_REACH
from approx_opt.dialects.dense import numpy_of, tuple_of
from hypothesis import given
from hypothesis import strategies as st
from xdsl.dialects import test
from xdsl.dialects.builtin import DictionaryAttr, i8, i16, i32
from xdsl.ir import Attribute, SSAValue
from xdsl.utils.exceptions import VerifyException


def value(type_: Attribute) -> SSAValue:
    """
    Some value of a type.
    """
    return test.TestOp(result_types=[type_]).results[0]


def test_a_mac_names_its_operands():
    """
    The tile comes first, whatever base class has it.
    """
    acc, pointer = value(tile_type(2, 4)), value(PtrType(i16))
    op = cortexm.MacOp.get(acc, pointer, 6, 32, {1: (5, -3)})
    op.verify()
    assert (op.acc, op.input) == (acc, pointer)
    assert (tuple_of(op.rows), tuple_of(op.weights)) == ((1,), (5, -3))
    assert (op.tile_shape, op.result.type) == ((2, 4), acc.type)


def test_a_dot_names_its_operands():
    """
    Two pointers that are easily swapped.
    """
    acc, pointer, weights = value(tile_type(2, 2)), value(PtrType(i16)), value(PtrType(i8))
    op = cortexm.DotOp.get(acc, (pointer, 3, 8), (weights, 96), Runs(48, 3, 64), sums=True)
    op.verify()
    assert (op.acc, op.input, op.weights) == (acc, pointer, weights)
    numbers = (op.offset, op.stride, op.weights_offset, op.length, op.runs, op.below)
    assert [number.value.data for number in numbers] == [3, 8, 96, 48, 3, 64]
    assert op.sums is not None


def test_a_requantization_names_its_operands():
    """
    The rounding every other layer has is not written down.
    """
    acc, multipliers = value(tile_type(2, 1)), [value(i32), value(i32)]
    op = cortexm.RequantizeOp.get(acc, multipliers, 1, -3, (-3, 127))
    op.verify()
    assert (op.acc, list(op.multipliers), op.rounding) == (acc, multipliers, None)
    assert (op.shift.value.data, op.zero_point.value.data, tuple_of(op.clamp)) == (1, -3, (-3, 127))


def test_a_requantization_of_a_number():
    """
    As TFLite does it, where a shift may be to the right.
    """
    acc = value(i32)
    op = cortexm.RequantizeOp.get(acc, [value(i32)], -31, 0, (-128, 127), "tflite")
    op.verify()
    assert op.rounding is not None
    assert (op.rounding.data, op.result.type) == ("tflite", i32)


def test_a_softmax_names_its_operands():
    """
    From, to, table.
    """
    source, target, table = value(PtrType(i8)), value(PtrType(i8)), value(PtrType(i32))
    op = cortexm.SoftmaxOp.get(source, target, table, 10, 77, -128)
    op.verify()
    assert (op.input, op.output, op.table) == (source, target, table)
    numbers = (op.count, op.multiplier, op.zero_point)
    assert [number.value.data for number in numbers] == [10, 77, -128]


def test_a_model():
    """
    A name, tensors, bytes.
    """
    x, y = DictionaryAttr({"name": value(i8).type}), DictionaryAttr({})
    op = cortexm.ModelOp.get("net", [x], [y], 64)
    op.verify()
    assert (op.sym_name.data, list(op.inputs), list(op.outputs)) == ("net", [x], [y])
    assert op.workspace_bytes.value.data == 64


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int32])
def test_tables_point_to_what_they_hold(dtype: type[np.signedinteger]):
    """
    Any array becomes a list.
    """
    array = np.arange(6, dtype=dtype).reshape(2, 3)
    op = cortexm.TableOp.get("ramp", array)
    op.verify()
    assert numpy_of(op.value).tolist() == array.ravel().tolist()
    assert op.result.type == PtrType(op.value.get_element_type())


@given(
    st.sampled_from([1, 2, 4]),
    st.integers(-3000, 3000),
    st.integers(-3000, 3000),
)
def test_loads_reach_every_pixel_or_the_mac_does_not_verify(pixels: int, offset: int, stride: int):
    """
    Against the byte offsets the macro writes into its LDRs.
    """
    op = cortexm.MacOp.get(
        value(tile_type(1, pixels)), value(PtrType(i16)), offset, stride, {0: (1, 2)}
    )
    loads = [2 * (offset + p * stride) for p in range(pixels)]
    if all(0 <= load <= LOAD_REACH for load in loads):
        op.verify()
    else:
        with pytest.raises(VerifyException, match="loads reach bytes 0 to 4095"):
            op.verify()
