"""
Units of skipping and their selection.
"""

from __future__ import annotations

import numpy as np
import pytest
from approx_opt.compiler.skipping import GRANULARITIES, Mask, SkipRule, select, unit_index
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

Layer = tuple[NDArray[np.float64], Mask, int]


@st.composite
def layers(draw: st.DrawFn) -> Layer:
    """
    Significance [O, K], present taps and the number of input channels; few distinct values, so
    that there are ties.
    """
    outputs, positions = draw(st.integers(1, 5)), draw(st.integers(1, 6))
    channels = draw(st.integers(1, 5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = (outputs, positions * channels)
    present = rng.random(shape) < draw(st.sampled_from([0.3, 0.9, 1.0]))
    significance = rng.choice([0.0, 0.125, 0.25, 0.5, 1.0, 2.0], shape) * present
    return significance, present, channels


fractions = st.floats(0, 1)
granularities = st.sampled_from(GRANULARITIES)


def test_units_of_an_odd_layer():
    """
    Three output channels, two positions of three input channels.
    """
    assert unit_index(3, 6, 3, "mac").tolist() == np.arange(18).reshape(3, 6).tolist()
    assert unit_index(3, 6, 3, "pair").tolist() == [
        [0, 0, 1, 2, 2, 3],
        [4, 4, 5, 6, 6, 7],
        [8, 8, 9, 10, 10, 11],
    ]
    assert unit_index(3, 6, 3, "block").tolist() == [
        [0, 0, 1, 2, 2, 3],
        [0, 0, 1, 2, 2, 3],
        [4, 4, 5, 6, 6, 7],
    ]


def test_one_input_channel_has_no_pairs():
    """
    Neighbours of different positions are not packed together.
    """
    assert unit_index(1, 3, 1, "pair").tolist() == [[0, 1, 2]]


def test_unknown_granularity():
    """
    Said with the ones there are.
    """
    with pytest.raises(ValueError, match="mac, pair, block, not 'row'"):
        unit_index(1, 1, 1, "row")


@given(layers(), granularities, fractions)
def test_fraction_is_reached_and_not_by_more_than_a_unit(
    layer: Layer, granularity: str, fraction: float
):
    """
    Without the last unit that went, too few would be gone.
    """
    significance, present, channels = layer
    skipped = select(significance, present, channels, SkipRule(granularity, fraction=fraction))
    gone = present.size - int(present.sum()) + int(skipped.sum())
    assert not np.any(skipped & ~present)
    assert gone >= fraction * present.size - 1e-6
    if skipped.any():
        units = unit_index(*present.shape, channels, granularity)
        worth = np.bincount(units[present], significance[present], units.max() + 1)
        last = max(np.unique(units[skipped]), key=lambda u: (worth[u], u))
        assert gone - int((skipped & (units == last)).sum()) < fraction * present.size


@given(layers(), granularities, fractions, fractions)
def test_a_larger_fraction_skips_a_superset(
    layer: Layer, granularity: str, one: float, other: float
):
    """
    Fractions are nested, ties included.
    """
    significance, present, channels = layer
    less, more = (
        select(significance, present, channels, SkipRule(granularity, fraction=f))
        for f in sorted((one, other))
    )
    assert np.all(more[less])


@given(layers(), granularities, fractions)
def test_units_go_whole_and_least_first(layer: Layer, granularity: str, fraction: float):
    """
    No unit is cut, and nothing that is kept is worth less than what went.
    """
    significance, present, channels = layer
    skipped = select(significance, present, channels, SkipRule(granularity, fraction=fraction))
    units = unit_index(*present.shape, channels, granularity)
    gone, kept = set(units[skipped]), set(units[present & ~skipped])
    assert not gone & kept
    worth = np.bincount(units[present], significance[present], units.max() + 1)
    if gone and kept:
        assert max((worth[u], u) for u in gone) < min((worth[u], u) for u in kept)


@given(layers(), granularities, st.floats(0, 3))
def test_threshold_takes_exactly_the_units_below(layer: Layer, granularity: str, threshold: float):
    """
    Against the definition, unit by unit.
    """
    significance, present, channels = layer
    skipped = select(significance, present, channels, SkipRule(granularity, threshold=threshold))
    units = unit_index(*present.shape, channels, granularity)
    for unit in range(units.max() + 1):
        taps = (units == unit) & present
        below = significance[taps].sum() < threshold
        assert np.all(skipped[taps] == below)


@given(layers(), granularities, st.floats(0, 3), fractions)
def test_a_cap_holds_in_threshold_mode(
    layer: Layer, granularity: str, threshold: float, cap: float
):
    """
    Both limits at once skip what both alone would skip.
    """
    significance, present, channels = layer
    both, by_threshold, by_cap = (
        select(significance, present, channels, SkipRule(granularity, t, f))
        for t, f in ((threshold, cap), (threshold, None), (None, cap))
    )
    assert np.array_equal(both, by_threshold & by_cap)


@given(layers(), granularities, fractions)
def test_the_achieved_share_repeats_the_choice(layer: Layer, granularity: str, fraction: float):
    """
    What a run reports as skipped, put into a plan, skips the same taps.
    """
    significance, present, channels = layer
    skipped = select(significance, present, channels, SkipRule(granularity, fraction=fraction))
    achieved = 1 - int((present & ~skipped).sum()) / present.size
    again = select(significance, present, channels, SkipRule(granularity, fraction=achieved))
    assert np.array_equal(again, skipped)


def test_zero_weights_count_as_gone():
    """
    Half of four taps is reached where two were never there.
    """
    significance = np.array([[1.0, 2.0, 0.0, 0.0]])
    present = np.array([[True, True, False, False]])
    assert not select(significance, present, 1, SkipRule("mac", fraction=0.5)).any()
    assert select(significance, present, 1, SkipRule("mac", fraction=0.75)).tolist() == [
        [True, False, False, False]
    ]
