"""
Skipping with survivors solved again, on random convolutions.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from approx_opt.compiler.interpreter import run_network
from approx_opt.compiler.lockstep import Visit, rewrite_in_lockstep
from approx_opt.compiler.operation import ROUNDS
from approx_opt.compiler.plan import LayerPlan, Plan
from approx_opt.compiler.skipping import SkipRule, whole_units
from approx_opt.dialects.dense import Array, numpy_of
from approx_opt.dialects.tap_ops import UnpackedConv2dOp
from approx_opt.passes.annotate_significance import AnnotateSignificancePass
from approx_opt.passes.collect_statistics import CollectStatisticsPass, collect
from approx_opt.passes.fit_sums import largest_sums
from approx_opt.passes.reconstruct_operands import ReconstructOperandsPass, reconstruct
from approx_opt.passes.skip_operands import SkipOperandsPass
from approx_opt.passes.transform_winograd import TransformWinogradPass
from approx_opt.passes.unpack_operands import UnpackOperandsPass
from convolution_networks import INPUT, network, run, samples, unpacked_layers
from hypothesis import given, settings
from hypothesis import strategies as st
from xdsl.dialects.builtin import ModuleOp
from xdsl.utils.exceptions import PassFailedException

DOMAINS = ["direct", "winograd4"]


def smooth(seed: int, count: int = 40) -> Array:
    """
    Inputs int8 whose neighbours are alike: what taps can make up for each other with.
    """
    rough = samples(seed, count).astype(np.float64)
    for axis in (1, 2, 3):
        rough = (rough + 2 * np.roll(rough, 1, axis)) / 3
    return np.rint(rough * 2).clip(-128, 127).astype(np.int8)


def unpacked(seed: int, domain: str = "direct") -> ModuleOp:
    """
    The test network, whose first convolution suits Winograd's domain.
    """
    module = run(network(seed), UnpackOperandsPass())
    return run(module, TransformWinogradPass()) if domain == "winograd4" else module


def operated(seed: int, rule: SkipRule, layers: slice = slice(None), domain: str = "direct"):
    """
    Layers of the network skipped by a rule.
    """
    module = unpacked(seed, domain)
    reconstruct(module, dict.fromkeys(unpacked_layers(module)[layers], rule), smooth(seed), ROUNDS)
    module.verify()
    return module


def printed(op: UnpackedConv2dOp) -> list[str]:
    """
    The channels.
    """
    return [str(channel) for channel in op.channels]


def error(module: ModuleOp, seed: int, x: Array) -> float:
    """
    Mean squared error of the outputs, in squared output steps.
    """
    exact = run_network(network(seed), x).astype(np.float64)
    return float(np.square(run_network(module, x) - exact).mean())


@pytest.mark.parametrize("domain", DOMAINS)
def test_where_nothing_is_skipped_nothing_changes(domain: str):
    """
    Taps, biases and multipliers.
    """
    before = unpacked(1, domain)
    after = operated(1, SkipRule("pair", fraction=0.0), domain=domain)
    for old, new in zip(unpacked_layers(before), unpacked_layers(after), strict=True):
        assert printed(old) == printed(new)
        assert old.multipliers == new.multipliers


@settings(max_examples=20)
@given(
    st.integers(0, 7),
    st.floats(0, 1),
    st.sampled_from(["mac", "pair", "block"]),
    st.sampled_from(DOMAINS),
)
def test_what_is_left_fits(seed: int, fraction: float, granularity: str, domain: str):
    """
    The share is gone, nothing came back; weights are int8 or, transformed, the sums of tiles int32.
    """
    module = operated(seed, SkipRule(granularity, fraction=fraction), domain=domain)
    untouched = unpacked_layers(unpacked(seed, domain))
    for old, op in zip(untouched, unpacked_layers(module), strict=True):
        assert op.skip is not None
        assert op.skip.value.data == fraction
        assert 1 - op.tap_mask().mean() >= fraction - 1e-9
        channels = op.input_shape[2]
        before = whole_units(old.tap_mask(), channels, "block" if granularity == "block" else "mac")
        assert not np.any(op.tap_mask() & ~before)
        if op.domain is None:
            assert np.abs(op.tap_matrix()).max(initial=0) <= 127
        else:
            assert largest_sums(op, op.tap_matrix()).max() < 2**31


@pytest.mark.parametrize("domain", DOMAINS)
def test_less_is_lost_than_by_skipping_alone(domain: str):
    """
    On other samples, with half of the taps gone.
    """
    ratios: list[float] = []
    for seed in range(4):
        plain = unpacked(seed, domain)
        collect(plain, unpacked_layers(plain), smooth(seed))
        run(plain, AnnotateSignificancePass(), SkipOperandsPass(fraction=0.5))
        surgeon = operated(seed, SkipRule("pair", fraction=0.5), domain=domain)
        fresh = smooth(seed + 100)
        ratios.append(error(surgeon, seed, fresh) / error(plain, seed, fresh))
    assert max(ratios) < 0.9
    assert np.mean(ratios) < 0.75


def test_later_layers_make_up_for_earlier_ones():
    """
    The second layer, solved for what really comes in, beats the one solved for what came in before.
    """
    ratios: list[float] = []
    for seed in range(4):
        rule = SkipRule("mac", fraction=0.5)
        together = operated(seed, rule)
        apart = operated(seed, rule, slice(1))
        alone = unpacked_layers(operated(seed, rule, slice(1, 2)))[1]
        unpacked_layers(apart)[1].set_channels([c.clone() for c in alone.channels])
        unpacked_layers(apart)[1].multipliers = alone.multipliers
        x = smooth(seed)
        ratios.append(error(together, seed, x) / error(apart, seed, x))
    assert np.mean(ratios) < 1
    assert max(ratios) < 1.05


@pytest.mark.parametrize("domain", DOMAINS)
def test_outputs_keep_mean_and_spread(domain: str):
    """
    Of every channel of the first layer, on the samples it was done with.
    """
    seed = 2
    x = smooth(seed)
    seen: list[Array] = []

    def note(visit: Visit) -> bool:
        seen.append(visit.result.astype(np.float64).reshape(-1, visit.result.shape[-1]))
        return False

    for module in (unpacked(seed), operated(seed, SkipRule("pair", fraction=0.4), domain=domain)):
        rewrite_in_lockstep(module, x, 40, unpacked_layers(module)[:1], note)
    before, after = seen
    np.testing.assert_allclose(after.mean(axis=0), before.mean(axis=0), atol=0.5)
    np.testing.assert_allclose(after.std(axis=0), before.std(axis=0), atol=1)


def test_larger_steps_and_multipliers_cancel():
    """
    A channel of equal inputs loses all taps but one, whose weight is the sum of all.
    """
    module = unpacked(3)
    x = np.repeat(smooth(3)[:, :1, :1, :1], 6, axis=1).repeat(5, axis=2).repeat(3, axis=3)
    op = unpacked_layers(module)[1]
    exact = run_network(module, x).astype(np.float64)
    before = np.broadcast_to(numpy_of(op.multipliers), (3,)).copy()
    reconstruct(module, {op: SkipRule("mac", fraction=0.9)}, x, ROUNDS)
    assert np.any(numpy_of(op.multipliers) > before)
    assert np.abs(op.tap_matrix()).max() <= 127
    assert np.square(run_network(module, x) - exact).mean() < 0.2 * exact.var()


def test_the_same_again():
    """
    Equal options, equal modules.
    """
    rule = SkipRule("pair", fraction=0.4)
    one, two = (operated(4, rule, domain="winograd4") for _ in range(2))
    assert str(one) == str(two)


def test_lockstep_sees_both_networks():
    """
    Every layer with its inputs as they were and as they are; nothing runs after the last layer.
    """
    module = unpacked(5)
    first, second = unpacked_layers(module)
    x = samples(5)
    seen: list[bool] = []

    def rewrite(visit: Visit) -> bool:
        seen.append(np.array_equal(visit.original, visit.current))
        if visit.op is second:
            return False
        first.set_channels([type(c).get(0, np.zeros(0), np.zeros(0)) for c in first.channels])
        return True

    rewrite_in_lockstep(module, x, 3, [first, second], rewrite)
    assert seen == [True, False]


def calibration_file(folder: Path, seed: int) -> str:
    """
    What `smooth` gives, in the units of the network's input.
    """
    quant = INPUT.encoding
    x = (smooth(seed).astype(np.float32) - quant.zero_point.value.data) * quant.scale.value.data
    path = folder / "calibration.npz"
    np.savez(path, x=x.astype(np.float32))
    return str(path)


def test_a_plan_with_both_ways(tmp_path: Path):
    """
    The surgeon works on its layers, the other passes on theirs and leave those alone.
    """
    entries = {
        "conv1": LayerPlan(metric="surgeon", skip=0.4),
        "conv2": LayerPlan(metric="variance", skip=0.3),
    }
    path = tmp_path / "plan.json"
    path.write_text(Plan("net", entries).dumps())
    calibration = calibration_file(tmp_path, 6)
    module = run(unpacked(6), ReconstructOperandsPass(plan=str(path), calibration=calibration))
    first, second = unpacked_layers(module)
    assert second.skip is None
    done = printed(first)
    run(
        module,
        CollectStatisticsPass(calibration=calibration),
        AnnotateSignificancePass(plan=str(path)),
        SkipOperandsPass(plan=str(path)),
    )
    assert printed(first) == done
    assert second.metric is not None
    assert second.metric.data == "variance"
    expected = operated(6, SkipRule("pair", fraction=0.4), slice(1))
    assert printed(unpacked_layers(expected)[0]) == done


def test_entries_without_a_metric(tmp_path: Path):
    """
    Theirs is the option's: with another than the surgeon there is nothing to do.
    """
    path = tmp_path / "plan.json"
    path.write_text(Plan("net", {"conv1": LayerPlan(skip=0.4)}).dumps())
    untouched = ReconstructOperandsPass(plan=str(path), metric="variance")
    assert str(run(unpacked(7), untouched)) == str(unpacked(7))
    with pytest.raises(PassFailedException, match="no calibration data for layer conv1"):
        run(unpacked(7), ReconstructOperandsPass(plan=str(path)))
