"""
`lower-to-cortexm`: layers with kernels, layouts and offsets become functions of C statements.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects import func
from xdsl.dialects.builtin import (
    ArrayAttr,
    DictionaryAttr,
    FloatAttr,
    IntegerAttr,
    ModuleOp,
    StringAttr,
    f64,
    i8,
    i32,
)
from xdsl.ir import Attribute, Block, BlockArgument, SSAValue
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import PassFailedException

from ..compiler.input_conversion import UNSIGNED_OFFSET
from ..dialects import cortexm
from ..dialects import network_ops as approx
from ..dialects.dense import dense, ints
from ..dialects.quant import LayoutAttr, shape_of
from ..dialects.tap_ops import UnpackedConv2dOp
from .borders import fill_border
from .kernel_builder import KernelBuilder
from .kernel_lowerings import layer_functions
from .layer_info import layer_info
from .layer_taps import layer_taps
from .layouts import DENSE, plane_shape
from .memory_map import memory_map
from .planes import Plane
from .tensor_memory import root
from .winograd_layers import is_winograd, scratch_parts

_BYTES, _FAST_BYTES = "approx.workspace_bytes", "approx.fast_workspace_bytes"
"""Sizes of the workspaces, by plan-memory; the second one need not be there."""
_SETTINGS = "approx.settings"
"""What the runtime is told of the target, by select-kernels."""


@dataclass(frozen=True)
class LowerToCortexmPass(ModulePass):
    """
    Replace the network @NAME by `cortexm.model @NAME`, private functions that compute its layers,
    and @NAME_run, which calls them one after the other.

    Errors: PassFailedException for what has no kernel, no layout or no place in memory yet, and
    for a layer whose accumulators could leave int32.
    """

    name = "lower-to-cortexm"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """
        Lower the function that holds the network.
        """
        networks = [f for f in op.ops if isinstance(f, func.FuncOp) and _BYTES in f.attributes]
        if len(networks) != 1:
            raise PassFailedException(
                f"lower-to-cortexm needs one network with a memory plan, found {len(networks)}: "
                "run select-kernels and plan-memory first"
            )
        lowered = _Lowering(networks[0]).run()
        op.body.block.insert_ops_before(lowered, networks[0])
        networks[0].detach()
        networks[0].erase()


class _Lowering:
    """
    The lowering of one network: functions in order, and the run function that grows with them.
    """

    def __init__(self, network: func.FuncOp):
        self.network = network
        self.name = network.sym_name.data
        self.returned = _returned(network)
        count = len(network.args) + len(self.returned)
        self.has_fast_workspace = _FAST_BYTES in network.attributes
        pointers = [cortexm.PtrType(approx.element_of(argument)) for argument in network.args]
        pointers += [cortexm.PtrType(i8)] * (len(self.returned) + 1 + self.has_fast_workspace)
        self.run_function = func.FuncOp(f"{self.name}_run", (pointers, []))
        self.builder = KernelBuilder(self.run_function.body.block)
        self.workspaces = self.run_function.args[count:]
        self.helpers: list[func.FuncOp] = []
        self.count = 0

    def run(self) -> Sequence[cortexm.ModelOp | func.FuncOp]:
        for op in self.network.body.block.ops:
            if isinstance(op, approx.NetworkOp) and not isinstance(op, approx.ReshapeOp):
                self._layer(op)
        self.builder.add(func.ReturnOp())
        return [self._model(), *self.helpers, self.run_function]

    def _layer(self, op: approx.NetworkOp) -> None:
        inputs = [_plane(operand) for operand in op.operands]
        output = _plane(op.output)
        functions = layer_functions(op, self._prefix(op.layer.data), inputs, output)
        self.helpers += functions
        self.count += 1
        layer = _layer_op(op)
        with self.builder.inside(layer.body.block):
            pointers = [self._pointer(value) for value in op.operands]
            pointers += [*self._scratch(op), self._pointer(op.output)]
            fill_border(self.builder, pointers[-1], output)
            for function in functions:
                self.builder.add(func.CallOp(function.sym_name.data, pointers, []))
        self.builder.add(layer)

    def _prefix(self, layer: str) -> str:
        """
        What the functions of the next layer are named after: its number makes it unique.
        """
        return f"{self.name}_{self.count}_{_words(layer)}".rstrip("_")

    def _pointer(self, value: SSAValue) -> SSAValue:
        """
        Where a tensor lies: the caller's memory, or a place in the workspace.
        """
        memory = root(value)
        if isinstance(memory, BlockArgument):
            return self.run_function.args[memory.index]
        if memory in self.returned:
            return self.run_function.args[len(self.network.args) + self.returned.index(memory)]
        owner = memory.owner
        assert isinstance(owner, approx.NetworkOp)
        if owner.offset is None:
            raise PassFailedException(f"{owner.layer.data} has no offset: run plan-memory first")
        if owner.fast is not None and not self.has_fast_workspace:
            raise PassFailedException(f"{owner.layer.data} lies in a fast workspace: there is none")
        workspace = self.workspaces[0 if owner.fast is None else 1]
        element_type = _layout(value).element_type
        op = cortexm.BufferOp.get(workspace, owner.offset.value.data, element_type)
        op.result.name_hint = _hint(owner.layer.data)
        return self.builder.add(op).result

    def _scratch(self, op: approx.NetworkOp) -> list[SSAValue]:
        """
        The memory that a kernel needs for itself: transformed input, products and, maybe, filters
        of Winograd's.
        """
        if not is_winograd(op):
            return []
        assert isinstance(op, approx.Conv2dOp | UnpackedConv2dOp)
        assert op.kernel is not None
        if op.scratch is None:
            raise PassFailedException(f"{op.layer.data} has no scratch memory: run plan-memory")
        workspace = self.workspaces[0 if op.fast_scratch is None else 1]
        place, pointers = op.scratch.value.data, list[SSAValue]()
        for part in scratch_parts(op, op.kernel.data):
            buffer = self.builder.add(cortexm.BufferOp.get(workspace, place, part.element))
            buffer.result.name_hint = part.name
            pointers.append(buffer.result)
            place += part.size
        return pointers

    def _model(self) -> cortexm.ModelOp:
        terminator = self.network.body.block.last_op
        assert isinstance(terminator, func.ReturnOp)
        return cortexm.ModelOp.get(
            self.name,
            _tensors("input", self.network.args, self.network.arg_attrs),
            _tensors("output", terminator.arguments, self.network.res_attrs),
            _size(self.network, _BYTES) or 0,
            _size(self.network, _FAST_BYTES),
            self._settings(),
            memory_map(self.network),
        )

    def _settings(self) -> DictionaryAttr | None:
        settings = self.network.attributes.get(_SETTINGS)
        return settings if isinstance(settings, DictionaryAttr) else None


def _layer_op(op: approx.NetworkOp) -> cortexm.LayerOp:
    """
    A layer that says what it is; its statements are still to come.
    """
    info = layer_info(op)
    if op.fast is not None:
        info["memory"] = StringAttr("fast")
    taps = layer_taps(op) if isinstance(op, UnpackedConv2dOp) else None
    if taps is None:
        return cortexm.LayerOp.get(op.layer.data, info, [])
    info["largest_significance"] = FloatAttr(taps.largest, f64)
    layer = cortexm.LayerOp.get(op.layer.data, info, [])
    layer.taps = dense(taps.levels)
    return layer


def _layout(value: SSAValue) -> LayoutAttr:
    owner = value.owner
    if isinstance(owner, Block):
        layout = DENSE.layout(shape_of(value))
        assert layout is not None
        return layout
    assert isinstance(owner, approx.NetworkOp)
    if owner.layout is None:
        raise PassFailedException(f"{owner.layer.data} has no layout: run select-kernels first")
    return owner.layout


def _plane(value: SSAValue) -> Plane:
    return Plane(*plane_shape(shape_of(value)), _layout(value))


def _size(network: func.FuncOp, key: str) -> int | None:
    attr = network.attributes.get(key)
    if attr is None:
        return None
    if not isinstance(attr, IntegerAttr):
        raise PassFailedException(f"@{network.sym_name.data}: {key} is a number, not {attr}")
    return attr.value.data


def _returned(network: func.FuncOp) -> list[SSAValue]:
    """
    The tensors that are written to the caller's memory.
    """
    terminator = network.body.block.last_op
    assert isinstance(terminator, func.ReturnOp)
    values = [root(value) for value in terminator.arguments]
    if len(set(values)) != len(values) or any(isinstance(v, BlockArgument) for v in values):
        raise PassFailedException(
            f"@{network.sym_name.data} returns a tensor twice, or one of its inputs: each output "
            "must be the result of a layer of its own"
        )
    return values


def _words(layer: str) -> str:
    """
    The letters and digits of a layer's name, as a part of an identifier.
    """
    return re.sub(r"[^a-z0-9]+", "_", layer.lower()).strip("_")


def _hint(layer: str) -> str:
    """
    What a pointer to the result of a layer is called.
    """
    words = _words(layer)
    return words if words[:1].isalpha() else f"m{words}"


def _tensors(
    kind: str, values: Sequence[SSAValue], attrs: ArrayAttr[DictionaryAttr] | None
) -> list[DictionaryAttr]:
    """
    What the header says of the inputs or outputs.
    """
    entries: list[DictionaryAttr] = []
    for index, value in enumerate(values):
        noted = DictionaryAttr({}) if attrs is None else attrs.data[index]
        quant = approx.input_quant(value)
        entry: dict[str, Attribute] = {
            "name": noted.data.get("approx.name", StringAttr(f"{kind}{index}")),
            "shape": ints(shape_of(value)),
            "scale": quant.scale,
            "zero_point": quant.zero_point,
        }
        if "approx.layout" in noted.data:
            entry["layout"] = noted.data["approx.layout"]
        if (element := approx.element_of(value)) != i8:
            entry["type"] = element
        if element == approx.UI8:
            zero_point = quant.zero_point.value.data + UNSIGNED_OFFSET
            entry["zero_point"] = IntegerAttr(zero_point, i32)
        entries.append(DictionaryAttr(entry))
    return entries
