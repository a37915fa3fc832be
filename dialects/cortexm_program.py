"""
The program around the kernels: layers, the model; and softmax, which is one call.
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import (
    ArrayAttr,
    DictionaryAttr,
    IntegerAttr,
    StringAttr,
    SymbolNameConstraint,
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
    The statements of one layer; `info` goes into the report.

        cortexm.layer "conv1" attributes {info = {...}} { ... }
        /* 0: conv1 ... */
        NAME_ON_LAYER_BEGIN(0); ... NAME_ON_LAYER_END(0);
    """

    name = "cortexm.layer"

    label = prop_def(StringAttr)
    info = prop_def(DictionaryAttr)
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


@irdl_op_definition
class ModelOp(CortexMOp):
    """
    What the header says of the model: inputs, outputs (name, shape, scale, zero point) and sizes.

        cortexm.model @kws {inputs = [{...}], outputs = [{...}], workspace_bytes = 4096 : i32, ...}

    With `fast_workspace_bytes`, @NAME_run takes a second workspace, which is in fast memory.
    `loop_bytes` of code are what a loop of the runtime should not be larger than:

        #define APPROX_LOOP_BYTES 1024
    """

    name = "cortexm.model"

    sym_name = prop_def(SymbolNameConstraint())
    inputs = prop_def(ArrayAttr[DictionaryAttr])
    outputs = prop_def(ArrayAttr[DictionaryAttr])
    workspace_bytes = prop_def(INTEGER)
    fast_workspace_bytes = opt_prop_def(INTEGER)
    loop_bytes = opt_prop_def(INTEGER)

    traits = traits_def(SymbolOpInterface())
    assembly_format = "$sym_name attr-dict"

    @staticmethod
    def get(
        name: str,
        inputs: Sequence[DictionaryAttr],
        outputs: Sequence[DictionaryAttr],
        workspace_bytes: int,
        fast_workspace_bytes: int | None = None,
        loop_bytes: int | None = None,
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
        sizes = {"fast_workspace_bytes": fast_workspace_bytes, "loop_bytes": loop_bytes}
        for name, size in sizes.items():
            if size is not None:
                properties[name] = IntegerAttr(size, i32)
        return ModelOp(properties=properties)

    def verify_(self) -> None:
        """
        The workspaces have a size.
        """
        for size in (self.workspace_bytes, self.fast_workspace_bytes):
            if size is not None and size.value.data < 0:
                raise VerifyException(f"no workspace has {size.value.data} bytes")
