"""
What a simulation has come to.

Units: cycles of the core, bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from .sim_account import Account
from .sim_elf import Firmware


@dataclass(frozen=True)
class Figures:
    """
    Cycles in all; of these, waiting for instructions and for data of flash; instructions executed.
    """

    cycles: int = 0
    fetch_stalls: int = 0
    data_stalls: int = 0
    instructions: int = 0

    def __add__(self, other: Figures) -> Figures:
        """
        Of both.
        """
        return Figures(
            self.cycles + other.cycles,
            self.fetch_stalls + other.fetch_stalls,
            self.data_stalls + other.data_stalls,
            self.instructions + other.instructions,
        )

    def __sub__(self, other: Figures) -> Figures:
        """
        What came between two states of an account.
        """
        return self + Figures(
            -other.cycles, -other.fetch_stalls, -other.data_stalls, -other.instructions
        )


@dataclass(frozen=True)
class Place:
    """
    The figures of the code at an address; a function without those it calls.
    """

    function: str
    address: int
    figures: Figures


@dataclass(frozen=True)
class CallSite:
    """
    Calls from one place of a function to another function, and their figures with all that is
    called in turn.
    """

    caller: str
    address: int
    callee: str
    callee_address: int
    count: int
    figures: Figures


@dataclass(frozen=True)
class Result:
    """
    A finished run.

    `counted` is how often the function was called that alone is counted (None: everything is), and
    `functions` are those that took cycles, the most expensive one first. `places` and `calls` are
    of the whole run. `stack` and `ram` (without the stack) are the most bytes in use. `value` is r0
    at the end, `status` that of the program, None where it did not end by itself.
    """

    firmware: str
    profile: str
    total: Figures
    functions: Mapping[str, Figures]
    counted: int | None
    places: Sequence[Place]
    calls: Sequence[CallSite]
    stack: int
    ram: int
    value: int
    status: int | None
    stdout: str
    stderr: str
    read: Callable[[int, int], bytes]
    """`read(address, size)`: the memory at the end of the run."""


def places_of(account: Account, firmware: Firmware) -> list[Place]:
    """
    What has been accounted for so far, by address.
    """
    return [
        Place(
            firmware.function_at(block.start),
            block.start,
            Figures(
                block.total_cycles,
                block.fetch_stalls,
                block.data_stalls,
                block.count * block.instructions,
            ),
        )
        for block in account.blocks
    ]


def calls_of(account: Account, firmware: Firmware) -> list[CallSite]:
    """
    The calls made so far, by address.
    """
    return [
        CallSite(
            firmware.function_at(behind - 1),
            behind - 2,
            firmware.function_at(target),
            target,
            call.count,
            Figures(*call.events),
        )
        for (behind, target), call in sorted(account.calls.items())
    ]


def by_function(places: Sequence[Place]) -> dict[str, Figures]:
    """
    Sums over the code of each function.
    """
    sums: dict[str, Figures] = {}
    for place in places:
        sums[place.function] = sums.get(place.function, Figures()) + place.figures
    return sums


def within(windows: Sequence[Mapping[str, Figures]]) -> dict[str, Figures]:
    """
    What came between the first state of the functions and the second, the third and the fourth, and
    so on.
    """
    sums: dict[str, Figures] = {}
    for before, after in zip(windows[::2], windows[1::2], strict=True):
        for name, figures in after.items():
            change = figures - before.get(name, Figures())
            sums[name] = sums.get(name, Figures()) + change
    return sums
