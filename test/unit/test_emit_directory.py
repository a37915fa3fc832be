"""
What `--emit-dir` leaves: a plan that repeats the run, a depfile that Make reads, no stale files.
"""

from __future__ import annotations

import argparse
import os
import subprocess
from pathlib import Path

import numpy as np
import onnx
import pytest
from approx_opt.compiler.depfile import depfile, prerequisites
from approx_opt.compiler.emit_directory import emit_directory, plan_used
from approx_opt.compiler.emit_sources import Sources
from approx_opt.compiler.errors import UserError
from approx_opt.compiler.plan import LayerPlan, Plan, parse_plan
from approx_opt.compiler.program import Program
from approx_opt.compiler.skipping import GRANULARITIES
from approx_opt.passes.annotate_significance import AnnotateSignificancePass
from approx_opt.passes.collect_statistics import collect
from approx_opt.passes.lower_to_cortexm import LowerToCortexmPass
from approx_opt.passes.plan_memory import PlanMemoryPass
from approx_opt.passes.select_kernels import SelectKernelsPass
from approx_opt.passes.skip_operands import SkipOperandsPass
from approx_opt.passes.unpack_operands import UnpackOperandsPass
from convolution_networks import SHAPES, convolutions, network, run, samples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lowered import parse
from onnx import helper, numpy_helper
from xdsl.dialects.builtin import ModuleOp
from xdsl.utils.exceptions import DiagnosticException

ROOT = Path(__file__).resolve().parents[2]
NAMES = [shape.name for shape in SHAPES]


def arguments(**given: object) -> argparse.Namespace:
    """
    The driver's, with its defaults.
    """
    defaults = {"input_file": None, "frontend": None, "calibration": None, "passes": ""}
    defaults |= {"name": None, "shards": 1, "depfile": None}
    defaults |= {"report": None, "front": None, "csv": None}
    return argparse.Namespace(**defaults | given)


def with_statistics(seed: int) -> ModuleOp:
    """
    A network of two convolutions, unpacked.
    """
    module = network(seed)
    collect(module, convolutions(module), samples(seed))
    return run(module, UnpackOperandsPass())


def lowered(module: ModuleOp, plan: Path) -> Program:
    """
    The rest of the way to C.
    """
    kernels = SelectKernelsPass(plan=str(plan))
    return Program.of(run(module, kernels, PlanMemoryPass(), LowerToCortexmPass()))


skips = st.one_of(
    st.builds(SkipOperandsPass, threshold=st.sampled_from([0.0, 1.0, 10.0, 100.0])),
    st.builds(
        SkipOperandsPass,
        fraction=st.floats(0, 1),
        first_fraction=st.none() | st.floats(0, 1),
        granularity=st.sampled_from([None, *GRANULARITIES]),
    ),
)
kernels = st.fixed_dictionaries(
    {name: st.sampled_from([None, "unrolled", "loop"]) for name in NAMES}
)


@settings(
    deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    seed=st.integers(0, 5),
    metric=st.sampled_from(["mean", "variance", "second-moment"]),
    skip=skips,
    kernels=kernels,
)
def test_the_plan_used_repeats_the_run(
    tmp_path: Path, seed: int, metric: str, skip: SkipOperandsPass, kernels: dict[str, str | None]
):
    """
    Whatever was skipped, and why: the plan alone gives the same C.
    """
    path = tmp_path / "plan.json"
    path.write_text(Plan("net", {n: LayerPlan(kernel=k) for n, k in kernels.items()}).dumps())
    module = run(with_statistics(seed), AnnotateSignificancePass(metric=metric), skip)
    first = lowered(module, path)
    path.write_text(plan_used(first).dumps())
    again = run(
        with_statistics(seed),
        AnnotateSignificancePass(plan=str(path)),
        SkipOperandsPass(plan=str(path)),
    )
    second = lowered(again, path)
    assert Sources(second).single() == Sources(first).single()
    assert plan_used(second) == plan_used(first)
    assert list(plan_used(first).layers) == NAMES


def test_exact_layers_stay_exact_in_the_plan(tmp_path: Path):
    """
    A kernel each, and the shape of the weights, no share; the plan is named after the network.
    """
    (tmp_path / "plan.json").write_text('{"version": 1, "model": "m", "layers": {}}')
    program = lowered(with_statistics(0), tmp_path / "plan.json")
    kernels = {layer.label.data: layer.info.data["kernel"].data for layer in program.layers}
    shapes = {"conv1": (4, 3, 3, 3), "conv2": (3, 2, 2, 4)}
    entries = {name: LayerPlan(kernel=kernels[name], shape=shapes[name]) for name in NAMES}
    assert plan_used(program) == Plan("net", entries)


def test_layers_without_choices_are_not_planned():
    """
    A pooling layer has one form.
    """
    assert plan_used(Program.of(parse("max_pool"))).layers == {}


def test_everything_is_written(tmp_path: Path):
    """
    Named as the network, where nothing else is said; the depfile's target is the header.
    """
    rule = tmp_path / "deps" / "net.d"
    emit_directory(parse("convolution"), arguments(emit_dir=tmp_path / "out", depfile=rule))
    names = {path.name for path in (tmp_path / "out").glob("net*")}
    assert names == {"net.h", "net.c", "net_0.c", "net_report.json", "net_plan.json"}
    plan = parse_plan((tmp_path / "out" / "net_plan.json").read_text())
    assert plan.model == "net"
    assert rule.read_text().startswith(f"{tmp_path}/out/net.h: \\\n")


def test_a_module_that_is_not_lowered(tmp_path: Path):
    """
    Nothing is written, not even the folder.
    """
    with pytest.raises(DiagnosticException, match="run lower-to-cortexm first"):
        emit_directory(network(0), arguments(emit_dir=tmp_path / "out"))
    assert not list(tmp_path.iterdir())


def test_the_depfile_is_the_last_to_be_written(tmp_path: Path):
    """
    A failed run leaves the one before: the build tries again.
    """
    (tmp_path / "net.d").write_text("old")
    given = arguments(emit_dir=tmp_path, depfile=tmp_path / "net.d", name="other")
    with pytest.raises(UserError, match="the network is named 'net', not 'other'"):
        emit_directory(parse("convolution"), given)
    assert (tmp_path / "net.d").read_text() == "old"


def test_make_reads_the_rule(tmp_path: Path):
    """
    Every character that Make treats in its own way, and paths relative to the working directory.
    """
    files = [tmp_path / name for name in ("a b.npz", "c#d.onnx", "$e$(f).json", "g")]
    for file in files:
        file.touch()
    rule = depfile(tmp_path / "net.h", files)
    (tmp_path / "Makefile").write_text(f"{rule}\t@touch net.h && echo made\n")

    def make() -> str:
        done = subprocess.run(["make", "-s"], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert [make(), make()] == ["made\n", ""]
    for file in files:
        os.utime(file, (newer := (tmp_path / "net.h").stat().st_mtime + 1, newer))
        assert make() == "made\n", file
        os.utime(file, (0, 0))
    assert depfile(Path("net.h"), [Path("x")]) == f"{Path.cwd()}/net.h: \\\n  {Path.cwd()}/x\n"


def external_model(folder: Path) -> Path:
    """
    A model whose weights and one Constant lie beside it.
    """
    constant = numpy_helper.from_array(np.ones((2, 2), np.float32), "c")
    tensors = [numpy_helper.from_array(np.ones((2, 2), np.float32), "w"), constant]
    for tensor in tensors:
        onnx.external_data_helper.set_external_data(tensor, f"{tensor.name}.bin")
        (folder / f"{tensor.name}.bin").write_bytes(tensor.raw_data)
        tensor.ClearField("raw_data")
        tensor.data_location = onnx.TensorProto.EXTERNAL
    nodes = [helper.make_node("Constant", [], ["k"], value=constant)]
    graph = helper.make_graph(nodes, "g", [], [], [tensors[0]])
    (folder / "m.onnx").write_bytes(helper.make_model(graph).SerializeToString())
    return folder / "m.onnx"


def test_everything_that_was_read_is_a_prerequisite(tmp_path: Path):
    """
    Model, external data, a folder of images with what is in it, plans, the compiler.
    """
    image = tmp_path / "images" / "cat" / "1.png"
    image.parent.mkdir(parents=True)
    image.touch()
    pipeline = 'a{plan="p.json"},b{calibration="c.npz" plan="q/p.json"}'
    found = prerequisites(
        arguments(
            input_file=str(external_model(tmp_path)),
            calibration=tmp_path / "images",
            front=tmp_path / "front.json",
            passes=pipeline,
        )
    )
    read = ["m.onnx", "c.bin", "w.bin", "images", "images/cat", "images/cat/1.png"]
    named = [tmp_path / "front.json", *(Path.cwd() / path for path in ("p.json", "q/p.json"))]
    expected = [*(tmp_path / path for path in read), Path.cwd() / "c.npz", *named]
    assert found[:10] == expected
    own = ("passes/skip_operands.py", "compiler/report_page.css", "runtime/approx_arm.h")
    assert {ROOT / path for path in own} <= set(found)
    assert len(found) == len(set(found))


def test_text_is_a_model_too(tmp_path: Path):
    """
    IR has no external data; standard input has no name.
    """
    text = tmp_path / "m.mlir"
    assert prerequisites(arguments(input_file=str(text)))[0] == text
    assert all(ROOT in path.parents for path in prerequisites(arguments()))
