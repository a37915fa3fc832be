"""
Every form in which a quantized network may reach the compiler (helper of tests).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeAlias

import numpy as np
import onnx
import onnxruntime
from graph_forms import (
    Inapplicable,
    constants,
    dynamic_batch,
    foreign_imports,
    identities,
    integer_clips,
    integer_io,
    local_functions,
    require,
    view,
)
from layout_forms import auto_pad, nhwc
from network_builder import OPSET
from numpy.typing import NDArray
from onnx import TensorProto, helper, version_converter
from reference import in_layout_of
from static_quantization import Options, preprocessed, quantized

__all__ = ["FORMS", "Form", "Inapplicable", "newest_opset"]

Samples: TypeAlias = NDArray[np.float32]
Form: TypeAlias = Callable[[onnx.ModelProto, Samples], onnx.ModelProto]
"""
A float model of batch 1 and calibration samples [N, ...] to the quantized model.

Errors: Inapplicable for a network that the form does not change.
"""

_UNFOLDED = ("BatchNormalization", "MatMul")


def _static(options: Options) -> Form:
    """
    ONNX Runtime's quantize_static.
    """
    return lambda model, x: quantized(model, x, options)


_S8S8 = _static(Options())
_SYMMETRIC = _static(Options(extra={"ActivationSymmetric": True}))


def _rewritten(rewrite: Callable[[onnx.ModelProto], onnx.ModelProto], form: Form = _S8S8) -> Form:
    """
    A form, written differently.
    """
    return lambda model, x: rewrite(form(model, x))


def _opset(version: int | None) -> Form:
    """
    Another opset, None for the newest; per channel, for the axis of QuantizeLinear.
    """

    def build(model: onnx.ModelProto, x: Samples) -> onnx.ModelProto:
        folded = preprocessed(model)
        del folded.opset_import[:]
        opset = helper.make_opsetid("", version or newest_opset())
        if opset.version < OPSET:
            # ONNX has no way back, but without BatchNormalization the nodes are written alike.
            folded.opset_import.append(opset)
        else:
            folded.opset_import.extend(model.opset_import)
            folded = version_converter.convert_version(folded, opset.version)
        folded.ir_version = helper.find_min_ir_version_for([opset])
        return quantized(folded, x, Options(per_channel=True, preprocess=False))

    return build


@cache
def newest_opset() -> int:
    """
    The newest opset that the installed ONNX Runtime takes.
    """
    version = onnx.defs.onnx_opset_version()
    while not _loads(version):
        version -= 1
    return version


def _loads(version: int) -> bool:
    opset = helper.make_opsetid("", version)
    x, y = (helper.make_tensor_value_info(n, TensorProto.FLOAT, [1]) for n in "xy")
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "relu", [x], [y])
    ir_version = helper.find_min_ir_version_for([opset])
    model = helper.make_model(graph, opset_imports=[opset], ir_version=ir_version)
    try:
        onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    except Exception:
        # ONNX Runtime's errors of models have no base class of their own.
        return False
    return True


def _no_preprocess(model: onnx.ModelProto, x: Samples) -> onnx.ModelProto:
    require([node for node in model.graph.node if node.op_type in _UNFOLDED])
    return quantized(model, x, Options(preprocess=False))


def _dynamic_batch(model: onnx.ModelProto, x: Samples) -> onnx.ModelProto:
    return _S8S8(dynamic_batch(model), x)


def _auto_pad(model: onnx.ModelProto, x: Samples) -> onnx.ModelProto:
    return quantized(auto_pad(preprocessed(model)), x, Options(preprocess=False))


def _nhwc(model: onnx.ModelProto, x: Samples) -> onnx.ModelProto:
    # ONNX Runtime's optimizer would take the transposes out again.
    moved = nhwc(preprocessed(model))
    return quantized(moved, in_layout_of(moved, x), Options(preprocess=False))


FORMS: dict[str, Form] = {
    "qdq_s8s8": _S8S8,
    "qdq_u8s8": _static(Options(activations="u8")),
    "qdq_u8u8": _static(Options(activations="u8", weights="u8")),
    "qdq_per_channel": _static(Options(per_channel=True)),
    "qdq_u8s8_per_channel": _static(Options(activations="u8", per_channel=True)),
    "qoperator_s8s8": _static(Options(operators=True)),
    "qoperator_u8s8": _static(Options(activations="u8", operators=True)),
    "qoperator_u8u8": _static(Options(activations="u8", weights="u8", operators=True)),
    "qcdq": _rewritten(integer_clips, _SYMMETRIC),
    "float_bias": _static(Options(extra={"QuantizeBias": False})),
    "activation_symmetric": _SYMMETRIC,
    "no_preprocess": _no_preprocess,
    "constants": _rewritten(constants),
    "identities": _rewritten(identities),
    "view": _rewritten(view),
    "dynamic_batch": _dynamic_batch,
    "local_functions": _rewritten(local_functions),
    "foreign_imports": _rewritten(foreign_imports),
    "auto_pad": _auto_pad,
    "nhwc": _nhwc,
    "int8_io": _rewritten(integer_io),
    "opset_13": _opset(13),
    "opset_18": _opset(18),
    "opset_21": _opset(21),
    "opset_newest": _opset(None),
}
