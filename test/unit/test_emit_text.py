"""
Names, literals and comments of generated C, and the distribution of functions over files.
"""

from __future__ import annotations

import ast

import numpy as np
from approx_opt.compiler.emit_names import Scope, identifier
from approx_opt.compiler.emit_text import comment_text, float_literal, string_literal
from approx_opt.compiler.program import Program
from approx_opt.compiler.sharding import shard_functions
from approx_opt.dialects.cortexm import ModelOp
from hypothesis import given
from hypothesis import strategies as st
from xdsl.dialects import arith, func
from xdsl.dialects.builtin import ArrayAttr, IntegerAttr, ModuleOp, StringAttr, i32

MODEL = ModelOp(
    properties={
        "sym_name": StringAttr("net"),
        "inputs": ArrayAttr([]),
        "outputs": ArrayAttr([]),
        "workspace_bytes": IntegerAttr(0, i32),
    }
)


@given(st.lists(st.integers(0, 12), max_size=12), st.integers(1, 5))
def test_shards_hold_every_function_once(sizes: list[int], shards: int):
    """
    In the order of the module, and no shard is heavier than another by more than one function.
    """
    helpers = [_function(f"net_{index}", size) for index, size in enumerate(sizes)]
    run = _function("net_run", 0)
    files = shard_functions(Program(ModuleOp([]), MODEL, run, tuple(helpers)), shards)
    assert len(files) == shards
    assert sorted(f.sym_name.data for file in files for f in file) == sorted(
        f.sym_name.data for f in helpers
    )
    order = {f: index for index, f in enumerate(helpers)}
    assert all([order[f] for f in file] == sorted(order[f] for f in file) for file in files)
    loads = [sum(1 + len(list(f.body.block.ops)) for f in file) for file in files]
    assert max(loads) - min(loads) <= 1 + max(sizes, default=0)


def _function(name: str, size: int) -> func.FuncOp:
    function = func.FuncOp(name, ((), ()))
    for _ in range(size):
        function.body.block.add_op(arith.ConstantOp.from_int_and_width(0, 32))
    return function


@given(st.lists(st.text(max_size=12), max_size=30))
def test_names_are_identifiers_and_unique(hints: list[str]):
    """
    Whatever the hints; none is a keyword, a loop counter or a variable of a tile.
    """
    scope = Scope(["net_run"])
    names = [scope.fresh(hint) for hint in [*hints, "int", "i", "net_run", "acc00", "approx_clamp"]]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() and name.isascii() and name == name.lower() for name in names)
    assert not {"int", "i", "net_run"} & set(names)
    assert not any(name.startswith(("approx_", "_")) for name in names)
    assert not any(name[-2:].isdigit() for name in names)


def test_a_hundred_thousand_names_of_one_hint():
    """
    Constant time each: a search from the start would take minutes.
    """
    scope = Scope()
    assert len({scope.fresh("acc") for _ in range(100_000)}) == 100_000


def test_identifier_keeps_what_it_can():
    """
    Names of ONNX tensors stay recognizable.
    """
    assert identifier("/features/Conv_1.weight") == "features_conv_1_weight"


@given(st.text())
def test_comments_cannot_be_left(text: str):
    """
    One line without comment marks, backslashes and trigraphs.
    """
    comment = comment_text(text)
    assert not any(mark in comment for mark in ("*/", "/*", "??", "\\", "\n"))
    assert comment.isascii()


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",))))
def test_string_literals_are_the_text(text: str):
    """
    Read back as bytes, whose escapes Python and C share.
    """
    literal = string_literal(text)
    assert ast.literal_eval(f"b{literal}") == text.encode()


@given(st.floats(width=32, min_value=0, exclude_min=True, allow_infinity=False))
def test_float_literals_are_exact(value: float):
    """
    The shortest text that gives the same float32.
    """
    literal = float_literal(value)
    assert literal.endswith("f")
    assert np.float32(literal[:-1]) == np.float32(value)
