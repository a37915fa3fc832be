"""
Plans: round trip, and one clear message for each way to be wrong.
"""

from __future__ import annotations

import json
from dataclasses import replace
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
        shape=draw(st.none() | st.lists(st.integers(1, 999), min_size=1, max_size=4).map(tuple)),
    )


hashes = st.text("0123456789abcdef", min_size=64, max_size=64)
entries = st.dictionaries(st.text(), layer_plans())
plans = st.builds(Plan, st.text(), entries, st.none() | hashes, st.none() | st.text())


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
    backwards = replace(plan, layers=dict(reversed(plan.layers.items())))
    assert backwards.dumps() == plan.dumps()


def test_the_text_is_for_people():
    """
    A line a layer, sorted; what is absent is absent.
    """
    layers = {
        "conv2": LayerPlan(kernel="loop"),
        "conv1": LayerPlan("variance", "pair", 0.4, shape=(8, 3, 3, 4)),
    }
    assert Plan("lenet", layers, sha256="0f" * 32, note="top-1 81.0 %").dumps() == (
        "{\n"
        '  "version": 1,\n'
        '  "model": "lenet",\n'
        f'  "sha256": "{"0f" * 32}",\n'
        '  "note": "top-1 81.0 %",\n'
        '  "layers": {\n'
        '    "conv1": {"metric": "variance", "granularity": "pair", "skip": 0.4, '
        '"shape": [8, 3, 3, 4]},\n'
        '    "conv2": {"kernel": "loop"}\n'
        "  }\n"
        "}\n"
    )
    assert Plan("m", {}).dumps() == '{\n  "version": 1,\n  "model": "m",\n  "layers": {}\n}\n'


def test_a_hash_is_read_in_either_case():
    """
    Some tools print capitals.
    """
    text = Plan("m", {}, sha256="AB" * 32).dumps()
    assert parse_plan(text).sha256 == "ab" * 32


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
    return document(layers={"conv1": keys})


def document(**keys: Any) -> str:
    """
    A plan with more keys, or others.
    """
    return json.dumps({"version": 1, "model": "m", "layers": {}, **keys})


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
    entry(shape="3x3"): (
        "plan p.json: layer 'conv1': 'shape' must be a list of integers from 1, not '3x3'"
    ),
    entry(
        shape=[]
    ): "plan p.json: layer 'conv1': 'shape' must be a list of integers from 1, not []",
    entry(shape=[8, 0, True, 2.0]): (
        "plan p.json: layer 'conv1': 'shape' must be a list of integers from 1, "
        "not [8, 0, True, 2.0]"
    ),
    document(sha256="c0ffee"): (
        "plan p.json: 'sha256' must be 64 hexadecimal digits, not 'c0ffee'"
    ),
    document(sha256=None): "plan p.json: 'sha256' must be 64 hexadecimal digits, not None",
    document(note=5): "plan p.json: 'note' must be a string",
    document(note=None): "plan p.json: 'note' must be a string",
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


NETWORK = {"conv1": (8, 3, 3, 4), "conv2": (2, 1, 1, 8), "pool": None}


@given(st.none() | hashes, st.sets(st.sampled_from(list(NETWORK))), st.booleans())
def test_a_plan_fits_what_it_was_made_for(sha256: str | None, names: set[str], shaped: bool):
    """
    Some layers of a network, with their shapes or without; where one of the hashes is unknown there
    is nothing to compare.
    """
    layers = {name: LayerPlan(shape=NETWORK[name] if shaped else None) for name in names}
    plan = Plan("m", layers, sha256)
    plan.check("p.json", sha256, NETWORK)
    plan.check("p.json", None, NETWORK)
    replace(plan, sha256=None).check("p.json", sha256, NETWORK)


def test_another_model():
    """
    Which, and what to do. Layers are not looked at any more.
    """
    with pytest.raises(UserError) as caught:
        Plan("m", {"conv9": LayerPlan()}, "0f" * 32).check("p.json", "ab" * 32, NETWORK)
    assert str(caught.value) == (
        "plan p.json was made for another model: its 'sha256' is 0f0f0f0f0f0f..., that of this "
        "model abababababab...; explore this model, or take 'sha256' out of the plan to use it "
        "anyway"
    )


def test_another_network():
    """
    All that does not fit, with the nearest name, or all names where none is near.
    """
    layers = {
        "conv1": LayerPlan(shape=(8, 5, 5, 4)),
        "conv2": LayerPlan(shape=(2, 1, 1, 8)),
        "pool": LayerPlan(shape=(2, 2)),
        "cov1": LayerPlan(),
        "fc": LayerPlan(),
    }
    with pytest.raises(UserError) as caught:
        Plan("m", layers).check("p.json", None, NETWORK)
    assert str(caught.value).splitlines() == [
        "plan p.json does not fit the network:",
        "  layer 'conv1': 'shape' is [8, 5, 5, 4], but the layer has weights of [8, 3, 3, 4]; "
        "take 'shape' out to use the entry anyway",
        "  layer 'pool': 'shape' is [2, 2], but the layer has no weights; "
        "take 'shape' out to use the entry anyway",
        "  layer 'cov1', which there is not; did you mean 'conv1'?",
        "  layer 'fc', which there is not; there are: conv1, conv2, pool",
    ]
    with pytest.raises(UserError, match="there are: none"):
        Plan("m", layers).check("p.json", None, {})
