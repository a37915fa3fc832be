"""
Skipping in Winograd's domain: from transformed taps to fewer of them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from approx_opt.compiler.integer_kernels import window_of
from approx_opt.compiler.interpreter import run_network
from approx_opt.compiler.plan import LayerPlan, Plan
from approx_opt.compiler.winograd_domain import (
    mean_effects,
    position_filters,
    tile_accumulators,
    transformed_tiles,
)
from approx_opt.dialects.dense import dense, numpy_of
from approx_opt.dialects.tap_ops import UnpackedConv2dOp
from approx_opt.passes.annotate_significance import AnnotateSignificancePass, taps_of
from approx_opt.passes.collect_statistics import collect
from approx_opt.passes.fit_sums import fit_sums, largest_sums
from approx_opt.passes.skip_operands import SkipOperandsPass
from approx_opt.passes.transform_winograd import TransformWinogradPass
from approx_opt.passes.unpack_operands import UnpackOperandsPass
from convolution_networks import network, run, samples, unpacked_layers
from xdsl.dialects.builtin import ModuleOp
from xdsl.utils.exceptions import PassFailedException


def transformed(seed: int) -> ModuleOp:
    """
    The test network, in the domain where it can be, with statistics and significance.
    """
    module = run(network(seed), UnpackOperandsPass(), TransformWinogradPass())
    collect(module, unpacked_layers(module), samples(seed))
    return run(module, AnnotateSignificancePass())


def first(module: ModuleOp) -> UnpackedConv2dOp:
    """
    The convolution in Winograd's domain: 3x3, of 6 x 5 outputs.
    """
    op = unpacked_layers(module)[0]
    assert op.domain is not None
    return op


def tiles(op: UnpackedConv2dOp, x: np.ndarray) -> np.ndarray:
    """
    The transformed inputs of the first layer.
    """
    return transformed_tiles(x, window_of(op), op.input_zero_point)


def test_only_what_suits_is_transformed():
    """
    Same outputs.
    """
    module = run(network(1), UnpackOperandsPass(), TransformWinogradPass())
    assert [op.domain is not None for op in unpacked_layers(module)] == [True, False]
    x = samples(1)
    assert np.array_equal(run_network(module, x), run_network(network(1), x))


def test_statistics_are_those_of_transformed_inputs():
    """
    Over all tiles.
    """
    op = first(transformed(2))
    v = tiles(op, samples(2)).reshape(-1, op.depth)
    assert op.patch_mean is not None
    assert op.patch_variance is not None
    np.testing.assert_allclose(numpy_of(op.patch_mean), v.mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(numpy_of(op.patch_variance), v.var(axis=0), rtol=1e-6)


def test_significance_is_what_skipping_a_tap_costs():
    """
    The variance of what one tap adds to the 16 outputs of a tile, on average, in output LSB^2.
    """
    op = first(transformed(3))
    v = tiles(op, samples(3))
    gains = taps_of(op).gains
    significance = numpy_of(op.channels[1].significance)
    columns = numpy_of(op.channels[1].columns)
    for tap in (0, 21, 50):
        alone = np.zeros((1, op.depth), np.int64)
        alone[0, columns[tap]] = int(numpy_of(op.channels[1].weights)[tap]) * 1000
        acc = tile_accumulators(v, position_filters(alone), np.zeros(1, np.int64)) / 1000
        cost = acc.var(axis=(2, 3, 4)).mean() * gains[1] ** 2
        assert significance[tap] == pytest.approx(cost, rel=0.02)


@pytest.mark.parametrize("granularity", ["mac", "pair", "block"])
def test_compensation_keeps_the_mean_over_a_tile(granularity: str):
    """
    bias + what the taps add on average to the outputs of a tile, before and after.
    """
    before = transformed(4)
    after = run(transformed(4), SkipOperandsPass(fraction=0.5, granularity=granularity))
    old, new = first(before), first(after)
    assert old.patch_mean is not None
    mean = numpy_of(old.patch_mean).astype(np.float64) * np.repeat(mean_effects(), 3)
    change = (new.tap_matrix() - old.tap_matrix().astype(np.float64)) @ mean
    assert np.all(np.abs(change + new.biases() - old.biases()) <= 0.5 + 1e-6)
    assert new.skip is not None
    assert new.skip.value.data == pytest.approx(1 - new.tap_mask().mean(), abs=1e-12)


def test_a_plan_names_the_domain(tmp_path: Path):
    """
    Only what it names is transformed; what it names and does not suit is an error.
    """
    path = tmp_path / "plan.json"
    path.write_text(Plan("net", {"conv1": LayerPlan(domain="winograd4")}).dumps())
    module = run(network(1), UnpackOperandsPass(), TransformWinogradPass(plan=str(path)))
    assert [op.domain is not None for op in unpacked_layers(module)] == [True, False]
    path.write_text(Plan("net", {"conv2": LayerPlan(domain="winograd4")}).dumps())
    with pytest.raises(PassFailedException, match="layer conv2 has no Winograd domain"):
        run(network(1), UnpackOperandsPass(), TransformWinogradPass(plan=str(path)))


def enlarged() -> UnpackedConv2dOp:
    """
    A layer with weights at the end of int16 and one tap missing: sums beyond int32.
    """
    op = first(transformed(5))
    channels = list(op.channels)
    weights = np.sign(numpy_of(channels[0].weights)).astype(np.int16) * 32767
    columns = numpy_of(channels[0].columns)
    channels[0] = type(channels[0]).get(1001, columns[1:], weights[1:])
    for channel in channels[1:]:
        channel.detach()
    op.set_channels(channels)
    return op


def test_sums_are_made_to_fit():
    """
    By halving weights and bias, for which the multiplier makes up; other channels stay.
    """
    op = enlarged()
    before, multipliers = op.tap_matrix().astype(np.int64), numpy_of(op.multipliers).copy()
    assert largest_sums(op, before)[0].max() >= 2**31
    fit_sums(op)
    after = op.tap_matrix()
    assert largest_sums(op, after).max() < 2**31
    factor = int(numpy_of(op.multipliers)[0] // multipliers[0])
    assert factor in (2, 4, 8, 16, 32)
    np.testing.assert_array_equal(after[0], np.rint(before[0] / factor))
    assert op.biases()[0] == round(1001 / factor)
    assert largest_sums(op, 2 * after[:1].astype(np.int64)).max() >= 2**31
    np.testing.assert_array_equal(after[1:], before[1:])
    np.testing.assert_array_equal(numpy_of(op.multipliers)[1:], multipliers[1:])


def test_multipliers_that_cannot_make_up():
    """
    One message that names the layer.
    """
    op = enlarged()
    op.multipliers = dense(np.full(len(op.channels), 2**30, np.int32))
    with pytest.raises(PassFailedException, match="layer conv1: the sums of a tile could leave"):
        fit_sums(op)


def test_whole_layers_may_wrap():
    """
    Their division is exact, whatever the bound: nothing is scaled.
    """
    op = first(run(network(6), UnpackOperandsPass(), TransformWinogradPass()))
    before = op.tap_matrix()
    op.multipliers = dense(np.full(len(op.channels), 2**31 - 1, np.int32))
    fit_sums(op)
    np.testing.assert_array_equal(op.tap_matrix(), before)
