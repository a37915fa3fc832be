"""
What the presets skip.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from approx_opt.passes.layer_plans import unpacked_convolutions
from approx_opt.passes.presets import FRACTIONS
from approx_opt.passes.reconstruct_operands import ReconstructOperandsPass
from approx_opt.passes.transform_winograd import TransformWinogradPass
from approx_opt.passes.unpack_operands import UnpackOperandsPass
from layers import Layers
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.utils.exceptions import PassFailedException

SAME = (1, 1, 1, 1)


def residual_network() -> ModuleOp:
    """
    conv2d1; a block of conv2d2 and conv2d3, whose result is added to that of conv2d1; conv2d5, of
    stride 2, behind the addition.
    """
    n = Layers("net", (8, 8, 2), seed=0)
    first = n.conv(n.input, 8, (3, 3), pads=SAME)
    inner = n.conv(first, 8, (3, 3), pads=SAME, clamp=(5, 127))
    total = n.add(n.conv(inner, 8, (3, 3), pads=SAME), first)
    module = n.finish(n.conv(total, 4, (3, 3), strides=(2, 2)))
    UnpackOperandsPass().apply(Context(), module)
    return module


@pytest.mark.parametrize("preset", FRACTIONS)
def test_residual_branches_stay_exact(preset: str, tmp_path: Path):
    """
    The first convolution loses taps of its window, others, where they suit, those of Winograd's
    domain; all the same share.
    """
    module, data = residual_network(), tmp_path / "data.npz"
    np.savez(data, x=np.random.default_rng(0).normal(0, 20, (40, 8, 8, 2)).astype(np.float32))
    TransformWinogradPass(preset=preset).apply(Context(), module)
    ReconstructOperandsPass(preset=preset, calibration=str(data)).apply(Context(), module)
    module.verify()
    asked = {
        op.layer.data: (op.skip and op.skip.value.data, op.domain and op.domain.data)
        for op in unpacked_convolutions(module)
    }
    share = FRACTIONS[preset]
    assert asked == {
        "conv2d1": (share, None),
        "conv2d2": (share, "winograd4"),
        "conv2d3": (None, None),
        "conv2d5": (share, None),
    }
    for op in unpacked_convolutions(module):
        if op.skip is not None:
            assert 1 - op.tap_mask().mean() >= share


def test_a_preset_is_all_there_is_to_say():
    """
    Beside another option of how much to skip it is refused.
    """
    with pytest.raises(
        PassFailedException, match="a preset says how much to skip, and nothing else"
    ):
        ReconstructOperandsPass(preset="fast", fraction=0.1).check_options()
