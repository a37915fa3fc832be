"""
Semantics of the `cortexm` dialect, and lowered programs run from input bytes to output bytes.

Memory is a byte buffer that pointers of all element types share, as on the machine: what is stored
as int8 can be read as int16. Every access is checked against the bounds of its buffer, every
accumulator against int32.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray
from xdsl.dialects.builtin import ModuleOp
from xdsl.interpreter import (
    Interpreter,
    PythonValues,
    impl,
    register_impls,
)
from xdsl.interpreters.func import FuncFunctions
from xdsl.interpreters.scf import ScfFunctions
from xdsl.ir import Operation
from xdsl.utils.exceptions import InterpretationError

from ..dialects import cortexm
from ..dialects.dense import tuple_of
from .fixedpoint import requantize, softmax
from .interpret_arith import CheckedArithFunctions
from .interpret_dense import DenseFunctions
from .interpret_depthwise import DepthwiseFunctions
from .interpret_elementwise import ElementwiseFunctions
from .interpret_memory import MemoryFunctions, element_dtype
from .interpret_taps import TapFunctions
from .interpret_winograd import WinogradFunctions
from .packing import BYTES, SUMS, WORDS
from .pointer import Pointer
from .program import Program

Tile: TypeAlias = NDArray[np.int64]
"""Accumulators [channels, pixels]."""

_INT32 = np.iinfo(np.int32)
_UNINITIALIZED = 0x55
"""What the workspace holds before the first layer: nothing may depend on it."""

_T = TypeVar("_T")


def _wrapped(tile: Tile) -> Tile:
    return tile.astype(np.int32).astype(np.int64)


def _checked(tile: Tile) -> Tile:
    if tile.min() < _INT32.min or tile.max() > _INT32.max:
        raise InterpretationError(f"accumulators {tile.tolist()} leave int32")
    return tile


@dataclass(frozen=True, eq=False, slots=True)
class _Mac:
    """
    The numbers of a `cortexm.mac`, decoded once; `even` and `odd` are int64 [rows, 1].
    """

    offset: int
    stride: int
    pixels: int
    rows: list[int] | slice
    even: NDArray[np.int64]
    odd: NDArray[np.int64]

    @staticmethod
    def of(op: cortexm.MacOp) -> _Mac:
        rows, (channels, pixels) = list(tuple_of(op.rows)), op.tile_shape
        pairs = np.array(tuple_of(op.weights), np.int64).reshape(-1, 2)
        selected = slice(None) if len(rows) == channels else rows
        numbers = op.offset.value.data, op.stride.value.data, pixels
        return _Mac(*numbers, selected, pairs[:, :1], pairs[:, 1:])


@register_impls
class CortexMFunctions(MemoryFunctions):
    """
    `cortexm.*` on pointers, Python integers and tiles.
    """

    def __init__(self) -> None:
        self._decoded: dict[Operation, Any] = {}

    def _once(self, op: Operation, decode: Callable[[Any], _T]) -> _T:
        """
        What `decode` makes of an op, computed at its first run.
        """
        known = self._decoded.get(op)
        if known is None:
            known = self._decoded[op] = decode(op)
        return known

    @impl(cortexm.TileOp)
    def run_tile(self, _: Interpreter, op: cortexm.TileOp, args: PythonValues) -> PythonValues:
        """
        Every pixel of a row starts with the same value.
        """
        pixels = op.result.type.get_shape()[1]
        return (np.repeat(np.array(args, np.int64)[:, None], pixels, axis=1),)

    @impl(cortexm.MacOp)
    def run_mac(self, _: Interpreter, op: cortexm.MacOp, args: PythonValues) -> PythonValues:
        """
        Each listed row adds w0 * x[0] + w1 * x[1] at every pixel.
        """
        acc, source = args
        mac = self._once(op, _Mac.of)
        even = source.read(mac.offset, mac.pixels, mac.stride).astype(np.int64)
        odd = source.read(mac.offset + 1, mac.pixels, mac.stride).astype(np.int64)
        result = _tile_of(acc).copy()
        result[mac.rows] += mac.even * even + mac.odd * odd
        return (_like(acc, _checked(result)),)

    @impl(cortexm.DotOp)
    def run_dot(self, _: Interpreter, op: cortexm.DotOp, args: PythonValues) -> PythonValues:
        """
        Each row adds the product of its weights with the runs of inputs at every pixel; odd rows of
        sums wrap.
        """
        acc, source, weights = args
        (rows, pixels), runs, length = op.tile_shape, op.runs.value.data, op.length.value.data
        order = BYTES if weights.array.itemsize == 1 else WORDS
        order = order if op.sums is None else SUMS
        packed = weights.read(op.weights_offset.value.data, rows * runs * length)
        matrix = order.unpack(packed, rows, runs * length).astype(np.int64)
        offset, stride, below = (a.value.data for a in (op.offset, op.stride, op.below))
        if (source.offset + offset) % 2:
            raise InterpretationError(
                f"pairs of inputs at {source.offset + offset} are not aligned"
            )
        places = [[offset + p * stride + i * below for i in range(runs)] for p in range(pixels)]
        x = np.array([[source.read(at, length) for at in row] for row in places], np.int64)
        products = matrix @ x.reshape(pixels, -1).T
        if op.sums is None:
            return (_checked(acc + products),)
        _checked((acc + products)[0::2])
        products[1::2] = products[0::2] + 256 * products[1::2]
        return (_wrapped(acc + products),)

    @impl(cortexm.SplitOp)
    def run_split(self, _: Interpreter, op: cortexm.SplitOp, args: PythonValues) -> PythonValues:
        """
        Odd rows less the rows before them, wrapped, without their low byte, which is zero.
        """
        tile = args[0].copy()
        high = _wrapped(tile[1::2] - tile[0::2])
        if (high % 256).any():
            raise InterpretationError(
                f"{tile.tolist()} are no sums: odd rows differ by parts of 256"
            )
        tile[1::2] = high >> 8
        return (tile,)

    @impl(cortexm.RequantizeOp)
    def run_requantize(
        self, _: Interpreter, op: cortexm.RequantizeOp, args: PythonValues
    ) -> PythonValues:
        """
        To the int8 range, each row by its multiplier.
        """
        acc, *multipliers = args
        factors = np.array(multipliers, np.int64)[:, np.newaxis]
        lo, hi = tuple_of(op.clamp)
        rounding = "nearest" if op.rounding is None else op.rounding.data
        shift, zero_point = op.shift.value.data, op.zero_point.value.data
        result = requantize(_tile_of(acc), factors, shift, zero_point, (lo, hi), rounding)
        return (_like(acc, result),)

    @impl(cortexm.ClampOp)
    def run_clamp(self, _: Interpreter, op: cortexm.ClampOp, args: PythonValues) -> PythonValues:
        """
        min(max(value, lo), hi).
        """
        lo, hi = tuple_of(op.bounds)
        return (min(max(args[0], lo), hi),)

    @impl(cortexm.StoreTileOp)
    def run_store_tile(
        self, _: Interpreter, op: cortexm.StoreTileOp, args: PythonValues
    ) -> PythonValues:
        """
        Pixel p of row r to base[offset + p * stride + r]; two rows of int16 are one aligned word,
        unless they go to separate planes or rows are counted.
        """
        tile, base = args
        offset, stride = op.offset.value.data, op.stride.value.data
        rows, pixels = tile.shape
        plane = 1 if op.plane is None else op.plane.value.data
        odd = (base.offset + offset) % 2 or (pixels > 1 and stride % 2)
        apart = plane != 1 or op.line is not None or op.rows is not None
        pairs = not apart and rows == 2 and base.array.itemsize == 2
        if odd and pairs:
            raise InterpretationError(f"store of pairs at {base.offset + offset} is not aligned")
        stored = rows if op.rows is None else op.rows.value.data
        for row, values in enumerate(tile[:stored]):
            for start, line in _lines(op, values):
                base.write(offset + row * plane + start, line, stride)
        return ()

    @impl(cortexm.SoftmaxOp)
    def run_softmax(
        self, _: Interpreter, op: cortexm.SoftmaxOp, args: PythonValues
    ) -> PythonValues:
        """
        By table; multiplier and table are unsigned.
        """
        source, target, table = args
        entries = np.ascontiguousarray(table.read(0, 256)).view(np.uint32)
        x, multiplier = source.read(0, op.count.value.data), op.multiplier.value.data & 0xFFFFFFFF
        y = softmax(x, entries, multiplier, op.zero_point.value.data)
        target.write(0, y.astype(np.int64))
        return ()

    @impl(cortexm.LayerOp)
    def run_layer(
        self, interpreter: Interpreter, op: cortexm.LayerOp, args: PythonValues
    ) -> PythonValues:
        """
        Its statements.
        """
        interpreter.run_ssacfg_region(op.body, (), op.label.data)
        return ()


def _lines(op: cortexm.StoreTileOp, values: Tile) -> list[tuple[int, Tile]]:
    """
    The pixels of a row that are `stride` apart, and from where on.
    """
    if op.line is None:
        return [(0, values)]
    half = len(values) // 2
    return [(0, values[:half]), (op.line.value.data, values[half:])]


def _tile_of(acc: Any) -> Tile:
    """
    An i32 is a tile of one.
    """
    return np.array([[acc]], np.int64) if isinstance(acc, int) else acc


def _like(acc: Any, tile: Tile) -> Any:
    return int(tile[0, 0]) if isinstance(acc, int) else tile


def run_cortexm(module: ModuleOp, inputs: NDArray[Any]) -> NDArray[np.int8]:
    """
    Run @NAME_run of a lowered module on a batch: [N, values] -> int8 [N, output bytes]. The input
    is int8, or uint8 or float32 where the network converts it.

    Each inference has fresh workspaces, of exactly the sizes the model says. Errors:
    DiagnosticException for a module of another form, InterpretationError for a wrong input size, an
    access outside of a buffer or an overflow.
    """
    program = Program.of(module)
    ((source,), (result,)) = program.inputs, program.outputs
    batch = inputs.reshape(len(inputs), -1)
    dtype = element_dtype(source.element)
    if batch.dtype != dtype or batch.shape[1] != source.size:
        raise InterpretationError(
            f"expected {dtype} [N, {source.size}], got {batch.dtype} {list(inputs.shape)}"
        )
    interpreter = _interpreter(module)
    outputs = np.zeros((len(batch), result.size), np.int8)
    for x, y in zip(batch, outputs, strict=True):
        frozen = x.copy()
        frozen.flags.writeable = False
        memory = [np.full(one.size, _UNINITIALIZED, np.int8) for one in program.workspaces]
        interpreter.call_op(program.run, tuple(map(Pointer, (frozen, y, *memory))))
    return outputs


def _interpreter(module: ModuleOp) -> Interpreter:
    if sys.byteorder != "little":
        raise InterpretationError("memory is modelled on a little-endian host only")
    interpreter = Interpreter(module, index_bitwidth=32)
    interpreter.register_implementations(CheckedArithFunctions())
    interpreter.register_implementations(CortexMFunctions())
    interpreter.register_implementations(DenseFunctions())
    interpreter.register_implementations(DepthwiseFunctions())
    interpreter.register_implementations(ElementwiseFunctions())
    interpreter.register_implementations(TapFunctions())
    interpreter.register_implementations(WinogradFunctions())
    interpreter.register_implementations(FuncFunctions())
    interpreter.register_implementations(ScfFunctions())
    return interpreter
