"""
Small networks of random convolutions, and passes on them (helper of tests).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from approx_opt.dialects.dense import dense, ints
from approx_opt.dialects.network_ops import Conv2dOp
from approx_opt.dialects.quant import quant_tensor
from approx_opt.dialects.tap_ops import UnpackedConv2dOp
from approx_opt.passes.annotate_significance import AnnotateSignificancePass
from approx_opt.passes.collect_statistics import collect
from approx_opt.passes.unpack_operands import UnpackOperandsPass
from numpy.typing import NDArray
from xdsl.context import Context
from xdsl.dialects.builtin import FunctionType, IntegerAttr, ModuleOp, StringAttr, i32
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Block, Region, SSAValue
from xdsl.passes import ModulePass

INPUT = quant_tensor((6, 5, 3), 0.5, -3)


@dataclass(frozen=True)
class Shape:
    """
    One convolution of the test network.
    """

    name: str
    outputs: int
    kernel: tuple[int, int]
    strides: tuple[int, int] = (1, 1)
    pads: tuple[int, int, int, int] = (0, 0, 0, 0)


SHAPES = (
    Shape("conv1", 4, (3, 3), pads=(1, 1, 1, 1)),
    Shape("conv2", 3, (2, 2), strides=(2, 1), pads=(0, 1, 0, 0)),
)


def convolution(x: SSAValue, shape: Shape, rng: np.random.Generator) -> Conv2dOp:
    """
    Random weights, a fifth of them zero.
    """
    height, width, channels = x.type.get_shape()
    top, left, bottom, right = shape.pads
    weights = rng.integers(-127, 128, (shape.outputs, *shape.kernel, channels))
    weights *= rng.random(weights.shape) < 0.8
    plane = (
        (height + top + bottom - shape.kernel[0]) // shape.strides[0] + 1,
        (width + left + right - shape.kernel[1]) // shape.strides[1] + 1,
    )
    return Conv2dOp(
        operands=[x],
        properties={
            "layer": StringAttr(shape.name),
            "weights": dense(weights.astype(np.int8)),
            "bias": dense(rng.integers(-999, 999, shape.outputs).astype(np.int32)),
            "multipliers": dense(rng.integers(2**20, 2**23, shape.outputs).astype(np.int32)),
            "shift": IntegerAttr(0, i32),
            "clamp": ints((-128, 127)),
            "kernel_shape": ints(shape.kernel),
            "strides": ints(shape.strides),
            "pads": ints(shape.pads),
            "dilations": ints((1, 1)),
        },
        result_types=[quant_tensor((*plane, shape.outputs), 0.25, 5)],
    )


def network(seed: int) -> ModuleOp:
    """
    The convolutions of SHAPES, one after the other.
    """
    rng = np.random.default_rng(seed)
    block = Block(arg_types=[INPUT])
    value: SSAValue = block.args[0]
    for shape in SHAPES:
        op = convolution(value, shape, rng)
        block.add_op(op)
        value = op.output
    block.add_op(ReturnOp(value))
    type_ = FunctionType.from_lists([INPUT], [value.type])
    module = ModuleOp([FuncOp("net", type_, Region(block))])
    module.verify()
    return module


def samples(seed: int, count: int = 7) -> NDArray[np.int8]:
    """
    Inputs as the network takes them.
    """
    rng = np.random.default_rng(seed)
    return rng.integers(-128, 128, (count, *INPUT.get_shape())).astype(np.int8)


def run(module: ModuleOp, *passes: ModulePass) -> ModuleOp:
    """
    Apply passes; the result verifies.
    """
    for one in passes:
        one.apply(Context(), module)
    module.verify()
    return module


def convolutions(module: ModuleOp) -> list[Conv2dOp]:
    """
    The convolutions that are not unpacked.
    """
    return [op for op in module.walk() if isinstance(op, Conv2dOp)]


def annotated(seed: int, metric: str = "variance") -> ModuleOp:
    """
    Unpacked, with statistics and significance.
    """
    module = network(seed)
    collect(module, convolutions(module), samples(seed))
    return run(module, UnpackOperandsPass(), AnnotateSignificancePass(metric=metric))


def unpacked_layers(module: ModuleOp) -> list[UnpackedConv2dOp]:
    """
    The unpacked convolutions.
    """
    return [op for op in module.walk() if isinstance(op, UnpackedConv2dOp)]
