"""
From ONNX models to `approx.onnx` ops: one function, one op a node.
"""

from __future__ import annotations

import re

import numpy as np
import onnx
from onnx import TensorProto
from xdsl.dialects import func
from xdsl.dialects.builtin import (
    ArrayAttr,
    DictionaryAttr,
    ModuleOp,
    StringAttr,
    TensorType,
    f32,
    i8,
    i32,
    i64,
)
from xdsl.ir import Attribute, Block, Region, SSAValue

from ..dialects.dense import dense
from ..dialects.onnx_ops import ConstantOp, OnnxOp
from .errors import UserError
from .onnx_check import check_graph, check_supported, input_shape
from .onnx_forms import centred, form_of
from .onnx_graph import Graph
from .onnx_load import load_model, parse_model
from .onnx_simplify import simplify

__all__ = ["check_supported", "import_model", "input_shape", "load_model", "parse_model"]

_ELEMENTS: dict[int, Attribute] = {
    TensorProto.FLOAT: f32,
    TensorProto.INT8: i8,
    TensorProto.UINT8: i8,
    TensorProto.INT32: i32,
    TensorProto.INT64: i64,
}


def import_model(model: onnx.ModelProto, name: str) -> ModuleOp:
    """
    A module with the public function `name` (a C identifier) from the network's input to its
    output, batch 1; argument and result carry their ONNX names as `approx.name`.

    uint8 tensors, weights and zero points become int8 by subtracting 128. Errors: UserError that
    lists every node without a form here, and for shapes that are unknown or do not fit.
    """
    graph = simplify(model)
    graph.infer(strict=True)
    check_graph(graph)
    source, result = graph.inputs[0].name, graph.outputs[0].name
    block = Block(arg_types=[_tensor_type(graph, source)])
    importer = _Importer(graph, block)
    importer.values[source] = block.args[0]
    for node in graph.nodes:
        importer.add(node)
    output = importer.value(result)
    block.add_op(func.ReturnOp(output))
    function = func.FuncOp(
        name,
        ([block.args[0].type], [output.type]),
        Region(block),
        arg_attrs=_names(source),
        res_attrs=_names(result),
    )
    return ModuleOp([function])


class _Importer:
    """
    Appends ops to a block; `values` holds what the tensors of the graph have become.
    """

    def __init__(self, graph: Graph, block: Block):
        self.graph = graph
        self.block = block
        self.values: dict[str, SSAValue] = {}

    def add(self, node: onnx.NodeProto) -> None:
        """
        Append the op of one node.
        """
        form = form_of(self.graph, node)
        properties = {"node": StringAttr(node.name), **form.properties}
        operands = [self._operand(name) for name in form.operands]
        result = _tensor_type(self.graph, node.output[0])
        op = form.op(operands=operands, properties=properties, result_types=[result])
        self._emit(op, node.output[0])

    def _operand(self, name: str | tuple[str, ...]) -> SSAValue | list[SSAValue]:
        if isinstance(name, tuple):
            return [self.value(one) for one in name]
        return self.value(name) if name else []

    def value(self, name: str) -> SSAValue:
        """
        The value of a tensor; constants are made where they are first needed.
        """
        if name not in self.values:
            value = dense(centred(np.asarray(self.graph.constants[name])))
            properties = {"node": StringAttr(name), "value": value}
            op = ConstantOp(operands=[], properties=properties, result_types=[value.type])
            self._emit(op, name)
        return self.values[name]

    def _emit(self, op: OnnxOp, tensor: str) -> None:
        self.block.add_op(op)
        op.result.name_hint = _hint(op.node.data)
        self.values[tensor] = op.result


def _hint(text: str) -> str:
    """
    A name for a value in printed IR.
    """
    hint = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_")
    return hint if hint[:1].isalpha() else f"n{hint}"


def _tensor_type(graph: Graph, name: str) -> TensorType[Attribute]:
    info = graph.tensors[name]
    if info.static_shape is None:
        raise UserError(f'the shape of tensor "{name}" is unknown')
    return TensorType(_ELEMENTS[info.element], info.static_shape)


def _names(tensor: str) -> ArrayAttr[DictionaryAttr]:
    return ArrayAttr([DictionaryAttr({"approx.name": StringAttr(tensor)})])
