"""
Winograd's convolution F(4x4, 3x3) at the kernel level with filters that are transformed while the
network runs: into memory of the kernel's own, right before their products.
"""

from __future__ import annotations

from typing import ClassVar

from xdsl.ir import SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, prop_def

from .cortexm_types import PTR_I8, PTR_I16, CortexMOp
from .cortexm_winograd4 import LARGEST_PAIRS
from .cortexm_winograd_steps import ProductOp, verify_positive
from .dense import INTEGER, i32_properties


@irdl_op_definition
class Winograd4FiltersOp(CortexMOp):
    """
    U = G g G^T of the filters of two output channels, 36 bytes for each pair of input channels
    (compiler/winograd_filters.py).

        cortexm.winograd4_filters %filters, %u {pairs = 5 : i32} : ...
        approx_winograd4_filters(filters, 5, u);
    """

    name = "cortexm.winograd4_filters"

    filters = operand_def(PTR_I8)
    output = operand_def(PTR_I16)
    pairs = prop_def(INTEGER)

    assembly_format = "$filters `,` $output attr-dict `:` type($filters) `,` type($output)"

    @staticmethod
    def get(filters: SSAValue, u: SSAValue, pairs: int) -> Winograd4FiltersOp:
        """
        For `pairs` pairs of input channels.
        """
        return Winograd4FiltersOp(operands=[filters, u], properties=i32_properties(pairs=pairs))

    def verify_(self) -> None:
        """
        There are channels.
        """
        verify_positive(pairs=self.pairs.value.data)


@irdl_op_definition
class Winograd4PackedProductOp(ProductOp):
    """
    As `cortexm.winograd4_product`, with the filters as `cortexm.winograd4_filters` leaves them: one
    pair of input channels after the other.

        cortexm.winograd4_packed_product %v, %u, %m {pairs = 5 : i32} : ...
        APPROX_WINOGRAD4_PACKED_PRODUCT(v, u, m, 5);
    """

    name = "cortexm.winograd4_packed_product"
    MOST_PAIRS: ClassVar[int] = LARGEST_PAIRS
