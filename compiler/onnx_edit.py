"""
Edits of single nodes of an ONNX graph: what the rewrites are made of.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import onnx

from .onnx_graph import Graph

Rewrite: TypeAlias = Callable[[Graph, onnx.NodeProto], bool]
"""Takes a graph with inferred shapes and one of its nodes, returns whether it changed them."""


def node_index(graph: Graph, node: onnx.NodeProto) -> int:
    """
    The place of a node, this very object, in the order of the graph.
    """
    return next(i for i, other in enumerate(graph.nodes) if other is node)


def become(node: onnx.NodeProto, new: onnx.NodeProto) -> None:
    """
    Turn a node into another one in place; its name stays.
    """
    new.name = node.name
    node.CopyFrom(new)


def bypass(graph: Graph, node: onnx.NodeProto) -> bool:
    """
    Remove a node whose result is its input.

    One that hands an input of the model (or another result) straight to a result of the model
    stays: there is no node that could compute it under that name.
    """
    source, result = node.input[0], node.output[0]
    if not graph.is_output(result):
        graph.remove(node)
        graph.replace_uses(result, source)
        return True
    producer = graph.producer(source)
    if producer is None or graph.is_output(source):
        return False
    graph.remove(node)
    producer.output[list(producer.output).index(source)] = result
    graph.replace_uses(source, result)
    return True
