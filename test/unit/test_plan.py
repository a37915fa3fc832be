"""
Plans: round trip, and one clear message for each way to be wrong.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from approx_opt.compiler.errors import UserError
from approx_opt.compiler.plan import DOMAINS, KERNELS, LayerPlan, Plan, load_plan, parse_plan
from approx_opt.compiler.significance import METRIC_NAMES
from approx_opt.compiler.skipping import GRANULARITIES
from hypothesis import given
from hypothesis import strategies as st


def choice(names: Any) -> st.SearchStrategy[str | None]:
    """
    One of `names`, or nothing.
    """
    return st.sampled_from([None, *names])


@st.composite
def layer_plans(draw: st.DrawFn) -> LayerPlan:
    """
    Any valid entry.
    """
    skips = draw(st.booleans())
    return LayerPlan(
        metric=draw(choice(METRIC_NAMES)),
        granularity=draw(choice(GRANULARITIES)),
        skip=draw(st.none() | st.floats(0, 1)) if skips else None,
        threshold=None if skips else draw(st.none() | st.floats(0, 1e6)),
        kernel=draw(choice(KERNELS)),
        domain=draw(choice(DOMAINS)),
    )


plans = st.builds(Plan, st.text(), st.dictionaries(st.text(), layer_plans()))


@given(plans)
def test_a_plan_reads_back_as_it_was_written(plan: Plan):
    """
    Every number and name; and the text of the copy is the same.
    """
    text = plan.dumps()
    assert parse_plan(text) == plan
    assert parse_plan(text).dumps() == text


@given(plans)
def test_the_order_of_layers_does_not_matter(plan: Plan):
    """
    Equal plans give equal bytes.
    """
    backwards = Plan(plan.model, dict(reversed(plan.layers.items())))
    assert backwards.dumps() == plan.dumps()


def test_the_text_is_for_people():
    """
    Sorted and indented; absent choices are absent.
    """
    layers = {"conv2": LayerPlan(kernel="loop"), "conv1": LayerPlan("variance", "pair", 0.4)}
    assert Plan("lenet", layers).dumps() == (
        "{\n"
        '  "layers": {\n'
        '    "conv1": {\n'
        '      "granularity": "pair",\n'
        '      "metric": "variance",\n'
        '      "skip": 0.4\n'
        "    },\n"
        '    "conv2": {\n'
        '      "kernel": "loop"\n'
        "    }\n"
        "  },\n"
        '  "model": "lenet",\n'
        '  "version": 1\n'
        "}\n"
    )


def test_integers_are_numbers():
    """
    A person writes 1 where 1.0 is meant.
    """
    text = '{"version": 1, "model": "m", "layers": {"a": {"skip": 1}, "b": {"threshold": 0}}}'
    layers = parse_plan(text).layers
    assert layers["a"] == LayerPlan(skip=1.0)
    assert layers["b"] == LayerPlan(threshold=0.0)
    assert not layers["b"].is_exact
    assert LayerPlan(kernel="loop").is_exact
    assert LayerPlan(domain="winograd4").is_exact


def entry(**keys: Any) -> str:
    """
    A plan with one layer.
    """
    return json.dumps({"version": 1, "model": "m", "layers": {"conv1": keys}})


MISTAKES = {
    "": "plan p.json: not JSON: Expecting value: line 1 column 1 (char 0)",
    "[]": "plan p.json: the plan must be an object",
    '{"model": "m", "layers": {}}': "plan p.json: 'version' is missing",
    '{"version": 1, "layers": {}}': "plan p.json: 'model' is missing",
    '{"version": 1, "model": "m"}': "plan p.json: 'layers' is missing",
    '{"version": 2, "model": "m", "layers": {}}': (
        "plan p.json: version is 2, this compiler reads version 1"
    ),
    '{"version": true, "model": "m", "layers": {}}': (
        "plan p.json: version is True, this compiler reads version 1"
    ),
    '{"version": 1, "model": 5, "layers": {}}': "plan p.json: 'model' must be a string",
    '{"version": 1, "model": "m", "layers": []}': "plan p.json: 'layers' must be an object",
    '{"version": 1, "model": "m", "layers": {}, "layer": 1}': (
        "plan p.json: the plan: has key 'layer', which there is not; did you mean 'layers'?"
    ),
    '{"version": 1, "model": "m", "layers": {"a": {}, "a": {}}}': (
        "plan p.json: 'a' is there twice"
    ),
    '{"version": 1, "model": "m", "layers": {"a": {"skip": NaN}}}': (
        "plan p.json: NaN is not a number"
    ),
    '{"version": 1, "model": "m", "layers": {"a": 0.4}}': (
        "plan p.json: layer 'a' must be an object"
    ),
    entry(granularty="mac"): (
        "plan p.json: layer 'conv1': has key 'granularty', which there is not; "
        "did you mean 'granularity'?"
    ),
    entry(metric="median"): (
        "plan p.json: layer 'conv1': 'metric' is one of mean, variance, second-moment, "
        "surgeon, not 'median'"
    ),
    entry(metric=["mean"]): (
        "plan p.json: layer 'conv1': 'metric' is one of mean, variance, second-moment, "
        "surgeon, not ['mean']"
    ),
    entry(granularity=None): (
        "plan p.json: layer 'conv1': 'granularity' is one of mac, pair, block, not None"
    ),
    entry(kernel="fft"): (
        "plan p.json: layer 'conv1': 'kernel' is one of unrolled, loop, indexed, planar, "
        "winograd2, winograd4, winograd4-packed, not 'fft'"
    ),
    entry(skip=1.5): "plan p.json: layer 'conv1': 'skip' must be a number from 0 to 1, not 1.5",
    entry(skip=True): "plan p.json: layer 'conv1': 'skip' must be a number from 0 to 1, not True",
    entry(skip="0.4"): (
        "plan p.json: layer 'conv1': 'skip' must be a number from 0 to 1, not '0.4'"
    ),
    entry(threshold=-1): (
        "plan p.json: layer 'conv1': 'threshold' must be a number of at least 0, not -1"
    ),
    '{"version": 1, "model": "m", "layers": {"a": {"threshold": 1e999}}}': (
        "plan p.json: layer 'a': 'threshold' must be a number of at least 0, not inf"
    ),
    entry(skip=0.4, threshold=0.1): (
        "plan p.json: layer 'conv1': has both 'skip' and 'threshold'; one says how much to skip"
    ),
}


@pytest.mark.parametrize("text", MISTAKES, ids=range(len(MISTAKES)))
def test_mistakes_are_named(text: str):
    """
    The whole message: file, layer, key, and what was expected.
    """
    with pytest.raises(UserError) as caught:
        parse_plan(text, "p.json")
    assert str(caught.value) == MISTAKES[text]


def test_brackets_without_end():
    """
    Deeper than the reader goes.
    """
    with pytest.raises(UserError, match=r"^plan p: not JSON: ") as caught:
        parse_plan("[" * 100_000, "p")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path):
    """
    Said by name.
    """
    path = tmp_path / "none.json"
    with pytest.raises(UserError, match=r"^cannot read the plan .*none.json: No such file"):
        load_plan(path)


def test_a_file_that_is_not_text(tmp_path: Path):
    """
    An ONNX model in place of a plan.
    """
    path = tmp_path / "plan.json"
    path.write_bytes(b"\x08\x0a\xff\xfe")
    with pytest.raises(UserError, match=r"plan\.json: not UTF-8 text$"):
        load_plan(path)


def test_a_file_is_read(tmp_path: Path):
    """
    Path or string.
    """
    plan = Plan("m", {"Größe": LayerPlan(skip=0.25)})
    path = tmp_path / "plan.json"
    path.write_text(plan.dumps(), encoding="utf-8")
    assert load_plan(path) == load_plan(str(path)) == plan


def test_layers_that_are_not_there():
    """
    With the nearest name, or all names where none is near.
    """
    names = ["conv1", "conv2", "fc"]
    Plan("m", {"conv1": LayerPlan(), "fc": LayerPlan()}).check_layers(names)
    with pytest.raises(UserError, match=r"layer 'cov1', which .*; did you mean 'conv1'\?"):
        Plan("m", {"cov1": LayerPlan()}).check_layers(names)
    with pytest.raises(UserError, match=r"layer 'pool', which .*; there are: conv1, conv2, fc"):
        Plan("m", {"pool": LayerPlan()}).check_layers(names)
    with pytest.raises(UserError, match="there are: none"):
        Plan("m", {"pool": LayerPlan()}).check_layers([])
