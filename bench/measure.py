"""
Cycles of firmware in the simulator: of an inference, and of each of its layers.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from approx_opt.compiler.errors import UserError
from approx_opt.compiler.sim_profiles import profile_named
from approx_opt.compiler.sim_result import Result
from approx_opt.compiler.simulator import simulate_vectors
from firmware import Build, Vector, code_bytes, memory_use, numbered_function
from results import Entry, Layer


def run_vector(elf: Path, name: str, x: bytes, profile: str) -> tuple[Result, bytes]:
    """
    One inference of the network `name` by the vector runner, of which alone cycles are counted; and
    its output.

    Errors: UserError where the firmware fails.
    """
    result, output = simulate_vectors(elf, profile_named(profile), x, f"{name}_run")
    if result.counted != 1:
        raise UserError(f"{elf}: {result.counted} inferences instead of one")
    return result, output


def measure(network: str, variant: str, built: Build, vector: Vector, profile: str) -> Entry:
    """
    Simulate an inference and attribute its cycles to layers.

    Errors: UserError where the firmware fails, and where its output is not that of the interpreter.
    """
    result, output = run_vector(built.elf, network, vector.input.tobytes(), profile)
    check_output(f"{network}, {variant}, {profile}", vector.output.tobytes(), output)
    infos, totals = built.report["layers"], built.report["totals"]
    cycles = layer_cycles(result, network, len(infos))
    code = code_bytes(built.elf, network, len(infos))
    flash, ram = memory_use(built.elf)
    return Entry(
        network,
        variant,
        profile,
        totals["macs"],
        totals["macs_skipped"],
        result.total.cycles,
        result.total.cycles - sum(cycles),
        flash,
        ram,
        result.stack,
        [report_layer(*layer) for layer in zip(infos, cycles, code, strict=True)],
    )


def report_layer(info: dict[str, Any], cycles: int, code: int) -> Layer:
    """
    A layer of the compiler's report with what was measured: cycles, and bytes of code.
    """
    return Layer(
        info["name"],
        info["op"],
        info["kernel"],
        info["macs"],
        cycles,
        info.get("predicted_cycles"),
        code + info["table_bytes"],
        info.get("flash_bytes"),
    )


def check_output(title: str, expected: bytes, found: bytes) -> None:
    """
    Errors: UserError where a byte differs.
    """
    if expected == found:
        return
    if len(expected) != len(found):
        raise UserError(f"{title}: {len(found)} bytes of output, not {len(expected)}")
    wrong = np.flatnonzero(np.frombuffer(expected, np.int8) != np.frombuffer(found, np.int8))
    raise UserError(
        f"{title}: {len(wrong)} of {len(found)} bytes of output are wrong, "
        f"first byte {wrong[0]}: no figures of a network that computes something else"
    )


def layer_cycles(result: Result, name: str, count: int) -> list[int]:
    """
    Cycles of each of `count` layers: those of the calls that NAME_run makes to NAME_<number>_...,
    with all that is called in turn.

    Errors: UserError for a layer that no call belongs to.
    """
    numbered = numbered_function(name)
    cycles: dict[int, int] = {}
    for site in result.calls:
        found = numbered.match(site.callee)
        if site.caller == f"{name}_run" and found is not None:
            index = int(found.group(1))
            cycles[index] = cycles.get(index, 0) + site.figures.cycles
    missing = sorted(set(range(count)) - set(cycles))
    if missing:
        raise UserError(f"{name}_run calls no function of layer {missing[0]}")
    return [cycles[index] for index in range(count)]
