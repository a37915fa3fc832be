"""
What a plan comes to: cycles, memory, multiplications and accuracy of the network it makes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from xdsl.context import Context
from xdsl.dialects.builtin import IntegerAttr, ModuleOp
from xdsl.ir import SSAValue

from ..dialects.network_ops import Conv2dOp, DepthwiseConv2dOp, NetworkOp, SoftmaxOp
from ..dialects.quant import quant_of
from ..dialects.tap_ops import UnpackedConv2dOp
from ..passes.annotate_significance import annotate
from ..passes.collect_statistics import chunk_size, collect
from ..passes.kernel_costs import form
from ..passes.layer_info import multiplications_left
from ..passes.layer_plans import unpacked_convolutions
from ..passes.plan_memory import PlanMemoryPass
from ..passes.reconstruct_operands import reconstruct_layer
from ..passes.select_kernels import SelectKernelsPass
from ..passes.skip_operands import skip
from ..passes.transform_winograd import transform
from . import operation
from .divergence import are_right, divergence, log_probabilities, standard_error
from .explore_space import Method
from .incremental import IncrementalNetwork
from .interpreter import entry_function, network_interpreter
from .lockstep import Visit, rewrite_in_lockstep, run_in_chunks
from .plan import Kernel, LayerPlan
from .skipping import SkipRule

Int8 = NDArray[np.int8]
Convolution: TypeAlias = Conv2dOp | DepthwiseConv2dOp | UnpackedConv2dOp


@dataclass(frozen=True)
class Device:
    """
    What the network is to run on, and the bytes it may take (None: what the target has).
    """

    target: str
    flash_budget: int | None = None
    ram_budget: int | None = None


@dataclass(frozen=True)
class Samples:
    """
    Inputs of the integer network int8 [N, ...]: to calibrate with, and to judge by; `labels` int64
    [N] are the right classes of the latter. None: those that the exact network gives.
    """

    calibration: Int8
    validation: Int8
    labels: NDArray[np.int64] | None


@dataclass(frozen=True)
class Weight:
    """
    What a network takes: cycles of an inference, as predicted, bytes of flash and RAM, and the
    share of the multiplications of direct, exact convolution that its convolutions carry out.
    """

    cycles: float
    flash: int
    ram: int
    multiplications: float


@dataclass(frozen=True)
class Verdict:
    """
    How well a network does: `top1` of the validation samples in %, the standard error of what it
    loses of that against the exact network, in points, and the mean Kullback-Leibler divergence
    (nats) of its class probabilities from those of the exact network.
    """

    top1: float
    error: float
    divergence: float


class Bench:
    """
    One network and its samples, on which plans are tried one after the other.
    """

    def __init__(self, module: ModuleOp, samples: Samples, device: Device, method: Method):
        """
        `module` is the integer network with convolutions unpacked, as the passes leave it.
        """
        self.device = device
        self.method = method
        self.layers = {op.layer.data: op for op in unpacked_convolutions(module)}
        self._chunk = chunk_size(module)
        self._calibrated = len(samples.calibration)
        self._interpreter = network_interpreter(module)
        self._originals = self._prepare(module, samples.calibration)
        output, scores = _outputs(module)
        self._scale = quant_of(scores.type).scale.value.data
        self._network = IncrementalNetwork(
            module,
            np.concatenate([samples.calibration, samples.validation]),
            list(self.layers.values()),
            self._rewrite,
            [output, scores],
            self._chunk,
        )
        _, exact, given = self._run({})
        self._reference = log_probabilities(given, self._scale)
        self.labels = samples.labels
        if self.labels is None:
            self.labels = exact.reshape(len(exact), -1).argmax(axis=1)
        self._right = are_right(exact, self.labels)

    def build(self, entries: Mapping[str, LayerPlan]) -> tuple[ModuleOp, Verdict]:
        """
        The network with taps skipped as the entries of its layers say, before kernels are chosen,
        and how well it does. What is not named stays exact.
        """
        module, outputs, scores = self._run(entries)
        assert self.labels is not None
        right = are_right(outputs, self.labels)
        changed = log_probabilities(scores, self._scale)
        return module, Verdict(
            top1=100 * float(right.mean()),
            error=100 * standard_error(self._right, right),
            divergence=divergence(self._reference, changed),
        )

    def kernels(self, module: ModuleOp) -> dict[str, str]:
        """
        By which kernel each convolution of a network runs, once these are chosen.
        """
        convolutions = [op for op in module.walk() if isinstance(op, Convolution)]
        chosen = {op.layer.data: op.kernel for op in convolutions}
        return {layer: kernel.data for layer, kernel in chosen.items() if kernel is not None}

    def _prepare(self, module: ModuleOp, x: Int8) -> Mapping[str, tuple[Int8, Int8]]:
        """
        Input and result of each layer in the exact network; or its statistics, where the metric
        needs them.
        """
        if self.method.metric != "surgeon":
            collect(module, list(self.layers.values()), x)
            return {}
        found: dict[str, tuple[Int8, Int8]] = {}

        def note(visit: Visit) -> bool:
            assert isinstance(visit.op, UnpackedConv2dOp)
            found[visit.op.layer.data] = visit.original, visit.result
            return False

        rewrite_in_lockstep(module, x, self._chunk, list(self.layers.values()), note)
        return found

    def _run(self, entries: Mapping[str, LayerPlan]) -> tuple[ModuleOp, Int8, Int8]:
        """
        The network, and outputs and scores of the validation samples.
        """
        form = self._network.run([entries.get(layer) for layer in self.layers])
        outputs, scores = (value[self._calibrated :] for value in form.values)
        return form.module, outputs, scores

    def _rewrite(self, op: UnpackedConv2dOp, entry: LayerPlan, x: Int8) -> None:
        """
        What the passes do to a layer that has such an entry in a plan.
        """
        assert entry.granularity is not None
        rule = SkipRule(entry.granularity, entry.threshold, entry.skip)
        if entry.domain is not None:
            transform(op)
        if entry.metric == "surgeon":
            original, result = self._originals[op.layer.data]
            current = x[: self._calibrated]
            run = partial(run_in_chunks, self._interpreter, op, [current], self._chunk)
            visit = Visit(op, original, current, result, run)
            reconstruct_layer(op, visit, rule, operation.ROUNDS, self._chunk)
            return
        annotate(op, self.method.metric)
        skip(op, rule, self.method.compensate)


def weigh(module: ModuleOp, device: Device, kernels: tuple[Kernel, ...] | None) -> Weight:
    """
    Choose kernels for a network, in place, and plan its memory: what it then takes.

    Errors: PassFailedException where it does not fit.
    """
    SelectKernelsPass(device.target, device.flash_budget, device.ram_budget, kernel=kernels).apply(
        Context(), module
    )
    PlanMemoryPass(device.target, device.ram_budget).apply(Context(), module)
    layers = [op for op in module.walk() if isinstance(op, NetworkOp)]
    costs = [form(op) for op in layers]
    ram = entry_function(module).attributes["approx.workspace_bytes"]
    assert isinstance(ram, IntegerAttr)
    return Weight(
        sum(cost.cycles for cost in costs),
        sum(cost.flash for cost in costs),
        ram.value.data,
        multiplications_left(module),
    )


def _outputs(module: ModuleOp) -> tuple[SSAValue, SSAValue]:
    """
    The result of the network, and what its softmax, if that is what it ends with, makes it of.
    """
    end = entry_function(module).body.block.last_op
    assert end is not None
    (output,) = end.operands
    last = output.owner
    return output, last.operands[0] if isinstance(last, SoftmaxOp) else output
