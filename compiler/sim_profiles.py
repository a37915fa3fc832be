"""
The memory systems that approx-sim counts cycles for: flash, prefetch, caches.

The core is the same in all of them (sim_timing.py): that of a Cortex-M4. It is a little pessimistic
for a Cortex-M33, and an upper bound for a Cortex-M7, which can issue two instructions at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

from .errors import named


@dataclass(frozen=True)
class CacheShape:
    """
    A cache with least-recently-used replacement: `sets` (a power of two) of `ways` lines.
    """

    sets: int
    ways: int


@dataclass(frozen=True)
class Profile:
    """
    Flash and what hides its latency, in cycles of the core.

    `line_bytes` are read at a time (a power of two) and take `line_cycles`, 1 + wait states; with 1
    nothing is ever waited for. `instruction_cache` is filled by fetches; data read
    from flash is looked for and kept in `data_cache`, in the same cache where `unified`, and
    nowhere beside the one line last read where there is neither. `source` tells where the figures
    are from.
    """

    name: str
    clock: int
    """MHz."""
    line_bytes: int
    line_cycles: int
    instruction_cache: CacheShape
    source: str
    unified: bool = False
    data_cache: CacheShape | None = None


_NONE = CacheShape(1, 1)

PROFILES = {
    profile.name: profile
    for profile in (
        Profile("ideal", 0, 16, 1, _NONE, "memory that never waits"),
        Profile(
            "stm32u5",
            clock=160,
            line_bytes=16,
            line_cycles=5,
            instruction_cache=CacheShape(256, 2),
            unified=True,
            source="RM0456: FLASH read access latency (4 wait states at 160 MHz, range 1), ICACHE"
            " (8 Kbytes, 2 ways, 128-bit lines, instructions and constants of the code region)",
        ),
        Profile(
            "stm32l4",
            clock=120,
            line_bytes=16,
            line_cycles=6,
            instruction_cache=CacheShape(32, 2),
            source="RM0432: FLASH read access latency (5 wait states at 120 MHz), ART accelerator"
            " (instruction cache of 1 Kbyte); its data cache of 256 bytes is left out",
        ),
        Profile(
            "stm32f4",
            clock=168,
            line_bytes=16,
            line_cycles=6,
            instruction_cache=CacheShape(1, 64),
            data_cache=CacheShape(1, 8),
            source="RM0090: 3.5.1 (5 wait states at 168 MHz, 2.7 to 3.6 V), 3.5.2 (64 lines of 128"
            " bits of instructions, 8 of data, least recently used; taken as fully associative)",
        ),
        Profile(
            "stm32f7",
            clock=216,
            line_bytes=32,
            line_cycles=8,
            instruction_cache=CacheShape(1, 64),
            source="RM0385, embedded flash memory: 7 wait states at 216 MHz; ART accelerator of the"
            " ITCM interface (64 lines of 256 bits; taken as fully associative, for instructions)",
        ),
        Profile(
            "stm32h7",
            clock=400,
            line_bytes=32,
            line_cycles=6,
            instruction_cache=CacheShape(256, 2),
            data_cache=CacheShape(128, 4),
            source="RM0433, table 17 (2 wait states at an AXI clock of 200 MHz, VOS1: half the"
            " core's clock; words of 256 bits); AN4839 (caches of 16 Kbytes, lines of 32 bytes, 2"
            " ways for instructions and 4 for data). The burst on the bus is left out",
        ),
    )
}


def profile_named(name: str) -> Profile:
    """
    A profile by name.

    Errors: UserError that lists the names there are.
    """
    return named("target", PROFILES, name)
