"""
How a pass with the option `plan` finds what is planned for each convolution.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.utils.exceptions import PassFailedException

from ..compiler.plan import MODEL_SHA256, LayerPlan, Plan, Shape, load_plan
from ..dialects.network_ops import NetworkOp
from ..dialects.tap_ops import UnpackedConv2dOp
from .layer_info import weight_shape


def unpacked_convolutions(module: ModuleOp) -> Iterator[UnpackedConv2dOp]:
    """
    Every `approx.unpacked_conv2d`, in the order of the network.
    """
    return (op for op in module.walk() if isinstance(op, UnpackedConv2dOp))


def read_plan(path: str, module: ModuleOp) -> Plan:
    """
    The plan in a file, which is for the network in the module: of the same hash, where both have
    one, with layers that are there, and weights of their shapes.

    Errors: UserError as `load_plan` and `Plan.check`.
    """
    plan = load_plan(path)
    sha256 = module.attributes.get(MODEL_SHA256)
    known = sha256.data if isinstance(sha256, StringAttr) else None
    plan.check(path, known, weight_shapes(module))
    return plan


def weight_shapes(module: ModuleOp) -> Mapping[str, Shape | None]:
    """
    All layers; those of which several ops have the name (a repack, say), with that of the weights.
    """
    shapes: dict[str, Shape | None] = {}
    for op in module.walk():
        if isinstance(op, NetworkOp):
            shapes[op.layer.data] = weight_shape(op) or shapes.get(op.layer.data)
    return shapes


def planned_skips(path: str, module: ModuleOp) -> Mapping[str, LayerPlan]:
    """
    Layers of the plan that are to lose taps; all others stay exact, or as reconstruct-operands has
    left them.

    Errors: UserError as `read_plan`; PassFailedException where one is not unpacked, so that nothing
    can be skipped in it.
    """
    plan = read_plan(path, module)
    convolutions = list(unpacked_convolutions(module))
    done = {op.layer.data for op in convolutions if is_reconstructed(op)}
    unpacked = {op.layer.data for op in convolutions}
    planned = {
        name: layer
        for name, layer in plan.layers.items()
        if not layer.is_exact and name not in done
    }
    for name in planned:
        if name not in unpacked:
            raise PassFailedException(
                f"the plan skips operands of {name}, which is not an unpacked convolution: "
                "run unpack-operands first, or take 'skip' and 'threshold' out of its entry"
            )
    return planned


def is_reconstructed(op: UnpackedConv2dOp) -> bool:
    """
    True for what reconstruct-operands has worked on.
    """
    return op.metric is not None and op.metric.data == "surgeon" and op.skip is not None


def planned_domains(path: str, module: ModuleOp) -> Sequence[str]:
    """
    Layers of the plan whose taps are to lie in Winograd's domain.

    Errors: UserError as `read_plan`.
    """
    plan = read_plan(path, module)
    return [name for name, layer in plan.layers.items() if layer.domain is not None]


def planned_kernels(path: str, module: ModuleOp) -> Mapping[str, str]:
    """
    Layers of the plan that are to run by a certain kernel.

    Errors: UserError as `read_plan`; PassFailedException where one is to be unrolled and is not
    unpacked.
    """
    plan = read_plan(path, module)
    unpacked = {op.layer.data for op in unpacked_convolutions(module)}
    planned = {name: p.kernel for name, p in plan.layers.items() if p.kernel is not None}
    for name, kernel in planned.items():
        if kernel == "unrolled" and name not in unpacked:
            raise PassFailedException(
                f"the plan unrolls {name}, which is not an unpacked convolution: run "
                "unpack-operands first, or take 'kernel' out of its entry"
            )
    return planned
