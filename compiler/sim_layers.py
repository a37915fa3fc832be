"""
Cycles of each layer of a network, from a simulation of the firmware that runs on a board.

The layers are told apart as the board tells them: by the calls of the hooks around them
(APPROX_PROFILE).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import prod
from pathlib import Path
from typing import Any

from .errors import UserError
from .sim_elf import Firmware, load_firmware
from .sim_memory import Memory, Region
from .sim_profiles import Profile
from .sim_result import CallSite, Result
from .simulator import simulate

_MIB = 1 << 20
_DEFAULT_RAM = 0x20000000
_SCRATCH = 0x60000000
"""Of external memory, which no board here has: for the tensors of the caller."""
_LARGEST_ELEMENT = 4
"""Bytes: float32."""


@dataclass(frozen=True)
class SimulatedLayers:
    """
    Cycles of each layer, and of an inference; bytes of the output and of the stack.
    """

    layers: list[int]
    total: int
    output: bytes
    stack: int


def simulate_layers(
    elf: Path, profile: Profile, report: Mapping[str, Any], x: bytes = b""
) -> SimulatedLayers:
    """
    Run one inference of the network that the compiler's `report` is on.

    `x` is its input, zeros where that is shorter. Its tensors are in memory of their own, which
    makes no difference to the model of time. Errors: UserError for an ELF without the network, or
    without hooks.
    """
    firmware = load_firmware(elf)
    name, totals = report["name"], report["totals"]
    outputs = [prod(tensor["shape"]) for tensor in report["outputs"]]
    sizes = [
        *(prod(tensor["shape"]) * _LARGEST_ELEMENT for tensor in report["inputs"]),
        *(size * _LARGEST_ELEMENT for size in outputs),
        totals["workspace_bytes"],
        *(totals[key] for key in ("fast_workspace_bytes",) if key in totals),
    ]
    *addresses, end = accumulate((-(-size // 64) * 64 for size in sizes), initial=_SCRATCH)
    result = simulate(
        elf,
        profile,
        start=f"{name}_run",
        arguments=addresses,
        inputs={_SCRATCH: x},
        memory=memory_of_firmware(firmware, Region(_SCRATCH, end - _SCRATCH)),
    )
    if result.value != 0:
        raise UserError(f"{firmware.name}: {name}_run returns {result.value}")
    output = result.read(addresses[len(report["inputs"])], outputs[0])
    layers = hooked_cycles(result, name, len(report["layers"]))
    return SimulatedLayers(layers, result.total.cycles, output, result.stack)


def memory_of_firmware(firmware: Firmware, *more: Region) -> Memory:
    """
    Flash around the code at the entry; RAM in megabytes wherever there are variables, and `more`.
    """
    near = [(at, at + len(data)) for at, data in firmware.contents if _same_bank(at, firmware)]
    if not near:
        raise UserError(f"{firmware.name} has no code at its entry, {firmware.entry:#x}")
    start, end = min(at for at, _ in near), max(end for _, end in near)
    loaded = [Region(at, len(data)) for at, data in firmware.contents if not start <= at < end]
    megabytes = {_DEFAULT_RAM // _MIB}
    for region in (*firmware.variables, *loaded):
        megabytes |= set(range(region.start // _MIB, (region.end - 1) // _MIB + 1))
    ram = [Region(number * _MIB, _MIB) for number in sorted(megabytes)]
    return Memory(Region(start, end - start), [*ram, *more])


def _same_bank(address: int, firmware: Firmware) -> bool:
    """
    True within the same 16 MiB as the entry.
    """
    return address >> 24 == firmware.entry >> 24


def hooked_cycles(result: Result, name: str, count: int) -> list[int]:
    """
    Cycles between the two hooks of each of `count` layers: of NAME_run itself, whose code has them
    in the order of the layers, and of all that it calls there.

    Errors: UserError where the hooks are not called once for each layer.
    """
    run = f"{name}_run"
    calls = sorted((c for c in result.calls if c.caller == run), key=lambda call: call.address)
    begins, ends = (
        [call.address for call in calls if call.callee == f"{name}_on_layer_{edge}"]
        for edge in ("begin", "end")
    )
    edges = [edge for pair in zip(begins, ends, strict=False) for edge in pair]
    is_ordered = all(before < after for before, after in pairwise(edges))
    if len(begins) != count or len(ends) != count or not is_ordered:
        raise UserError(
            f"{result.firmware}: {run} calls {name}_on_layer_begin at {len(begins)} places for "
            f"{count} layers: the network has to be compiled with APPROX_PROFILE"
        )
    return [
        _between(result, calls, run, begin, end) for begin, end in zip(begins, ends, strict=True)
    ]


def _between(result: Result, calls: list[CallSite], run: str, begin: int, end: int) -> int:
    """
    Cycles of the blocks and calls of a function between two addresses.
    """
    own = (
        place.figures.cycles
        for place in result.places
        if place.function == run and begin < place.address <= end
    )
    called = (call.figures.cycles for call in calls if begin < call.address < end)
    return sum(own) + sum(called)
