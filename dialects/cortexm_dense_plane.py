"""
Streamed dot products of a whole plane at the kernel level.
"""

from __future__ import annotations

from collections.abc import Mapping

from xdsl.dialects.builtin import IntegerAttr, UnitAttr, i8, i16, i32
from xdsl.ir import SSAValue
from xdsl.irdl import irdl_op_definition, operand_def, opt_prop_def, prop_def
from xdsl.utils.exceptions import VerifyException

from .cortexm_dense import PIXEL_REACH
from .cortexm_depthwise import LOAD_REACH
from .cortexm_types import PTR, PTR_I8, PTR_I16, PTR_I32, CortexMOp, PtrType
from .dense import INTEGER

_MOST_LINES = 0xFFFF


@irdl_op_definition
class DensePlaneOp(CortexMOp):
    """
    Four channels of `lines` x `count` outputs: for each the dot product of a window with weights
    streamed from memory, plus a start value, requantized (design of dialects/network_ops.py, no
    shift, clamped to int8) and stored.

        cortexm.dense_plane %x, %w, %bias, %m, %y {lines = 5 : i32, count = 24 : i32,
            x_line = 1024 : i32, x_pixel = 32 : i32, length = 96 : i32, runs = 3 : i32,
            below = 1024 : i32, zero_point = -128 : i32,
            y_line = 26 : i32, y_pixel = 1 : i32, y_channel = 208 : i32, sums} : ...
        APPROX_DENSE_PLANE_SUMS_S16(5, 24, x, 1024, 32, w, 96, 3, 1024, bias, m, -128, y, 26, 1,
                                    208);

    A window is `runs` runs of `length` inputs as in `cortexm.dot`, which also says how the weights
    lie in memory and what `sums` are. Steps count elements: `x_line` and `x_pixel` from one window
    to the next, `y_line`, `y_pixel` and `y_channel` from one output to the next. Two outputs of a
    line are computed at a time, the last one of an odd number alone.
    """

    name = "cortexm.dense_plane"

    input = operand_def(PTR_I16)
    weights = operand_def(PTR_I8 | PTR_I16)
    bias = operand_def(PTR_I32)
    multipliers = operand_def(PTR_I32)
    output = operand_def(PTR)
    lines = prop_def(INTEGER)
    count = prop_def(INTEGER)
    x_line = prop_def(INTEGER)
    x_pixel = prop_def(INTEGER)
    length = prop_def(INTEGER)
    runs = prop_def(INTEGER)
    below = prop_def(INTEGER)
    zero_point = prop_def(INTEGER)
    y_line = prop_def(INTEGER)
    y_pixel = prop_def(INTEGER)
    y_channel = prop_def(INTEGER)
    sums = opt_prop_def(UnitAttr)

    assembly_format = (
        "$input `,` $weights `,` $bias `,` $multipliers `,` $output attr-dict"
        " `:` type($input) `,` type($weights) `,` type($bias) `,` type($multipliers) `,`"
        " type($output)"
    )

    @staticmethod
    def get(
        operands: tuple[SSAValue, SSAValue, SSAValue, SSAValue, SSAValue],
        numbers: Mapping[str, int],
        sums: bool,
    ) -> DensePlaneOp:
        """
        `operands` are the first window, the weights, start values and multipliers of the four
        channels and where the first output goes.
        """
        properties = {key: IntegerAttr(value, i32) for key, value in numbers.items()}
        return DensePlaneOp(
            operands=list(operands),
            properties={**properties, "sums": UnitAttr() if sums else None},
        )

    def verify_(self) -> None:
        """
        Outputs, int8 or int16; windows of words, apart, within reach.
        """
        lines, count, zero_point = (a.value.data for a in (self.lines, self.count, self.zero_point))
        if not 1 <= lines <= _MOST_LINES or count < 1:
            raise VerifyException(f"{lines} lines of {count} are no outputs")
        self._verify_windows()
        if self.output.type not in (PtrType(i8), PtrType(i16)):
            raise VerifyException(f"outputs are stored as i8 or i16, not to {self.output.type}")
        assert isinstance(self.output.type, PtrType)
        if not reaches_pixel(self.y_pixel.value.data, self.output.type):
            raise VerifyException("outputs of a line are too far apart or not apart")
        if self.y_line.value.data < 0 or self.y_channel.value.data < 1:
            raise VerifyException("lines and channels of outputs follow each other")
        if not -128 <= zero_point <= 127:
            raise VerifyException("zero point must be within int8")
        if self.sums is not None and self.weights.type == PtrType(i16):
            raise VerifyException("sums need weights of i8")

    def _verify_windows(self) -> None:
        length, runs, below = (a.value.data for a in (self.length, self.runs, self.below))
        if length % 2 or length < 2:
            raise VerifyException("the length of a run is even and positive")
        if runs < 1 or (runs > 1 and below < length):
            raise VerifyException("there is at least one run, and runs do not overlap")
        line, pixel = self.x_line.value.data, self.x_pixel.value.data
        if line % 2 or pixel % 2 or below % 2:
            raise VerifyException("windows and runs are an even number of elements apart")
        if line < 0 or not 0 < pixel <= PIXEL_REACH:
            raise VerifyException(f"windows of a line are 1 to {PIXEL_REACH} elements apart")


def reaches_pixel(step: int, target: PtrType) -> bool:
    """
    True where a store reaches the second output of a tile, `step` elements behind the first.
    """
    return 1 <= step <= LOAD_REACH * 8 // target.bits
