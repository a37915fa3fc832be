"""
The explorer judges the network that the passes make of a plan, and no other.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile
from pathlib import Path

import numpy as np
import pytest
from approx_opt.compiler.explore_bench import Bench, weigh
from approx_opt.compiler.explore_problem import Explored, Problem, load_bench, load_network
from approx_opt.compiler.explore_space import Point, entries, exact_point
from approx_opt.compiler.names import c_identifier
from approx_opt.compiler.onnx_import import import_model
from approx_opt.compiler.plan import Plan
from approx_opt.dialects.network_ops import NetworkOp
from approx_opt.passes.approx_to_c import ApproxToCPass
from approx_opt.passes.layer_info import layer_info
from approx_opt.passes.select_kernels import SelectKernelsPass
from convolution_networks import run
from toy_network import CALIBRATION, toy_problem, write_toy
from xdsl.dialects.builtin import IntegerAttr, ModuleOp

METHODS = ["surgeon", "paper"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    With the toy network.
    """
    path = tmp_path_factory.mktemp("toy")
    write_toy(path)
    return path


def bench_of(folder: Path, method: str) -> tuple[Problem, Explored, Bench]:
    """
    Everything to try plans on the toy network.
    """
    problem = toy_problem(folder, method)
    explored = load_network(problem)
    return problem, explored, load_bench(problem, explored)


def points(explored: Explored) -> list[Point]:
    """
    Each way of one layer with the last way of the other, at rising levels.
    """
    found: list[Point] = []
    for layer, ways in explored.space.items():
        for number, way in enumerate(ways):
            others = {name: (all_[-1], 20) for name, all_ in explored.space.items()}
            found.append({**others, layer: (way, 12 + 5 * number)})
    return found


def by_passes(problem: Problem, explored: Explored, plan: Path) -> ModuleOp:
    """
    The network that the passes make of a plan, up to the choice of kernels.
    """
    module = import_model(explored.model, c_identifier(problem.model.stem))
    passes = ApproxToCPass(
        plan=str(plan),
        calibration=str(problem.data),
        samples=CALIBRATION,
        compensate=problem.how().compensate,
    )
    before = takewhile(lambda one: not isinstance(one, SelectKernelsPass), passes.passes())
    return run(module, *before)


@pytest.mark.parametrize("method", METHODS)
def test_the_network_is_that_of_the_passes(folder: Path, tmp_path: Path, method: str):
    """
    As text: taps, biases, multipliers and what is noted of them.
    """
    problem, explored, bench = bench_of(folder, method)
    for point in points(explored):
        layers = entries(problem.how(), point)
        plan = tmp_path / "plan.json"
        plan.write_text(Plan("toy", layers).dumps())
        module, _ = bench.build(layers)
        assert str(module) == str(by_passes(problem, explored, plan))


@pytest.mark.parametrize("method", METHODS)
def test_the_exact_network_diverges_from_nothing(folder: Path, method: str):
    """
    And others do; what was tried before does not matter.
    """
    problem, explored, bench = bench_of(folder, method)
    exact = entries(problem.how(), exact_point(explored.space))
    before = bench.build(exact)[1]
    assert before.divergence == 0
    assert bench.build(entries(problem.how(), points(explored)[0]))[1].divergence > 0
    assert bench.build(exact)[1] == before


def total(module: ModuleOp, key: str) -> float:
    """
    Of what the report will say of each layer.
    """
    layers = [layer_info(op)[key] for op in module.walk() if isinstance(op, NetworkOp)]
    return sum(one.value.data for one in layers if isinstance(one, IntegerAttr))


@pytest.mark.parametrize("method", METHODS)
def test_a_network_weighs_what_the_report_says(folder: Path, method: str):
    """
    Cycles of each layer there are rounded.
    """
    problem, explored, bench = bench_of(folder, method)
    module, _ = bench.build(entries(problem.how(), points(explored)[-1]))
    weight = weigh(module, problem.device, problem.how().kernels)
    assert weight.cycles == pytest.approx(total(module, "predicted_cycles"), abs=10)
    assert weight.flash == total(module, "flash_bytes")
    assert 0 < weight.multiplications < 1


def test_without_labels_the_exact_network_is_right(folder: Path, tmp_path: Path):
    """
    Top-1 then is how often the class is the one that it gives.
    """
    with np.load(folder / "toy.npz") as arrays:
        np.savez(tmp_path / "toy.npz", x=arrays["x"])
    problem = replace(toy_problem(folder, "paper"), data=tmp_path / "toy.npz")
    bench = load_bench(problem, load_network(problem))
    assert bench.build({})[1].top1 == 100
