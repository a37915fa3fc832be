"""
NAME_report.json: its schema, the taps of convolutions, the memory map.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from approx_opt.compiler.plan import LayerPlan, Plan
from approx_opt.compiler.program import Program
from approx_opt.compiler.report import SCHEMA, render_report, report
from approx_opt.compiler.tap_levels import decoded
from approx_opt.dialects.dense import numpy_of
from approx_opt.passes.convert_inputs import ConvertInputsPass
from approx_opt.passes.layer_taps import layer_taps
from approx_opt.passes.lower_to_cortexm import LowerToCortexmPass
from approx_opt.passes.plan_memory import PlanMemoryPass
from approx_opt.passes.select_kernels import SelectKernelsPass
from approx_opt.passes.skip_operands import SkipOperandsPass
from approx_opt.passes.transform_winograd import TransformWinogradPass
from approx_opt.passes.unpack_operands import UnpackOperandsPass
from convolution_networks import annotated, run, unpacked_layers
from jsonschema import Draft202012Validator
from layers import Layers
from xdsl.dialects.builtin import ModuleOp

VALIDATOR = Draft202012Validator(json.loads(SCHEMA.read_text()))
BLOCKS = SkipOperandsPass(fraction=0.5, granularity="block")


def lowered(module: ModuleOp, **options: Any) -> Program:
    """
    The rest of the way, with options of select-kernels and plan-memory.
    """
    fast = PlanMemoryPass(fast_ram=options.pop("fast_ram", None))
    return Program.of(run(module, SelectKernelsPass(**options), fast, LowerToCortexmPass()))


def checked(program: Program) -> dict[str, Any]:
    """
    The report, which its schema allows, as it is read back.
    """
    found = json.loads(render_report(program))
    VALIDATOR.validate(found)
    return found


def residual() -> ModuleOp:
    """
    Convolutions of which one is led around another, added in its place; 3x3, for Winograd's kernel.
    """
    layers = Layers("net", (16, 16, 8), seed=0)
    x = layers.conv(layers.input, 16, (3, 3), pads=(1, 1, 1, 1))
    y = layers.conv(x, 16, (3, 3), pads=(1, 1, 1, 1))
    flat = layers.reshape(layers.max_pool(layers.add(x, y), (4, 4), strides=(4, 4)), (4 * 4 * 16,))
    return run(layers.finish(layers.dense(flat, 4)), UnpackOperandsPass())


def test_the_schema_is_one_and_knows_what_is_wrong():
    """
    A key that there is not, a level of nothing.
    """
    Draft202012Validator.check_schema(VALIDATOR.schema)
    good = report(lowered(run(annotated(0), BLOCKS)))
    taps = next(layer for layer in good["layers"] if "taps" in layer)
    others = [{key: value for key, value in taps.items() if key != "largest_significance"}]
    for bad in ({**good, "colour": "red"}, {**good, "layers": others}, {**good, "totals": {}}):
        assert not VALIDATOR.is_valid(bad)


@pytest.mark.parametrize("skip", [True, False])
def test_taps_say_what_was_kept_and_what_it_was_worth(skip: bool):
    """
    The larger half of the blocks, by the significance that the taps had before.
    """
    module = annotated(1)
    before = [layer_taps(op) for op in unpacked_layers(module)]
    if skip:
        run(module, BLOCKS)
    ops = unpacked_layers(module)
    masks = [op.tap_mask() for op in ops]
    layers = [layer for layer in checked(lowered(module))["layers"] if layer["op"] == "conv2d"]
    for layer, mask, first in zip(layers, masks, before, strict=True):
        shape = tuple(layer["taps"]["shape"])
        levels = decoded(layer["taps"]["levels"], shape)
        assert shape == (layer["weight_shape"][0], prod(layer["weight_shape"][1:3]), *shape[2:])
        np.testing.assert_array_equal(levels > 0, mask.reshape(shape))
        np.testing.assert_array_equal(np.abs(levels), first.levels)
        assert layer["largest_significance"] == pytest.approx(first.largest)
        counts = {key: sum(values) for key, values in layer["significance_histogram"].items()}
        assert counts == {"kept": int(mask.sum()), "skipped": int((levels < 0).sum())}
        assert bool(counts["skipped"]) == skip
        assert layer["macs_skipped"] == (layer["macs"] * int((~mask).sum()) // mask.size) * skip


def test_taps_of_groups_and_in_winograds_domain():
    """
    Of a group only its own channels; of a transformed tile 36 positions.
    """
    layers = Layers("net", (9, 9, 8), seed=2)
    grouped = layers.conv(layers.input, 4, (3, 3), pads=(1, 1, 1, 1), group=2)
    plain = layers.conv(grouped, 6, (3, 3), pads=(1, 1, 1, 1))
    module = run(layers.finish(plain), UnpackOperandsPass(), TransformWinogradPass())
    for op, shape in zip(unpacked_layers(module), [(4, 9, 4), (6, 36, 4)], strict=True):
        assert layer_taps(op) is None
        op.set_channels([with_ones(channel) for channel in op.channels])
        taps = layer_taps(op)
        assert taps is not None
        assert taps.levels.shape == shape
        present = (taps.levels == 127).sum(axis=(1, 2)).tolist()
        assert present == [len(channel.columns) for channel in op.channels]


def with_ones(channel: Any) -> Any:
    """
    Every tap worth 1.
    """
    columns = numpy_of(channel.columns)
    bias, weights = channel.bias.value.data, numpy_of(channel.weights)
    return type(channel).get(bias, columns, weights, np.ones(len(columns)))


def overlapping(buffers: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """
    Pairs that share bytes of a workspace while a layer runs.
    """
    for index, one in enumerate(buffers):
        for other in buffers[:index]:
            apart = (
                one["workspace"] != other["workspace"]
                or one["first"] > other["last"]
                or other["first"] > one["last"]
                or one["offset"] >= other["offset"] + other["size"]
                or other["offset"] >= one["offset"] + one["size"]
            )
            if not apart:
                yield other, one


@pytest.mark.parametrize("fast_ram", [None, 6000])
@pytest.mark.parametrize("kernel", ["loop", "winograd4"])
def test_memory_map(kernel: str, fast_ram: int | None):
    """
    No two share memory, but for a result that is written over its operand; the workspaces are as
    large as what they hold, and no layer needs more.
    """
    found = checked(lowered(residual(), kernel=(kernel,), fast_ram=fast_ram))
    memory, totals, layers = found["memory"], found["totals"], found["layers"]
    sizes = {"workspace": totals["workspace_bytes"]}
    if fast_ram is not None:
        sizes["fast_workspace"] = totals["fast_workspace_bytes"]
        assert 0 < sizes["fast_workspace"] <= fast_ram
    for workspace, size in sizes.items():
        ends = [b["offset"] + b["size"] for b in memory if b["workspace"] == workspace]
        assert max(ends) == size
    ops = [layer["op"] for layer in layers]
    shared = list(overlapping(memory))
    assert shared
    for before, after in shared:
        assert ops[after["first"]] == "add"
        assert (before["last"], before["offset"]) == (after["first"], after["offset"])
    assert any(b["kind"] == "scratch" for b in memory) == (kernel == "winograd4")
    assert all(b["layer"] == layers[b["first"]]["name"] for b in memory)
    assert max(layer["working_bytes"] for layer in layers) <= sum(sizes.values())
    for layer in layers[:-1]:
        assert layer["working_bytes"] >= layer["ram_bytes"]


@pytest.mark.parametrize(("type_", "dtype"), [("uint8", "uint8_t"), ("float32", "float")])
def test_inputs_that_are_converted(type_: Any, dtype: str):
    """
    They have the form in which the caller has them; the conversion is a layer with a place.
    """
    found = checked(lowered(run(residual(), ConvertInputsPass(layout="nchw", type=type_))))
    (taken,), first = found["inputs"], found["layers"][0]
    assert (taken["dtype"], taken["layout"], taken["shape"]) == (dtype, "nchw", [8, 16, 16])
    assert (first["op"], first["in_shape"], first["out_shape"]) == (
        "convert",
        [8, 16, 16],
        [16, 16, 8],
    )
    assert found["memory"][0]["layer"] == first["name"]
    assert first["working_bytes"] == found["memory"][0]["size"] == first["ram_bytes"]


def test_target_and_plan(tmp_path: Path):
    """
    What was asked for, and the file that said what to skip, without its folder.
    """
    path = tmp_path / "plan.json"
    path.write_text(Plan("net", {"conv1": LayerPlan(kernel="loop")}, note="by hand").dumps())
    found = checked(lowered(annotated(0), target="stm32f4", ram_budget=5000, plan=str(path)))
    assert found["plan"] == {"file": "plan.json", "note": "by hand"}
    assert found["target"] == {
        "name": "stm32f4",
        "cpu": "cortex-m4",
        "clock_hz": 168_000_000,
        "flash_bytes": 1024 * 1024,
        "ram_bytes": 128 * 1024,
        "flash_budget": 992 * 1024,
        "ram_budget": 5000,
    }
    again = checked(lowered(annotated(0), target="stm32g0"))
    assert again["plan"] is None
    assert again["target"]["clock_hz"] is None
