"""
The program around the kernels: layers, the model; and softmax, which is one call.
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import (
    ArrayAttr,
    DenseIntOrFPElementsAttr,
    DictionaryAttr,
    IntegerAttr,
    StringAttr,
    SymbolNameConstraint,
    TensorType,
    i8,
    i32,
)
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue
from xdsl.irdl import (
    irdl_op_definition,
    operand_def,
    opt_prop_def,
    prop_def,
    region_def,
    traits_def,
)
from xdsl.traits import NoTerminator, SymbolOpInterface
from xdsl.utils.exceptions import VerifyException

from .cortexm_types import PTR_I8, PTR_I32, CortexMOp
from .dense import INTEGER, i32_properties

_SETTINGS = {"loop_bytes": (512, 4096), "stage_bytes": (0, 16384)}
"""What the runtime can be told (runtime/approx_arm.h), and bounds."""
_WORDS, _NUMBERS = ("layer", "kind", "workspace"), ("offset", "size", "first", "last")
"""What is known of each buffer of `memory`."""


@irdl_op_definition
class SoftmaxOp(CortexMOp):
    """
    A whole softmax of int8 (`approx.softmax` gives the arithmetic).

        cortexm.softmax %x, %y, %table {count, multiplier, zero_point} : ...
        approx_softmax_s8(x, y, count, table, multiplier, zero_point);
    """

    name = "cortexm.softmax"

    input = operand_def(PTR_I8)
    output = operand_def(PTR_I8)
    table = operand_def(PTR_I32)
    count = prop_def(INTEGER)
    multiplier = prop_def(INTEGER)
    zero_point = prop_def(INTEGER)

    assembly_format = (
        "$input `,` $output `,` $table attr-dict"
        " `:` type($input) `,` type($output) `,` type($table)"
    )

    @staticmethod
    def get(
        source: SSAValue,
        target: SSAValue,
        table: SSAValue,
        count: int,
        multiplier: int,
        zero_point: int,
    ) -> SoftmaxOp:
        """
        Softmax of `count` values.
        """
        return SoftmaxOp(
            operands=[source, target, table],
            properties=i32_properties(count=count, multiplier=multiplier, zero_point=zero_point),
        )

    def verify_(self) -> None:
        """
        There are values.
        """
        if self.count.value.data < 1:
            raise VerifyException(f"no softmax has {self.count.value.data} values")


@irdl_op_definition
class LayerOp(CortexMOp):
    """
    The statements of one layer; `info` goes into the report, as does what is known of the taps of a
    convolution: `taps` int8 [outputs, positions, inputs], levels of compiler/tap_levels.py.

        cortexm.layer "conv1" attributes {info = {...}} { ... }
        /* 0: conv1 ... */
        NAME_ON_LAYER_BEGIN(0); ... NAME_ON_LAYER_END(0);
    """

    name = "cortexm.layer"

    label = prop_def(StringAttr)
    info = prop_def(DictionaryAttr)
    taps = opt_prop_def(DenseIntOrFPElementsAttr)
    body = region_def("single_block")

    traits = traits_def(NoTerminator())
    assembly_format = "$label attr-dict-with-keyword $body"

    @staticmethod
    def get(label: str, info: dict[str, Attribute], ops: Sequence[Operation]) -> LayerOp:
        """
        A layer around its statements.
        """
        return LayerOp(
            properties={"label": StringAttr(label), "info": DictionaryAttr(info)},
            regions=[Region(Block(ops))],
        )

    def verify_(self) -> None:
        """
        Taps have three dimensions.
        """
        if self.taps is None:
            return
        type_ = self.taps.type
        if (
            not isinstance(type_, TensorType)
            or type_.element_type != i8
            or type_.get_num_dims() != 3
        ):
            raise VerifyException(f"taps are int8 of outputs, positions and inputs, not {type_}")


@irdl_op_definition
class ModelOp(CortexMOp):
    """
    What the header says of the model: inputs, outputs (name, shape, scale, zero point) and sizes.

        cortexm.model @kws {inputs = [{...}], outputs = [{...}], workspace_bytes = 4096 : i32, ...}

    With `fast_workspace_bytes`, @NAME_run takes a second workspace, which is in fast memory.
    `settings` are what the runtime is told of the target, {loop_bytes = 1024 : i32}:

        #define APPROX_LOOP_BYTES 1024

    `memory` is for the report: what lies where in the workspaces, and when (passes/memory_map.py).
    """

    name = "cortexm.model"

    sym_name = prop_def(SymbolNameConstraint())
    inputs = prop_def(ArrayAttr[DictionaryAttr])
    outputs = prop_def(ArrayAttr[DictionaryAttr])
    workspace_bytes = prop_def(INTEGER)
    fast_workspace_bytes = opt_prop_def(INTEGER)
    settings = opt_prop_def(DictionaryAttr)
    memory = opt_prop_def(ArrayAttr[DictionaryAttr])

    traits = traits_def(SymbolOpInterface())
    assembly_format = "$sym_name attr-dict"

    @staticmethod
    def get(
        name: str,
        inputs: Sequence[DictionaryAttr],
        outputs: Sequence[DictionaryAttr],
        workspace_bytes: int,
        fast_workspace_bytes: int | None = None,
        settings: DictionaryAttr | None = None,
        memory: Sequence[DictionaryAttr] = (),
    ) -> ModelOp:
        """
        A model named `name`; tensors have the keys name, shape, scale and zero_point.
        """
        properties: dict[str, Attribute] = {
            "sym_name": StringAttr(name),
            "inputs": ArrayAttr(inputs),
            "outputs": ArrayAttr(outputs),
            "workspace_bytes": IntegerAttr(workspace_bytes, i32),
        }
        if fast_workspace_bytes is not None:
            properties["fast_workspace_bytes"] = IntegerAttr(fast_workspace_bytes, i32)
        if settings is not None:
            properties["settings"] = settings
        if memory:
            properties["memory"] = ArrayAttr(memory)
        return ModelOp(properties=properties)

    def verify_(self) -> None:
        """
        The workspaces have a size; everything is known of the buffers in them.
        """
        for buffer in self.memory or ():
            words = all(isinstance(buffer.data.get(key), StringAttr) for key in _WORDS)
            if not words or not all(isinstance(buffer.data.get(k), IntegerAttr) for k in _NUMBERS):
                keys = f"the words {', '.join(_WORDS)} and the numbers {', '.join(_NUMBERS)}"
                raise VerifyException(f"memory has {keys}, not {buffer}")
        for size in (self.workspace_bytes, self.fast_workspace_bytes):
            if size is not None and size.value.data < 0:
                raise VerifyException(f"no workspace has {size.value.data} bytes")
        for name, value in self.runtime_settings().items():
            least, most = _SETTINGS[name]
            if not least <= value <= most:
                raise VerifyException(f"{name} is from {least} to {most}, not {value}")

    def runtime_settings(self) -> dict[str, int]:
        """
        By name, in order. Errors: VerifyException for one that there is not.
        """
        numbers: dict[str, int] = {}
        if self.settings is None:
            return numbers
        for name, value in sorted(self.settings.data.items()):
            if name not in _SETTINGS or not isinstance(value, IntegerAttr):
                raise VerifyException(f"settings are the numbers {', '.join(_SETTINGS)}")
            numbers[name] = value.value.data
        return numbers
