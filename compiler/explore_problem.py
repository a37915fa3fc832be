"""
What is explored: a model, its data, a device, a method; and the bench that they make.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import SSAValue
from xdsl.passes import PassPipeline
from xdsl.utils.exceptions import PassFailedException

from ..dialects.dense import numpy_of
from ..dialects.quant import shape_of
from ..dialects.tap_ops import ChannelOp, UnpackedConv2dOp
from ..passes.approx_to_c import passes_to_taps
from ..passes.kernel_costs import kernels
from ..passes.layer_plans import unpacked_convolutions, weight_shapes
from ..passes.skip_operands import skip
from ..passes.transform_winograd import is_suited, transform
from .calibration import Calibration, data_sha256, load_calibration
from .calibration_input import quantized_inputs
from .errors import UserError
from .explore_bench import Bench, Device, Samples, weigh
from .explore_space import METHODS, Method, Space, Way
from .frontend import check_model
from .interpreter import entry_function
from .names import c_identifier
from .onnx_import import import_model, input_shape, load_model
from .onnx_load import model_sha256
from .onnx_quantize import is_quantized, quantize
from .plan import Shape
from .skipping import SkipRule

_WORTHWHILE_SHARE = 0.6
_LEAST_SAVING = 0.02
"""A way of skipping that saves less than this, where 60 % of a layer are skipped, is not tried."""


@dataclass(frozen=True)
class Problem:
    """
    `data` is an .npz or a folder of class folders. Of it come `samples` to calibrate with, as
    approx-opt would draw them, and `validation` others to judge by, none of them among `reserved`
    more.
    """

    model: Path
    data: Path
    device: Device
    method: str
    samples: int
    validation: int
    reserved: int = 0

    def settings(self) -> str:
        """
        All that results depend on, as text: equal for the same problem on another machine.
        """
        known: dict[str, Any] = dataclasses.asdict(self)
        known["model"] = self.sha256()
        known["data"] = data_sha256(self.data)
        return json.dumps(known, sort_keys=True)

    def sha256(self) -> str:
        """
        Of the model, as plans have it.
        """
        return model_sha256(self.model.read_bytes(), self.model.parent)

    def before(self) -> tuple[int, ...]:
        """
        What is drawn before the samples to judge by.
        """
        return (self.samples, self.reserved) if self.reserved else (self.samples,)

    def again(self, samples: int) -> Problem:
        """
        The same, judged by so many others.
        """
        return dataclasses.replace(self, validation=samples, reserved=self.validation)

    def how(self) -> Method:
        """
        The method by its name.
        """
        return METHODS[self.method]


@dataclass(frozen=True, eq=False)
class Explored:
    """
    A network ready to be explored: the integer network, its convolutions unpacked, and for each of
    these the ways of skipping that can save cycles; the shapes of all weights, by layer; and the
    samples to calibrate with.
    """

    model: onnx.ModelProto
    module: ModuleOp
    space: Space
    shapes: Mapping[str, Shape]
    calibration: Calibration


def load_network(problem: Problem) -> Explored:
    """
    Read, quantize, unpack. Errors: UserError.
    """
    model = load_model(problem.model)
    check_model(model)
    calibration = _drawn(problem, model, problem.samples)
    if not is_quantized(model):
        model = quantize(model, calibration)
    module = import_model(model, c_identifier(problem.model.stem))
    PassPipeline(tuple(passes_to_taps())).apply(Context(), module)
    _check_output(problem, module)
    space = worthwhile(module, problem.how())
    if not space:
        raise UserError(f"{problem.model}: there is no convolution in which skipping saves cycles")
    shapes = {layer: shape for layer, shape in weight_shapes(module).items() if shape is not None}
    return Explored(model, module, space, shapes, calibration)


def load_samples(problem: Problem, explored: Explored) -> Samples:
    """
    What the network is calibrated with, and judged by. Errors: UserError.
    """
    held = _drawn(problem, explored.model, problem.validation, problem.before())
    function = entry_function(explored.module)
    classes = prod(shape_of(_result(explored.module)))
    if held.y is not None and not 0 <= held.y.min() <= held.y.max() < classes:
        raise UserError(
            f"{problem.data} has classes {held.y.min()} to {held.y.max()}, {problem.model} gives "
            f"scores for 0 to {classes - 1}"
        )
    return Samples(
        quantized_inputs(function, explored.calibration.x),
        quantized_inputs(function, held.x),
        held.y,
    )


def load_bench(problem: Problem, explored: Explored) -> Bench:
    """
    The network with its samples. Errors: UserError.
    """
    samples = load_samples(problem, explored)
    return Bench(explored.module, samples, problem.device, problem.how())


def check_problem(problem: Problem, explored: Explored, confirm: int) -> None:
    """
    What would stop all processes, found before they start; so many samples are to judge the best
    plans again. Errors: UserError for data that do not fit the network, and where the exact network
    does not fit the device.
    """
    for one in (problem, problem.again(confirm)) if confirm else (problem,):
        load_samples(one, explored)
    try:
        weigh(explored.module.clone(), problem.device, problem.how().kernels)
    except PassFailedException as error:
        raise UserError(f"the exact network is too large to be compared with: {error}") from error


def worthwhile(module: ModuleOp, method: Method) -> Space:
    """
    For each convolution the ways of skipping that make it faster than the exact one is: by
    prediction, with units skipped at random. Those without any are left out.
    """
    exact = {op.layer.data: _cycles(op, method) for op in unpacked_convolutions(module)}
    found: dict[str, list[Way]] = {layer: [] for layer in exact}
    for way in method.ways:
        for op in unpacked_convolutions(module.clone()):
            layer = op.layer.data
            if way.domain is not None and not is_suited(op):
                continue
            _skip_at_random(op, way)
            if _cycles(op, method) < (1 - _LEAST_SAVING) * exact[layer]:
                found[layer].append(way)
    return {layer: ways for layer, ways in found.items() if ways}


def _skip_at_random(op: UnpackedConv2dOp, way: Way) -> None:
    if way.domain is not None:
        transform(op)
    random = np.random.default_rng(0)
    channels: list[ChannelOp] = []
    for channel in op.channels:
        columns = numpy_of(channel.columns)
        worth = random.random(len(columns))
        weights = numpy_of(channel.weights)
        channels.append(ChannelOp.get(channel.bias.value.data, columns, weights, worth))
    op.set_channels(channels)
    skip(op, SkipRule(way.granularity, None, _WORTHWHILE_SHARE), compensate=False)


def _cycles(op: UnpackedConv2dOp, method: Method) -> float:
    """
    By the fastest kernel.
    """
    costs = kernels(op)
    allowed = method.kernels
    chosen = [cost for name, cost in costs.items() if allowed is None or name in allowed]
    return min(cost.cycles for cost in chosen or costs.values())


def _drawn(
    problem: Problem, model: onnx.ModelProto, count: int, after: tuple[int, ...] = ()
) -> Calibration:
    return load_calibration(problem.data, input_shape(model), samples=count, after=after)


def _check_output(problem: Problem, module: ModuleOp) -> None:
    """
    Errors: UserError for a network that gives no score for each of several classes.
    """
    shape = shape_of(_result(module))
    if len([size for size in shape if size > 1]) != 1:
        raise UserError(
            f"{problem.model}: the result is {'x'.join(map(str, shape))}; to see what skipping "
            "loses it must be a score for each of several classes"
        )


def _result(module: ModuleOp) -> SSAValue:
    end = entry_function(module).body.block.last_op
    assert end is not None
    return end.operands[0]
